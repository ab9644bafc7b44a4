"""What axe-core finds on a page that keeps somebody from reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

CONTRAST = "color-contrast"
#: Contrast takes ten times as long as all other rules; of rows and items alike the first five are looked at.
REPEATED = (".rg tr:nth-child(n+6)", ".rg li:nth-child(n+6)", ".rg details:nth-of-type(n+4)")

#: Ends when every transition that has an end has come to it.
SETTLED = """Promise.allSettled(document.getAnimations()
  .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished))"""


def violations(tab: Page, *, contrast: bool = True) -> list[tuple[str, str]]:
    """(rule, element) of what is serious or critical, with everything unfolded."""
    tab.evaluate("document.querySelectorAll('.rg details').forEach((box) => { box.open = true; })")
    return _found(tab, rules={CONTRAST: {"enabled": False}}) + (contrast_violations(tab) if contrast else [])


def contrast_violations(tab: Page) -> list[tuple[str, str]]:
    """Those of contrast alone, in the scheme that the page is in, once its colours have stopped changing."""
    tab.evaluate(SETTLED)
    return _found(tab, {"exclude": [[place] for place in REPEATED]}, runOnly=[CONTRAST])


def _found(tab: Page, context: Any = None, **options: Any) -> list[tuple[str, str]]:
    found = Axe().run(tab, context=context, options={"resultTypes": ["violations"], **options}).response
    return [
        (item["id"], node["html"])
        for item in found["violations"]
        if item["impact"] in {"serious", "critical"}
        for node in item["nodes"][:3]
    ]
