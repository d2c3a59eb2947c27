"""Scans of the stored events, every so often, by the same stages as `zhenzan scan`."""
