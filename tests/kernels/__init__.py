"""Tests of the compiled loops, against brute force."""
