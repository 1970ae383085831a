"""The Census Bureau's index of occupations: what people answer, and the codes that it gets."""
