"""Pages stay light: a site has thousands of model pages, and the first visit pays for all that a page loads."""

from __future__ import annotations

import gzip
import re
import shutil

import pytest
from reports import make_report, pages_of, scores

from reportgen import workflow
from reportgen.site.locate import templates_folder
from reportgen.site.render import Renderer
from reportgen.site.stamp import Stamp

#: Bytes of a finished model page with twelve scores and two strips, the shell of about 8 kB included.
MODEL_PAGE = 16_500
#: Bytes of the page that says what each column of each table means: about 40 tables of 25 columns of 50 bytes.
DATA_PAGE = 60_000
#: Bytes of the page of concurrence: the shell, about 15 short sections of 600 bytes, and 12 kB that say how each of
#: their numbers is computed.
CONCURRENCE_PAGE = 34_000
#: Bytes, gzip, of a page and all it loads before a figure is opened. The budget of a large site is 300 kB, and
#: most of what a small one needs is the theme.
FIRST_VISIT = 130_000
MODELS = [f"some-organisation/a-model-with-a-rather-long-name-{size}b-instruct" for size in (7, 13, 34, 70)]
BENCHMARKS = [f"benchmark-{number:02} with a long name (regular, robustness)" for number in range(6)]


@pytest.fixture(scope="module")
def finished(tmp_path_factory, engine, site_settings):
    """The finished pages, as bytes by path, of four models with twelve scores each in two suites."""
    entries = [
        entry
        for suite in ("First suite of benchmarks", "Second suite of benchmarks")
        for entry in scores(
            {
                model: {name: 40.25 + 7 * at + 3.1 * nr for nr, name in enumerate(BENCHMARKS)}
                for at, model in enumerate(MODELS)
            },
            suite=suite,
            stderr=0.75,
            n=1000,
        )
    ]
    pages = pages_of(make_report(tmp_path_factory.mktemp("weight"), entries))
    renderer, stamp = Renderer(templates_folder()), Stamp(engine, site_settings)
    return {
        path: stamp.page(page, renderer.fragment(page, base="../" * path.count("/"))).encode()
        for path, page in pages.items()
    }


@pytest.fixture(scope="module")
def golden(tmp_path_factory, request):
    """The site of the golden results."""
    folder = tmp_path_factory.mktemp("golden-weight")
    shutil.copytree(request.config.rootpath / "tests" / "golden" / "results", folder / "results")
    workflow.build(workflow.BuildRequest(results=folder / "results", out=folder / "site", version="1"))
    return folder / "site"


def test_model_page_with_twelve_scores_is_light(finished):
    """Twelve scores with errors, places, suites and long names, in the whole page with its shell."""
    models = {
        path: page for path, page in finished.items() if path.startswith("models/") and path != "models/"
    }
    assert len(models) == len(MODELS)
    for page in models.values():
        assert page.count(b"</td></tr>") >= 12
        assert len(page) <= MODEL_PAGE


def test_one_more_score_costs_little(finished):
    """A row of a model's table is its link and its numbers, with little around them."""
    page = next(page for path, page in finished.items() if path.startswith("models/some"))
    rows = re.findall(rb'<tr><th scope="row"><a href="\.\./\.\./benchmarks/.*</tr>\n', page)
    assert len(rows) == 12
    for row in rows:
        words = re.sub(rb'<[^>]*>|href="[^"]*"', b"", row)
        link = re.search(rb'href="([^"]*)"', row)[1]
        assert len(row) - len(words) - len(link) <= 110


def first_visit(site, page):
    """Bytes, gzip, of a page and of everything it names or the theme fetches at once."""
    html = page.read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="([^"]+\.(?:css|js))"', html) + re.findall(r'"search":"([^"]+)"', html)
    loaded = {page, site / "versions.json", site / "1" / "search" / "search_index.json"}
    loaded |= {(page.parent / name).resolve() for name in named}
    assert len(loaded) >= 8
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in loaded)


@pytest.mark.parametrize("path", ["index.html", "leaderboard/index.html", "concurrence/index.html"])
def test_first_visit_of_a_small_site_is_light(golden, path):
    """The page, styles, scripts, search and its index; the library of the figures is not among them."""
    site = golden.resolve()
    assert first_visit(site, site / "1" / path) <= FIRST_VISIT
    assert "plotly" not in " ".join(
        re.findall(r'src="([^"]+)"', (site / "1" / path).read_text(encoding="utf-8"))
    )


def test_pages_of_a_small_site_are_small(golden):
    """No page of a handful of models weighs more than twice its shell and a little, but the list of tables and the study."""
    sizes = {path.relative_to(golden).as_posix(): path.stat().st_size for path in golden.rglob("index.html")}
    assert len(sizes) > 10
    assert sizes.pop("1/data/index.html") <= DATA_PAGE
    assert sizes.pop("1/concurrence/index.html") <= CONCURRENCE_PAGE
    assert (
        sizes.pop("1/method/index.html") <= CONCURRENCE_PAGE
    )  # the same definitions, and those of leaderboards
    assert {path: size for path, size in sizes.items() if size > 24_000} == {}
