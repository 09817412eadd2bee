"""The commands: each adds its arguments to the parser and plugs adapters into one story."""
