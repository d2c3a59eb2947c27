"""Tests of diagnoses and statements."""
