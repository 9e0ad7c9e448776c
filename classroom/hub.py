"""The class's JupyterHub on this server, until Ctrl+C: `make hub`. How to set the server up: classroom/server.md."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).resolve().parent.parent
CONFIGURATION = ROOT / "classroom" / "jupyterhub_config.py"
NEEDED = [ROOT, Path(sys.prefix), Path(sys.base_prefix)]  # what learners run, and so must be able to enter
KEPT = Path(os.environ.get("CLASS") or ROOT / "class").expanduser().resolve()  # as kit.py finds it
STATE = Path("/var/lib/rnn-hub")  # JupyterHub's own: who is logged in, and the key of its cookies
EXCHANGE = Path("/usr/local/share/nbgrader/exchange")  # nbgrader's default, so that no learner need be told


def configuration():
    """Return the port and the learners' group that jupyterhub_config.py sets."""
    read = PyFileConfigLoader(CONFIGURATION.name, path=str(CONFIGURATION.parent)).load_config()
    return urlsplit(read.JupyterHub.bind_url).port, next(iter(read.PAMAuthenticator.allowed_groups))


def closed_folder(path):
    """Return the first folder on the way to `path` that other users may not enter, or None."""
    way = [folder for folder in [*reversed(Path(path).parents), Path(path)] if folder.is_dir()]
    return next((folder for folder in way if not folder.stat().st_mode & 0o001), None)


def what_is_missing():
    """Return one line for the first thing that any hub needs and this computer lacks, or None."""
    if not sys.platform.startswith("linux"):
        return f"this is {sys.platform}, and the class's server needs Linux. Run it on a Linux server."
    if os.geteuid() != 0:
        return "you are not root, and only root may start programs as other users. Say: sudo make hub"
    if not shutil.which("configurable-http-proxy"):
        return "no configurable-http-proxy here. Install it: npm install -g configurable-http-proxy"
    return None


def what_is_in_the_way(port, group):
    """Return one line for the first reason why the class's own hub cannot start, or None."""
    for needed in NEEDED:
        if folder := closed_folder(needed):
            return (
                f"learners may not enter {folder}, and need {needed} in it. Move the course to /opt, and make its "
                "environments with a Python from /usr."
            )
    if not KEPT.is_dir():
        return f"no class folder {KEPT} here. As the teacher, not as root, say: make classroom"
    import grp  # Windows has none, and is told so above

    if group not in [one.gr_name for one in grp.getgrall()]:
        return f"no group {group} here, so nobody could log in. Make it: groupadd {group}"
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
        except OSError:
            return f"port {port} is taken. End what uses it, or change PORT in {CONFIGURATION}."
    return None


def close_class(folder):
    """Close the class's folder, with gradebook and hidden checks, to all but its owner; return who that is."""
    folder.chmod(0o700)
    return folder.stat().st_uid, folder.stat().st_gid


def open_exchange(exchange, teacher, course="rnn"):
    """Make nbgrader's exchange: anyone may hand in, nobody sees another's work, and only the teacher hands out."""
    folders = {"": 0o1777, course: 0o755, f"{course}/outbound": 0o755, f"{course}/inbound": 0o2733}
    for name, mode in folders.items():
        folder = exchange / name
        folder.mkdir(parents=True, exist_ok=True)
        if name:
            os.chown(folder, *teacher)
        folder.chmod(mode)


def start(port, state, before=(), **options):
    """Start JupyterHub on the class's configuration, with its files in `state`; `before` is put before the command."""
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    hub, proxy = free_ports(2)
    command = [*before, sys.executable, "-m", "jupyterhub", f"--config={CONFIGURATION}", "--log-level=WARN"]
    command += [f"--JupyterHub.bind_url=http://:{port}", f"--JupyterHub.hub_port={hub}"]
    command += [f"--ConfigurableHTTPProxy.api_url=http://127.0.0.1:{proxy}"]
    return subprocess.Popen(command, cwd=state, **options)


def free_ports(count):
    """Return ports of this computer that nobody uses now."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports


def main():
    """Check, prepare, and run the hub; return its exit status."""
    port, group = configuration()
    if missing := what_is_missing() or what_is_in_the_way(port, group):
        sys.exit(f"hub: {missing}")
    open_exchange(EXCHANGE, close_class(KEPT))
    hub = start(port, STATE)
    print(f"The hub is at http://{socket.getfqdn()}:{port} (Ctrl+C here ends it)", flush=True)
    try:
        return hub.wait()
    except KeyboardInterrupt:  # it has reached the hub as well, which ends the learners' servers
        return 0 if hub.wait() in (0, 130, -2) else 1


if __name__ == "__main__":
    sys.exit(main())
