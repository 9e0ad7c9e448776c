"""Trial learners on a hub of their own: the class's real configuration, users that come and go, and what they take.

Used by load.py, which measures, and by test_hub.py.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import hub
import requests
import websocket

NAME = "rnn-trial-"  # no real learner's name begins so
PATIENCE = 1200  # seconds for a whole class that starts at once


@contextlib.contextmanager
def trial_users(count, group):
    """Make users of this computer who may log in to the hub; yield their passwords by name; remove them again."""
    made_group = subprocess.run(["groupadd", group], stderr=subprocess.DEVNULL).returncode == 0
    passwords = {f"{NAME}{number + 1:02}": secrets.token_hex(8) for number in range(count)}
    remove_users(passwords)  # what a trial that was killed left behind
    try:
        for name in passwords:
            subprocess.run(["useradd", "--create-home", f"--groups={group}", "--shell=/bin/bash", name], check=True)
        lines = "".join(f"{name}:{password}\n" for name, password in passwords.items())
        subprocess.run(["chpasswd"], input=lines, text=True, check=True)
        yield passwords
    finally:
        remove_users(passwords)
        if made_group:
            subprocess.run(["groupdel", group], check=True)


def remove_users(names):
    """Remove trial users with their programs, homes and mail; silent about those that do not exist."""
    for name in names:
        for command in [["pkill", "-KILL", "-u", name], ["userdel", "--remove", "--force", name]]:
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def passage():
    """Return what to put before a command, so that trial users may enter what they need in it.

    Where the course or its Python lies in a closed folder, such as root's home, the command gets a view of its own of
    the disk: that folder seems to hold nothing but what is needed. Nothing changes for anybody else.
    """
    closed = {folder for path in hub.NEEDED if (folder := hub.closed_folder(path))}
    script = ""
    for folder in closed:
        script += f'mount --rbind "{folder}" /mnt; mount -t tmpfs -o mode=755 none "{folder}"; '
        for path in hub.NEEDED:
            if path.is_relative_to(folder):
                script += f'mkdir -p "{path}"; mount --rbind "/mnt/{path.relative_to(folder)}" "{path}"; '
    return ["unshare", "--mount", "sh", "-ec", f'{script} exec "$@"', "sh"] if closed else []


@contextlib.contextmanager
def trial_hub(**options):
    """Run a hub on a free port; yield its address and its process; end it, and all it started."""
    [port] = hub.free_ports(1)
    with tempfile.TemporaryDirectory() as state:
        process = hub.start(port, Path(state), passage(), start_new_session=True, **options)
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: process.poll() is not None or answers(f"{address}/hub/api/"), 60)
            if process.poll() is not None:
                raise RuntimeError("the hub ended as it started: the reason stands above")
            yield address, process
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def answers(address):
    """Say whether a server answers there."""
    try:
        return requests.get(address, timeout=5).ok
    except requests.ConnectionError:
        return False


def until(condition, seconds):
    """Wait until the condition holds, and return what it said."""
    end = time.monotonic() + seconds
    while not (said := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds} seconds in vain")
        time.sleep(0.5)
    return said


class Learner:
    """A learner's browser: it logs in, opens JupyterLab and a lesson, and runs the lesson's cells."""

    def __init__(self, address, name, password):
        self.address, self.name, self.password = address, name, password
        self.home = f"{address}/user/{name}/"
        self.web = requests.Session()

    def log_in(self):
        """Log in as on the page."""
        page = f"{self.address}/hub/login"
        self.web.get(page).raise_for_status()
        answer = self.web.post(
            page, data={"username": self.name, "password": self.password, "_xsrf": self.web.cookies.get("_xsrf")}
        )
        if "/hub/login" in answer.url or answer.status_code == 403:
            raise RuntimeError(f"{self.name} could not log in")

    def open_lab(self):
        """Have the server started, wait for it, and load JupyterLab with what its page asks for first."""
        self.web.get(f"{self.address}/hub/spawn")
        until(self._is_in_lab, PATIENCE)
        for part in ["api/kernelspecs", "lab/api/settings", "lab/api/translations/en", "api/contents", "api/sessions"]:
            self.web.get(self.home + part).raise_for_status()

    def _is_in_lab(self):
        answer = self.web.get(f"{self.home}lab")
        if answer.status_code == 404:
            raise RuntimeError(f"{self.name}'s server is there, but has no JupyterLab")
        return answer.ok and answer.url.startswith(f"{self.home}lab")

    def ask(self, method, part, **options):
        """Ask the learner's own server, as JupyterLab's page does."""
        cookie = next(c.value for c in self.web.cookies if c.name == "_xsrf" and c.path == f"/user/{self.name}/")
        answer = self.web.request(method, self.home + part, headers={"X-XSRFToken": cookie}, **options)
        answer.raise_for_status()
        return answer

    def run(self, path):
        """Open a notebook, and run its cells from the top. An error in a cell is raised."""
        notebook = self.ask("GET", f"api/contents/{path}").json()["content"]
        session = self.ask(
            "POST",
            "api/sessions",
            json={"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}},
        ).json()
        kernel = session["kernel"]["id"]
        channel = websocket.create_connection(
            f"{self.home.replace('http', 'ws', 1)}api/kernels/{kernel}/channels?session_id={uuid.uuid4().hex}",
            cookie="; ".join(f"{one.name}={one.value}" for one in self.web.cookies if self.home.endswith(one.path)),
            timeout=PATIENCE,
        )
        with contextlib.closing(channel):
            cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
            return [
                execute(channel, cell["source"], "raises-exception" in cell["metadata"].get("tags", []))
                for cell in cells
            ]

    def stop(self):
        """End the learner's server, and with it the kernels."""
        token = self.web.cookies.get("_xsrf", path="/hub/")
        self.web.delete(f"{self.address}/hub/api/users/{self.name}/server", headers={"X-XSRFToken": token})


def execute(channel, code, may_fail=False):
    """Run one cell over a kernel's websocket; return what it printed; raise its error, if the lesson wants none."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": ""}
    content = {"code": code, "silent": False, "store_history": True, "allow_stdin": False, "stop_on_error": True}
    message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
    channel.send(json.dumps(message))
    printed = ""
    while True:
        said = json.loads(channel.recv())
        if said["parent_header"].get("msg_id") != header["msg_id"]:
            continue
        kind, content = said["header"]["msg_type"], said["content"]
        if kind == "stream":
            printed += content["text"]
        elif kind == "error" and not may_fail:
            raise RuntimeError(f"{content['ename']}: {content['evalue']} in the cell: {code[:60]!r}")
        elif kind == "status" and content["execution_state"] == "idle":
            return printed
