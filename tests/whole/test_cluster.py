"""Experiments on a real Dask cluster: a scheduler and two workers, each a process of its own, and what kills them."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import distributed
import pytest
from threadpoolctl import threadpool_info

from rnn_helpers import cluster
from rnn_helpers.errors import InputError
from rnn_helpers.experiments import load_results, run

ROOT = Path(__file__).resolve().parent.parent.parent
# Workers run this file's functions.
VARIABLES = os.environ | {"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests' / 'whole'}"}
MEMORY = "1500MB"  # of a worker: enough for Keras


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The address of a scheduler with two workers."""
    file = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    # A task that was on a worker when it died may have killed it: after the second time it is accused.
    variables = VARIABLES | {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    dask = [sys.executable, "-m", "dask"]
    scheduler = ["scheduler", "--host=127.0.0.1", "--port=0", "--no-dashboard", f"--scheduler-file={file}"]
    worker = ["worker", f"--scheduler-file={file}", "--nthreads=1", f"--memory-limit={MEMORY}", "--no-dashboard"]
    started = [
        subprocess.Popen([*dask, *command], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for command in (scheduler, [*worker, "--nworkers=2"])
    ]
    while not file.exists() or not file.read_text():
        time.sleep(0.05)
    yield json.loads(file.read_text())["address"]
    for process in reversed(started):
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@pytest.fixture
def client(address):
    """A client of that cluster, when both workers are there."""
    with cluster.connect(address) as client:
        client.wait_for_workers(2, timeout=30)
        yield client


# --- What the workers run ---


def square(number):
    return number**2


def write_down(number, folder):
    """Leave a file for each time that this setting is computed, and take a moment."""
    Path(folder, f"{number}-{time.time_ns()}").touch()
    time.sleep(0.3)
    return number


def die_once(number, folder):
    """The setting 2 kills its worker the first time."""
    times = len(list(Path(folder).glob(f"{number}-*")))
    write_down(number, folder)
    if number == 2 and times == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fill_memory(number, megabytes):
    kept = [bytes([1]) * 1_000_000 for _ in range(megabytes)]
    time.sleep(1 if megabytes > 100 else 0.1)
    return number + 0 * len(kept)


def learn(seed):
    """A small training: the hash of its weights, to the last bit."""
    from rnn_helpers.introductions import Introductions
    from rnn_helpers.trials import fit_network

    language = Introductions(0)
    model = fit_network("SimpleRNN", language, language.sample(200, seed), seed, epochs=2)
    return hashlib.sha256(b"".join(part.tobytes() for part in model.get_weights())).hexdigest()


def look_around(number):
    """What limits a worker's threads: its variables, the pools of NumPy and SciPy. And whose randomness Dask uses."""
    import random

    import dask.sizeof
    import scipy.linalg  # noqa: F401 - brings a pool of its own

    variables = [os.environ.get(name) for name in cluster.ONE_THREAD]
    pools = [pool["num_threads"] for pool in threadpool_info()]
    return {"variables": variables, "pools": pools, "is_shared": dask.sizeof.random is random}


def times_computed(folder):
    return Counter(int(path.name.split("-")[0]) for path in folder.iterdir())


def numbers(found):
    return [done["result"] for done in found]


needs_signals = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")


# --- Without a fault ---


def test_a_cluster_gives_the_results_in_the_settings_order_and_keeps_them(client, tmp_path):
    settings = [{"number": number} for number in (3, 1, 2)]
    done = run(square, settings, tmp_path / "results.json", client=client)
    assert numbers(done) == [9, 1, 4]
    assert sorted(numbers(load_results(tmp_path / "results.json"))) == [1, 4, 9]


def test_a_failing_setting_is_told_and_the_others_are_kept(client):
    with pytest.warns(UserWarning, match=r"^square failed with {'number': 'two'}: TypeError: unsupported operand"):
        done = run(square, [{"number": 1}, {"number": "two"}, {"number": 3}], client=client)
    assert numbers(done) == [1, 9]


def test_each_worker_computes_with_one_thread_and_dask_leaves_the_random_numbers_to_keras(client):
    for found in numbers(run(look_around, [{"number": number} for number in range(4)], client=client)):
        assert set(found["variables"]) == {"1"} and not found["is_shared"]
        assert len(found["pools"]) >= 2 and set(found["pools"]) == {1}


def test_a_cluster_of_this_machine_ends_with_its_block():
    with cluster.local_cluster(workers=1, memory=MEMORY) as client:
        assert numbers(run(square, [{"number": 5}], client=client)) == [25]
        assert list(client.nthreads().values()) == [1]
    assert client.status == "closed"


def test_a_training_ends_at_the_same_bits_in_one_process_in_two_and_on_one_or_two_workers(client, tmp_path):
    settings = [{"seed": seed} for seed in (0, 1)]
    lines = ["import rnn_helpers.cluster", "rnn_helpers.cluster.limit_threads()", "import test_cluster"]
    lines += [f"test_cluster.run(test_cluster.learn, {settings}, {str(tmp_path / 'here.json')!r})"]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], env=VARIABLES, check=True)
    here = numbers(load_results(tmp_path / "here.json"))
    assert here[0] != here[1]
    with cluster.processes(2) as both:
        assert numbers(run(learn, settings[::-1], client=both))[::-1] == here
    assert numbers(run(learn, settings[::-1], client=client))[::-1] == here
    one_worker = client.get_executor(pure=False, workers=[min(client.nthreads())])
    assert numbers(run(learn, settings[:1], client=one_worker)) == here[:1]


