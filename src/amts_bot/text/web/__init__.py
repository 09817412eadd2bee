"""Which pages of a web site are translations of each other, and why the others are not: pure, by what pages declare
and what they say."""
