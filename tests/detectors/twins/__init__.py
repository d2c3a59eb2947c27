"""Slow twins of the detectors: loops and dicts, no arrays, no SQL."""
