"""The whole web page, built once and opened from the disk in a real Chromium."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import webpage  # noqa: E402

PHONE = {"width": 360, "height": 740}  # pixels


@pytest.fixture(scope="module")
def site(chromium, trained, seed, tmp_path_factory):
    """The folder of the built web page: the build has found nothing amiss."""
    folder = tmp_path_factory.mktemp("build")
    assert webpage.build(ROOT, folder, webpage.explorer_html(trained.model, seed.vocabulary)) == []
    return folder / "site"


@pytest.fixture
def page(chromium):
    """A page as wide as a phone, which keeps what goes wrong on it in `page.problems`."""
    opened = chromium.new_page(viewport=PHONE)
    opened.problems = []
    note = opened.problems.append
    opened.on("pageerror", lambda error: note(f"error: {error}"))
    opened.on("console", lambda message: message.type == "error" and note(f"console: {message.text}"))
    opened.on("request", lambda request: request.url.startswith(("file:", "data:", "blob:")) or note(request.url))
    yield opened
    opened.close()


def names_of(site):
    return sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html") if "_static" not in path.parts)


def test_every_page_opens_on_a_phone_without_an_error_a_foreign_request_or_a_sideways_scroll(site, page):
    names = names_of(site)
    lessons = [path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")]
    for name in ["index", "glossary", "solutions", "search", *(f"notebooks/{lesson}" for lesson in lessons)]:
        assert f"{name}.html" in names
    amiss = {}
    for name in names:
        page.goto((site / name).as_uri())
        page.locator("h1:visible").first.wait_for(timeout=5000)  # the hidden one is for printing
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            page.problems.append("wider than the window")
        if page.evaluate("[...document.images].some(image => image.offsetParent && !image.naturalWidth)"):
            page.problems.append("a picture is not shown")
        amiss[name] = list(page.problems)
        page.problems.clear()
    assert not any(amiss.values()), amiss


def test_no_page_has_a_serious_barrier(site, page, barriers):
    names = [name for name in names_of(site) if "/solutions/" not in name]  # these are the lessons again
    for scheme in ["light", "dark"]:
        page.emulate_media(color_scheme=scheme)
        for name in names if scheme == "light" else ["index.html", "glossary.html", "notebooks/07_real_text.html"]:
            page.goto((site / name).as_uri())
            assert barriers(page) == [], f"{name}, {scheme}"


def test_next_leads_through_all_lessons_to_the_glossary(site, page):
    page.goto((site / "index.html").as_uri())
    seen = []
    while "glossary" not in page.url:
        page.locator("a.right-next").click()
        seen.append(page.locator("h1:visible").first.inner_text().strip("#\n "))
    assert len(seen) == len(list((ROOT / "notebooks").glob("[0-9]*.ipynb"))) + 1
    assert seen[0].startswith("1 · ") and seen[-1].startswith("Glossary")


def test_the_search_works_from_the_disk_and_keeps_the_solutions_apart(site, page):
    page.goto((site / "search.html").as_uri() + "?q=perplexity")
    page.locator("ul.search li a").first.wait_for()
    found = page.locator("ul.search li a").evaluate_all("links => links.map(link => link.href)")
    assert any("glossary" in address for address in found) and any("/notebooks/0" in address for address in found)
    assert not any("/solutions/" in address for address in found)
    assert not page.problems


def test_the_front_page_has_the_live_explorer(site, page):
    page.goto((site / "index.html").as_uri())
    assert page.locator(".rnn-explorer button").first.is_visible()
    assert not page.problems


def test_the_download_is_the_notebook_itself(site, page):
    page.goto((site / "notebooks" / "01_what_is_an_rnn.html").as_uri())
    link = page.get_by_role("link", name="Download").get_attribute("href")
    notebook = (ROOT / "notebooks" / "01_what_is_an_rnn.ipynb").read_bytes()
    assert (site / "notebooks" / link).read_bytes() == notebook
