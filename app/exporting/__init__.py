"""Other forms of what is loaded: bundles, which are data packages of Parquet files, and SKOS.

A bundle is a folder or a zip with ``datapackage.json`` (Frictionless Data Package v2) and a Parquet
file for each dataset. The commands alone import what makes it: a worker never does.
"""
