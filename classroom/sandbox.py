"""A kernel for code that nobody has read: no network, no files but the course's, limited memory, processes and time.

`python classroom/sandbox.py RUN WHY CONNECTION_FILE` starts an IPython kernel in bubblewrap (Linux) and watches it. RUN
is the one folder that it shares with the outside: its sockets are there. If a limit is passed, all of the sandbox is
ended at once, and the reason goes to the file WHY.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
HOME = "/learner"
MEMORY = 3_000_000_000  # bytes, of all processes together: the hungriest lesson, the eighth, takes about 1.8 GB
DISK = 256_000_000  # bytes in the sandbox's own home and /tmp, which are kept in memory
SHARED = 1_000_000  # bytes in RUN, which lies outside
PROCESSES = 40
SECONDS = 900  # for a whole notebook; the longest takes a tenth
PAUSE = 0.1  # seconds between two looks

WAIVED = "none, I trust every submission"
SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"]


def enclosed(command, run):
    """The command line that runs a command in bubblewrap, with `run` as the only writable folder from outside."""
    course = [ROOT / ".venv", ROOT / "rnn_helpers"]
    python = Path(sys.base_prefix)
    checks = ROOT / "rnn_helpers" / "checks"
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--clearenv"]
    for path in ["/tmp", HOME]:  # first: the course itself may lie below /tmp
        words += ["--size", str(DISK // 2), "--tmpfs", path]
    for path in SYSTEM:
        words += ["--ro-bind-try", path, path]
    for path in [python, *course]:
        words += ["--ro-bind", str(path), str(path)]
    for path in sorted(checks.glob("lesson_*.py")):
        words += ["--ro-bind", str(ROOT / "classroom" / "without_answers.py"), str(path)]
    if (checks / "__pycache__").exists():
        words += ["--tmpfs", str(checks / "__pycache__")]  # the compiled checks know the answers, too
    words += ["--proc", "/proc", "--dev", "/dev"]
    words += ["--bind", str(run), str(run), "--chdir", HOME, "--remount-ro", "/"]
    settings = {"HOME": HOME, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONUTF8": "1", "TQDM_DISABLE": "1"}
    for name, value in settings.items():
        words += ["--setenv", name, value]
    return [*words, *command]


def course_python():
    """The Python of learners, which has no grader."""
    return str(ROOT / ".venv" / "bin" / "python")


class SandboxError(Exception):
    """Submissions cannot be run here; the message names the reason and the mend."""


def is_waived():
    """Whether the teacher has said in words that no sandbox is wanted."""
    return os.environ.get("SANDBOX") == WAIVED


def require():
    """Refuse to run submissions as the teacher, unless told so in words."""
    said = os.environ.get("SANDBOX")
    if said and not is_waived():
        raise SandboxError(f"SANDBOX={said!r} is not understood: leave it out, or say SANDBOX='{WAIVED}'")
    if not said and (why := why_not()):
        raise SandboxError(f"no submission was run: {why}. To run them as you, say SANDBOX='{WAIVED}'")


def why_not():
    """Why no sandbox can be had on this computer, in one line; None if it can."""
    mend = "Install bubblewrap 0.5 or newer (on Debian or Ubuntu: sudo apt install bubblewrap)"
    if sys.platform != "linux":
        return "the sandbox needs Linux. Grade in a Linux machine: on Windows in WSL 2, on a Mac in a virtual machine"
    try:
        with tempfile.TemporaryDirectory() as run:
            trial = subprocess.run(enclosed([course_python(), "-c", ""], run), capture_output=True, text=True)
    except FileNotFoundError:
        return f"the sandbox needs the program bwrap. {mend}"
    said = " ".join(trial.stderr.split())
    return f"bubblewrap does not run here ({said}). {mend}, or ask who runs this machine" if trial.returncode else None


def limit_passed(processes, started, run):
    """Which limit is passed, in words for the learner; None if none is."""
    if len(processes) > PROCESSES:
        return f"it started more than {PROCESSES} processes"
    memory = 0
    for process in processes:
        try:
            memory += process.memory_info().rss
        except psutil.Error:  # it has ended since
            continue
    if memory > MEMORY:
        return f"it used more than {MEMORY / 1e9:g} GB of memory"
    if time.monotonic() - started > SECONDS:
        return f"it ran longer than {SECONDS // 60} minutes"
    if sum(path.lstat().st_size for path in Path(run).rglob("*")) > SHARED:
        return "it wrote where its messages travel"
    return None


def main(run, why, connection_file, *options):
    """Run a kernel in the sandbox until it ends, or passes a limit."""
    kernel = [
        course_python(),
        "-m",
        "ipykernel_launcher",
        "-f",
        connection_file,
        "--IPKernelApp.log_level=ERROR",
        *options,
    ]
    # Its own input and output lead nowhere: messages travel through the sockets in RUN.
    silent = {name: subprocess.DEVNULL for name in ("stdin", "stdout", "stderr")}
    sandbox, started = subprocess.Popen(enclosed(kernel, run), cwd="/", **silent), time.monotonic()
    while sandbox.poll() is None:
        time.sleep(PAUSE)
        try:
            reason = limit_passed(psutil.Process(sandbox.pid).children(recursive=True), started, run)
        except (psutil.Error, OSError):  # a process or a file that has gone since
            continue
        if reason:
            sandbox.kill()  # and all that runs inside: they are its own numbering of processes
            Path(why).write_text(reason, encoding="utf-8")
    return sandbox.wait()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
