"""Many settings, each tried with many seeds; results that say how they were made. Taught in lesson 5."""

import importlib.metadata
import json
import os
import platform
from concurrent.futures import as_completed
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from scipy import stats
from tqdm.auto import tqdm

from rnn_helpers.cluster import prepare_worker, require_one_thread_each
from rnn_helpers.errors import InputError, warn

RESULTS = Path(__file__).with_name("measured")  # where the heavy runs' results are kept, for the lessons to read


def interval(values):
    """The mean of a measurement over seeds, and where the true mean lies with 95 % confidence (Student's t).

    mean -+ t * s / sqrt(n)

    Args:
        values: at least two numbers, one per seed.

    Returns:
        mean, low, high.

    Raises:
        InputError: there are fewer than two values, or one is not a finite number.

    Example:
        >>> [round(float(number), 2) for number in interval([1.0, 2.0, 3.0])]
        [2.0, -0.48, 4.48]
    """
    values = np.asarray(values, dtype="float64")
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise InputError(f"{values.tolist()} has no spread: give at least two finite numbers, one per seed")
    mean = float(values.mean())
    half = float(stats.t.ppf(0.975, len(values) - 1) * stats.sem(values))
    return mean, mean - half, mean + half


def run(function, settings, path=None, note="", client=None):
    """Call a function with each of many settings, and keep every result as soon as it is there.

    A setting whose result the file already holds is not run again: what was interrupted, or killed, goes on where it
    stopped. A setting that fails is told in a warning, and the others go on. A Dask cluster also survives workers that
    die: what they had begun is begun again elsewhere. A progress bar tells the time to go.

    Args:
        function: takes one setting's entries as its arguments, and returns what JSON can hold.
        settings: a list of dicts, each with all that decides a result, the seed included.
        path: a JSON file to keep the results in; none if None.
        note: kept in the file: why these settings.
        client: who computes: a Dask client, or a concurrent.futures executor, such as the helpers of `cluster` give;
            this process itself if None.

    Returns:
        A list of dicts {"setting", "seconds", "result"}, in the order of `settings`; those that failed are left out.

    Raises:
        InputError: the file is none of `run`, or was made by another function, with other versions or another note;
            or a Dask worker has several threads.

    Warns:
        UserWarning: a setting failed; the message names it and says why.

    Example:
        >>> [done["result"] for done in run(pow, [{"base": 2, "exp": 3}, {"base": 2, "exp": 4}])]
        [8, 16]
    """
    how = describe_how(function) | {"note": note}
    done = {} if path is None or not Path(path).exists() else _read(Path(path), how)
    lines = [json.dumps(one) for one in done.values()]
    keys = {_key(setting): setting for setting in settings}
    waiting = {key: setting for key, setting in keys.items() if key not in done}
    is_hidden, num_stored = "TQDM_DISABLE" in os.environ, len(keys) - len(waiting)
    with tqdm(desc=function.__name__, unit="run", total=len(keys), initial=num_stored, disable=is_hidden) as bar:
        for key, call in _calls_as_they_end(function, waiting, client):
            try:
                seconds, result = call()
            except Exception as error:
                warn(f"{function.__name__} failed with {waiting[key]}: {_why(error)}")
            else:
                done[key] = {"setting": waiting[key], "seconds": seconds, "result": result}
                if path is not None:
                    lines.append(json.dumps(done[key]))
                    _write(Path(path), how, lines)
            bar.update()
    return [done[_key(setting)] for setting in settings if _key(setting) in done]


def _calls_as_they_end(function, waiting, client):
    """Pairs of a setting's key, and a function that returns its seconds and result, or raises what it raised."""
    if client is None:
        yield from ((key, partial(_timed, function, setting)) for key, setting in waiting.items())
        return
    if hasattr(client, "get_executor"):  # Dask's
        require_one_thread_each(client)
        submit = partial(client.get_executor(pure=False).submit, _on_worker)
    else:
        submit = partial(client.submit, _timed)
    keys = {submit(function, setting): key for key, setting in waiting.items()}
    accused = []
    try:
        for call in as_completed(keys):
            if not call.cancelled() and type(call.exception()).__name__ == "KilledWorker":
                accused.append(keys[call])
            else:
                yield keys[call], call.result
        # Dask accuses all that a worker held when it died, and only one of them killed it: each is tried alone.
        for key in accused:
            yield key, submit(function, waiting[key]).result
    finally:
        for call in keys:  # whoever stops `run` wants no more of them
            call.cancel()


def _why(error):
    """An error in one line."""
    if type(error).__name__ == "KilledWorker":
        return "each worker that tried it died; did it need more memory than a worker may take?"
    return " ".join(f"{type(error).__name__}: {error}".split())


def _key(setting):
    return json.dumps(setting, sort_keys=True)


def _timed(function, setting):
    start = perf_counter()
    result = function(**setting)
    json.dumps(result, allow_nan=False)  # what no file can hold is this setting's failure, and harms no other
    return round(perf_counter() - start, 2), result


def _on_worker(function, setting):
    prepare_worker()
    return _timed(function, setting)


def describe_how(function):
    """How results are made: the function, the versions, the kind of machine."""
    versions = {"python": platform.python_version()}
    for name in ("numpy", "keras", "tensorflow-cpu", "tensorflow"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:  # of TensorFlow's two packages one is there
            continue
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    return {"function": function.__name__, "versions": versions, "machine": machine}


def load_results(path):
    """The results in a file that `run` wrote, as `run` returned them.

    Raises:
        InputError: the file is missing, or none of `run`.
    """
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))["runs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{str(path)!r} holds no results ({error!r}): make them with run, or check the name") from None


def _read(path, how):
    """The results in a file, by their settings; InputError if they were made in another way."""
    runs = load_results(path)
    made = json.loads(path.read_text(encoding="utf-8")).get("how")
    if made != how:
        raise InputError(f"{str(path)!r} was made by {made}, and this is {how}: delete it, or name another file")
    return {_key(done["setting"]): done for done in runs}


def _write(path, how, lines):
    """Replace the file by one with all results so far, a line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    runs = ",\n".join(lines)
    new.write_text(f'{{"how": {json.dumps(how)},\n"runs": [\n{runs}\n]}}\n', encoding="utf-8")
    new.replace(path)  # whoever stops the program leaves a whole file
