"""Engines run SQL and know no integrity words."""
