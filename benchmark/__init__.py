"""Measurements; they import the product, never the other way."""
