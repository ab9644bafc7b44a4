"""Chances and counts in the words of a sentence."""

from __future__ import annotations

from reportgen import numbers


def chance(share: float) -> str:
    """'62 %'; never all or nothing where it is neither."""
    if 0 < share < 0.01:
        return "less than " + numbers.percent(0.01)
    if 0.99 < share < 1:
        return "more than " + numbers.percent(0.99)
    return numbers.percent(share)


def about(count: float) -> str:
    """'about 9,100': a number known only roughly, to two digits."""
    whole = max(1, round(count))
    digits = len(str(whole))
    rounded = round(whole, 2 - digits) if digits > 2 else whole
    return f"about {numbers.count(rounded)}" if rounded < numbers.LARGE else "over ten million"
