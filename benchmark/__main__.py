"""Measure speed: ``python -m benchmark``; quality has a command of its own, in ``quality``."""

from __future__ import annotations

from benchmark.speed import main

if __name__ == "__main__":
    main()
