"""How well Zhenzan and its peers find what is bought, on the same logs, by the same measures.

The way through: ``worlds`` and ``real`` lay out logs; ``peers`` holds one detector a file; ``run``
runs one detector on one log as a process of its own; ``judge`` measures what came out against the
truth; ``page`` and ``charts`` write docs/benchmarks.md from the results that ``__main__`` kept.
"""
