"""Draws docs/worlds.md and its pictures from simulated worlds: `make gallery`."""
