"""The facts that an empty database starts with, as YAML; README.md says where each one stands.

``app.importers.seed_files`` reads and checks them; they are installed with the package.
"""
