"""The only places that touch git, files and the terminal."""
