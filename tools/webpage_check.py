"""What is amiss in the built web page: broken links, pictures without alt text, anything taken from another host."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

# Where a page names what the browser fetches by itself.
FETCHED = {
    "script": ["src"],
    "link": ["href"],
    "img": ["src", "srcset"],
    "iframe": ["src"],
    "source": ["src", "srcset"],
    "video": ["src", "poster"],
    "audio": ["src"],
    "track": ["src"],
    "object": ["data"],
    "embed": ["src"],
    "image": ["href", "xlink:href"],
    "use": ["href", "xlink:href"],
}
IN_STYLE = re.compile(r"(?:url\(\s*|@import\s+)['\"]?((?:https?:)?//[^'\")\s]+)")


class Page(HTMLParser):
    """What a page holds: its ids, its links, what the browser fetches for it, and what it lacks."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.fetched, self.lacks = set(), [], [], []
        self.fetched += IN_STYLE.findall(text)
        self.has_heading = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note what one tag says."""
        given = dict(attrs)
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        self.fetched += [given[name] for name in FETCHED.get(tag, []) if given.get(name)]
        self.has_heading |= tag == "h1"
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag == "img" and not (given.get("alt") or "").strip():
            self.lacks.append(f"a picture has no alt text: {given.get('src', '')[:80]}")


def is_foreign(address):
    """Whether the browser would ask another host for it.

    >>> is_foreign("//example.com/a.js"), is_foreign("_static/a.js"), is_foreign("data:image/png;base64,AA")
    (True, False, False)
    """
    return bool(urlsplit(address.strip()).netloc)


def find_problems(folder):
    """What is amiss in the web page in a folder.

    Args:
        folder: Path, where index.html lies.

    Returns:
        A list of str, a line for each problem, with the page's name.
    """
    problems = []
    paths = sorted(folder.rglob("*.html"))
    pages = {path.resolve(): Page(path.read_text(encoding="utf-8")) for path in paths if "_static" not in path.parts}
    for path, page in pages.items():
        found = [*page.lacks, *link_problems(path, page, pages)]
        found += [f"it takes something from another host: {address}" for address in page.fetched if is_foreign(address)]
        found += [] if page.has_heading else ["it has no heading"]
        problems += [f"{path.relative_to(folder.resolve()).as_posix()}: {problem}" for problem in found]
    for path in sorted(folder.rglob("*.css")):
        foreign = IN_STYLE.findall(path.read_text(encoding="utf-8"))
        name = path.relative_to(folder).as_posix()
        problems += [f"{name}: it takes something from another host: {address}" for address in foreign]
    return problems


def link_problems(path, page, pages):
    """The links and fetched files of a page that lead nowhere; other hosts are not asked."""
    problems = []
    for address in [*page.links, *page.fetched]:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        place = unquote(parts.fragment)
        if not target.is_file():
            problems.append(f"a link leads nowhere: {address}")
        elif place and target in pages and place not in pages[target].ids:
            problems.append(f"a link leads to no place on its page: {address}")
    return problems
