"""How far a book is, as people and programs read it."""
