"""The environment that the peers run in: never the product's, and never in its lock file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).with_name("peers.txt")
FOLDER = Path(__file__).parents[2] / ".venv-peers"


def python(folder: Path = FOLDER) -> str:
    """The interpreter of the peers' environment, which is made where it is missing or stale."""
    interpreter, stamp = folder / "bin" / "python", folder / "ready"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return str(interpreter)
    print("making the peers' environment", file=sys.stderr)
    uv = shutil.which("uv")
    if uv:
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)]
        install = [uv, "pip", "install", "--quiet", "--python", str(interpreter)]
    else:
        make = [sys.executable, "-m", "venv", "--clear", str(folder)]
        install = [str(interpreter), "-m", "pip", "install", "--quiet"]
    subprocess.run(make, check=True)
    subprocess.run([*install, "--require-hashes", "-r", str(REQUIREMENTS)], check=True)
    stamp.write_text(wanted, encoding="utf-8")
    return str(interpreter)


def version(package: str) -> str:
    """The version of a package that the peers' environment holds."""
    pins = REQUIREMENTS.read_text(encoding="utf-8")
    found = re.search(rf"^{re.escape(package)}==(\S+)", pins, re.MULTILINE)
    if found is None:
        raise KeyError(package)
    return found[1]
