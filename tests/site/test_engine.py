from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from reportgen.errors import ConfigError, EngineError
from reportgen.site import engine as engine_module
from reportgen.site.engine import run_engine
from reportgen.site.locate import built_in_mkdocs, templates_folder, user_mkdocs
from reportgen.site.settings import TABS, SiteSettings, read_look


def island(shell):
    return json.loads(re.search(r'<script id="__config"[^>]*>(.*?)</script>', shell)[1])


def test_shell_is_small(engine):
    """Every page carries it; with a policy and a title it stays near 8 kB."""
    assert max(len(shell.encode()) for shell in engine.shells) < 8500


def test_shell_of_each_depth_leads_home(engine):
    """The relative prefix to the version's root is right at each depth."""
    assert [island(shell)["base"] for shell in engine.shells] == [".", "..", "../.."]
    assert 'href="../../leaderboard/"' in engine.shells[2]
    assert 'href="../leaderboard/"' in engine.shells[1]


def test_shell_keeps_what_readers_need(engine):
    """Skip link, tabs, the same as a drawer, search, colour switch and version selector."""
    for shell in engine.shells:
        assert '<a href="#content" class="md-skip">' in shell
        assert 'id="content"' in shell
        assert shell.count(">Leaderboard</a>") == 2
        assert 'data-md-component="search"' in shell
        assert 'data-md-color-scheme="slate"' in shell
        assert "(prefers-color-scheme: dark)" in shell
        assert island(shell)["version"] == {"provider": "mike"}


def test_shell_names_the_search_dialog(engine):
    """The theme leaves it without a name."""
    assert re.search(r'role="dialog" aria-label="[^"]+"', engine.shells[2])


def test_shells_are_the_same_in_every_version(engine, site_settings):
    """No name or address of a version is in them, so that a page whose content stays keeps its bytes."""
    for other in (replace(site_settings, version="2.0"), replace(site_settings, site_url="")):
        again = run_engine(
            other, templates_folder(), styles=["../assets/0/a.css"], scripts=["../assets/0/a.js"]
        )
        assert again.shells == engine.shells
        assert again.files == engine.files


def test_site_name_is_escaped(engine):
    """The engine's templates do not escape by themselves."""
    for shell in (*engine.shells, engine.missing):
        assert "R&amp;D &lt;Lab&gt;" in shell
        assert "<Lab>" not in shell


def test_shell_asks_nothing_of_other_hosts(engine):
    """No address in it has a host, and nothing advertises the theme."""
    for shell in engine.shells:
        assert not re.search(r'(?:href|src)="(?:https?:)?//', shell)
        assert "Material for MkDocs" not in shell


def test_theme_brings_only_needed_files(engine):
    """One style sheet, the scripts, the search worker; no source maps, no search languages."""
    assert "assets/theme.css" in engine.files
    assert not [name for name in engine.files if name.endswith(".map") or "lunr" in name]
    assert sum(map(len, engine.files.values())) < 400_000
    for name in re.findall(r'(?:href|src)="\.\./\.\./(assets/[^"]+)"', engine.shells[2]):
        assert name in engine.files
    assert island(engine.shells[0])["search"].removeprefix("./") in engine.files


def test_missing_page_starts_from_the_path_on_the_host(engine):
    """A host shows it for any address, so its links cannot be relative."""
    assert 'href="/sub/1.0/assets/theme.css"' in engine.missing
    assert "//assets" not in engine.missing


def test_failing_mkdocs_is_an_engine_error_with_its_message(site_settings):
    """The message says what mkdocs said, not only that it failed."""
    look = replace(
        site_settings.look, social=({"icon": "no/such-icon", "link": "https://x.example", "name": "x"},)
    )
    with pytest.raises(EngineError, match="no/such-icon"):
        run_engine(replace(site_settings, look=look), templates_folder())


def test_shell_without_a_marker_is_refused(site_settings):
    """A template that lost its place for the title would publish pages without one."""
    with pytest.raises(EngineError, match=r"rg:title"):
        engine_module._checked("<html>[[rg:csp]]</html>", "index.html", site_settings)


def test_site_name_that_looks_like_a_marker_is_refused(engine, site_settings):
    """Nothing that comes from outside may stand where a marker is filled in."""
    with pytest.raises(EngineError, match="markers"):
        engine_module._checked(engine.shells[0] + "[[rg:title]]", "index.html", site_settings)


def test_built_in_files_are_found():
    """Beside the package here; in a wheel they lie inside it."""
    assert (templates_folder() / "overrides" / "main.html").is_file()
    assert built_in_mkdocs().name == "mkdocs.yml"


def test_given_mkdocs_file_comes_first(tmp_path, monkeypatch):
    """Then the one in the working directory, then the one beside the results."""
    beside = tmp_path / "project"
    (beside / "results").mkdir(parents=True)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert user_mkdocs(None, beside / "results") is None
    (beside / "mkdocs.yml").touch()
    assert user_mkdocs(None, beside / "results") == beside / "mkdocs.yml"
    (tmp_path / "here" / "mkdocs.yml").touch()
    assert str(user_mkdocs(None, beside / "results")) == "mkdocs.yml"
    assert user_mkdocs(tmp_path / "x.yml", beside / "results") == tmp_path / "x.yml"


