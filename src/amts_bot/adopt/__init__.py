"""A repository is taken up: what is found in it becomes settings and locks."""
