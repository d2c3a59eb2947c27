"""Policies applied by the service after each scan, by the same code as `zhenzan policy apply`."""
