"""Write what README.md can look up: the lesson table, what was measured, and everything made from the public address.

A region of README.md stands between `<!-- NAME: made by make notebooks -->` and `<!-- end -->`.
"""

import json
import re
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

from expect import expect

ROOT = Path(__file__).resolve().parent.parent
REGION = re.compile(r"(<!-- (\w+): made by make notebooks -->\n).*?(<!-- end -->)", re.S)
NO_ADDRESS = "The public address of this repository is not decided yet, so"

# A lesson's first lines, after the front matter of jupytext.
HEADER = re.compile(
    r"(?:---\n.*?\n---\n)?\s*"
    r"# (?P<number>\d+) · (?P<title>[^\n]+)\n+"
    r"(?P<promise>[^\n#]+(?:\n[^\n#]+)*?)\n+"
    r"Read (?P<read>\d+ min) · Run (?P<run>\d+ (?:s|min)) · Needs (?P<needs>nothing|\d+(?:, \d+)*)\n",
    re.S,
)


class ReadmeError(Exception):
    """A lesson's header, or a region of README.md, that cannot be read; the message says where and why."""


class Lesson(NamedTuple):
    """What a lesson's first lines say of it."""

    name: str
    number: int
    title: str
    promise: str
    read: str
    run: str
    needs: tuple[int, ...]
    took: dict | None = None  # what its notebook took when it was built


def read_header(path):
    """The lesson's name, number, title, promise and times, from the first lines of its source."""
    header = HEADER.match(path.read_text(encoding="utf-8"))
    if not header:
        raise ReadmeError(
            f"{path.name}: it must start with '# 1 · Title', then one sentence of promise, then a line such as "
            "'Read 20 min · Run 30 s · Needs 1, 2' (or 'Needs nothing')."
        )
    number, needs = int(header["number"]), tuple(int(digits) for digits in re.findall(r"\d+", header["needs"]))
    if not path.name.startswith(f"{number:02d}_"):
        raise ReadmeError(f"{path.name}: its heading says lesson {number}. Make the two agree.")
    if any(needed >= number for needed in needs):
        raise ReadmeError(f"{path.name}: 'Needs {header['needs']}' names a lesson that does not come before it.")
    promise = " ".join(header["promise"].split())
    return Lesson(path.stem, number, header["title"].strip(), promise, header["read"], header["run"], needs)


def read_lessons(root):
    """The headers of all lessons, in their order, with what their notebooks took."""
    path = root / "notebooks" / "took.json"
    took = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    headers = [read_header(path) for path in sorted((root / "lessons").glob("[0-9][0-9]_*.md"))]
    return [header._replace(took=took.get(f"{header.name}.ipynb")) for header in headers]


def read_repository(root):
    """The public address from pyproject.toml, without a slash at its end; empty while it is not decided."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project.get("urls", {}).get("Repository", "").rstrip("/")


def badges(lessons, repository):
    """Does it pass its tests? Start it on Binder."""
    if not repository:
        return f"{NO_ADDRESS} no badges stand here."
    workflow = f"{repository}/actions/workflows/test.yml"
    return (
        f"[![The tests' last result]({workflow}/badge.svg)]({workflow}) "
        f"[![Start on Binder](https://mybinder.org/badge_logo.svg)]({binder(first(lessons), repository)})"
    )


def clone(lessons, repository):
    """How to get the course."""
    if not repository:
        return f"{NO_ADDRESS} no clone command stands here. In your copy of this folder, type:"
    return f"```\ngit clone {repository}\ncd {repository.rpartition('/')[2]}\n```\n\nThere, type:"


def table(lessons, repository):
    """What each lesson promises, and the time and memory it takes."""
    if not lessons:
        return "No lesson is written yet."
    rows = ["| Lesson | What you will do | Read | Run | CPU | Memory |", "|-|-|-|-|-|-|"]
    for lesson in lessons:
        title, promise = (text.replace("|", "\\|") for text in (lesson.title, lesson.promise))
        link = f"[{lesson.number} · {title}]({path_of(lesson)})"
        took = lesson.took
        used = f"{took['cpu_seconds']} s | {took['peak_mb'] / 1000:.1f} GB" if took else " | "
        rows.append(f"| {link} | {promise} | {lesson.read} | {lesson.run} | {used} |")
    explained = "CPU: seconds of work. Memory: the most that the notebook held, with the workers that lesson 8 starts."
    return "\n".join([*rows, "", explained])


def elsewhere(lessons, repository):
    """Binder and Colab, which fetch the course from its public address."""
    if not repository:
        return f"{NO_ADDRESS} Binder and Colab cannot fetch it."
    links = [f"- [{lesson.number} · {lesson.title}]({colab(path_of(lesson), repository)})" for lesson in lessons]
    start = binder(first(lessons), repository)
    return "\n".join(
        [
            f"**Binder** needs nothing but your browser: [start the course there]({start}).",
            "",
            "**Colab** has its own TensorFlow and Keras, so a number's last digits may differ. Open a lesson, and run",
            "this in a new first cell:",
            "",
            "```",
            f"%pip install --no-deps git+{repository}",
            "```",
            "",
            *links,
        ]
    ).rstrip()


def first(lessons):
    """The path of the first notebook; their folder while there is none."""
    return path_of(lessons[0]) if lessons else "notebooks"


def path_of(lesson):
    """Where a lesson's notebook lies in the repository."""
    return f"notebooks/{lesson.name}.ipynb"


def view(path, repository):
    """Where a file is shown."""
    return f"{repository}/blob/main/{path}"


def binder(path, repository):
    """Where Binder opens a notebook."""
    return f"https://mybinder.org/v2/gh/{repository.partition('github.com/')[2]}/HEAD?urlpath=lab/tree/{path}"


def colab(path, repository):
    """Where Colab opens a notebook."""
    return f"https://colab.research.google.com/github/{repository.partition('github.com/')[2]}/blob/main/{path}"


def expected(lessons, repository):
    """What was measured: how good the models are, and how fast."""
    return expect(ROOT)


REGIONS = {"badges": badges, "clone": clone, "lessons": table, "expect": expected, "elsewhere": elsewhere}


def fill(text, lessons, repository):
    """The README's text with each region made anew.

    >>> fill("<!-- lessons: made by make notebooks -->\\nold\\n<!-- end -->", [], "")
    '<!-- lessons: made by make notebooks -->\\nNo lesson is written yet.\\n<!-- end -->'
    """
    names = [name for _, name, _ in REGION.findall(text)]
    if set(names) - set(REGIONS):
        raise ReadmeError(f"README.md: no region is called {', '.join(sorted(set(names) - set(REGIONS)))}.")
    if text.count("made by make notebooks -->") != len(names) or text.count("<!-- end -->") != len(names):
        raise ReadmeError("README.md: each '<!-- NAME: made by make notebooks -->' needs its '<!-- end -->' after it.")
    return REGION.sub(lambda region: f"{region[1]}{REGIONS[region[2]](lessons, repository)}\n{region[3]}", text)


def write_readme(root):
    """Make the regions of root/README.md anew; whether that changed anything."""
    path = root / "README.md"
    old = path.read_text(encoding="utf-8")
    new = fill(old, read_lessons(root), read_repository(root))
    if new != old:
        path.write_text(new, encoding="utf-8", newline="\n")
    return new != old


if __name__ == "__main__":
    try:
        write_readme(ROOT)
    except ReadmeError as error:
        sys.exit(f"readme: {error}")
