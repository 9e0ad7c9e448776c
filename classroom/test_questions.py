"""The question bank as a learning platform reads it: nothing of it is lost or changed in GIFT and QTI."""

import html
import re
import zipfile
from xml.etree import ElementTree

import pytest
import questions

from rnn_helpers.quiz import BANK, LETTERS, read_bank

BANKS = sorted(BANK.glob("lesson_*.md"))

TRICKY = r"""quiz title: 9 · Signs

title: A title: with {signs}
1. Which of {a = 1}, #2, ~3 and C:\new is `<unknown>`?

       x = {1: "a"}  # ~ 5 %

   And & what < else > is there?
a) = 5 % {of} all
... Why: #1 = ~2
b) ~ \n
... a \ b
*c) sign #
... :-)
d) {}
... //
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder with the files of all banks, and of one that is full of GIFT's own signs."""
    folder = tmp_path_factory.mktemp("build")
    tricky = folder / "tricky.md"
    tricky.write_text(TRICKY, encoding="utf-8")
    for bank in [*BANKS, tricky]:
        questions.write(bank, folder / "questions")
    return folder / "questions"


def bank_of(name, written):
    return read_bank(written.parent / "tricky.md" if name == "tricky" else BANK / f"{name}.md")


each_bank = pytest.mark.parametrize("name", [*(path.stem for path in BANKS), "tricky"])


def read_gift(text):
    r"""The questions of a GIFT file as its grammar has them: title, text, and of each option sign, text and reason."""
    hidden = re.sub(r"\\(.)", lambda found: chr(0xE000 + ord(found[1])), text)  # what is escaped is no sign

    def shown(part):
        part = re.sub("[\ue000-\ue0ff]", lambda found: chr(ord(found[0]) - 0xE000), part.replace("\ue06e", "\n"))
        return part.strip()

    for block in hidden.strip().split("\n\n")[1:]:
        title, body, answers = re.fullmatch(r"::([^:]+)::\[markdown\]([^{}~=#:]+)\{([^{}:]+)\}", block).groups()
        options = re.findall(r"([=~])([^=~#]+)#([^=~#]+)", answers)
        assert "".join(sign + option + "#" + reason for sign, option, reason in options) == answers.lstrip()
        yield shown(title), shown(body), [tuple(map(shown, option)) for option in options]


@each_bank
def test_a_gift_file_holds_the_questions_keys_and_reasons_of_the_bank(name, written):
    title, bank = bank_of(name, written)
    text = (written / f"{name}.gift").read_text(encoding="utf-8")
    assert text.startswith(f"$CATEGORY: $course$/RNN Sequence Modeling/{title}\n\n")
    assert list(read_gift(text)) == [
        (
            question.title,
            question.text,
            [
                ("=" if letter == question.key else "~", question.options[letter], question.reasons[letter])
                for letter in LETTERS
            ],
        )
        for question in bank
    ]


def plain(text):
    """A text without Markdown's and HTML's signs, with straight quotes and one space between words."""
    text = html.unescape(re.sub(r"</?[a-z]\w*>", " ", text.replace("<code>", "").replace("</code>", "")))
    text = text.replace("`", "").replace("…", "...")
    return " ".join(text.translate(str.maketrans("“”‘’", "\"\"''")).split())


def qti_items(path):
    """The items of a QTI file: title, question, options, the key's option and the reasons, all by the option's id."""
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None and "imsmanifest.xml" in opened.namelist()
        [name] = [name for name in opened.namelist() if "/text2qti_assessment" in name]
        tree = ElementTree.fromstring(opened.read(name))
    for element in tree.iter():
        element.tag = element.tag.partition("}")[2]
    for item in tree.iter("item"):
        options = {label.get("ident"): label.findtext(".//mattext") for label in item.iter("response_label")}
        [right] = [one for one in item.iter("respcondition") if one.find("setvar") is not None]
        reasons = {
            one.get("ident").removesuffix("_fb"): one.findtext(".//mattext") for one in item.iter("itemfeedback")
        }
        yield item.get("title"), item.findtext("presentation/material/mattext"), options, right, reasons


@each_bank
def test_a_qti_file_holds_the_questions_keys_and_reasons_of_the_bank(name, written):
    bank = bank_of(name, written)[1]
    items = list(qti_items(written / f"{name}_qti.zip"))
    assert [title for title, *_ in items] == [question.title for question in bank]
    for (_, text, options, right, reasons), question in zip(items, bank, strict=True):
        assert plain(text) == plain(html.escape(question.text, quote=False))
        for letter, (ident, option) in zip(LETTERS, options.items(), strict=True):
            assert plain(option) == plain(html.escape(question.options[letter], quote=False))
            assert plain(reasons[ident]) == plain(html.escape(question.reasons[letter], quote=False))
            assert (right.findtext("conditionvar/varequal") == ident) == (letter == question.key)
        assert right.findtext("setvar") == "100"


@each_bank
def test_the_teachers_sheet_ticks_the_key_and_tells_every_reason(name, written):
    sheet = (written / f"{name}.md").read_text(encoding="utf-8")
    for question in bank_of(name, written)[1]:
        assert f"- ✓ **{question.key})** {question.options[question.key]}" in sheet
        assert all(reason in sheet for reason in question.reasons.values())
    assert sheet.count("- ✓") == len(bank_of(name, written)[1])


def test_each_file_is_told_in_a_line(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    questions.main(folder=tmp_path / "out")
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 3 * len(BANKS)
    assert said[0] == f"out/lesson_1.gift: {len(read_bank(BANKS[0])[1])} questions"
    assert all((tmp_path / line.split(":")[0]).stat().st_size > 1000 for line in said)


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("*c) sign", "c) sign", "lesson_9.md, 'A title: with {signs}': 0 options have a star"),
        ("d) {}", "d) {}\nstray", "lesson_9.md: text2qti cannot read it"),
    ],
)
def test_a_bank_that_cannot_be_read_ends_with_one_line(tmp_path, good, bad, told):
    (tmp_path / "lesson_9.md").write_text(TRICKY.replace(good, bad), encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        questions.main(tmp_path, tmp_path / "out")
    assert stopped.value.code.startswith("questions: ") and told in stopped.value.code
    assert "\n" not in stopped.value.code
