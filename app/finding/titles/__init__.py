"""Job titles to occupations: text, index, matcher. Knows neither the web nor the database."""
