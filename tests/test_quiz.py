import re
from itertools import product

import numpy as np
import pytest

from rnn_helpers.cells import rnn_step
from rnn_helpers.errors import InputError
from rnn_helpers.gradients import clip_by_norm
from rnn_helpers.quiz import BANK, LETTERS, WIDTH, Question, quiz_after, quiz_before, read_bank, read_letters
from rnn_helpers.sequences import pad, prefix_rows
from rnn_helpers.vocabulary import rank_words, tokenize

BANKS = sorted(BANK.glob("lesson_*.md"))

SAMPLE = """quiz title: 1 · Signs

% a note
% quiz
title: Two and two
1. What is
   2 + 2?

       print(2 + 2)
       # on its own

   Now say it.
*a) Four
... It is 4,
    by counting.
b) Five
... One too many.
c) 22
... That puts them
    side by side.
d) None
... 2. and more.

title: Of one paragraph
2. Is it?
a) No
... It is.
*b) Yes
... Right.
c) Both
... One at most.
d) Neither
... One at least.
"""


def read(folder, text):
    path = folder / "lesson_1.md"
    path.write_text(text, encoding="utf-8")
    return read_bank(path)


def test_a_bank_is_read_with_its_paragraphs_code_keys_and_reasons(tmp_path):
    title, questions = read(tmp_path, SAMPLE)
    assert title == "1 · Signs"
    assert questions[0] == Question(
        title="Two and two",
        in_quiz=True,
        text="What is 2 + 2?\n\n    print(2 + 2)\n    # on its own\n\nNow say it.",
        options={"a": "Four", "b": "Five", "c": "22", "d": "None"},
        reasons={
            "a": "It is 4, by counting.",
            "b": "One too many.",
            "c": "That puts them side by side.",
            "d": "2. and more.",
        },
        key="a",
    )
    assert (questions[1].in_quiz, questions[1].text, questions[1].key) == (False, "Is it?", "b")


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("title: Two and two\n", "", "'1.' stands before the first title"),
        ("*a) Four", "a) Four", "'Two and two': 0 options have a star"),
        ("b) Five", "*b) Five", "'Two and two': 2 options have a star"),
        ("... One too many.\n", "", "'Two and two': it needs four options, a) to d), and a reason"),
        ("d) Neither\n... One at least.\n", "", "'Of one paragraph': it needs four options"),
        ("2. Is it?\n", "", "'Of one paragraph': the question itself is missing"),
    ],
)
def test_a_question_that_is_not_whole_is_named_with_its_mend(tmp_path, good, bad, told):
    assert good in SAMPLE
    with pytest.raises(InputError) as error:
        read(tmp_path, SAMPLE.replace(good, bad, 1))
    assert str(error.value).startswith("lesson_1.md") and told in str(error.value) and "\n" not in str(error.value)


def test_a_bank_that_is_missing_is_named():
    with pytest.raises(InputError, match=r"there is no question bank 'lesson_99\.md'"):
        read_bank(BANK / "lesson_99.md")


# --- The banks of the course ---


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_a_bank_has_six_questions_or_more_and_three_of_them_make_the_quiz(path):
    title, questions = read_bank(path)
    [lesson] = (BANK.parent.parent / "lessons").glob(f"{int(path.stem[7:]):02}_*.md")
    assert f"\n# {title}\n" in lesson.read_text(encoding="utf-8")
    assert len(questions) >= 6
    assert sum(question.in_quiz for question in questions) == 3
    assert len({question.title for question in questions}) == len(questions)


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_the_key_is_betrayed_neither_by_its_letter_nor_by_its_length(path):
    questions = read_bank(path)[1]
    keys = [question.key for question in questions]
    assert set(keys) == set(LETTERS)
    assert max(keys.count(letter) for letter in LETTERS) <= 3
    longest = 0
    for question in questions:
        lengths = {letter: len(option) for letter, option in question.options.items()}
        others = [lengths[letter] for letter in LETTERS if letter != question.key]
        longest += lengths[question.key] > max(others)
        assert lengths[question.key] <= max(others) + 8, question.title
        assert len(set(question.options.values())) == 4
    assert longest <= len(questions) / 3


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_every_program_can_show_what_a_bank_says(path):
    for question in read_bank(path)[1]:
        for text in [question.text, *question.options.values(), *question.reasons.values()]:
            prose = re.sub(r"`[^`]+`|^    .*$", "", text, flags=re.M)  # code stands between backticks, or set in
            assert not re.search(r"[*_<>$\\`]|^[#+-]", prose), "Markdown or LaTeX would read these signs"
        for reason in question.reasons.values():
            assert not re.search(r"\b(option|answer) [a-d]\b|\b[a-d]\)", reason), "options may be shuffled"