def test_a_worker_that_would_run_two_trainings_in_one_process_is_refused():
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": ":0"}
    with (
        distributed.LocalCluster(**options) as of_threads,
        cluster.connect(of_threads) as client,
        pytest.raises(InputError, match=r"2 settings at a time .*: start the workers with 'dask worker --nthreads 1'"),
    ):
        run(square, [{"number": 1}], client=client)


def test_an_address_where_no_scheduler_answers_is_told_with_its_mend(monkeypatch):
    monkeypatch.setenv("CLUSTER", "nowhere")
    with pytest.raises(InputError, match=r"^no scheduler answers at 'nowhere' .*: start one with 'dask scheduler'"):
        cluster.workers()


# --- With faults: no result lost, none twice ---


@needs_signals
def test_a_killed_worker_loses_no_result_and_gives_none_twice(client, tmp_path):
    settings = [{"number": number, "folder": str(tmp_path)} for number in range(6)]
    path = tmp_path.with_suffix(".json")
    done = run(die_once, settings, path, client=client)
    assert numbers(done) == list(range(6))
    assert sorted(numbers(load_results(path))) == list(range(6))
    assert times_computed(tmp_path)[2] == 2


@needs_signals
def test_a_setting_that_outgrows_its_workers_memory_is_told_and_takes_no_other_with_it(client, tmp_path):
    settings = [{"number": number, "megabytes": 3000 if number == 2 else 1} for number in range(6)]
    path = tmp_path / "results.json"
    told = r"^fill_memory failed with {'number': 2, .*}: each worker that tried it died; did it need more memory"
    with pytest.warns(UserWarning, match=told) as warned:
        done = run(fill_memory, settings, path, client=client)
    assert len(warned) == 1
    assert numbers(done) == [0, 1, 3, 4, 5]
    assert sorted(numbers(load_results(path))) == [0, 1, 3, 4, 5]


@needs_signals
def test_a_killed_client_goes_on_at_its_next_start_and_computes_nothing_twice_that_it_had_stored(address, tmp_path):
    path = tmp_path.with_suffix(".json")
    program = f"""
import test_cluster
from rnn_helpers.cluster import connect
from rnn_helpers.experiments import run
settings = [{{"number": number, "folder": {str(tmp_path)!r}}} for number in range(10)]
with connect({address!r}) as client:
    run(test_cluster.write_down, settings, {str(path)!r}, client=client)
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, env=VARIABLES) as first:
        while not path.exists() or len(load_results(path)) < 3:
            assert first.poll() is None
            time.sleep(0.02)
        first.kill()
    stored = numbers(load_results(path))
    assert 3 <= len(stored) < 10
    subprocess.run(command, env=VARIABLES, check=True)
    after = numbers(load_results(path))
    assert after[: len(stored)] == stored
    assert sorted(after) == list(range(10))
    computed = times_computed(tmp_path)
    assert all(computed[number] == 1 for number in stored) and set(computed) == set(range(10))
