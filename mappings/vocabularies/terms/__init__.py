"""Terms of vocabularies, one a line; README.md tells whose they are."""
