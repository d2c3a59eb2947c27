"""Questions about the newest scan."""
