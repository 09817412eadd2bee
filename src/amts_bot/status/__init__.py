"""How far a book is behind its English, told without a run."""
