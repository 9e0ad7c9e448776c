"""The class's hub: real users, a real JupyterHub, real notebooks; and what it says where it cannot run."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import hub
import nbformat
import psutil
import pytest
import trial
import yaml

HERE = Path(__file__).resolve().parent
PORT, GROUP = hub.configuration()
missing = hub.what_is_missing()
needs_server = pytest.mark.skipif(bool(missing), reason=f"no hub can run here: {missing}")


@pytest.fixture(scope="module")
def classroom():
    """Two learners, logged in, with their JupyterLab open."""
    with trial.trial_users(2, GROUP) as users, trial.trial_hub() as (address, _):
        learners = [trial.Learner(address, *user) for user in users.items()]
        for learner in learners:
            learner.log_in()
            learner.web.get(f"{address}/hub/spawn")
        for learner in learners:
            learner.open_lab()
        yield learners


def home_of(name):
    """A user's own folder, as useradd makes it."""
    import pwd  # Windows has none

    return Path(pwd.getpwnam(name).pw_dir)


def as_user(name, *command, **options):
    """Run a command as a trial user, in the folder of the lessons."""
    become = ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", "env", f"HOME={home_of(name)}"]
    return subprocess.run([*trial.passage(), *become, *command], capture_output=True, text=True, timeout=60, **options)


