"""The tests and lessons on other versions than the lock's: `make versions`, or `make versions ONLY=colab`.

Each set gets an environment in build/versions, where it is made anew at every start. What fails is listed at the end.
"""

import os
import subprocess
import sys
from pathlib import Path

import course

ROOT = Path(__file__).resolve().parent.parent
COURSE = ".[lab,develop,site,cluster]"

# For each set: its Python, and what is installed.
SETS = {
    # What Colab had on 2026-11-24, where learners cannot choose.
    "colab": ("3.13", ["-e", COURSE, "tensorflow-cpu==2.20.*", "keras==3.13.*", "ipywidgets==7.7.*"]),
    "python-3.12": ("3.12", ["-r", "requirements.txt", "-e", "."]),
    "newest": ("3.13", ["-e", COURSE]),
}


def try_set(name, root=ROOT):
    """Make a set's environment and run all tests and notebooks in it; returns the commands that failed."""
    version, packages = SETS[name]
    environment = root / "build" / "versions" / name
    environment.parent.mkdir(parents=True, exist_ok=True)
    python = str(environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    uv = [sys.executable, "-m", "uv"]
    tests = [[python, *command] for command in course.COMMANDS["test"] if "pytest" in command]
    commands = [
        [*uv, "venv", "--quiet", "--clear", "--seed", "--python", version, str(environment)],
        [*uv, "pip", "install", "--quiet", "--python", python, "setuptools", *packages],
    ]
    variables = course.variables(UV_PYTHON_DOWNLOADS="never", VIRTUAL_ENV=str(environment))
    for command in commands:
        if subprocess.run(command, cwd=root, env=variables).returncode:
            return [f"{name}: {' '.join(command[2:5])}"]  # without it, nothing more can be tried
    return [
        f"{name}: {' '.join(test[1:])}" for test in tests if subprocess.run(test, cwd=root, env=variables).returncode
    ]


def main(only, root=ROOT):
    """Try the named set, or all; returns the exit status."""
    if only and only not in SETS:
        print(f"versions: ONLY={only} is no set. Name one of {', '.join(SETS)}, or leave ONLY out.", file=sys.stderr)
        return 1
    failed = []
    for name in [only] if only else SETS:
        print(f"\n== {name}: Python {SETS[name][0]}, {' '.join(SETS[name][1])}", flush=True)
        failed += try_set(name, root)
    print("\n" + ("\n".join(["versions: failed:", *failed]) if failed else "versions: all passed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(os.environ.get("ONLY", "").strip()))
