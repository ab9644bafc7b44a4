from __future__ import annotations

import pytest
from reports import answer, column, make_report, notices, pages_of, score, tables


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        # 60 to 40, 80 to 65 and 90 to 80: losses of 20, 15 and 10
        ("shift", "The median of 3 models loses 15.0 points on the 1 shifted benchmark of S. large loses least (10.0 ± 1.6), "
         "clearly less than any other."),
        ("gains under shift", "The median of 3 models gains 4.0 points on the 1 shifted benchmark of S. a gains most (5 ± 2); "
         "2 others cannot be told apart from it."),
        ("one model shifted", "a loses 10.0 points on the 1 shifted benchmark of S; there is no other system to compare it with."),
        ("shift without suite", "The median of 2 models loses 6.5 points on the 1 shifted benchmark. b loses least (3.0 ± 1.4), "
         "clearly less than any other."),
        # a guesser has nothing to lose: it is not the one who loses least
        ("near chance", "The median of 3 models loses 10.0 points on the 1 shifted benchmark of S. good loses least (10.0 ± 1.6), "
         "clearly less than any other."),
        ("all near chance", "The median of 2 models loses 0.5 points on the 1 shifted benchmark of S."),
        ("one model", "These results cannot say what generalizes: no setting has the role ood, and no benchmark names an id_twin: "
         "state `role` in the result files, or `role` or `id_twin` of the benchmark in results/catalog/benchmarks.yml."),
    ],
)  # fmt: skip
def test_the_answer_says_what_is_lost_and_who_loses_least(case, name, sentence):
    """Or what is missing to say it."""
    assert case(name).answer("generalization/") == sentence


def test_what_is_missing_can_be_supplied_and_how_is_told(case):
    """The page tells which file to change."""
    (text,) = notices(case("no errors").pages["generalization/"])
    assert text.startswith("Say which benchmarks are shifted")
    assert "results/catalog/benchmarks.yml" in text


def test_each_summary_says_what_it_covers_and_needs(case):
    """Also where it could not be computed, with the reason and without a link to a page that is not there."""
    row = tables(case("shift").pages["generalization/"])["kinds"].rows[0]
    assert [cell.text for cell in row] == [
        "In distribution against shifted",
        "3 systems on 1 benchmark setting",
        "shifted benchmarks (role ood) with an in-distribution twin",
    ]
    assert row[0].link == "generalization/gap/"
    row = tables(case("no errors").pages["generalization/"])["kinds"].rows[0]
    assert row[1].text.startswith("not computed: ")
    assert row[0].link is None


def test_each_comparison_has_a_row(case):
    """Two metrics are two comparisons, never averaged with each other."""
    table = tables(case("two metrics under shift").pages["generalization/"])["panels"]
    assert column(table, "suite") == ["S · F1", "S · accuracy"]
    assert column(table, "median") == ["6.5", "6.5"]
    assert [row[2].note for row in table.rows] == ["clearly", "clearly"]


def test_one_system_is_not_clearly_anything(case):
    """There is nobody it could be clearly ahead of."""
    row = tables(case("one model shifted").pages["generalization/"])["panels"].rows[0]
    assert (row[2].text, row[2].note) == ("a", "the only one")


def test_systems_near_chance_are_counted(case):
    """One of three, and all of two: then nobody loses least."""
    one = tables(case("near chance").pages["generalization/"])["panels"]
    assert (column(one, "least"), column(one, "chance")) == (["good"], ["1"])
    everybody = tables(case("all near chance").pages["generalization/"])["panels"]
    assert (column(everybody, "least"), column(everybody, "chance")) == (["–"], ["2"])


def test_errors_that_are_unknown_make_nobody_sure(tmp_path):
    """Who loses least is told, and that it cannot be told how sure that is."""
    metric = {"id": "reward", "direction": "higher", "lower": 0, "upper": 10, "unit": "points"}
    rows = [
        {**score(model, {"id": name, "suite": "S"}, value, conditions={"role": role}), "metric": metric}
        for model, pair in {"a": (9.0, 5.0), "b": (8.0, 6.0)}.items()
        for name, role, value in zip(("x", "y"), ("id", "ood"), pair, strict=True)
    ]
    report = make_report(tmp_path, rows, catalog={"benchmarks": [{"id": "y", "id_twin": "x"}]})
    said = answer(pages_of(report)["generalization/"])
    assert said.endswith(
        "b loses least (2.000); how sure that is cannot be said, because errors are unknown."
    )
