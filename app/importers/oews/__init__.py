"""Occupational Employment and Wage Statistics (OEWS): wages by occupation, area and industry."""
