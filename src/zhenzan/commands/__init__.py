"""One file per command of `zhenzan`; cli.py puts them together."""
