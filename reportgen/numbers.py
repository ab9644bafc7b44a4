"""The only place where a number becomes text.

Digits follow uncertainty: a value is shown to the digit at which its standard error has its first significant
digit (two digits where that digit is 1), as in the Particle Data Group's rounding rule. Without an error, three
significant digits; with a power of ten where these are too many digits away from the point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Shown where there is no number. Never a zero.
ABSENT = "–"
MINUS = "\N{MINUS SIGN}"
#: Most decimals of a value.
MOST_DECIMALS = 6
#: Without an error, numbers from here on are written with a power of ten: longer ones are counted, not read.
LARGE = 1e7
#: From here on all are: a float has no more digits.
HUGE = 1e15
#: Smaller ones are what rounding leaves of a difference, and no finding.
NOISE = 1e-12
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True, slots=True)
class NotEstimable:
    """A statistic that cannot be computed, with the reason. A value, never an exception and never 0."""

    reason: str

    def __str__(self) -> str:
        return f"not estimable: {self.reason}"


def _signed(text: str, *, plus: bool) -> str:
    if not plus and not text.startswith("-"):
        return text
    if text.startswith("-"):
        body = text[1:]
        return body if not any(c in "123456789" for c in body) else MINUS + body
    return "+" + text if plus and any(c in "123456789" for c in text) else text


def decimals_for(error: float | None, *, fallback: int = 1) -> int:
    """Decimals at which a value with this standard error is shown (0 to 6)."""
    if error is None or not math.isfinite(error) or error <= 0:
        return fallback
    if error < 10.0**-MOST_DECIMALS:
        return MOST_DECIMALS
    exponent = math.floor(math.log10(error))
    leading = error / 10.0**exponent
    return max(0, min(MOST_DECIMALS, -exponent + (1 if leading < 1.95 else 0)))


def fixed(value: float | None, decimals: int = 1, *, plus: bool = False) -> str:
    """A number with this many decimals, true minus sign, no negative zero; a huge one with a power of ten."""
    if value is None or not math.isfinite(value):
        return ABSENT
    if abs(value) >= HUGE:
        return _power_of_ten(value, plus=plus)
    return _signed(f"{value:.{decimals}f}", plus=plus)


def _power_of_ten(value: float, *, plus: bool = False) -> str:
    """'1.23×10⁸'."""
    mantissa, exponent = f"{value:.2e}".split("e")
    return f"{_signed(mantissa, plus=plus)}×10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def score(
    value: float | None, error: float | None = None, *, decimals: int | None = None, plus: bool = False
) -> str:
    """A score, with digits that follow its error where one is known."""
    if decimals is not None or value is None or not math.isfinite(value):
        return fixed(value, decimals or 0, plus=plus)
    if error is not None and math.isfinite(error) and error > 0:
        return fixed(value, decimals_for(error), plus=plus)
    if NOISE <= abs(value) < 10.0**-MOST_DECIMALS or abs(value) >= LARGE:
        return _power_of_ten(value, plus=plus)
    return fixed(value, _plain_decimals(value), plus=plus)


def _plain_decimals(value: float) -> int:
    """Decimals for a value without an error: three significant digits once rounded.

    At most four decimals, or as many as show the first digit.
    """
    if abs(value) < NOISE:
        return 1
    exponent = int(f"{value:.2e}".split("e")[1])
    return max(0, min(max(4, -exponent), 2 - exponent))


def plus_minus(error: float | None, *, decimals: int | None = None) -> str:
    """'±0.3', or nothing where the error is unknown."""
    if error is None or not math.isfinite(error):
        return ""
    return "±" + fixed(error, decimals_for(error) if decimals is None else decimals)


def give_or_take(error: float | None) -> str:
    """' ± 0.3' for a sentence, with the space before it; nothing where the error is unknown."""
    return plus_minus(error).replace("±", " ± ")


def percent(share: float | None, decimals: int = 0) -> str:
    """A share of one as a percentage with a thin space: '85 %'."""
    return (
        ABSENT
        if share is None or not math.isfinite(share)
        else f"{fixed(100 * share, decimals)}\N{NARROW NO-BREAK SPACE}%"
    )


def count(value: int | None) -> str:
    """A whole number with thousands separators."""
    return ABSENT if value is None else _signed(f"{value:,}", plus=False)


def plain(value: float | None) -> str:
    """A number as a person would type it, for messages: '0', '100', '0.25'."""
    return ABSENT if value is None else f"{value:g}"


def size(n_bytes: int) -> str:
    """A file size in decimal units: '4.6 kB'."""
    amount = float(n_bytes)
    for unit in ("B", "kB", "MB"):
        if round(amount, 1) < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    """'0.52 to 0.81'."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return ABSENT
    return f"{fixed(low, decimals)} to {fixed(high, decimals)}"


def ranks(low: int | None, high: int | None) -> str:
    """A rank interval: '3' or '5–7'."""
    if low is None or high is None:
        return ABSENT
    return str(low) if low == high else f"{low}–{high}"


def plural(number: int, word: str, words: str | None = None) -> str:
    """'1 model', '2,632 scores'."""
    return f"{count(number)} {word if number == 1 else (words or word + 's')}"
