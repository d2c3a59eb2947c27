"""Tests of the ring stage."""
