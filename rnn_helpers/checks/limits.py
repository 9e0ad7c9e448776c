"""An answer's code, run so that it can neither hang the notebook nor write between its lines."""

import builtins
import contextlib
import ctypes
import io
import threading
import warnings

from rnn_helpers.checks.hints import HintError

MOST_PRINTED = 1000  # characters kept of what an answer prints; an endless loop may print millions


class _Transcript(io.StringIO):
    """The first characters of what is printed; the rest is dropped."""

    def write(self, text):
        if self.tell() < MOST_PRINTED:
            super().write(text[:MOST_PRINTED])
        return len(text)


def run(work, seconds):
    """Do a piece of work that may never end, print, or ask for input.

    The work runs in a thread of its own, the same way on Linux, macOS and Windows, in a kernel's main thread or in
    any other. When the time is up, an exception is raised inside that thread, several times if it is caught.

    Limits: Python raises it between two of its own instructions. A single long call into C (`time.sleep(999)`) is
    therefore left behind, as a thread that ends with the kernel; what it prints later is shown. A call that also
    keeps Python's lock (`9**9**9`) holds up the kernel itself until it is done or the kernel is restarted. Memory is
    not limited: a list that grows without end may take some hundred MB in the time it has.

    Args:
        work: a function without arguments.
        seconds: how long to wait for it; None to do it right here, without a limit.

    Returns:
        What `work` returned, the exception that it raised (or None), and what it printed. If it did not come to an
        end, the exception is a HintError that says so.

    Example:
        >>> run(lambda: print("hello") or 3, seconds=5)
        (3, None, 'hello\\n')
    """
    outcome, printed, is_done = [], _Transcript(), threading.Event()
    if seconds is None:
        with _kept_apart(printed):
            try:
                return work(), None, printed.getvalue()
            except Exception as error:
                return None, error, printed.getvalue()

    def record():
        try:
            outcome.append((work(), None))
        except BaseException as error:  # also SystemExit: exit() ends the answer, not the notebook
            outcome.append((None, error))
        finally:
            is_done.set()

    thread = threading.Thread(target=record, daemon=True)
    with _kept_apart(printed):
        thread.start()
        try:
            is_late = not is_done.wait(seconds)  # what it returns after that is void
        finally:  # the learner's stop button, too, leaves nothing running
            has_ended = _stop(thread, is_done)
    if is_late:
        return None, HintError(_endless(seconds, has_ended)), printed.getvalue()
    return *outcome[0], printed.getvalue()


def _endless(seconds, has_ended):
    hint = f"your answer did not come to an end in {seconds:g} s: is there a loop whose condition never changes?"
    return hint if has_ended else f"{hint} It could not be stopped: restart the kernel"


def _stop(thread, is_done, attempts=200, pause=0.005):
    """Raise SystemExit in a thread until it ends; an answer's bare `except:` may catch it some times.

    SystemExit, because `except Exception` lets it through, and because a thread that it ends does so silently. No
    `thread.join`: when the stop button interrupts it, Python 3.11 takes the thread for ended.
    """
    for _ in range(attempts):
        if is_done.is_set() or not thread.is_alive():
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))
        is_done.wait(pause)
    return is_done.is_set() or not thread.is_alive()


@contextlib.contextmanager
def _kept_apart(printed):
    """Printing goes to `printed`, NumPy's warnings nowhere (the hint says what is wrong), input() gets a hint."""

    def refuse(*_):
        raise HintError("input() waits for a person: your function gets all that it needs as its arguments")

    asks = builtins.input
    builtins.input = refuse
    try:
        with contextlib.redirect_stdout(printed), warnings.catch_warnings(action="ignore"):
            yield
    finally:
        builtins.input = asks
