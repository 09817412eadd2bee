"""A pull request worked on in a translation tool: its units out as a file, and people's texts back in."""
