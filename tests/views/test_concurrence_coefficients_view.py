"""The section on other coefficients of agreement."""

from __future__ import annotations

from reports import column, make_report, pages_of, paragraphs, parts, scores, tables

from reportgen.views import blocks
from reportgen.views.concurrence import coefficients

PATH = "concurrence/"


def page_of(folder, table, **more):
    return pages_of(make_report(folder, scores(table, **more)))[PATH]


def told(page) -> str:
    (prose,) = [
        part
        for part in parts(page)
        if isinstance(part, blocks.Prose) and part.heading == coefficients.HEADING
    ]
    (sentence,) = paragraphs([prose])
    return sentence.partition("(Pearson's r). ")[2] or sentence


def defined(page) -> list[str]:
    return [part.title for part in parts(page) if isinstance(part, blocks.Definition)]


def test_one_pair_that_all_ways_judge_alike(tmp_path) -> None:
    """No table is shown where there is nothing to show."""
    page = page_of(tmp_path, {f"m{at:02}": {"x": 50.0 + at, "y": 40.0 + (at ^ 1)} for at in range(12)})
    assert told(page) == (
        "For the pair with intervals they all say the same: agreement, opposition, or that nobody can tell."
    )
    assert "coefficients" not in tables(page)
    assert "Other coefficients" in defined(page)


def test_few_models_contradict_nobody(tmp_path) -> None:
    """Three models: values, but no intervals."""
    page = page_of(tmp_path, {m: {"x": at, "y": at} for at, m in enumerate("abc")})
    assert told(page).startswith("With so few shared models none of them has an interval")


def test_a_pair_on_which_the_choice_matters(tmp_path) -> None:
    """One of 40 models far off: the order still agrees beyond doubt, of the scores themselves nobody can tell."""
    table = {f"m{at:02}": {"x": 30.0 + at, "y": 40.0 + at} for at in range(39)} | {
        "m39": {"x": 69.0, "y": 1.0}
    }
    table["m03"]["y"] = 44.5
    page = page_of(tmp_path, table)
    assert told(page).startswith("For 1 of 1 pair the answer depends on which is chosen")
    shown = tables(page)["coefficients"]
    assert column(shown, "a") == ["x"]
    assert shown.rows[0][2].note == "Pearson's r"
    # 39 pairs of the last model and the pairs m04 and m03 of 780 are turned; all taus are equal without ties
    assert column(shown, "highest") == ["0.90"]
    assert shown.download == "concurrence_coefficients_disagreements"


def test_without_enough_shared_models_the_reason_is_said(tmp_path, monkeypatch) -> None:
    """The section stands on a page that has other pairs; here it is asked alone."""
    report = make_report(tmp_path, scores({"a": {"x": 1.0, "y": 2.0}, "b": {"x": 2.0, "y": 1.0}}))
    (prose,) = coefficients.blocks(report)
    assert paragraphs([prose]) == ["Nobody can say: no two benchmarks share 3 models."]
    assert list(coefficients.definitions(report)) == []
