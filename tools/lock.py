"""Remake the locks: requirements.txt, Binder's copy of it, and the classroom's: `make lock`.

A pin that still fits pyproject.toml stays. `make lock UPGRADE=keras` moves one package to its newest version,
`make lock UPGRADE=all` moves every one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Each lock is for every system and Python of the course; with hashes, and no address, for mirrors differ.
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version=3.11"]
COMPILE += ["--generate-hashes", "--no-header", "--no-emit-index-url"]
LOCKS = {
    "requirements.txt": [f"--extra={extra}" for extra in ("lab", "develop", "site", "cluster")],
    # The classroom's environment stands on the course's, so what both need has one version.
    "classroom/requirements.txt": ["--extra=lab", "--extra=classroom", "--constraint=requirements.txt"],
}


def lock(root, upgrade=""):
    """Write both locks below root, and Binder's copy of the first; returns uv's exit code."""
    locked = "\n".join((root / name).read_text() for name in LOCKS if (root / name).exists())
    if upgrade not in ("", "all") and f"\n{upgrade}==" not in "\n" + locked:
        print(f"lock: UPGRADE={upgrade} is in no lock. Name a package of one, or all.", file=sys.stderr)
        return 1
    wanted = {"": [], "all": ["--upgrade"]}.get(upgrade, ["--upgrade-package", upgrade])
    # uv is to resolve, not to fetch a Python of its own.
    variables = dict(os.environ, UV_PYTHON_DOWNLOADS="never")
    for name, options in LOCKS.items():
        command = [sys.executable, "-m", *COMPILE, f"--output-file={name}", *options, *wanted]
        code = subprocess.run(command, cwd=root, env=variables).returncode
        if code:
            print(f"lock: {name} is as it was: uv's reason stands above.", file=sys.stderr)
            return code
    shutil.copyfile(root / "requirements.txt", root / "binder" / "requirements.txt")
    return 0


if __name__ == "__main__":
    sys.exit(lock(ROOT, os.environ.get("UPGRADE", "").strip()))
