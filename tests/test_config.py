from __future__ import annotations

import pytest

from reportgen.config import MAX_YAML_CHARACTERS, Settings, parse_settings, parse_yaml
from reportgen.errors import ConfigError


def errors_of(text):
    with pytest.raises(ConfigError) as caught:
        parse_settings(text, "reportgen.yml")
    assert caught.value.where == "reportgen.yml"
    return caught.value.errors


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n"])
def test_an_empty_settings_file_means_the_defaults(text):
    """No setting is required."""
    assert parse_settings(text, "reportgen.yml") == Settings()


def test_settings_are_read_with_their_types():
    """Text, lists, numbers and choices arrive as declared."""
    settings = parse_settings(
        "title: My board\nsite_url: https://example.org/board/\nmissing_data: coverage\n"
        "conflicts: error\nignore: ['drafts/', '*.tmp.json']\nmax_file_bytes: 1000\nconfidence: 0.9\n",
        "reportgen.yml",
    )
    assert settings.title == "My board"
    assert settings.missing_data == "coverage"
    assert settings.conflicts == "error"
    assert settings.ignore == ("drafts/", "*.tmp.json")
    assert settings.max_file_bytes == 1000
    assert settings.confidence == 0.9


def test_all_errors_are_told_at_once():
    """A user mends the file once, not once per run."""
    found = errors_of("titel: x\nconfidence: 2\nconflicts: best\nmax_file_bytes: 0\n")
    assert len(found) == 4
    assert sorted(line.split(":")[0] for line in found) == [
        "confidence",
        "conflicts",
        "max_file_bytes",
        "titel",
    ]


def test_a_misspelt_name_is_met_with_the_right_one():
    """The near miss is by far the most common error."""
    assert errors_of("titel: x") == ["titel: no such field; did you mean 'title'?"]


def test_a_misspelt_choice_is_met_with_the_right_one():
    """The choices of a setting are as easy to mistype as its name."""
    (found,) = errors_of("conflicts: latst")
    assert found.endswith("found 'latst'; did you mean 'latest'?")


def test_rules_that_fail_a_comparison_are_read_in_the_order_written():
    """Nothing fails a comparison unless it is asked for."""
    assert Settings().fail_on == ()
    settings = parse_settings("fail_on: [removed, out_of_bounds]\n", "reportgen.yml")
    assert settings.fail_on == ("removed", "out_of_bounds")


def test_a_misspelt_rule_is_met_with_the_right_one():
    """A gate that is misspelt would never fail, which looks like passing."""
    (found,) = errors_of("fail_on: [removed, regressions]")
    assert found == "fail_on.1: is none of the known names, found 'regressions'; did you mean 'regression'?"


def test_one_rule_without_brackets_is_told_to_be_a_list():
    """YAML has no tuples, so the message does not speak of them."""
    assert errors_of("fail_on: removed") == ["fail_on: input should be a list, found 'removed'"]


def test_a_name_like_no_other_is_met_with_the_list():
    """Where nothing is close, all names are shown."""
    (found,) = errors_of("zzz: 1")
    assert "there are: confidence, conflicts, description" in found


def test_a_number_where_text_is_wanted_is_told_to_be_quoted():
    """`title: 2024` is a number to YAML."""
    (found,) = errors_of("title: 2024")
    assert found == "title: input should be a valid string, found 2024; write it in quotes"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x", "https://a b", "//x"])
def test_only_web_addresses_are_site_addresses(url):
    """The address is printed as a link."""
    assert errors_of(f"site_url: {url!r}")


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "7"])
def test_a_settings_file_that_is_no_mapping_is_refused(text):
    """A list or a bare word has no names."""
    (found,) = errors_of(text)
    assert found.startswith("expected 'name: value' lines")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("a: &x 1\nb: *x\n", "line 1: anchors and aliases"),
        ("a: *x\n", "line 1: anchors and aliases"),
        ("a: 1\na: 2\n", "the key 'a' is written twice"),
        ("a: [" * 40, "nested deeper than"),
        ("a: {b: 1\n", "line 2, column 1"),
        ("a: !!python/object/apply:os.system ['id']\n", "could not determine a constructor"),
        ("a: 2024-13-45\n", "cannot be read"),
        ("a: 1\n---\nb: 2\n", "line 2"),
        ("a: \x00", "control characters are not allowed"),
    ],
)
def test_unsafe_or_broken_yaml_is_refused_with_its_place(text, part):
    """Nothing but plain data, each key once."""
    with pytest.raises(ConfigError) as caught:
        parse_yaml(text, "x.yml")
    assert part in str(caught.value)


def test_a_hundred_thousand_brackets_do_not_crash_the_reader():
    """The composer is recursive in C and has no guard of its own."""
    with pytest.raises(ConfigError, match="nested deeper"):
        parse_yaml("[" * 100_000, "x.yml")


def test_an_endless_settings_file_is_refused_unparsed():
    """The cap comes before the parser."""
    with pytest.raises(ConfigError, match="at most"):
        parse_yaml("#" * (MAX_YAML_CHARACTERS + 1), "x.yml")
