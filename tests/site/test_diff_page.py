"""The comparison as one file: complete, self-contained, small, and nothing in it but text."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import diffs
import pytest

from reportgen.diff.model import FigureText, PageText
from reportgen.diff.pages import pages
from reportgen.errors import EngineError
from reportgen.site import diff_page as module
from reportgen.site.diff_page import described, diff_page
from reportgen.site.locate import templates_folder
from reportgen.views.diff.plan import plan

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} [a](javascript:alert(3))"


def page(path, *lines, figures=(), title="GLUE"):
    lines = lines or ("a | 1", "b | 2")
    return PageText(
        path, title, lines, tuple("tr" if " | " in line else "p" for line in lines), tuple(figures)
    )


def bars(value, name="a"):
    return FigureText(
        "figure-1", "Scores", {"data": [{"type": "bar", "x": [name], "y": [value]}], "layout": {}}
    )


def written(old_pages=None, new_pages=None, **fields):
    """The file for these pages, and what is said of two sides."""
    table, compared = pages(old_pages, new_pages)
    found = diffs.diff(pages=table.to_dict("records"), compared_pages=compared, **fields)
    return diff_page(found, old_pages, new_pages, plan=plan(found), templates=templates_folder()).decode()


OLD = {
    "": page("", "Two systems.", title="Home"),
    "models/a/": page("models/a/"),
    "models/gone/": page("models/gone/"),
}
NEW = {
    "": page("", "Three systems.", title="Home"),
    "models/a/": page("models/a/", "a | 1", "b | 3"),
    "models/new/": page("models/new/"),
}


# --- what is in it


def test_the_plan_comes_first_then_the_summary_then_the_pages():
    """Alarms, scores, ranks, files, pages, and at the end what was compared and how to repeat it."""
    html = written(OLD, NEW, cells=[diffs.worse()], alarms=(diffs.alarm(),), ranks=[diffs.rank()], inputs=[diffs.file()],
                   concurrence=[diffs.pair()])  # fmt: skip
    marks = [
        "~1",
        "Alarms",
        "Scores",
        "Places in another tie group",
        "Pages that differ",
        "What was compared",
        "reportgen diff main HEAD",
    ]
    places = [html.index(mark, html.index("<h1>")) for mark in marks]
    assert places == sorted(places)
    assert "error: regression" in html
    assert html.count('<details class="page"') == 4


def test_changes_are_marked_by_elements_that_say_so():
    """Not by colour alone: del and ins, and a sign before each line."""
    html = written(OLD, NEW)
    assert "<td><del>2</del><ins>3</ins></td>" in html
    assert "<del>Two</del><ins>Three</ins> systems." in html
    assert '<tr class="in"><td>+</td>' in html
    assert '<tr class="out"><td>−</td>' in html


def test_pages_come_in_the_order_of_the_site():
    """Home before leaderboards before models, whatever changed most."""
    old = {path: page(path, "x | 1") for path in ("models/a/", "benchmarks/b/", "leaderboard/c/", "", "zoo/")}
    new = {path: page(path, "x | 2") for path in old}
    paths = re.findall(r"<summary><b>GLUE</b> <code>([^<]*)</code>", written(old, new))
    assert paths == ["", "leaderboard/c/", "benchmarks/b/", "models/a/", "zoo/"]


def test_filters_are_those_there_is_something_for():
    """With how many pages each leaves."""
    html = written(OLD, NEW)
    assert re.findall(r'data-kind="(\w+)" aria-pressed="false">\w+ <small>(\d+)</small>', html) == [
        ("data", "1"), ("text", "1"), ("new", "1"), ("removed", "1")]  # fmt: skip


def test_figures_are_drawn_before_and_after():
    """As SVG in the page, with the numbers beside it."""
    html = written({"": page("", figures=[bars(1.0)])}, {"": page("", figures=[bars(2.0)])})
    assert len(re.findall("<svg ", html)) == 2
    assert '<td>a</td><td class="r">1.00</td><td class="r">2.00</td>' in html


def test_published_pages_are_linked_on_the_side_that_has_them():
    """http and https only."""
    html = written(
        OLD,
        NEW,
        old=diffs.identity("1", address="https://h.example/1/"),
        new=diffs.identity("2", address="javascript:alert(1)//"),
    )
    assert 'href="https://h.example/1/models/gone/"' in html
    assert "https://h.example/1/models/new/" not in html
    assert "javascript:" not in html.replace("alert", "")


def test_sides_without_pages_say_why_there_are_none():
    """Two results folders have scores and no pages."""
    assert "that needs a built version on both sides" in written(cells=[diffs.cell()])
    assert "All 1 page on both sides show the same." in written({"": page("")}, {"": page("")})


def test_an_empty_comparison_is_a_page_too():
    """It says that nothing changed."""
    html = written()
    assert "No change." in html
    assert '<section class="part"' not in html


# --- it stands alone


class Elements(HTMLParser):
    """All elements with their attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_it_needs_no_other_file():
    """No address but those a reader may follow, and a policy that allows its own style and script by their hashes."""
    html = written(OLD, NEW, new=diffs.identity("2", address="https://h.example/2/"))
    for tag, attributes in Elements(html).found:
        assert "src" not in attributes
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "link" or attributes["href"] == "data:,"
    policy = re.search('Content-Security-Policy" content="([^"]*)"', html).group(1)
    for tag in ("style", "script"):
        content = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src &#39;sha256-{digest}&#39;" in policy
    assert policy.startswith("default-src &#39;none&#39;")
    assert "unsafe" not in policy


