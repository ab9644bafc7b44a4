"""Every error this package raises on purpose. Bad *data* is never raised: it is a `records.problem.Problem`."""

from __future__ import annotations


class ReportgenError(Exception):
    """Root of all errors that a caller may want to catch; its text is fit to show to a user."""


class ConfigError(ReportgenError):
    """The user's own configuration is wrong. Carries all errors at once, one line each."""

    def __init__(self, where: str, errors: list[str]) -> None:
        self.where = where
        self.errors = errors
        super().__init__(f"{where}:\n" + "\n".join(f"  - {error}" for error in errors))


class FrameError(ReportgenError):
    """A frame lacks a column that a computation needs."""


class NothingIngestedError(ReportgenError):
    """No file of the results folder could be read, so there is nothing to publish."""


class PublishError(ReportgenError):
    """The site could not be published; what was published before is untouched."""


class EngineError(ReportgenError):
    """The site engine (mkdocs) failed or produced something we do not recognise."""


class SideError(ReportgenError):
    """One of the two things to compare cannot be read: missing, damaged, hostile, or made by a newer release."""


class NoFolderError(SideError):
    """A revision has no folder of results: it was made before there were any, or after all were taken away."""
