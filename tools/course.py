"""The course's commands: `python tools/course.py lab`, `... test`, and the maintainers' few.

Each makes the environment in .venv from the lock first, once. Only the standard library is used, and no
syntax newer than Python 3.6 (Python 2 can read it, too), so that an old Python can still say what is wrong.
"""
# ruff: noqa: E402, RUF005

from __future__ import print_function

import sys

VERSIONS = ((3, 11), (3, 12), (3, 13))  # the Pythons that TensorFlow 2.21 has wheels for


def stop(message):
    """End with one line that names what was given, what is wrong with it, and the mend."""
    sys.exit("course: " + message)


def check_python(version=sys.version_info):
    if tuple(version[:2]) not in VERSIONS:
        windows = sys.platform == "win32"
        named = "py -3.13 tools\\course.py lab" if windows else "make lab PYTHON=python3.13"
        stop(
            "this is Python %d.%d, and the course needs 3.11, 3.12 or 3.13. Install one of them, then name it: %s"
            % (version[0], version[1], named)
        )


if sys.version_info < (3, 6):
    check_python()  # here already, for what follows would end in a traceback

import errno
import hashlib
import importlib.util
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
LOCK = ROOT / "requirements.txt"
CLASSROOM = ROOT / ".venv-classroom"  # a teacher's: what it adds to the course's environment, no learner needs
FIRST_LESSON = "01_what_is_an_rnn.ipynb"

# Two files at a time; more would need more memory than a learner's computer may have.
PARALLEL = ["-n=2", "--dist=loadfile"]
NBVAL = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=300", "--nbval-sanitize-with=tests/nbval_sanitize.cfg"]

# What each command gives to the environment's Python, one after another.
COMMANDS = {
    "test": [
        ["-m", "ruff", "check"],
        ["-m", "ruff", "format", "--check"],
        ["-m", "pytest", "--ignore=tests/whole"] + PARALLEL,
        # Real clusters, and pages in a real browser.
        ["-m", "pytest", "tests/whole"] + PARALLEL,
        # nbval runs every notebook again, with this environment's kernel, and compares all it prints.
        ["-m", "pytest"] + PARALLEL + NBVAL + ["notebooks"],
    ],
    "notebooks": [["tools/build.py"]],
    "lint": [["-m", "ruff", "check", "--fix"], ["-m", "ruff", "format"]],
    # The last step prints all of it as one table, as `make notebooks` writes it into README.md.
    "bench": [
        ["benchmarks/seed_page.py"],
        ["benchmarks/real_text.py"],
        ["benchmarks/growth.py"],
        ["benchmarks/footprint.py"],
        ["tools/expect.py"],
    ],
    # The heavy runs that lessons 5 to 8 read; each goes on where it stopped.
    "experiments": [
        ["experiments/recall.py"],
        ["experiments/short_sentences.py"],
        ["experiments/sunspots.py"],
        ["experiments/digits.py"],
        ["experiments/parallel.py"],
        ["experiments/plays.py"],
        ["experiments/own_text.py"],
        ["experiments/characters.py"],
        ["experiments/scale.py"],
    ],
    "nudge": [["tools/nudge.py"]],
    "versions": [["tools/versions.py"]],
    "browser": [["tools/browser.py"]],
    "site": [["tools/webpage.py"]],
    "lock": [["tools/lock.py"]],
}

# The teacher's commands: the same, with the classroom's Python.
CLASSROOM_COMMANDS = {
    "classroom": [["classroom/kit.py", "release"]],
    "grade": [["classroom/kit.py", "grade"]],
    "feedback": [["classroom/kit.py", "feedback"]],
    "grades": [["classroom/kit.py", "grades"]],
    "slides": [["classroom/slides.py"]],
    "questions": [["classroom/questions.py"]],
    "hub": [["classroom/hub.py"]],
    "rehearsal": [["-m", "pytest", "--ignore-glob=*_config.py", "classroom"]],
}

BROKEN = "the environment in .venv is broken. Delete the folder .venv, then run the same command again."