def test_what_a_question_computes_has_the_result_that_its_key_says():
    bank = {question.title: question for path in BANKS for question in read_bank(path)[1]}
    right = {title: question.options[question.key] for title, question in bank.items()}
    assert right["Too long for the row"] == str(pad([4, 7, 2, 9], num_steps=3))
    words = tokenize("we read so we write and write and write")
    assert right["Who gets which id"] == str(rank_words(words).index("we") + 1)
    assert right["How many words are there?"] == str(len(set(tokenize("It's 5 o’clock; IT'S late!"))))
    inputs, targets = prefix_rows([[3, 1], [2, 1, 4]], num_steps=2)
    rows = {f"{row} → {target}" for row, target in zip(inputs.tolist(), targets.tolist(), strict=True)}
    options = set(bank["A row too many"].options.values())
    assert options - rows == {right["A row too many"]} and len(options & rows) == 3
    row, h, W_h = np.array([-1, 0.5]), np.array([0.7616, 0]), np.array([[0.5, -0.5], [0.5, 0.5]])
    inside = np.arctanh(rnn_step(np.ones(1), h, row[None], W_h, np.zeros(2)))
    assert right["Inside the curve"] == "({:.2f}, {:.2f})".format(*inside).replace("-", "−")
    [clipped] = clip_by_norm([np.array([6.0, -8.0])], limit=5)
    assert right["Cut to length"] == "({:.0f}, {:.0f})".format(*clipped).replace("-", "−")
    assert right["Four words"] == f"{np.exp(np.mean(-np.log([0.25, 0.25, 1, 1]))):.0f}"
    assert right["One step back"] == f"{(1 - 0.8**2) * 0.5:.2f}"
    assert right["Cooler"] == f"{0.25**2 / (0.25**2 + 0.75**2):.2f}"


# --- The quiz in a lesson ---


@pytest.fixture
def quiz():
    return [question for question in read_bank(BANK / "lesson_1.md")[1] if question.in_quiz]


def lines_of(capsys):
    return capsys.readouterr().out.splitlines()


def test_a_blank_quiz_shows_three_questions_with_their_options_and_no_key(capsys, quiz):
    quiz_before(1, ...)
    lines = lines_of(capsys)
    said = " ".join(" ".join(lines).split())
    for number, question in enumerate(quiz, 1):
        options = " ".join(f"{letter}) {option}" for letter, option in question.options.items())
        assert f"{number}. {question.text} {options}" in said
        assert not any(reason in said for reason in question.reasons.values())
    assert max(map(len, lines)) <= WIDTH and len(lines) < 30
    assert lines[-1].startswith("○ not answered yet: write three letters")


def test_guesses_are_noted_and_not_judged(capsys):
    said = []
    for guesses in ["bda", "ccc"]:
        quiz_before(1, guesses)
        lines = lines_of(capsys)
        assert f"noted: {guesses}" in lines[-1]
        said.append(lines[:-1])
    assert said[0] == said[1] and not any(mark in "".join(said[0]) for mark in "✓✗")


def test_a_blank_end_prints_one_line(capsys):
    quiz_after(1, "abc", ...)
    [line] = lines_of(capsys)
    assert line.startswith("○ not answered yet")


def test_each_answer_is_told_right_or_wrong_with_the_reason_of_the_option_chosen(capsys, quiz):
    for letters in map("".join, product(LETTERS, repeat=3)):
        quiz_after(1, quiz[0].key * 3, letters)
        said = " ".join(" ".join(lines_of(capsys)).split())
        for number, (letter, question) in enumerate(zip(letters, quiz, strict=True), 1):
            mark = "✓" if letter == question.key else "✗"
            assert f"{mark} {number}. {letter}) {question.reasons[letter]}" in said
        right = sum(letter == question.key for letter, question in zip(letters, quiz, strict=True))
        assert said.endswith(f"right before the lesson: 1 of 3; after it: {right} of 3")


@pytest.mark.parametrize("guesses", [..., "abcd", 3, None])
def test_without_usable_guesses_the_answers_alone_are_counted(capsys, quiz, guesses):
    quiz_after(1, guesses, "".join(question.key for question in quiz))
    assert lines_of(capsys)[-1] == "right before the lesson: not answered; after it: 3 of 3"


@pytest.mark.parametrize("given", ["abcd", "ab", "", "xyz", "a b", 3, None, ["a", "b", "c"], "a" * 1000, b"abc", "äbc"])
def test_what_is_not_three_letters_gets_one_line_with_the_mend(capsys, given):
    quiz_before(1, given)
    quiz_after(1, "abc", given)
    first, last = lines_of(capsys)
    for line, name in [(first, "guesses"), (last, "answers")]:
        assert line.startswith(f"✗ {name} is ") and line.endswith('each a, b, c or d, such as "abc"')
        assert len(line) < 120


@pytest.mark.parametrize("given", ["abc", "ABC", "a b c", "a, b, c", " abc\n", "a;b;c"])
def test_three_letters_are_read_however_they_are_written(given):
    assert read_letters(given) == "abc"


def test_a_table_in_a_question_stands_as_it_is_written(capsys, tmp_path, monkeypatch):
    text = SAMPLE.replace("title: Of one", "% quiz\ntitle: Of one")
    (tmp_path / "lesson_1.md").write_text(text, encoding="utf-8")
    monkeypatch.setattr("rnn_helpers.quiz.BANK", tmp_path)
    quiz_before(1, ...)
    assert "\n\n       print(2 + 2)\n       # on its own\n\n   Now say it.\n" in capsys.readouterr().out
