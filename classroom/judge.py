"""nbgrader's executor, with the learner's code in a sandbox and the judge outside of it.

Each cell of a submission runs in the sandbox. A cell with points never does: the judge asks the sandbox for the answer
and writes the verdict into that cell. So nothing that runs in the sandbox can change a grade but the answer itself.
"""

import importlib
import json
import re
import sys
import tempfile
from pathlib import Path

import sandbox
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_output
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from rnn_helpers.checks.guard import Guard
from rnn_helpers.checks.hints import HintError, NothingReturnedError, NotTriedError
from rnn_helpers.checks.remote import decode, encode

TASK = re.compile(r"### \d\.\d |\*\*Your own notebook")  # an exercise's heading, or kit.py's note in front
SECONDS_PER_QUESTION = 20
MOST_QUESTIONS = 200  # an answer may call a function that it was given: each call is a question
MOST_OUTPUT = 100_000  # characters kept of what a cell prints
QUESTION = """
import json as _json, IPython.display as _display, rnn_helpers.checks.remote as _remote
_display.display({{"application/json": _json.loads(_remote.reply({name}, {request!r}))}}, raw=True)
"""
SAFE = ["text/plain", "image/png"]  # HTML of a submission could act in the teacher's browser


class SandboxedKernelManager(AsyncKernelManager):
    """Starts the kernel in the sandbox; it is reached through sockets in a folder, for it has no network."""

    def __init__(self, folder, **options):
        super().__init__(**options)
        self.folder = folder
        (self.folder / "run").mkdir()
        self.transport = "ipc"
        self.connection_file = str(self.folder / "run" / "kernel.json")

    @property
    def kernel_spec(self):
        """The sandbox as a kernel."""
        run, why = str(self.folder / "run"), str(self.folder / "why")
        argv = [sys.executable, sandbox.__file__, run, why, "{connection_file}"]
        # A signal would reach the sandbox's guard, not the kernel.
        return KernelSpec(argv=argv, display_name="sandbox", language="python", interrupt_mode="message")


class RemoteGuard(Guard):
    """A learner's function in the sandbox, as a check calls it.

    Args:
        ask: sends a request about the function to the sandbox, and returns what came back.
        head: the first line of its stub.
    """

    def __init__(self, ask, head):
        super().__init__(ask, head)
        self.ask = ask

    def __call__(self, *args):
        """The function's result; what is wrong with it is raised as a hint."""
        functions = []
        request = {"head": self.head, "args": encode(args, functions), "known": {}}
        for _ in range(MOST_QUESTIONS):
            told = self.ask(request)
            if "asked" not in told:
                return self._read(told)
            number, call = json.loads(told["asked"])
            request["known"][told["asked"]] = encode(functions[number](*decode(call)))
        raise HintError(f"your function calls what it was given more than {MOST_QUESTIONS} times: does it end?")

    def _read(self, told):
        print(told.get("printed", ""), end="")
        self.changed = self.changed or told.get("changed")
        for name, error in [("not_tried", NotTriedError), ("nothing", NothingReturnedError), ("hint", HintError)]:
            if name in told:
                raise error(str(told[name]))
        return decode(told["result"])

    def changed_helper(self, helpers):
        """The name of a course's helper that the submission redefined, or None."""
        named = [(helper.__module__, helper.__name__, encode(args)) for helper, args in helpers]
        return self.ask({"head": self.head, "helpers": named}).get("redefined")