NO_ENSUREPIP = (
    "this Python has no ensurepip, so it cannot make the environment. On Debian or Ubuntu: sudo apt install "
    "python3-venv. Elsewhere: install Python from python.org. Then run the same command again."
)

# What pip or venv says, what it means, and the mend. The first that fits is told.
CAUSES = [
    (
        r"No space left|Errno 28\b|not enough space",
        "the disk is full: this folder's, or the one for temporary files. Free about 3 GB, then run the same "
        "command again.",
    ),
    (
        r"DO NOT MATCH THE HASHES",
        "a downloaded package is not the one that this course was tested with: its hash differs. Nothing of it was "
        "installed. Try another network, then run the same command again.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "this network's certificate is not trusted, so nothing was fetched. Try another network, or ask who runs "
        "this one for its certificate (pip reads PIP_CERT), then run the same command again.",
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|ProxyError|ConnectionResetError"
        r"|ProtocolError|IncompleteRead|Connection (refused|reset)|[Tt]emporary failure|getaddrinfo|timed out",
        "no network: the packages could not be fetched. Connect to the internet, then run the same command again.",
    ),
    (
        r"No matching distribution found for tensorflow",
        "TensorFlow 2.21 has no package for this computer. It has one for Linux, for Windows and for Macs with Apple "
        "silicon, with a 64-bit Python. Elsewhere, follow the lessons on Binder or Colab: see README.md.",
    ),
    (
        r"Long Path",
        "Windows allows no long paths here. Move this folder to a shorter path, such as C:\\course, then run the "
        "same command again.",
    ),
    (
        r"Permission denied|Read-only file system|Access is denied",
        "this folder cannot be written to. Copy it to a place of your own, then run the same command there.",
    ),
]


def why_it_failed(text, otherwise):
    """One line for the learner: the likely cause of pip's or venv's failure, and the mend.

    >>> why_it_failed("pip: [Errno 28] No space left on device", "")[:21]
    'the disk is full: thi'
    """
    return next((mend for sign, mend in CAUSES if re.search(sign, text)), otherwise)


def python(environment=None):
    """Where an environment keeps its Python. Programs are started as its modules: that survives a moved folder."""
    return str((environment or ENVIRONMENT) / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))


def variables(**more):
    """The variables of a process that is started here: none that would lead it out of the environment."""
    astray = ["PYTHONPATH", "PYTHONHOME", "KERAS_BACKEND", "MPLBACKEND"]
    kept = {name: value for name, value in os.environ.items() if name not in astray}
    # UTF-8 and words at once everywhere; no kernel of the learner's own with the same name; never pip's --user.
    return dict(kept, PYTHONUTF8="1", PYTHONUNBUFFERED="1", JUPYTER_PREFER_ENV_PATH="1", PIP_USER="0", **more)


def start(arguments, env=None, environment=None, **options):
    return subprocess.Popen([python(environment)] + arguments, cwd=str(ROOT), env=env or variables(), **options)


def end(process, patience=10):
    """After Ctrl+C, which has reached the process as well: let it tidy up, and end it if it does not."""
    try:
        process.wait(patience)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        process.terminate()
        process.wait()


def python_says(statement, environment=None):
    """Whether a statement runs in an environment."""
    try:
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        return subprocess.call([python(environment), "-c", statement], env=variables(), **silent) == 0
    except OSError:
        return False