def test_hostile_names_stay_text_wherever_they_stand():
    """In names of models, pages, labels, figures, files, reasons: no element and no template comes of them."""
    figure = FigureText(
        HOSTILE,
        HOSTILE,
        {
            "data": [{"type": "bar", "x": [HOSTILE], "y": [1], "name": HOSTILE}],
            "layout": {"xaxis": {"title": {"text": HOSTILE}}},
        },
    )
    other = FigureText(
        HOSTILE,
        HOSTILE,
        {
            "data": [{"type": "bar", "x": [HOSTILE], "y": [2], "name": HOSTILE}],
            "layout": {"xaxis": {"title": {"text": HOSTILE}}},
        },
    )
    old = {
        HOSTILE: page(HOSTILE, f"{HOSTILE} | 1", HOSTILE, figures=[figure], title=HOSTILE),
        "gone/": page("gone/", HOSTILE),
    }
    new = {
        HOSTILE: page(HOSTILE, f"{HOSTILE} | 2", f"{HOSTILE} more", figures=[other], title=HOSTILE),
        "new/": page("new/", HOSTILE),
    }
    html = written(old, new, old=diffs.identity(HOSTILE, address="https://h.example/"), cells=[diffs.worse(system=HOSTILE, setting=HOSTILE)],
                   alarms=(diffs.alarm(subject=HOSTILE, text=HOSTILE, fix=HOSTILE),), inputs=[diffs.file(HOSTILE)],
                   concurrence=[diffs.pair(benchmark_a=HOSTILE, models=HOSTILE)], ranks=[diffs.rank(system=HOSTILE, board_title=HOSTILE)])  # fmt: skip
    found = Elements(html).found
    assert sum(tag == "script" for tag, _ in found) == 1
    assert not [tag for tag, _ in found if tag in {"img", "iframe", "object", "form"}]
    assert not [attributes for _, attributes in found if any(name.startswith("on") for name in attributes)]
    assert "{{ 7*7 }}" in html
    assert html.count("&lt;script&gt;alert(1)") > 10


def test_half_a_surrogate_pair_does_not_stop_it():
    """Such a text cannot be written as UTF-8; it is replaced."""
    html = written({"": page("", "x \ud800 | 1")}, {"": page("", "x \ud800 | 2")})
    assert "\ud800" not in html


def test_a_finished_page_that_would_run_code_is_refused(monkeypatch):
    """The second wall, should a template ever forget to escape."""
    monkeypatch.setattr(module, "visible", lambda text, _most=0: module.Markup(text))
    with pytest.raises(EngineError, match="inline script"):
        written(alarms=(diffs.alarm(text=HOSTILE),))


# --- it stays small


def test_what_does_not_fit_is_counted_and_not_shown(monkeypatch):
    """Pages beyond the budget stay in the list, and say so."""
    old = {f"models/{at}/": page(f"models/{at}/", *(f"m{row} | 1" for row in range(30))) for at in range(30)}
    new = {f"models/{at}/": page(f"models/{at}/", *(f"m{row} | 2" for row in range(30))) for at in range(30)}
    whole = written(old, new)
    assert "to keep this file small" not in whole
    monkeypatch.setattr(module, "MOST_BYTES", 20_000)
    monkeypatch.setattr(module, "MOST_PAGES", 25)
    short = written(old, new)
    assert len(short) < len(whole) / 2
    assert short.count('<details class="page"') == 25
    assert 0 < short.count("to keep this file small") < 25
    assert "5 more pages changed" in short


def test_of_very_many_rows_the_rest_is_counted(monkeypatch):
    """A summary of a million scores is no longer than a short one."""
    monkeypatch.setattr(module, "MOST_ROWS", 5)
    html = written(cells=[diffs.worse(system=f"m{at}") for at in range(12)])
    assert "7 more rows: the JSON form holds all." in html


def test_the_same_comparison_gives_the_same_bytes():
    """Whatever the order of the mappings."""
    assert written(OLD, NEW) == written(dict(reversed(OLD.items())), dict(reversed(NEW.items())))


def test_its_size_is_told_in_words():
    """For the line that says where it was written."""
    assert described(b"x" * 1_400_000) == "1.4 MB"