class Judge(Execute):
    """Runs a submission in the sandbox, and fills the cells that have points with the judge's verdict."""

    def __init__(self, **options):
        sandbox.require()
        super().__init__(**options)

    def preprocess(self, nb, resources):
        """Execute and judge a notebook; one that is stopped keeps the verdicts it has by then."""
        self.kernel_is_dead, self.num_kept, self.is_asking = None, 0, False
        self.judged = set()  # the cells' places; what a cell says of itself comes from the learner
        # A short path: a socket's may have about 100 characters.
        with tempfile.TemporaryDirectory(prefix="sandbox-", dir="/tmp", ignore_cleanup_errors=True) as folder:
            self.folder = Path(folder)
            try:
                nb, resources = super().preprocess(nb, resources)
            except DeadKernelError:
                self._note_death()
        for index, cell in enumerate(nb.cells):
            if is_grade(cell) and index not in self.judged:
                self._write(cell, f"✗ {exercise_of(cell)} not judged: {self.kernel_is_dead}")
        return nb, resources

    def create_kernel_manager(self):
        """The sandbox, in the place of a kernel that runs as the teacher."""
        if sandbox.is_waived():
            return super().create_kernel_manager()
        self.km = SandboxedKernelManager(self.folder)
        return self.km

    def preprocess_cell(self, cell, resources, index):
        """Execute a cell, or judge it if it has points."""
        if cell.cell_type == "code" and is_grade(cell):
            self._write(cell, self._verdict(cell))
            self.judged.add(index)
            return cell, resources
        self.num_kept = 0
        if self.kernel_is_dead is None:
            return super().preprocess_cell(cell, resources, index)
        return cell, resources

    def output(self, outs, msg, display_id, cell_index):
        """Keep an output if it is harmless, up to a limit."""
        content = msg["content"]
        if "data" in content:
            wanted = [*SAFE, "application/json"] if self.is_asking else SAFE
            content["data"] = {kind: part for kind, part in content["data"].items() if kind in wanted}
            if not content["data"]:
                return None
        self.num_kept += len(json.dumps(content, default=str))
        if self.num_kept <= MOST_OUTPUT:
            return super().output(outs, msg, display_id, cell_index)
        return None

    def _note_death(self):
        why = self.folder / "why"
        reason = why.read_text(encoding="utf-8") if why.exists() else "it ended its own kernel"
        self.kernel_is_dead = f"the notebook was stopped: {reason}"

    def _verdict(self, cell):
        exercise = exercise_of(cell)
        lesson = importlib.import_module(f"rnn_helpers.checks.lesson_{exercise[0]}")
        check = getattr(lesson, f"check_{exercise.replace('.', '_')}")
        seed = int(re.search(r"seed=(\d+)", cell.source)[1])

        def ask(request):
            return self._ask(check.asked_for, request)

        try:
            answer = ask({})
            if "result" not in answer:
                raise HintError(f"there is no {check.asked_for} in the notebook: keep the name of the stub")
            answer = answer["result"]
            is_function = isinstance(answer, dict) and "function" in answer
            answer = RemoteGuard(ask, check.head) if check.head and is_function else decode(answer)
            return check.judge(answer, seconds=None, seed=seed)
        except HintError as error:
            return f"✗ {exercise} {error}"
        except Exception as error:  # what comes from a sandbox may have any form
            return f"✗ {exercise} the answer cannot be read ({type(error).__name__})"

    def _ask(self, name, request):
        if self.kernel_is_dead:
            raise HintError(self.kernel_is_dead)
        code = QUESTION.format(name=name, request=json.dumps(request))
        cell, self.num_kept, first = new_code_cell(code), 0, self.nb.cells[0]
        seconds, self.timeout, self.is_asking = self.timeout, SECONDS_PER_QUESTION, True
        try:
            self.execute_cell(cell, 0)
        except DeadKernelError:
            self._note_death()
            raise HintError(self.kernel_is_dead) from None
        finally:
            self.timeout, self.is_asking = seconds, False
            self.nb.cells[0] = first  # a question takes its place, and is none of the learner's business
        told = [
            output.data["application/json"] for output in cell.outputs if "application/json" in output.get("data", {})
        ]
        if told:
            return told[-1]
        if any(output.get("ename") == "NameError" for output in cell.outputs):
            return {}
        raise HintError(f"your answer gave no result that could be read within {SECONDS_PER_QUESTION} s")

    def _write(self, cell, verdict):
        """Put a verdict into a cell, in the form that nbgrader counts: an error is 0 points."""
        points = cell.metadata.nbgrader["points"]
        if verdict.startswith("✓"):
            cell.outputs = [new_output("stream", name="stdout", text=f"{verdict} · {points} of {points} points\n")]
        else:
            line = f"{verdict} · 0 of {points} points"
            cell.outputs = [new_output("error", ename="verdict", evalue=verdict, traceback=[line])]
        cell.execution_count = None


def exercise_of(cell):
    """The number of a cell's exercise, such as "1.2", from the name that nbgrader restored."""
    return re.fullmatch(r"check_(\d_\d)", cell.metadata.nbgrader["grade_id"])[1].replace("_", ".")


class OnlyExercises(NbGraderPreprocessor):
    """Keeps of a graded notebook what feedback is about: each exercise, the answer, the verdict."""

    def preprocess(self, nb, resources):
        """Drop the cells of the lesson itself."""
        nb.cells = [cell for cell in nb.cells if is_grade(cell) or is_solution(cell) or TASK.match(cell.source)]
        for cell in nb.cells:
            if cell.cell_type == "markdown":
                cell.source = cell.source.partition("<details>")[0]  # the hint, which nothing would fold
        return nb, resources