def fingerprint(lock=LOCK):
    """What an environment was made from. The place counts, too, for the environment names it inside."""
    parts = [lock.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def ensure_environment():
    """Make .venv from the lock, or go on where the last start was stopped; nothing if it is there and current."""
    stamp = ENVIRONMENT / "installed"
    if stamp.exists() and stamp.read_text() == fingerprint():
        found = "from importlib.util import find_spec as find; assert all(find(name).origin for name in %r)"
        if not python_says(found % ["keras", "tensorflow", "numpy", "jupyterlab", "nbval", "rnn_helpers"]):
            stop(BROKEN)
        return
    if not ENVIRONMENT.exists():
        check_python()
        make_environment()
    if not python_says("import sys, pip; assert sys.version_info[:2] in %r" % (VERSIONS,)):
        stop(BROKEN)
    forget_half_installed()
    count = len(re.findall(r"^\S+==", LOCK.read_text(), re.M))
    print("Installing up to %d packages, 2 GB on disk, into .venv: once, some minutes." % count, flush=True)
    pip(["--require-hashes", "-r", str(LOCK)], "wb")
    pip(["--no-deps", "--no-build-isolation", "-e", str(ROOT)], "ab")
    quiet_jupyterlab()
    stamp.write_text(fingerprint())
    print("Installed.", flush=True)


def ensure_classroom():
    """Make .venv-classroom, which sees all of .venv and adds the graders; nothing if it is there and current."""
    lock, stamp = ROOT / "classroom" / "requirements.txt", CLASSROOM / "installed"
    if stamp.exists() and stamp.read_text() == fingerprint(lock) and python_says("import nbgrader", CLASSROOM):
        return
    shutil.rmtree(str(CLASSROOM), ignore_errors=True)
    if start(["-m", "venv", "--without-pip", str(CLASSROOM)]).wait():
        stop("the classroom's environment could not be made in .venv-classroom: the reason stands above.")
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    theirs, ours = (
        subprocess.check_output([python(one), "-c", where], env=variables()).decode().strip()
        for one in (ENVIRONMENT, CLASSROOM)
    )
    # Through site.addsitedir, so that .venv's own .pth files, which lead to rnn_helpers, are read as well.
    # JUPYTER_PATH, for the templates of nbconvert lie beside the packages.
    shared = str(ENVIRONMENT / "share" / "jupyter")
    start_up = "import os, site; site.addsitedir(%r); os.environ.setdefault('JUPYTER_PATH', %r)\n"
    (Path(ours) / "course.pth").write_text(start_up % (theirs, shared))
    print("Installing the classroom's packages into .venv-classroom: once, about a minute.", flush=True)
    pip(["--require-hashes", "-r", str(lock)], "wb", CLASSROOM)
    stamp.write_text(fingerprint(lock))
    print("Installed.", flush=True)


def make_environment():
    if importlib.util.find_spec("ensurepip") is None:
        stop(NO_ENSUREPIP)
    made = False
    try:
        command = [sys.executable, "-m", "venv", str(ENVIRONMENT)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=variables())
        text = process.communicate()[0].decode(errors="replace")
        made = process.returncode == 0
    finally:
        if not made:  # a half-made one would be taken for a broken one at the next start
            shutil.rmtree(str(ENVIRONMENT), ignore_errors=True)
    if not made:
        if shutil.disk_usage(str(ROOT)).free < 100e6:  # venv keeps quiet about why ensurepip failed
            text += "No space left"
        stop(why_it_failed(text, "the environment could not be made in .venv: " + " ".join(text.split())))


def forget_half_installed():
    """Let pip install anew what it was stopped in: it writes INSTALLER last, but looks only for METADATA."""
    for pattern in ["lib/*/site-packages/*.dist-info", "Lib/site-packages/*.dist-info"]:
        for record in ENVIRONMENT.glob(pattern):
            if not (record / "INSTALLER").exists():
                shutil.rmtree(str(record))


def pip(arguments, mode, environment=None):
    """Run pip with its words kept in install.log and a count in their place; one line if it fails."""
    # --compile: without bytecode, each import of Keras would take three times as long.
    options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--retries=2", "--compile"]
    started, count, said = time.time(), 0, []
    with ((environment or ENVIRONMENT) / "install.log").open(mode) as log:
        command = ["-m", "pip", "--python", python(environment), "install"] + options + arguments
        process = start(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            for line in process.stdout:
                log.write(line)
                said.append(line.decode(errors="replace"))
                count += line.startswith((b"Collecting ", b"Processing ", b"Requirement already satisfied"))
                if count and sys.stdout.isatty():
                    step = "unpacking" if line.startswith(b"Installing collected") else "%d fetched" % count
                    print("\r  %s, %d s " % (step, time.time() - started), end="", flush=True)
            code = process.wait()
        except BaseException:
            end(process)
            raise
        finally:
            process.stdout.close()
            if count and sys.stdout.isatty():
                print()
    if code:
        unknown = "the packages could not be installed: the reason stands at the end of %s. Mend it, then run the "
        stop(why_it_failed("".join(said), unknown % log.name + "same command again."))


def quiet_jupyterlab():
    """Keep JupyterLab from asking other hosts for news and updates."""
    settings = ENVIRONMENT / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    (settings / "overrides.json").write_text(json.dumps(quiet))


def is_free(port):
    with socket.socket() as listener:
        if os.name != "nt":  # as the server will do, so that the port of one just stopped counts as free
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def choose_port(wanted):
    """The port that PORT= asks for, or else the first free one from 8888 on."""
    if not wanted:
        return next(port for port in range(8888, 65536) if is_free(port))
    if not re.match("[0-9]{1,5}$", wanted) or not 1 <= int(wanted) <= 65535:
        stop("PORT=%s is not a port number. Choose one from 1024 to 65535, or leave PORT out." % wanted)
    if not is_free(int(wanted)):
        stop("PORT=%s is taken, or not allowed to you. Choose another, or leave PORT out." % wanted)
    return int(wanted)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def lab(port):
    """Run JupyterLab on the lessons until Ctrl+C."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.root_dir": ROOT / "notebooks",
        "LabApp.default_url": "/lab/tree/" + FIRST_LESSON,
        "Application.log_level": "ERROR",
    }
    command = ["-m", "jupyterlab"] + ["--%s=%s" % option for option in options.items()]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")  # the usual case inside a container
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        command.append("--no-browser")  # else a browser for terminals may open
    # The token travels in the environment: on the command line, other users of the machine could read it.
    token = secrets.token_hex(16)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a lab that is ended takes its server along
    # Without a terminal for its input, the server does not ask back at Ctrl+C.
    server = start(command, variables(JUPYTER_TOKEN=token), stdin=subprocess.DEVNULL)
    try:
        while server.poll() is None and not answers(port):
            time.sleep(0.1)
        if server.poll() is None:
            address = "http://127.0.0.1:%d/lab/tree/%s?token=%s" % (port, FIRST_LESSON, token)
            print("Open %s (Ctrl+C here ends the course)" % address, flush=True)
        return server.wait()
    except KeyboardInterrupt:
        end(server, patience=0)
        return 0


def run_all(commands, environment=None):
    """Run every command, so that one start shows all that is wrong; 1 if any failed."""
    failed = []
    for command in commands:
        print("\n$ python " + " ".join(command), flush=True)
        process = start(command, environment=environment)
        try:
            if process.wait():
                failed.append(" ".join(command))
        except KeyboardInterrupt:
            end(process)
            raise
    if failed:
        print("\ncourse: failed: %s. The reason stands above." % "; ".join(failed), file=sys.stderr)
    return 1 if failed else 0


def main(arguments):
    known = ["lab"] + list(COMMANDS) + list(CLASSROOM_COMMANDS)
    if len(arguments) != 1 or arguments[0] not in known:
        stop("'%s' is no command. Say one of: %s." % (" ".join(arguments), ", ".join(known)))
    try:
        port = choose_port(os.environ.get("PORT", "").strip()) if arguments[0] == "lab" else None
        ensure_environment()
        if arguments[0] in CLASSROOM_COMMANDS:
            ensure_classroom()
            return run_all(CLASSROOM_COMMANDS[arguments[0]], CLASSROOM)
        return run_all(COMMANDS[arguments[0]]) if port is None else lab(port)
    except KeyboardInterrupt:
        stop("stopped. The same command goes on from here.")
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS):
            stop(why_it_failed(str(error), str(error)))
        raise


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
