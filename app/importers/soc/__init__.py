"""The Standard Occupational Classification (SOC): occupations, definitions, job titles."""
