"""What an author works with: reports, drawings, plays in a terminal, packages, starters."""
