"""Values by name, each computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Value = TypeVar("Value")


class OnDemand(Mapping[str, Value]):
    """A mapping whose values wait until they are needed, and are computed once.

    One page, one command or one test needs few of all the summaries and studies of a report.
    """

    def __init__(self, names: Sequence[str], compute: Callable[[str], Value]) -> None:
        self._names = dict.fromkeys(names)
        self._compute = compute
        self._found: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._found:
            if name not in self._names:
                raise KeyError(name)
            self._found[name] = self._compute(name)
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
