"""Events in: read, checked, pseudonymised, stored for good, and only then acknowledged."""
