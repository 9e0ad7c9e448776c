"""Time per update against length, with one and with two threads. About a minute.

Four networks of 4,400 to 4,700 numbers, each around one layer; batches of 32 sequences, 32 numbers a step. Two
processes stand ready, one that may use one core and one that may use two. Each of ROUNDS rounds times every network at
every length in both, one after another, so that the ratios of a round are of the same minute. Run it alone: anything
else at work on the machine takes the second core away.
"""

import subprocess
import sys

import numpy as np

from rnn_helpers.experiments import RESULTS, run

KINDS = ("SimpleRNN", "GRU", "convolution", "attention")
LENGTHS = (8, 32, 128, 512)
THREADS = (1, 2)
ROUNDS = 9
NOTE = "Milliseconds per update of 32 sequences, one number a round; compare only within this file."
SECONDS = 0.1  # how long one measurement takes at least


def measure(lengths, rounds):
    """The milliseconds of an update, for every network, length, number of threads and round.

    Args:
        lengths: a list of lengths, in steps.
        rounds: how many rounds.

    Returns:
        A dict "times" of rows: "kind", "num_steps", "threads", and "milliseconds", one number a round.
    """
    workers = {threads: start_worker(threads) for threads in THREADS}
    tasks = [(kind, num_steps) for num_steps in lengths for kind in KINDS]
    try:
        once = {task: [ask(workers[threads], *task, 1) for threads in THREADS] for task in tasks}  # compiles, too
        repeats = {task: max(1, round(SECONDS / max(times))) for task, times in once.items()}
        rounds = [[[ask(workers[n], *task, repeats[task]) for n in THREADS] for task in tasks] for _ in range(rounds)]
    finally:
        for worker in workers.values():
            worker.stdin.close()
            worker.wait()
    milliseconds = 1000 * np.array(rounds)  # shape (rounds, tasks, threads)
    return {
        "times": [
            {
                "kind": kind,
                "num_steps": num_steps,
                "threads": n,
                "milliseconds": milliseconds[:, i, j].round(3).tolist(),
            }
            for i, (kind, num_steps) in enumerate(tasks)
            for j, n in enumerate(THREADS)
        ]
    }


def start_worker(threads):
    """A process that may compute with so many threads, and waits for `ask`."""
    command = [sys.executable, __file__, "worker", str(threads)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def ask(worker, kind, num_steps, num_updates):
    """The seconds of one update, the mean of `num_updates`, timed by a worker."""
    worker.stdin.write(f"{kind} {num_steps} {num_updates}\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())


def work(threads):
    """What a worker does until its input ends: time what each line asks for."""
    import tensorflow as tf

    from rnn_helpers.rivals import update_timer

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    timers = {}
    for line in sys.stdin:
        kind, num_steps, num_updates = line.split()
        task = kind, int(num_steps)
        if task not in timers:
            timers[task] = update_timer(*task)
        print(timers[task](int(num_updates)), flush=True)


def main():
    """All in one setting: only times of one run can be compared."""
    run(measure, [{"lengths": LENGTHS, "rounds": ROUNDS}], RESULTS / "parallel.json", NOTE)


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        work(int(sys.argv[2]))
    else:
        main()
