"""A self-hosted REST API for occupations: duties, titles, wages, outlook, skills, education."""

__version__ = "1.0.0"
