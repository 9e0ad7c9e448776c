"""Workers for experiments: processes of this machine, or of many machines, with one thread each. Taught in lesson 8."""

import multiprocessing
import os
import random
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from rnn_helpers.errors import InputError, require_whole

# Small networks gain nothing from a second thread, and threads of several workers would only wait for each other.
LIBRARIES = ("OMP", "OPENBLAS", "MKL", "TF_NUM_INTRAOP", "TF_NUM_INTEROP")
ONE_THREAD = {f"{name}_THREADS" if name.startswith("TF") else f"{name}_NUM_THREADS": "1" for name in LIBRARIES}


def limit_threads():
    """Let this process compute with one thread; to be called before NumPy is imported and Keras first computes.

    Sums that several threads share are added in another order, so that their last bits differ. With one thread each,
    results are the same to the last bit in this process, in others, and on a cluster.
    """
    os.environ.update(ONE_THREAD)


def processes(number=None):
    """Processes of this machine with one thread each, for `experiments.run`. Needs no Dask.

    One that is killed takes the others along: `run` then tells what failed, and a second start goes on.

    Args:
        number: how many; one for each core if None.

    Returns:
        A concurrent.futures.ProcessPoolExecutor, to be used in a `with`.
    """
    number = os.cpu_count() if number is None else number
    require_whole("number", number, lowest=1)
    limit_threads()  # they inherit it
    return ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"))


def connect(cluster):
    """A client of a Dask cluster, for `experiments.run`.

    Args:
        cluster: the address of its scheduler, such as "tcp://10.0.0.5:8786", or an object such as a LocalCluster. Its
            workers need this course's environment, and `dask worker --nthreads 1`.

    Returns:
        A dask.distributed.Client, to be used in a `with`.

    Raises:
        InputError: Dask is not installed, or nothing answers at that address.
    """
    distributed = _import_distributed()
    try:
        return distributed.Client(cluster, set_as_default=False, timeout=10)
    except (OSError, ValueError) as error:
        reason = f"no scheduler answers at {cluster!r} ({type(error).__name__})"
        raise InputError(f"{reason}: start one with 'dask scheduler', and give the address that it tells") from None


def require_one_thread_each(client):
    """Raise InputError if a worker of a Dask client's cluster would run several settings at a time in one process.

    They would draw from one source of random numbers, and a seed would say nothing any more.
    """
    most = max(client.nthreads().values(), default=1)
    if most > 1:
        reason = (
            f"a worker of this cluster runs {most} settings at a time in one process, and they share random numbers"
        )
        raise InputError(f"{reason}: start the workers with 'dask worker --nthreads 1'")


def prepare_worker():
    """Make a process of a Dask cluster ready for results that are the same everywhere; called in it before each task.

    Keras takes starting weights from Python's own `random`, and so does a second thread of Dask's, which guesses now
    and then how much memory things take: it gets a source of its own. That comes in time for Keras, which reads how
    many threads it may use when it first computes; NumPy is told by Dask.
    """
    limit_threads()
    os.environ["TQDM_DISABLE"] = "1"  # the bars of several workers would run into each other; `run` shows its own
    if "dask.sizeof" in sys.modules:
        sys.modules["dask.sizeof"].random = random.Random()


@contextmanager
def local_cluster(workers=2, memory="2GB"):
    """A Dask cluster on this machine, and its client, for `experiments.run`. It ends with the `with`.

    Args:
        workers: how many processes, each with one thread.
        memory: what one worker may take; one that takes more is ended, and another takes its place.

    Yields:
        A dask.distributed.Client.

    Raises:
        InputError: Dask is not installed, or `workers` is less than 1.
    """
    require_whole("workers", workers, lowest=1)
    options = {"threads_per_worker": 1, "memory_limit": memory, "dashboard_address": ":0", "silence_logs": 60}
    with (
        _import_distributed().LocalCluster(n_workers=workers, **options) as cluster,  # 60: above every error
        connect(cluster) as client,
    ):
        yield client


def workers():
    """Who computes the course's heavy runs: the cluster that the variable CLUSTER names, or else two processes here.

    Two, for the stored results say so: their seconds count.

    Returns:
        What `experiments.run` takes as its client, to be used in a `with`.
    """
    address = os.environ.get("CLUSTER")
    return connect(address) if address else processes(2)


def _import_distributed():
    try:
        import distributed
    except ModuleNotFoundError:
        raise InputError("the package 'distributed' is missing: pip install distributed") from None
    return distributed
