"""What commands that make documents let people choose: the formats, the pack, the workspace."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import UsageError
from docgen.model.text import say

if TYPE_CHECKING:
    import click

    from docgen.workspace import Workspace

__all__ = ["chosen_formats", "chosen_pack", "day_option", "today", "typed_day", "workspace_here"]

_FORMATS = ("pdf", "docx")


def chosen_formats(value: str) -> tuple[str, ...]:
    """Return the formats that `--format` names. Raises `UsageError` for others."""
    formats = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    unknown = [part for part in formats if part not in _FORMATS]
    if unknown or not formats:
        raise UsageError(
            say("there is no format “{name}”", name=", ".join(unknown) or value),
            say("Give one or both: --format pdf,docx"),
        )
    return formats


def workspace_here(folder: Path | None) -> Workspace | None:
    """Return the workspace that the call names or stands in; None where it stands in none."""
    from docgen.workspace import find_workspace  # noqa: PLC0415 - only when a document is made

    return find_workspace(folder) if folder is not None or Path("docgen.toml").is_file() else None


def chosen_pack(workspace: Workspace | None, option: str | None) -> str:
    """Return the pack that the option names, else the environment, else the workspace, else the first one."""
    return option or os.environ.get("DOCGEN_PACK") or (workspace.pack if workspace else None) or "iem"


def typed_day(text: str) -> date:
    """Return the day that a person typed: 2026-11-20, 20.11.2026 or in Latvian words. Raises `UsageError`."""
    from docgen.model.latvian import parse_date  # noqa: PLC0415 - `--help` does not pay for it

    try:
        return parse_date(text) or date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(say("“{text}” is no day", text=text), say("Write it as in 2026-11-20.")) from exc


def day_option(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """Read the day that an option names: a callback of Click."""
    return None if value is None else typed_day(value)


def today() -> date:
    """Return the day in Riga as of which views are shown."""
    from docgen.clock import made_at  # noqa: PLC0415 - only where a view is shown
    from docgen.model.moments import riga_day  # noqa: PLC0415 - as above

    return riga_day(made_at())
