"""Run every measurement: ``python -m benchmark [--events N]``."""

from __future__ import annotations

from benchmark.speed import main

if __name__ == "__main__":
    main()
