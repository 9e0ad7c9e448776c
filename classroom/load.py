"""Measure what a class takes: so many learners log in at once, open a lesson, and run it to its last cell.

    python classroom/load.py --learners 20 --lesson 3

On a Linux server, as root: the learners are trial users (rnn-trial-01 ...) who are removed again, and the hub is one of
its own, with the class's real configuration. A running class's hub is not touched, but both share the machine.
"""

import argparse
import json
import os
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import hub
import psutil
import trial

LESSONS = hub.ROOT / "notebooks"


def attend(learner, lesson, seconds):
    """Be one learner in class; note the seconds from the login to JupyterLab, and to the last cell."""
    start = time.monotonic()
    learner.log_in()
    learner.open_lab()
    seconds["lab"].append(time.monotonic() - start)
    learner.run(lesson)
    seconds["lesson"].append(time.monotonic() - start)


def megabytes(hub_process):
    """Return the memory of the trial's programs by kind; pages that several share are split among them (PSS)."""
    sums = dict.fromkeys(["kernels", "servers", "seed", "hub", "proxy"], 0.0)
    ours = {process.pid for process in [hub_process, *hub_process.children(recursive=True)]}
    for process in psutil.process_iter(["pid", "username", "name", "cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if process.info["username"].startswith(trial.NAME):
            kind = "servers" if is_server(process.info) else "kernels"
        elif process.info["pid"] in ours:
            known = {"configurable-http-proxy": "proxy", "seed.py": "seed"}
            kind = next((kind for name, kind in known.items() if name in command), "hub")
        else:
            continue
        try:
            lines = Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines()
        except OSError:  # it has ended
            continue
        sums[kind] += next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return sums


def is_server(process):
    """Say whether a learner's program is the JupyterLab server, or what stands in for it; else it is a notebook's."""
    return process["name"].startswith("jupyterhub") or any("learner.py" in part for part in process["cmdline"])


def watch(hub_process, peak, ended):
    """Every five seconds, keep the largest sum that was seen, split by kind."""
    while not ended.wait(5):
        now = megabytes(hub_process)
        if sum(now.values()) > sum(peak.values()):
            peak.update(now)


def measure(count, lesson):
    """Hold one class; return its failures, seconds and megabytes."""
    _, group = hub.configuration()
    seconds, peak, ended = {"lab": [], "lesson": []}, {}, threading.Event()
    with trial.trial_users(count, group) as users, trial.trial_hub() as (address, process):
        learners = [trial.Learner(address, *user) for user in users.items()]
        watcher = threading.Thread(target=watch, args=(psutil.Process(process.pid), peak, ended))
        watcher.start()
        with ThreadPoolExecutor(count) as pool:
            results = [pool.submit(attend, learner, lesson, seconds) for learner in learners]
            failures = [str(one.exception()) for one in results if one.exception()]
        time.sleep(10)  # all are there, and all have run the lesson: one more look
        ended.set()
        watcher.join()
        for learner in learners:
            learner.stop()
    return {"learners": count, "lesson": lesson, "failures": failures, "seconds": seconds, "megabytes": peak}


def report(result):
    """Return a measurement as lines to read."""
    count, peak = result["learners"], result["megabytes"]
    lines = [f"{count} learners, {result['lesson']}, {os.cpu_count()} cores: {len(result['failures'])} failures"]
    for what, taken in result["seconds"].items():
        if taken:
            lines.append(f"seconds to the {what:6}  median {statistics.median(taken):6.1f}   most {max(taken):6.1f}")
    each = (peak["servers"] + peak["kernels"]) / count
    lines += [f"MB at the peak: {kind:8} {amount:7.0f}" for kind, amount in peak.items()]
    lines.append(
        f"MB a learner: {each:.0f} = server {peak['servers'] / count:.0f} + notebook {peak['kernels'] / count:.0f}"
    )
    return "\n".join([*lines, *(f"failed: {failure}" for failure in result["failures"])])


def main(arguments=None):
    """Measure, print a table, and return 1 if a learner failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, default=20)
    parser.add_argument("--lesson", type=int, default=3)
    parser.add_argument("--json", type=Path, help="a file to keep the figures in, too")
    chosen = parser.parse_args(arguments)
    found = sorted(LESSONS.glob(f"{chosen.lesson:02}_*.ipynb"))
    if not found:
        sys.exit(f"load: no lesson {chosen.lesson} in {LESSONS}. Choose one that is there.")
    if not 1 <= chosen.learners <= 99:
        sys.exit(f"load: {chosen.learners} learners cannot be tried. Choose 1 to 99.")
    if missing := hub.what_is_missing():
        sys.exit(f"load: {missing}")
    result = measure(chosen.learners, found[0].name)
    print(report(result))
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=1))
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    sys.exit(main())