def code(learner, *cells):
    """Run cells in a new notebook of a learner."""
    content = {
        "cells": [
            {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
            for cell in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    learner.ask("PUT", "api/contents/try.ipynb", json={"type": "notebook", "format": "json", "content": content})
    return learner.run("try.ipynb")


def test_jupyterhub_knows_every_setting_of_the_configuration():
    from jupyterhub import app, auth, spawner

    hub_app = app.JupyterHub()
    hub_app.load_config_file(str(hub.CONFIGURATION))
    for kind in [app.JupyterHub, auth.Authenticator, auth.PAMAuthenticator, spawner.Spawner]:
        assert set(hub_app.config[kind.__name__]) <= set(kind.class_traits(config=True))
    assert hub_app.config.PAMAuthenticator.allowed_groups == {GROUP}


@needs_server
def test_two_learners_run_lesson_1_and_it_prints_what_stands_there(classroom):
    lesson = nbformat.read(hub.ROOT / "notebooks" / "01_what_is_an_rnn.ipynb", as_version=4)
    cells = [cell for cell in lesson.cells if cell.cell_type == "code"]
    printed = ["".join(one.text for one in cell.outputs if one.output_type == "stream") for cell in cells]
    for learner in classroom:
        assert learner.run("01_what_is_an_rnn.ipynb") == printed


@needs_server
def test_a_cell_that_fails_is_a_failure(classroom):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        code(classroom[0], "1 / 0")


@needs_server
def test_a_learner_reads_neither_a_neighbours_folder_nor_the_gradebook(classroom):
    other = classroom[1].name
    look = "import os; print([os.access(path, os.R_OK) for path in {!r}])"
    [said] = code(classroom[0], look.format([f"{home_of(other)}/rnn-course", f"{home_of(other)}/rnn-course/try.ipynb"]))
    assert said == "[False, False]\n"
    with tempfile.TemporaryDirectory() as kept:
        Path(kept).chmod(0o755)
        gradebook = Path(kept) / "class" / "gradebook.db"
        gradebook.parent.mkdir()
        gradebook.write_text("marks")
        assert as_user(classroom[0].name, "cat", gradebook).stdout == "marks"
        assert hub.close_class(gradebook.parent) == (0, 0)
        assert "Permission denied" in as_user(classroom[0].name, "cat", gradebook).stderr


@needs_server
def test_a_learners_work_outlives_the_next_start(classroom):
    lesson = home_of(classroom[0].name) / "rnn-course" / "02_prepare_text.ipynb"
    lesson.write_text("mine")
    lesson.with_name("03_build_and_train.ipynb").unlink()
    bring = f"import sys; sys.path.insert(0, {str(HERE)!r}); import learner; learner.bring_lessons(learner.Path.cwd())"
    result = as_user(classroom[0].name, sys.executable, "-c", bring, cwd=lesson.parent)
    assert (result.returncode, lesson.read_text()) == (0, "mine"), result.stderr
    assert lesson.with_name("03_build_and_train.ipynb").exists()


@needs_server
def test_a_program_that_takes_too_much_memory_ends_alone(classroom):
    greedy, neighbour = classroom
    with pytest.raises(RuntimeError, match="MemoryError"):
        code(greedy, "import numpy as np; np.ones(400_000_000)")
    assert code(neighbour, "print(1 + 1)") == ["2\n"]


@needs_server
def test_notebooks_from_one_seed_share_neither_user_nor_chance_nor_the_hubs_token(classroom):
    look = [
        "import os; print(os.environ['USER'], 0 in (os.getuid(), os.geteuid(), os.getgid(), *os.getgroups()))",
        "import random, numpy as np; print(random.random(), np.random.random())",
    ]
    (who, chance), (_, other_chance) = (code(learner, *look) for learner in classroom)
    assert who == f"{classroom[0].name} False\n"
    assert set(chance.split()).isdisjoint(other_chance.split())
    running = psutil.process_iter(["cmdline"])  # without a command, where a program has just ended
    seeds = [one for one in running if (one.info["cmdline"] or [])[-1:] == [str(HERE / "seed.py")]]
    assert seeds and not any("JUPYTERHUB_API_TOKEN" in seed.environ() for seed in seeds if seed.uids().real == 0)


@needs_server
def test_an_assignment_is_released_fetched_submitted_and_collected(classroom):
    name, settings = classroom[0].name, ["--course=rnn"]
    program, home = [sys.executable, "-m", "nbgrader"], home_of(name) / "rnn-course"
    with tempfile.TemporaryDirectory() as kept:
        Path(kept).chmod(0o755)
        exchange, course = Path(kept) / "exchange", Path(kept) / "course"
        hub.open_exchange(exchange, (0, 0))
        settings += [f"--Exchange.root={exchange}"]
        handed_out = course / "release" / "lesson_1" / "lesson_1.ipynb"
        handed_out.parent.mkdir(parents=True)
        shutil.copy(hub.ROOT / "notebooks" / "01_what_is_an_rnn.ipynb", handed_out)
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # nbgrader starts alembic by its name
        teach = {
            "env": {**os.environ, "PATH": path},
            "cwd": course,
            "check": True,
            "capture_output": True,
            "timeout": 60,
        }
        subprocess.run([*program, "release_assignment", "lesson_1", *settings], **teach)
        for step in ["fetch_assignment", "submit"]:
            result = as_user(name, *program, step, "lesson_1", *settings, cwd=home)
            assert result.returncode == 0, result.stderr
        assert "Permission denied" in as_user(classroom[1].name, "ls", exchange / "rnn" / "inbound").stderr
        subprocess.run([*program, "collect", "lesson_1", *settings], **teach)
        assert (course / "submitted" / name / "lesson_1" / "lesson_1.ipynb").exists()


on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the class's server is a Linux server")


@on_linux
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sys.platform": "win32"}, "needs Linux"),
        ({"os.geteuid": lambda: 1000}, "sudo make hub"),
        ({"os.geteuid": lambda: 0, "shutil.which": lambda name: None}, "npm install -g configurable-http-proxy"),
    ],
)
def test_hub_names_what_is_missing_in_one_line(monkeypatch, changes, said):
    for name, value in changes.items():
        monkeypatch.setattr(f"hub.{name}", value)
    line = hub.what_is_missing()
    assert said in line and "\n" not in line


@on_linux
def test_hub_names_what_is_in_the_way_in_one_line(monkeypatch, tmp_path):
    import grp

    group, [port] = grp.getgrall()[0].gr_name, hub.free_ports(1)
    monkeypatch.setattr(hub, "NEEDED", [])
    monkeypatch.setattr(hub, "KEPT", tmp_path)
    assert hub.what_is_in_the_way(port, group) is None
    assert "groupadd no-such-group" in hub.what_is_in_the_way(port, "no-such-group")
    with socket.create_server(("", port)):
        assert f"port {port} is taken" in hub.what_is_in_the_way(port, group)
    monkeypatch.setattr(hub, "KEPT", tmp_path / "none")
    assert "make classroom" in hub.what_is_in_the_way(port, group)
    tmp_path.chmod(0o700)
    monkeypatch.setattr(hub, "NEEDED", [tmp_path])
    assert f"may not enter {hub.closed_folder(tmp_path)}" in hub.what_is_in_the_way(port, group)


def test_the_clusters_memory_holds_a_learner_who_shares_with_nobody():
    memory = yaml.safe_load((HERE / "z2jh-values.yaml").read_text())["singleuser"]["memory"]
    guarantee, limit = (int(memory[name].removesuffix("M")) for name in ("guarantee", "limit"))
    [alone] = re.findall(r"takes (\d+) MB alone", (HERE / "server.md").read_text())
    assert int(alone) <= guarantee <= limit / 2
