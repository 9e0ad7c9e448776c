"""The judge outside says what the learner's own check says, whatever the answer."""

import json
import sys
from pathlib import Path

import judge
import numpy as np
import pytest
import sandbox

from rnn_helpers.checks import remote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
import test_checks as table

CASES = [(check, answer) for check, answer in table.RIGHT] + [(check, answer) for check, _, answer in table.WRONG]


def verdict_from_outside(check, answer, **options):
    """What the judge says of an answer, with the sandbox's side in this process."""

    def ask(request):
        return json.loads(remote.reply(answer, json.dumps(request)))

    found = ask({})["result"]
    is_function = isinstance(found, dict) and "function" in found
    far = judge.RemoteGuard(ask, check.head) if check.head and is_function else remote.decode(found)
    return check.judge(far, seconds=None, **options)


@pytest.mark.parametrize(("check", "answer"), CASES, ids=table.name_of)
def test_the_verdict_is_the_same_from_outside(check, answer):
    assert verdict_from_outside(check, answer) == check.judge(answer)


@pytest.mark.parametrize(("check", "answer"), table.RIGHT, ids=table.name_of)
def test_a_right_answer_is_right_for_random_arguments_from_outside(check, answer):
    assert verdict_from_outside(check, answer, seed=7) == f"✓ {table.name_of(check)}"


@pytest.mark.parametrize("source", table.REDEFINED.values(), ids=lambda pair: pair[0])
def test_a_redefined_helper_is_named_from_outside(source):
    check = next(check for check, pair in table.REDEFINED.items() if pair == source)
    assert f"{source[0]} was redefined" in verdict_from_outside(check, table.from_notebook(source[1]))


@pytest.mark.parametrize("answer", table.ODD_ANSWERS, ids=lambda answer: type(answer).__name__)
@pytest.mark.parametrize("check", table.ANSWERS, ids=table.name_of)
def test_a_wrong_type_is_wrong_from_outside(check, answer):
    assert verdict_from_outside(check, answer).startswith("✗")
    if check in table.FUNCTIONS:
        assert verdict_from_outside(check, lambda *args: answer).startswith("✗")


VALUES = [
    3,
    -2.5,
    True,
    None,
    "ha",
    [1, (2, "x")],
    {"a": {1, 2}, (1, 2): []},
    np.arange(6, dtype="float32").reshape(2, 3),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_comes_through_as_it_was(value):
    again = remote.decode(json.loads(json.dumps(remote.encode(value))))
    assert type(again) is type(value)
    assert np.array_equal(again, value) if isinstance(value, np.ndarray) else again == value


def test_what_json_cannot_carry_arrives_as_its_type_alone():
    nested = []
    nested.append(nested)
    for value in (object(), 1j, nested, np.array([object()])):
        json.dumps(remote.encode(value))
    assert type(remote.decode(remote.encode(object()))).__name__ == "object"


def test_an_answer_that_asks_without_end_gets_a_hint():
    def endless(belief_after, sentence):
        for number in range(1000):
            belief_after("how " + "is " * (number % 300 + 1) + "day")

    assert "more than 200 times" in verdict_from_outside(table.lesson_4.check_4_3, endless)


def test_without_a_sandbox_nothing_is_run_unless_told_so_in_words(monkeypatch):
    monkeypatch.delenv("SANDBOX", raising=False)
    monkeypatch.setattr(sandbox, "why_not", lambda: "the sandbox needs the program bwrap. Install it")
    with pytest.raises(sandbox.SandboxError, match="no submission was run: the sandbox needs the program bwrap"):
        sandbox.require()
    monkeypatch.setenv("SANDBOX", "none")
    with pytest.raises(sandbox.SandboxError, match="SANDBOX='none' is not understood"):
        sandbox.require()
    monkeypatch.setenv("SANDBOX", sandbox.WAIVED)
    sandbox.require()


@pytest.mark.parametrize(("system", "said"), [("win32", "WSL 2"), ("darwin", "virtual machine")])
def test_another_system_is_told_where_to_grade(monkeypatch, system, said):
    monkeypatch.setattr(sandbox.sys, "platform", system)
    assert said in sandbox.why_not()
