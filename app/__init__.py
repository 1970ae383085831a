"""The occupations API."""
