"""Matches job titles to occupations. Imports neither the web framework nor the database."""
