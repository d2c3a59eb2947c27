"""Speed beside peers: each on the same input in the same run, its answer judged in the same table.

``python -m benchmark.beside.pairs`` and ``python -m benchmark.beside.stream`` measure;
``python -m benchmark.beside.growth`` measures whole scans of several sizes. Each writes its
figures into docs/speed.json, and docs/speed.md again from all of them. Peers run unchanged, in an
environment of their own or from a copy that the command is pointed at.
"""
