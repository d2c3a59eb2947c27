"""The review console: pages in the browser for those who decide, and for those decided about."""
