"""A comparison in words: for the terminal, for a pull request, for programs."""
