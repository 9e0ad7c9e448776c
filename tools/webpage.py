"""Make the course's web page in build/site from the built notebooks: `make site`.

site/                the pages that are not lessons, and Sphinx's settings
build/site-source/   these, the notebooks, and what is made of README.md, the glossary and a trained model: staged
build/site/          the web page: open index.html, or put the folder on any web server

Nothing is executed but the training of the model that the front page shows. Whatever is amiss fails the build: each of
Sphinx's warnings, and what webpage_check.py finds.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from glossary import GlossaryError, glossary_page
from readme import ReadmeError, read_lessons, read_repository, table
from webpage_check import find_problems

ROOT = Path(__file__).resolve().parent.parent


class WebpageError(Exception):
    """A web page that cannot be made; the message says why, and the mend."""


def explorer_html(model, vocabulary):
    """The front page's explorer, as HTML."""
    from rnn_helpers.explorer import explore  # here, for Keras takes its time

    return explore(model, vocabulary, "hello how").to_html()


def train_explorer():
    """The explorer of the seed's four sentences: the model of lesson 3 after its 200 epochs."""
    os.environ["TQDM_DISABLE"] = "1"  # three seconds need no progress bar
    from rnn_helpers.corpus import SEED_SENTENCES
    from rnn_helpers.models import build_model
    from rnn_helpers.sequences import inputs_and_targets
    from rnn_helpers.training import train
    from rnn_helpers.vocabulary import Vocabulary, tokenize

    token_lists = [tokenize(line) for line in SEED_SENTENCES]
    vocabulary = Vocabulary.build(token_lists)
    inputs, targets = inputs_and_targets([vocabulary.encode(tokens) for tokens in token_lists])
    model = build_model(vocabulary_size=len(vocabulary), num_steps=inputs.shape[1])
    train(model, inputs, targets, epochs=200)
    return explorer_html(model, vocabulary)


def promise(readme):
    """README's title and first paragraph.

    >>> promise("# Title\\n\\nOne.\\n\\n![a](b)\\n")
    '# Title\\n\\nOne.\\n'
    """
    return "\n\n".join(readme.split("\n\n")[:2]) + "\n"


def section(readme, heading):
    """A section of README.md with its heading, without the comments of make notebooks.

    >>> section("# T\\n\\n## A\\n\\n<!-- x -->\\nOne.\\n\\n## B\\n", "A")
    '## A\\n\\nOne.\\n'
    """
    found = re.search(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", readme, re.M | re.S)
    if not found:
        raise WebpageError(f"README.md: the web page needs its section '## {heading}'.")
    return re.sub(r"<!-- .*? -->\n", "", found[0]).strip() + "\n"


def stage(root, folder, explorer):
    """Lay out in `folder` all that Sphinx reads: pages, notebooks, and the parts that are made."""
    lessons = [lesson for lesson in read_lessons(root) if (root / "notebooks" / f"{lesson.name}.ipynb").exists()]
    if not lessons:
        raise WebpageError("there is no built lesson in notebooks/. Build them first: make notebooks")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(root / "site", folder)
    for place in ["notebooks", "notebooks/solutions"]:
        (folder / place).mkdir()
        for lesson in lessons:
            shutil.copy(root / place / f"{lesson.name}.ipynb", folder / place)
    readme = (root / "README.md").read_text(encoding="utf-8")
    made = {
        "promise.md": promise(readme),
        "explorer.html": explorer,
        "lessons.md": table(lessons, read_repository(root)) + "\n",
        "start.md": section(readme, "Start") + "\n" + section(readme, "Other ways in"),
    }
    (folder / "made").mkdir()
    for name, text in made.items():
        (folder / "made" / name).write_text(text, encoding="utf-8")
    glossary = folder / "glossary.md"
    glossary.write_text(glossary_page(glossary.read_text(encoding="utf-8"), lessons, root), encoding="utf-8")


def build(root, folder, explorer):
    """Make the web page in folder/site.

    Args:
        root: the repository's folder.
        folder: where site/ and site-source/ are made; what stood there is replaced.
        explorer: str, the explorer as HTML, for the front page.

    Returns:
        A list of str: what is amiss, a line each.
    """
    source, target = folder / "site-source", folder / "site"
    stage(root, source, explorer)
    shutil.rmtree(target, ignore_errors=True)
    options = ["--builder=html", "--fail-on-warning", "--keep-going", "--nitpicky", "--fresh-env", "--quiet"]
    options += [f"--conf-dir={root / 'site'}", f"--doctree-dir={folder / 'site-doctrees'}"]
    failed = subprocess.run([sys.executable, "-m", "sphinx", *options, source, target]).returncode
    return ["Sphinx's warnings stand above; each must go"] * bool(failed) + find_problems(target)


def main(root=ROOT):
    """Build, and say what is amiss; returns the exit status."""
    try:
        problems = build(root, root / "build", train_explorer())
    except (WebpageError, ReadmeError, GlossaryError) as error:
        problems = [str(error)]
    for problem in problems:
        print(f"site: {problem}", file=sys.stderr)
    if not problems:
        print("The web page is made: open build/site/index.html")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
