"""Start one learner's JupyterLab, as that learner: JupyterHub runs this, by classroom/jupyterhub_config.py."""

import os
import resource
import shutil
import sys
from pathlib import Path

import seed

LESSONS = Path(__file__).resolve().parent.parent / "notebooks"
FOLDER = "rnn-course"  # in the learner's home


def bring_lessons(folder):
    """Copy each lesson that is not there yet. What a learner has written is never touched."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for lesson in sorted(LESSONS.glob("*.ipynb")):
        if not (folder / lesson.name).exists():
            shutil.copyfile(lesson, folder / lesson.name)


if __name__ == "__main__":
    os.umask(0o077)  # what a learner makes, only that learner reads
    limit = int(os.environ["MEM_LIMIT"])
    # For each program, and for what it may write to: TensorFlow's files, which all share, do not count.
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    folder = Path.home() / FOLDER
    bring_lessons(folder)
    os.chdir(folder)  # nbgrader fetches to here
    seed.stand_in(["jupyterhub.singleuser", *sys.argv[1:]])
