"""Remake the lock, requirements.txt, and Binder's copy of it: `make lock`.

A pin that still fits pyproject.toml stays. `make lock UPGRADE=keras` moves one package to its newest version,
`make lock UPGRADE=all` moves every one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# One lock for every system and Python of the course; hashes, and no address, for mirrors differ.
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--output-file=requirements.txt", "--quiet"]
COMPILE += ["--all-extras", "--universal", "--python-version=3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--no-emit-index-url"]


def lock(root, upgrade=""):
    """Write root/requirements.txt and its copy in root/binder; returns uv's exit code."""
    if upgrade not in ("", "all") and f"\n{upgrade}==" not in "\n" + (root / "requirements.txt").read_text():
        print(f"lock: UPGRADE={upgrade} is not in requirements.txt. Name one of its packages, or all.", file=sys.stderr)
        return 1
    wanted = {"": [], "all": ["--upgrade"]}.get(upgrade, ["--upgrade-package", upgrade])
    # uv is to resolve, not to fetch a Python of its own.
    variables = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    code = subprocess.run([sys.executable, "-m", *COMPILE, *wanted], cwd=root, env=variables).returncode
    if code:
        print("lock: requirements.txt is as it was: uv's reason stands above.", file=sys.stderr)
    else:
        shutil.copyfile(root / "requirements.txt", root / "binder" / "requirements.txt")
    return code


if __name__ == "__main__":
    sys.exit(lock(ROOT, os.environ.get("UPGRADE", "").strip()))
