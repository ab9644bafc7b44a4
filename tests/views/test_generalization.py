from __future__ import annotations

import pytest
from reports import answer, column, make_report, notices, pages_of, paragraphs, parts, score, scores, tables

from reportgen.views import blocks
from reportgen.views.common import plain_text


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
        "",
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


# -- what the results support


def cards(page):
    """The cards: sentence and how it is known."""
    found = [part for part in parts(page) if isinstance(part, blocks.Findings)]
    return [(plain_text(item.sentence), item.how) for block in found for item in block.items]


def test_the_first_card_says_who_clearly_loses_and_who_does_best(case):
    """Losses of 20, 15 and 10 with errors of 2 at most: each is clear; large loses least and scores best."""
    sentence, how = cards(case("shift").pages["generalization/"])[0]
    assert (
        sentence
        == "3 of 3 systems clearly lose under shift on S. large both loses least and scores best under shift."
    )
    assert how.startswith("intervals above 0")


def test_losing_least_is_not_scoring_best(case):
    """b loses 3 points and a 10, and b scores 72 to 70: the same; with both at other levels it is told apart."""
    sentence, _ = cards(case("two metrics under shift").pages["generalization/"])[0]
    assert sentence.endswith("b both loses least and scores best under shift.")
    sentence, _ = cards(case("low loser").pages["generalization/"])[0]
    assert sentence.endswith("low loses least, but high scores best under shift.")


def test_without_errors_no_loss_is_clear(case):
    """It is told who loses, and that none of it is sure."""
    page = case("shift with odd metric").pages["generalization/"]
    sentence, how = cards(page)[0]
    assert sentence.startswith("2 of 2 systems lose under shift on S.")
    assert how.startswith("no errors are known, so none of it is sure")
    assert "1 of 2 comparisons come without any interval" not in " ".join(paragraphs(page.blocks))


def test_every_summary_that_was_computed_has_a_card(case):
    """With the sentence of its page and what it covers."""
    found = cards(case("many models").pages["generalization/"])
    assert [sentence.partition(":")[0] for sentence, _ in found] == ["Methods by benchmarks"]
    assert found[0][1] == "12 systems, 3 benchmark settings"


def test_what_the_results_do_not_support_is_told(case):
    """Models of two suites, near chance, without intervals, suites without a shift, summaries without their fields."""
    text = " ".join(paragraphs(case("near chance").pages["generalization/"].blocks))
    assert "1 system scores near chance" in text
    assert "3 of 3 models have standings in one suite only" in text
    assert "could not be computed at all" in text
    text = " ".join(paragraphs(case("shift and a plain suite").pages["generalization/"].blocks))
    assert "T has no benchmark that is declared as shifted" in text


# -- the matrix


def test_systems_are_ordered_by_level_never_by_loss(case):
    """The guesser loses least and comes last; its loss has no place."""
    table = tables(case("near chance").pages["generalization/"])["matrix"]
    assert column(table, "model") == ["good", "weak", "guesser"]
    assert column(table, "level") == ["80.0", "40.0", "25.0"]
    losses = table.rows[0][2], table.rows[1][2], table.rows[2][2]
    assert [cell.note for cell in losses] == ["#1", "#2", "near chance"]
    assert [cell.text for cell in losses] == ["10.0", "20", "0.5"]


def test_the_matrix_is_cut_and_says_so(tmp_path):
    """Of 70 systems of one suite the 60 of the highest level are shown; the others are in the download."""
    rows = {f"m{at:02}": {"x": 20.0 + at, "y": 30.0 + at} for at in range(70)}
    page = pages_of(make_report(tmp_path, scores(rows, suite="S", stderr=1.0)))["generalization/"]
    table = tables(page)["matrix"]
    assert column(table, "model") == [f"m{at:02}" for at in range(69, 9, -1)]
    assert "60 of 70 rows" in " ".join(paragraphs(page.blocks))
    assert table.download == "profile"


def test_lower_scores_come_first_where_lower_is_better(case):
    """Error rates of 20, 27.5 and 55 in the mean."""
    table = tables(case("lower is better").pages["generalization/"])["matrix"]
    assert column(table, "model") == ["a", "b", "c"]


def test_a_summary_names_what_it_could_not_serve(case):
    """One suite has no shift: the count, and why with what to supply."""
    row = tables(case("shift and a plain suite").pages["generalization/"])["kinds"].rows[0]
    assert row[3].text.startswith("1 suite or benchmark: no setting has the role ood")


def test_nothing_to_compare_makes_no_matrix(case):
    """One model on one benchmark."""
    assert "matrix" not in tables(case("one model").pages["generalization/"])
