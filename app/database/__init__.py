"""The tables, the engines, and what one data version shows. It imports no other room."""
