"""The cost figures of a record: a canonical JSON object of numbers by name, or ""."""

from __future__ import annotations

import json
import math


def cost_of(text: str) -> dict[str, float]:
    """The finite figures, none below 0; {} for ""."""
    parsed = json.loads(text) if text else {}
    return {
        str(name): float(value)
        for name, value in parsed.items()
        if isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
    }
