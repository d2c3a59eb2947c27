"""Compiled loops over Arrow arrays, for what SQL is slow at. They know no integrity words."""
