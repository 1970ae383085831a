"""The OpenAPI document and its examples. It imports the rest of the API."""
