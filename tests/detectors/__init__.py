"""Tests of the detectors: their contract, and each beside its slow twin."""
