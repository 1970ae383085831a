"""The facts that an empty database starts with, as YAML; README.md says where each one stands.

``app.importers.seed.files`` reads and checks them; they are installed with the package.
"""
