"""A repository is looked over before a run: everything that a run needs, one line for each."""
