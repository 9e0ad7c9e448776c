"""One Linux server for a class: JupyterHub, read by `make hub`. How to set the server up: classroom/server.md.

Every learner is a user of the server, and works as that user: what keeps learners apart is Linux's own permissions.
"""

import os
import sys
from pathlib import Path

# What a teacher may set.
TEACHERS = set()  # users of the server who may see who is there, and stop a learner's notebooks, at /hub/admin
LEARNERS = "rnn-learners"  # the group of those who may log in
PORT = 8000
MEMORY = "2G"  # the most that one program of a learner may take; beyond it, that program gets a MemoryError
IDLE = 30 * 60  # seconds after which a notebook that nobody uses is ended: its file stays, its variables do not

HERE = Path(__file__).resolve().parent
SEED = f"/run/rnn-seed-{os.getpid()}"  # where classroom/seed.py listens
COURSE = Path(sys.prefix).parent / ".venv"  # beside the classroom's own environment

c = get_config()  # noqa: F821 - JupyterHub gives it
c.JupyterHub.bind_url = f"http://:{PORT}"
c.JupyterHub.authenticator_class = "pam"
c.PAMAuthenticator.allowed_groups = {LEARNERS}
c.Authenticator.allowed_users = TEACHERS
c.Authenticator.admin_users = TEACHERS

c.JupyterHub.spawner_class = "localprocess"
c.Spawner.cmd = [sys.executable, "-S", str(HERE / "learner.py")]
c.Spawner.mem_limit = MEMORY  # told to learner.py, which sets it
c.Spawner.default_url = "/lab"
# A whole class that starts at once takes minutes on a small server. That is slow, not broken.
c.Spawner.start_timeout = c.Spawner.http_timeout = 600
c.Spawner.environment = {
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",  # nbgrader's own commands
    # JupyterLab, its widgets and the kernel are the course's. Its server extensions are not asked for: without
    # them, a learner's server takes less memory.
    "JUPYTER_PATH": f"{HERE}:{COURSE}/share/jupyter",
    "JUPYTERLAB_DIR": f"{COURSE}/share/jupyter/lab",
    "PYTHONUTF8": "1",
    "RNN_SEED": SEED,
}
c.Spawner.args = [
    "--Application.log_level=ERROR",
    # Through files of the learner's own: over TCP, another user of this server could listen to what a notebook prints.
    "--KernelManager.transport=ipc",
    f"--MappingKernelManager.cull_idle_timeout={IDLE}",
    "--MappingKernelManager.cull_connected=True",  # an open page alone is no use of a notebook
    # The teacher's half of nbgrader stays out; a learner's half lists, fetches, submits and validates.
    "--ServerApp.jpserver_extensions=jupyterlab=True",
    "--ServerApp.jpserver_extensions=nbgrader.server_extensions.formgrader=False",
    "--ServerApp.jpserver_extensions=nbgrader.server_extensions.course_list=False",
]

# Without JupyterHub's own variables: they hold a token, and learners' programs are made from the seed.
environment = [f"{name}={value}" for name, value in c.Spawner.environment.items()]
seed = ["env", "-i", *environment, sys.executable, str(HERE / "seed.py")]
idle = [sys.executable, "-m", "jupyterhub_idle_culler", f"--timeout={IDLE}"]
c.JupyterHub.services = [{"name": "idle", "command": idle}, {"name": "seed", "command": seed}]
c.JupyterHub.load_roles = [
    {
        "name": "idle",
        "services": ["idle"],
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
    }
]
