"""What sentences, blocks and units are called in the lock, and which of them a page has."""
