"""Base data of the figures, and the script that makes them; README.md says what they are."""
