"""The service: API, console, live decisions."""