# --- the user's own mkdocs.yml


def write_config(folder, text):
    path = folder / "mkdocs.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_only_listed_keys_of_a_users_file_have_effect(tmp_path):
    """Hooks, plugins and folders of somebody's mkdocs.yml never reach the engine."""
    path = write_config(
        tmp_path,
        "site_name: Mine\ncopyright: '&copy; 2026 <me>'\nhooks: [evil.py]\nplugins: [macros]\ndocs_dir: /etc\n"
        "theme:\n  name: other\n  custom_dir: /etc\n  palette: {primary: deep purple}\n"
        "extra:\n  generator: true\n  social: [{icon: fontawesome/brands/github, link: 'https://g.example/x'}]\n"
        "markdown_extensions:\n  - x: {y: !!python/name:os.system ''}\nkey: !ENV [A, b]\n",
    )
    look = read_look(path)
    assert look.site_name == "Mine"
    assert look.copyright == "© 2026 <me>"
    assert look.colours == {"default": {"primary": "deep purple"}, "slate": {"primary": "deep purple"}}
    assert look.social == (
        {"icon": "fontawesome/brands/github", "link": "https://g.example/x", "name": "g.example"},
    )
    assert {"hooks", "plugins", "docs_dir", "theme.custom_dir", "extra.generator", "key"} <= set(look.ignored)


def test_every_fault_of_a_users_file_is_told_at_once(tmp_path):
    """Not the first alone."""
    path = write_config(
        tmp_path,
        "site_name: [1]\nsite_url: javascript:alert(1)\ntheme:\n  logo: ../outside.png\n  palette: {primary: 'x\"y'}\n"
        "extra:\n  social: [{icon: ../../x, link: 'javascript:alert(1)'}]\n",
    )
    with pytest.raises(ConfigError) as caught:
        read_look(path)
    where = " ".join(error.split(":")[0] for error in caught.value.errors)
    for key in (
        "site_name",
        "site_url",
        "theme.palette.primary",
        "theme.logo",
        "social[0].icon",
        "social[0].link",
    ):
        assert key in where


def test_built_in_file_may_be_copied_as_ones_own():
    """It is where a user starts from, so nothing in it may be refused."""
    look = read_look(built_in_mkdocs())
    assert look.site_name == "Generalization report"
    assert look.favicon is None
    assert look.colours["slate"] == {"primary": "black", "accent": "blue"}


@pytest.mark.parametrize("text", ["- a list", "a: [", "x: " + "y" * (1 << 20)])
def test_unreadable_file_is_a_configuration_error(tmp_path, text):
    """Not a traceback."""
    with pytest.raises(ConfigError):
        read_look(write_config(tmp_path, text))


def test_absent_file_is_a_configuration_error(tmp_path):
    """The path is named."""
    with pytest.raises(ConfigError, match=r"none\.yml"):
        read_look(tmp_path / "none.yml")


def test_logo_outside_the_folder_is_refused_even_through_a_link(tmp_path):
    """A picture is published, so it must be one the user put there."""
    (tmp_path / "secret.png").write_bytes(b"secret")
    project = tmp_path / "project"
    project.mkdir()
    (project / "logo.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(ConfigError, match=r"theme\.logo"):
        read_look(write_config(project, "theme: {logo: logo.png}"))


def test_users_look_reaches_the_pages(tmp_path):
    """Logo, colours, copyright and links, each escaped."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "my.svg").write_text("<svg/>", encoding="utf-8")
    path = write_config(
        tmp_path,
        "site_name: Mine\ncopyright: A <b>\ntheme: {logo: my.svg, favicon: my.svg, palette: [{scheme: slate, "
        "primary: teal}]}\nextra: {social: [{icon: fontawesome/brands/github, link: 'https://g.example/?a&b'}]}\n",
    )
    built = run_engine(SiteSettings(title="", version="2", look=read_look(path)), templates_folder())
    shell = built.shells[1]
    assert built.missing is None
    assert built.files["assets/logo.svg"] == b"<svg/>"
    assert '<img src="../assets/logo.svg"' in shell
    assert 'rel="icon" href="../assets/favicon.svg"' in shell
    assert built.files["assets/favicon.svg"] == b"<svg/>"
    assert 'data-md-color-scheme="slate" data-md-color-primary="teal"' in shell
    assert 'data-md-color-scheme="default" data-md-color-primary="white"' in shell
    assert "A &lt;b&gt;" in shell
    assert 'href="https://g.example/?a&amp;b"' in shell
    assert ">Mine<" in shell


def test_tabs_are_the_agreed_ones():
    """Their order is the order of the questions a reader has."""
    assert [title for title, _ in TABS] == (
        [
            "Home",
            "Leaderboard",
            "Generalization",
            "Concurrence",
            "Benchmarks",
            "Models",
            "Changes",
            "Data",
            "Method",
            "Ingest",
        ]
    )
