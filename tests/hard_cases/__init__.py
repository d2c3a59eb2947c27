"""Hard cases: each a small named world on which a rule was learned, judged by a whole scan.

They mirror no module: what a rule taught shows only in the verdicts that are published. Each file
says what its world is, then what it taught. What the rules are is in docs/detection.md.
"""
