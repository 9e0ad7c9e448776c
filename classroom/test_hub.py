"""The class's hub: real users, a real JupyterHub, real notebooks; and what it says where it cannot run."""

import shutil
import subprocess
import sys
from pathlib import Path

import hub
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


def as_user(name, *command, **options):
    """Run a command as a trial user, in the folder of the lessons."""
    become = ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", "env", f"HOME=/home/{name}"]
    return subprocess.run(
        [*trial.passage(), *become, *command], capture_output=True, text=True, timeout=60, **options
    )


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
    from jupyterhub.app import JupyterHub

    app = JupyterHub()
    app.load_config_file(str(hub.CONFIGURATION))
    known = {**JupyterHub.class_traits(config=True)}
    assert set(app.config.JupyterHub) <= set(known)
    assert app.config.PAMAuthenticator.allowed_groups == {GROUP}


@needs_server
def test_two_learners_run_lesson_1_without_a_failure(classroom):
    for learner in classroom:
        assert learner.run("01_what_is_an_rnn.ipynb")


@needs_server
def test_a_cell_that_fails_is_a_failure(classroom):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        code(classroom[0], "1 / 0")


@needs_server
def test_a_learner_reads_neither_a_neighbours_folder_nor_the_gradebook(classroom, tmp_path):
    other = classroom[1].name
    gradebook = hub.ROOT / "class" / "gradebook.db"
    look = "import os; print([os.access(path, os.R_OK) for path in {!r}])"
    [said] = code(classroom[0], look.format([f"/home/{other}/rnn-course", f"/home/{other}/rnn-course/try.ipynb"]))
    assert said == "[False, False]\n"
    if gradebook.exists():
        assert as_user(classroom[0].name, "cat", gradebook).returncode


@needs_server
def test_a_learners_work_outlives_the_next_start(classroom):
    lesson = Path(f"/home/{classroom[0].name}/rnn-course/01_what_is_an_rnn.ipynb")
    lesson.write_text("mine")
    bring = f"import sys; sys.path.insert(0, {str(HERE)!r}); import learner; learner.bring_lessons(learner.Path.cwd())"
    result = as_user(classroom[0].name, sys.executable, "-c", bring, cwd=lesson.parent)
    assert (result.returncode, lesson.read_text()) == (0, "mine"), result.stderr
