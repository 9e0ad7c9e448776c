"""One program that has loaded JupyterLab and TensorFlow; learners' servers and notebooks are forked from it.

What it has loaded, its children share: it then lies in memory once, and not once a learner. JupyterHub keeps it
running, as root, for it must become any learner. It becomes that learner before it reads a byte of what the learner
sent, and Linux, not the learner, says who that is. `seed.py MODULE ARGUMENTS` is the other end. It stands in for what
was forked: it passes signals on, and takes it along when it is ended.
"""

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import struct
import sys
from pathlib import Path

ADDRESS = os.environ.get("RNN_SEED")  # a socket in a folder that only root writes to, so that no learner poses as us

LOADED = [
    *["ipykernel.kernelapp", "ipykernel.ipkernel", "ipywidgets"],
    *["matplotlib.pyplot", "matplotlib_inline.backend_inline"],
    *["jupyter_server.serverapp", "jupyterlab.labapp", "nbgrader.server_extensions.assignment_list"],
    *["rnn_helpers.checks", "rnn_helpers.explorer", "rnn_helpers.plots", "rnn_helpers.training"],
]


def load():
    """Import what the lessons import; what cannot be shared later, such as TensorFlow's threads, must not start yet."""
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # as ipykernel sets it in each kernel
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # a later collection would write to every object, and so end the sharing


def sow():
    """Wait for learners' servers, and fork a program for each that asks."""
    Path(ADDRESS).unlink(missing_ok=True)
    for number in [signal.SIGINT, signal.SIGTERM]:
        signal.signal(number, lambda *_: (Path(ADDRESS).unlink(missing_ok=True), os._exit(0)))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(ADDRESS)
        Path(ADDRESS).chmod(0o666)
        listener.listen(99)  # who asks before all is loaded waits
        load()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits here for a child's end
        while True:
            asker, _ = listener.accept()
            if os.fork() == 0:
                break
            asker.close()
    become(asker)


def become(asker):
    """Become the asking user, then the program that this user asks for."""
    import pwd
    import resource
    import threading

    for number in [signal.SIGTERM, signal.SIGCHLD]:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _, uid, gid = struct.unpack("3i", asker.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    name = os.open("/proc/self/comm", os.O_WRONLY)  # opened as root: the name that `top` shows
    os.setsid()
    os.initgroups(pwd.getpwuid(uid).pw_name, gid)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    _, fds, _, _ = socket.recv_fds(asker, 1, 3)
    size = struct.unpack("I", asker.recv(4, socket.MSG_WAITALL))[0]
    asked = json.loads(asker.recv(size, socket.MSG_WAITALL))
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.update(asked["environ"])
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_DATA, (asked["limit"], asked["limit"]))
    os.chdir(asked["folder"])
    asker.send(struct.pack("I", os.getpid()))
    threading.Thread(target=lambda: (asker.recv(1), os.killpg(0, signal.SIGKILL)), daemon=True).start()
    import numpy as np

    np.random.seed()  # else every learner would draw the same numbers
    sys.path[0] = ""
    module, *arguments = asked["run"]
    if module == "ipykernel_launcher":
        arguments.append(f"--IPKernelApp.parent_handle={os.getppid()}")  # what it would read at import, from its parent
    os.write(name, module.encode()[:15])
    os.close(name)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def stand_in(run):
    """Ask for a program, and stand in for it until it ends."""
    import resource

    limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
    asked = json.dumps({"environ": dict(os.environ), "folder": str(Path.cwd()), "run": run, "limit": limit}).encode()
    with socket.socket(socket.AF_UNIX) as seed:
        seed.connect(ADDRESS)
        socket.send_fds(seed, [b"\0"], [0, 1, 2])
        seed.sendall(struct.pack("I", len(asked)) + asked)
        child = struct.unpack("I", seed.recv(4, socket.MSG_WAITALL))[0]
        for number in [signal.SIGINT, signal.SIGTERM]:
            signal.signal(number, lambda number, frame: os.kill(child, number))
        seed.recv(1)  # comes back empty when the child ends


if __name__ == "__main__":
    if len(sys.argv) > 1:
        stand_in(sys.argv[1:])
    else:
        sow()
