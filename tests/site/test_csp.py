from __future__ import annotations

import base64
import hashlib
import re

import pytest

from reportgen.errors import EngineError
from reportgen.site.csp import page_faults, policy
from reportgen.site.stamp import Stamp


def directives(text):
    return {part.split()[0]: part.split()[1:] for part in text.split("; ")}


def test_policy_allows_nothing_that_was_not_meant(engine):
    """No inline script without hash, no evaluation of text, no other host."""
    found = directives(policy(engine.shells[0]))
    assert found["default-src"] == ["'none'"]
    assert found["script-src"][0] == "'self'"
    assert all(item.startswith("'sha256-") for item in found["script-src"][1:])
    assert found["connect-src"] == found["worker-src"] == ["'self'"]
    for name in ("base-uri", "form-action", "frame-src", "object-src"):
        assert found[name] == ["'none'"]
    assert "unsafe-eval" not in policy(engine.shells[0])
    assert "http" not in policy(engine.shells[0])


def test_every_page_carries_its_policy_before_any_script(engine, site_settings, make_page):
    """A policy binds only what comes after it."""
    stamp = Stamp(engine, site_settings)
    for page in (make_page(), make_page("models/", "M"), make_page("models/x-1/", "X", "models/")):
        made = stamp.page(page, "<p>x</p>")
        assert 0 < made.index('http-equiv="Content-Security-Policy"') < made.index("<script")


def test_hashes_are_those_of_the_inline_scripts(engine, site_settings, make_page):
    """Computed here from the finished page, as a browser does it."""
    stamp = Stamp(engine, site_settings)
    for path in ("", "models/", "models/x-1/"):
        made = stamp.page(make_page(path, "T", "models/"), "<p>é</p>")
        stated = set(re.findall(r"'sha256-([^']+)'", made))
        scripts = re.findall(r"<script>(.*?)</script>", made, re.DOTALL)
        real = {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts}
        assert stated == real
        assert len(scripts) == 1


def test_script_of_each_depth_has_its_own_hash(engine):
    """The theme's script names the way to the root."""
    assert len({policy(shell) for shell in engine.shells}) == 3


def test_unknown_inline_script_of_the_theme_fails_the_build(engine):
    """A new version of the theme is read by a person before its scripts are allowed."""
    with pytest.raises(EngineError, match="2 inline scripts"):
        policy(engine.shells[0].replace("</body>", "<script>fetch('/')</script></body>"))


def test_inline_handler_of_the_theme_fails_the_build(engine):
    """No hash can allow it, so the page would be broken."""
    with pytest.raises(EngineError, match="onclick"):
        policy(engine.shells[0].replace("<main", '<main onclick="x()"'))


@pytest.mark.parametrize(
    "fragment",
    [
        "plain onclick=1 text",
        '<td title="accuracy one = 3, javascript: nothing">x</td>',
        '<script type="application/json">{"a":"\\u003cimg onerror=1\\u003e <b onx=1"}</script>',
        '<a href="https://x.example/?onload=1">x</a>',
        '<script src="../assets/x/figures.js" defer></script>',
        "&lt;img onerror=alert(1)&gt; &lt;script&gt;",
        '<p data-once="1">x</p>',
    ],
)
def test_words_that_only_look_like_code_are_no_fault(fragment):
    """Tags are read, not guessed at: a benchmark may be called anything."""
    assert page_faults(fragment) == []


@pytest.mark.parametrize(
    "fragment",
    [
        "<IMG SRC=x OnError=alert(1)>",
        "<svg\nonload=alert(1)>",
        "<a title=\"a\"onclick='x'>",
        "<script type=module>x</script>",
        "<script type=''>x</script>",
        "<ScRiPt>x</sCrIpT>",
        '<a href=" &#106;avascript:alert(1)">',
        '<form action="javascript:x">',
        "<object data=x>",
        "<embed src=x>",
        "<link rel=stylesheet href=x>",
        '<a xlink:href="data:text/html,x">',
    ],
)
def test_code_in_a_fragment_is_a_fault(fragment):
    """In any case, spacing and encoding a browser accepts."""
    assert page_faults(fragment)
