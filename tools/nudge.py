"""Which outputs would differ on another processor? `make nudge`.

Processors round differently, and a long training enlarges that. Here the solutions run with their weights moved by some
ten millionths before each training; nbval then tells the cells that print something else. Print those more coarsely.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import course

ROOT = Path(__file__).resolve().parent.parent
SIZE = 2e-7  # about twice what one rounding to 32 bits moves a number, as its share
SEEDS = (1, 2, 3)


def nudge_trainings(seed):
    """Move each model's weights a little, at random, whenever `rnn_helpers` compiles its training."""
    import numpy as np

    from rnn_helpers import training

    random, compile_update = np.random.default_rng(seed), training.compile_update

    def compile_nudged(model, *args, **options):
        weights = [part * (1 + SIZE * random.normal(size=part.shape)) for part in model.get_weights()]
        model.set_weights([part.astype("float32") for part in weights])
        return compile_update(model, *args, **options)

    training.compile_update = compile_nudged


def nudged_variables(folder, seed):
    """The variables of a process whose IPython kernels begin with `nudge_trainings`; `folder` is for its start file."""
    startup = Path(folder) / "profile_default" / "startup"
    startup.mkdir(parents=True)
    lines = ["import sys", f"sys.path.append({str(ROOT / 'tools')!r})", "import nudge"]
    (startup / "start.py").write_text("\n".join(lines), encoding="utf-8")  # not nudge.py: it would import itself
    return os.environ | {"IPYTHONDIR": str(folder), "NUDGE_SEED": str(seed)}


def run_nudged(seed):
    """nbval over the solutions, with every training nudged; its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        variables = nudged_variables(folder, seed)
        nbval = [sys.executable, "-m", "pytest", *course.PARALLEL, *course.NBVAL, "notebooks/solutions"]
        return subprocess.call(nbval, cwd=ROOT, env=variables)


if "NUDGE_SEED" in os.environ:
    nudge_trainings(int(os.environ["NUDGE_SEED"]))

if __name__ == "__main__":
    sys.exit(max([run_nudged(seed) for seed in SEEDS]))
