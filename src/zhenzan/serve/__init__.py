"""The service: events in, a decision on each like at once, and what scans found, over HTTP."""
