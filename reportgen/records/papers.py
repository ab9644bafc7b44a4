"""A paper whose results this report may hold (`results/catalog/papers.yml`), as a strict model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PaperEntry(BaseModel):
    """One paper. A record belongs to it when its `source_url` is the paper's address or one of its sources."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    id: str = Field(min_length=1, description="Number or key it is listed under.")
    title: str = Field(min_length=1)
    year: int | None = Field(None, ge=1000, le=9999)
    url: str = Field("", description="Where it can be read.")
    kinds: tuple[str, ...] = Field(
        (), description="Summaries that report its result, the one of its headline first."
    )
    sources: tuple[str, ...] = Field(
        (), description="Addresses that result files with its figures state as their source."
    )
    reports_result: bool = Field(
        default=True, description="False for a review or survey without a result of its own."
    )

    @property
    def addresses(self) -> frozenset[str]:
        """Every address by which a record names it."""
        return frozenset({self.url, *self.sources} - {""})
