"""A decision on each like at once: what the newest scan knows, and counters in fixed memory."""
