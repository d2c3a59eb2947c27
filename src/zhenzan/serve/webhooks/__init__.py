"""Tells other services of actions and scans: signed, retried, at least once."""
