"""Sphinx's settings for the course's web page. `make site` stages the pages and starts Sphinx: tools/webpage.py."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

project = "RNN Sequence Modeling"
html_title = project
language = "en"
extensions = ["myst_nb", "webpage_sphinx"]
exclude_patterns = ["made"]  # parts of pages, not pages

# The notebooks are shown with the outputs that they hold.
nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3
myst_heading_slug_func = "webpage_sphinx.jupyter_anchor"
suppress_warnings = ["myst.header"]  # a notebook may show a table between two sizes of heading

html_theme = "sphinx_book_theme"
html_theme_options = {
    "use_download_button": False,  # each lesson has a row of links with words instead: webpage_sphinx.py
    "use_fullscreen_button": False,
    "navbar_persistent": [],  # the sidebar has the search
    "home_page_in_toc": True,
    "max_navbar_depth": 1,  # the solutions stand behind their own page
    "show_toc_level": 2,
    "search_bar_text": "Search the lessons",
    "footer_content_items": "extra-footer.html",
    "extra_footer": "Code: MIT licence. Lessons and pictures: CC BY 4.0.",
}
html_context = {"default_mode": "auto"}  # light or dark as the reader's system says
templates_path = ["templates"]
html_sidebars = {"**": ["course-search.html", "sbt-sidebar-nav.html"]}
html_static_path = ["course.css"]
html_css_files = ["course.css"]
html_favicon = "icon.svg"
html_sourcelink_suffix = ""  # the notebooks lie in _sources under their own names, for the download
html_show_search_summary = False  # it would fetch the pages, which browsers forbid on a disk
html_use_index = False
html_domain_indices = False
