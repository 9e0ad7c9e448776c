"""The teacher's guide agrees with the lessons, its minutes add up, and what it names is there."""

import re
import sys
from pathlib import Path

import assignments
import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import course  # noqa: E402
import readme  # noqa: E402

GUIDE, PART = (ROOT / "classroom" / name for name in ("README.md", "lessons.md"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in (GUIDE, PART)}
LESSONS = {lesson.number: lesson for lesson in readme.read_lessons(ROOT)}
SOURCES = {number: path.read_text(encoding="utf-8") for number, path in assignments.lessons().items()}
PLANNED = range(1, 8)  # the lessons that the plans are made of


def sections(text, level):
    """The parts of a Markdown text below its headings of a level, by heading."""
    parts = re.split(rf"^{'#' * level} (.+)\n", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text, first):
    """The rows of the table whose first column has this title, each as a list of cells."""
    table = re.search(rf"^\| {re.escape(first)} \|.*\n\|[-|]+\|\n((?:\|.*\n)+)", text, re.M)[1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]


def exercises(number):
    """A lesson's exercises: pairs of the heading's words and its minutes, by number such as "1.2"."""
    found = re.findall(r"^### (\d\.\d) (.+) \((\w+), (\d+) minutes\)", SOURCES[number], re.M)
    return {name: (title, kind, int(minutes)) for name, title, kind, minutes in found}


def questions(number):
    """What a lesson asks after each "Predict first", to the end of the paragraph."""
    parts = SOURCES[number].split("**Predict first.**")[1:]
    return [" ".join(part.partition("\n\n")[0].split()) for part in parts]


EXERCISES = {name: one for number in SOURCES for name, one in exercises(number).items()}
CHAPTERS = {int(heading.partition(" ")[0]): part for heading, part in sections(TEXTS["lessons.md"], 2).items()}
PLANS = [part for level in (3, 4) for part in sections(TEXTS["README.md"], level).items()]
SESSIONS = {heading: part for heading, part in PLANS if re.search(r"\(\d+ minutes\)", heading)}


@pytest.mark.parametrize("session", SESSIONS)
def test_the_minutes_of_a_session_add_up(session):
    minutes = [int(row[0]) for row in rows(SESSIONS[session], "minutes")]
    assert sum(minutes) == int(re.search(r"\((\d+) minutes\)", session)[1])


@pytest.mark.parametrize("session", SESSIONS)
def test_an_exercise_in_a_session_gets_its_minutes(session):
    for minutes, *_, named in rows(SESSIONS[session], "minutes"):
        assert int(minutes) >= sum(EXERCISES[name][2] for name in re.findall(r"\d\.\d", named)), named


def test_the_plans_are_one_session_and_eight_and_leave_no_exercise_out():
    lengths = [int(re.search(r"\((\d+) minutes\)", session)[1]) for session in SESSIONS]
    assert sorted(lengths) == [50] * 8 + [90]
    eight = "".join(part for session, part in SESSIONS.items() if session.startswith("Session "))
    assert {name for number in PLANNED for name in exercises(number)} <= set(re.findall(r"\d\.\d", eight))


@pytest.mark.parametrize("session", SESSIONS)
def test_what_is_left_for_home_are_parts_of_the_sessions_lesson(session):
    number = re.search(r"lesson (\d)", session)
    headings = re.findall(r"^##+ (.+)", SOURCES[int(number[1]) if number else 1], re.M)
    [home] = re.findall(r"^At home: (.+?)\n(?:\n|$)", SESSIONS[session], re.M | re.S)
    for part in re.findall(r"\*(.+?)\*", home):
        assert any(part in heading for heading in headings), part


def test_the_table_of_times_says_what_the_lessons_say():
    said = [[re.sub(r"\[(.+)\].*", r"\1", row[0]), *row[1:]] for row in rows(TEXTS["README.md"], "lesson")]
    wanted = []
    for number, lesson in LESSONS.items():
        minutes, read = [one[2] for one in exercises(number).values()], int(lesson.read.split()[0])
        needs, together = ", ".join(map(str, lesson.needs)) or "nothing", str(read + sum(minutes))
        title = f"{number} · {lesson.title}"
        wanted.append([title, needs, str(read), " + ".join(map(str, minutes)), together, lesson.run])
    assert said == wanted


@pytest.mark.parametrize("number", LESSONS)
def test_each_lesson_has_its_exercises_with_minutes_and_points(number):
    said = [row[:3] for row in rows(CHAPTERS[number], "exercise")]
    wanted = [
        [f"{name} {title}", str(minutes), str(assignments.POINTS[kind])]
        for name, (title, kind, minutes) in exercises(number).items()
    ]
    assert said == wanted


@pytest.mark.parametrize("number", LESSONS)
def test_each_question_of_a_lesson_is_answered_in_its_order(number):
    said = [row[0] for row in rows(CHAPTERS[number], "Predict first")]
    for quote, question in zip(said, questions(number), strict=True):
        assert quote in question


@pytest.mark.parametrize("number", LESSONS)
def test_the_numbers_of_the_answers_stand_in_the_built_lesson(number):
    notebook = nbformat.read(ROOT / "notebooks" / "solutions" / f"{LESSONS[number].name}.ipynb", as_version=4)
    texts = [cell.source for cell in notebook.cells]
    for output in (output for cell in notebook.cells for output in cell.get("outputs", [])):
        texts += [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
        texts.append(re.sub(r"<[^>]+>", " ", output.get("data", {}).get("text/html", "")))
    known = set(re.findall(r"\d+(?:\.\d+)?", "\n".join(texts).replace(",", "")))
    for quote, answer in rows(CHAPTERS[number], "Predict first"):
        for one in re.findall(r"\d+\.\d+", answer.replace(",", "")):
            assert one in known, f"{quote} {answer}"


def test_the_lessons_abilities_are_the_lessons_own_verbs():
    for number in LESSONS:
        own = re.search(r"Afterwards you can:\n\n(.+?)\n\n", SOURCES[number], re.S)[1]
        verbs = [line.split()[1] for line in own.splitlines() if line.startswith("- ")]
        [said] = re.findall(r"\*\*Afterwards learners can\*\* (.+?)\n\n", CHAPTERS[number], re.S)
        assert len(verbs) == 3
        for verb, part in zip(verbs, said.split(";"), strict=True):
            assert part.split()[0].strip(",") == verb


@pytest.mark.parametrize("name", TEXTS)
def test_each_link_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[name]):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        path = GUIDE.parent / (path or name)
        assert path.exists(), target
        headings = re.findall(r"^#+ (.+)", path.read_text(encoding="utf-8"), re.M) if anchor else []
        slugs = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
        assert not anchor or anchor in slugs, target


@pytest.mark.parametrize("name", TEXTS)
def test_each_command_that_the_guide_names_is_one(name):
    known = {"lab", *course.COMMANDS, *course.CLASSROOM_COMMANDS}
    # In `code` or alone on a line of a block; prose may "make" other things.
    named = re.findall(r"(?:`|^)make (\w+)", TEXTS[name], re.M)
    assert set(named) <= known
    assert name != "README.md" or set(course.CLASSROOM_COMMANDS) <= set(named)


def test_the_limits_that_the_guide_names_are_those_of_the_sandbox():
    import kit
    import sandbox

    safety = " ".join(sections(TEXTS["README.md"], 2)["Safety"].split())
    limits = [f"{sandbox.MEMORY / 1e9:g} GB", f"{sandbox.PROCESSES} processes", f"{sandbox.SECONDS // 60} minutes"]
    for limit in [*limits, f"{sandbox.DISK / 1e6:g} MB"]:
        assert limit in safety
    assert f"SANDBOX='{sandbox.WAIVED}'" in TEXTS["README.md"]
    assert f"more than {kit.LARGEST / 1e6:g} MB" in TEXTS["README.md"]
