"""tools/browser.py: what it says of a notebook that was run. No browser is started here."""

import pytest

from tools import browser


def code_cell(source="1 + 1", execution_count=1, outputs=(), tags=()):
    return {
        "cell_type": "code",
        "source": source,
        "execution_count": execution_count,
        "outputs": list(outputs),
        "metadata": {"tags": list(tags)},
    }


ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": []}
TEXT = {"output_type": "stream", "name": "stdout", "text": "2"}


def test_a_notebook_that_ran_has_no_problem():
    text_cell = {"cell_type": "markdown", "source": "# Title", "metadata": {}}
    assert browser.find_problems([text_cell, code_cell(outputs=[TEXT]), code_cell("  ", None)]) == []


def test_a_cell_that_did_not_run_is_named_by_its_place_and_first_line():
    problems = browser.find_problems([code_cell(), code_cell("\nx = 1\ny = 2", None)])
    assert problems == ["cell 2 did not run: x = 1"]


def test_an_error_is_a_problem_unless_its_cell_announces_it():
    assert browser.find_problems([code_cell(outputs=[TEXT, ERROR])]) == ["cell 1 raised KeyError: 'a'"]
    assert browser.find_problems([code_cell(outputs=[ERROR], tags=["raises-exception"])]) == []


def test_an_announced_error_does_not_excuse_a_cell_that_did_not_run():
    assert browser.find_problems([code_cell(execution_count=None, tags=["raises-exception"])])


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8888/lab", "ws://127.0.0.1:8888/api", "data:image/png;base64,AA", "blob:http://127.0.0.1/1"],
)
def test_the_own_server_and_what_the_page_holds_itself_are_no_other_host(url):
    assert browser.foreign(url) == []


def test_another_host_is_named():
    assert browser.foreign("https://example.com/a.js") == ["the page asked another host: https://example.com/a.js"]


def test_without_a_chromium_one_line_says_how_to_get_it(monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit, match="apt install chromium"):
        browser.find_chromium()


def test_chromium_from_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "my-chromium")
    monkeypatch.setattr(browser.shutil, "which", lambda name: f"/bin/{name}")
    assert browser.find_chromium() == "/bin/my-chromium"
