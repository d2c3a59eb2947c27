"""Tests of the feature tables, against plain Python."""
