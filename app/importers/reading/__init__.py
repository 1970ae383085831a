"""Workbooks, text and zips as rows of cells, and a cell as a figure. No publisher is known here."""
