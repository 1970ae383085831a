"""Bundles: what is loaded as a data package of Parquet files. It imports queries' neighbours below.

A bundle is a folder or a zip with ``datapackage.json`` (Frictionless Data Package v2) and a Parquet
file for each dataset. The commands alone import this room: a worker never does.
"""
