"""The course's commands: `python tools/course.py lab`, `... test`, and the maintainers' few.

Each makes the environment in .venv from the lock first, once. Only the standard library is used, and
no syntax newer than Python 3.6, so that an old Python can still say what is wrong.
"""

import hashlib
import json
import os
import re
import secrets
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.txt"
STAMP = ENVIRONMENT / "installed"
LOG = ENVIRONMENT / "install.log"
FIRST_LESSON = "01_what_is_an_rnn.ipynb"
OLDEST, NEWEST = (3, 11), (3, 13)  # the versions that TensorFlow 2.21 has wheels for

# What each command runs inside the environment, one after another.
COMMANDS = {
    "test": [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["pytest"],
        ["pytest", "--nbval", "notebooks"],
    ],
    "notebooks": [["tools/build.py"]],
    "lint": [["ruff", "check", "--fix"], ["ruff", "format"]],
    "bench": [["benchmarks/seed_page.py"]],
    "browser": [["tools/browser.py"]],
    "lock": [["tools/lock.py"]],
}


def stop(message):
    sys.exit("course: " + message)


def check_python():
    version = sys.version_info[:2]
    if not OLDEST <= version <= NEWEST:
        stop(
            "Python 3.11, 3.12 or 3.13 is needed, and this is Python %d.%d. Install one of them, then name it: "
            "make lab PYTHON=python3.11" % version
        )


def program(name):
    """Where the environment keeps a program: .venv/bin/name, or .venv\\Scripts\\name.exe."""
    if os.name == "nt":
        return str(ENVIRONMENT / "Scripts" / (name + ".exe"))
    return str(ENVIRONMENT / "bin" / name)


def fingerprint():
    """What the environment was made from. Moving the folder counts, for scripts inside name their own path."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def check_environment():
    probe = "import jupyterlab, nbval, numpy, rnn_helpers; import importlib.util as u; assert u.find_spec('keras')"
    try:
        subprocess.run([program("python"), "-c", probe], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except (OSError, subprocess.CalledProcessError):
        stop("the environment in .venv is broken. Delete the folder .venv, then run the same command again.")


def ensure_environment():
    """Make .venv from the lock, unless it is there and current."""
    if STAMP.exists() and STAMP.read_text() == fingerprint():
        return check_environment()
    if ENVIRONMENT.exists() and not Path(program("python")).exists():
        stop("the environment in .venv is broken. Delete the folder .venv, then run the same command again.")
    if not ENVIRONMENT.exists():
        try:
            venv.create(str(ENVIRONMENT), with_pip=True)
        except (OSError, subprocess.CalledProcessError):
            stop(
                "this Python could not make an environment in .venv. On Debian or Ubuntu: sudo apt install "
                "python3-venv. Then delete the folder .venv and run the same command again."
            )
    wanted = len(re.findall(r"^[^\s#]+==", LOCK.read_text(), re.M))
    print("Installing about %d packages, 1.6 GB on disk, into .venv: once, some minutes." % wanted, flush=True)
    LOG.write_text("")
    pip(["--require-hashes", "-r", str(LOCK)], wanted)
    pip(["--no-deps", "--no-build-isolation", "-e", str(ROOT)], 1)
    quiet_jupyterlab()
    STAMP.write_text(fingerprint())


def pip(arguments, wanted):
    """Run pip with its words kept in LOG and a count in their place; one line if it fails."""
    command = [program("python"), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    started, count, lines = time.monotonic(), 0, []
    process = subprocess.Popen(
        [*command, "--retries", "2", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(ROOT)
    )
    with LOG.open("ab") as log:
        for line in process.stdout:
            log.write(line)
            lines.append(line.decode(errors="replace"))
            count += line.startswith((b"Collecting", b"Obtaining"))
            if sys.stdout.isatty():
                seconds = time.monotonic() - started
                print("\r  %d of %d packages fetched, %d s" % (min(count, wanted), wanted, seconds), end="", flush=True)
    if process.wait():
        print()
        stop(why_pip_failed("".join(lines)))
    print("\r  done in %d s%s" % (time.monotonic() - started, " " * 30), flush=True)


def why_pip_failed(text):
    """One line for the learner: the likely cause of pip's failure, and the mend.

    >>> why_pip_failed("OSError: [Errno 28] No space left on device")
    'the disk is full. Free about 2 GB, then run the same command again.'
    """
    again = ", then run the same command again."
    if "No space left" in text:
        return "the disk is full. Free about 2 GB" + again
    if "DO NOT MATCH THE HASHES" in text:
        return (
            "a downloaded package is not the one this course was tested with (its hash differs). Do not use it: "
            "try another network" + again
        )
    if re.search("NewConnectionError|name resolution|getaddrinfo|Connection (refused|reset)|timed out", text):
        return "no network: the packages could not be fetched. Connect to the internet" + again
    return "the packages could not be installed. The reason stands at the end of %s. Mend it%s" % (LOG, again)


def quiet_jupyterlab():
    """Keep JupyterLab from asking other hosts for news and updates."""
    settings = ENVIRONMENT / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(quiet))


def is_free(port):
    with socket.socket() as listener:
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
    return True


def choose_port():
    """PORT from the environment, or else the first free one from 8888 on."""
    wanted = os.environ.get("PORT", "")
    if not wanted:
        return next(port for port in range(8888, 65536) if is_free(port))
    if not wanted.isdigit() or not 1 <= int(wanted) <= 65535:
        stop("PORT=%s is not a port number. Choose one from 1024 to 65535, or leave PORT out." % wanted)
    if not is_free(int(wanted)):
        stop("port %s is taken or not allowed. Choose another PORT, or leave PORT out." % wanted)
    return int(wanted)


def lab():
    port, token = choose_port(), secrets.token_hex(16)
    command = [
        program("python"),
        "-m",
        "jupyterlab",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port=%d" % port,
        "--ServerApp.port_retries=0",
        "--ServerApp.root_dir=%s" % (ROOT / "notebooks"),
        "--LabApp.default_url=/lab/tree/" + FIRST_LESSON,
        "--Application.log_level=ERROR",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # the usual case inside a container
    # The token travels in the environment: on the command line, other users of the machine could read it.
    server = subprocess.Popen(command, env=dict(os.environ, JUPYTER_TOKEN=token))
    address = "http://localhost:%d/lab/tree/%s?token=%s" % (port, FIRST_LESSON, token)
    try:
        while server.poll() is None and is_free(port):
            time.sleep(0.1)
        if server.poll() is None:
            print("Open %s (Ctrl+C here stops the course)" % address, flush=True)
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        server.wait()
        return 0


def run(command):
    """Run one command in the environment; a Python file is given to its Python."""
    first = program("python") if command[0].endswith(".py") else program(command[0])
    arguments = command if command[0].endswith(".py") else command[1:]
    print("$", *command, flush=True)
    return subprocess.run([first, *arguments], cwd=str(ROOT)).returncode


def main(arguments):
    known = ["lab", *COMMANDS]
    if len(arguments) != 1 or arguments[0] not in known:
        stop("say one of: " + ", ".join(known))
    check_python()
    ensure_environment()
    if arguments[0] == "lab":
        return lab()
    # Every step runs, so that one start shows all that is wrong.
    return max([run(command) for command in COMMANDS[arguments[0]]])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
