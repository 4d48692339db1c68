"""A workspace is a folder with `signed/`, `output/`, `register.db`, `trust/` and its settings (formats.md §1)."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem, UsageError
from docgen.files import write_new
from docgen.messages import Language
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Workspace", "builtin_packs", "find_workspace", "init_workspace", "language_of", "pack_folder"]

_SETTINGS = "docgen.toml"
_KNOWN = {"pack": str, "policy": str, "register": str, "lang": str, "jobs": int}


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where one memorandum's papers lie. `pack`, `policy` and `register` are None where the settings leave them out."""

    folder: Path
    pack: str | None = None
    policy: str | None = None
    register: str | None = None

    @property
    def signed(self) -> Path:
        """Evidence."""
        return self.folder / "signed"

    @property
    def output(self) -> Path:
        """What docgen makes."""
        return self.folder / "output"

    @property
    def trust(self) -> Path:
        """Anchors, revocation data, trusted lists."""
        return self.folder / "trust"

    @property
    def templates(self) -> Path:
        """Packs of this workspace."""
        return self.folder / "templates"

    @property
    def database_url(self) -> str:
        """The register's address: SQLite in the workspace unless the settings name another."""
        return self.register or f"sqlite:///{self.folder / 'register.db'}"


def builtin_packs() -> Path:
    """Return the folder of the packs that come with docgen: inside the wheel, or the checkout's `templates/`."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


def find_workspace(folder: Path | None) -> Workspace:
    """Return the workspace in `folder` (default: the current one). Raises `UsageError` where there is none."""
    place = (folder or Path.cwd()).absolute()
    settings = place / _SETTINGS
    if not settings.is_file():
        raise UsageError(
            say("{folder} is no workspace: it has no docgen.toml", folder=str(place)),
            say("Make one with: docgen init {folder}   or name one with: docgen --workspace DIR …", folder=str(place)),
        )
    values = _read_settings(settings)
    return Workspace(
        folder=place,
        pack=_setting(values, "pack"),
        policy=_setting(values, "policy"),
        register=_setting(values, "register"),
    )


def _setting(values: Mapping[str, object], name: str) -> str | None:
    value = os.environ.get(f"DOCGEN_{name.upper()}") or values.get(name)
    return None if value is None else str(value)


def language_of(folder: Path) -> Language | None:
    """Return the language that the settings of a workspace name; None where they name none that docgen speaks."""
    try:
        return Language(str(_read_settings(folder / _SETTINGS).get("lang")))
    except (ValueError, OSError, DataError):
        return None  # whatever is wrong is said by the command that needs the workspace


def _read_settings(path: Path) -> Mapping[str, object]:
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise DataError(str(path), [Problem(path="-", message=say("not valid TOML: {why}", why=str(exc)))]) from exc
    problems = [
        Problem(path=key, message=say("unknown setting") if key not in _KNOWN else say("wrong type"))
        for key, value in values.items()
        if not isinstance(value, _KNOWN.get(key, ()))
    ]
    if problems:
        raise DataError(str(path), problems)
    return values


def init_workspace(folder: Path, pack: str) -> Workspace:
    """Make a workspace in `folder` for the memorandum of `pack`; what is there already stays as it is.

    Raises `UsageError` where `folder` is a workspace of another pack, `UnwritableError` where it cannot be written.
    """
    place = folder.absolute()
    if (place / _SETTINGS).exists():
        existing = find_workspace(place)
        if existing.pack != pack:
            raise UsageError(
                say("{folder} is a workspace of the pack {pack} already", folder=str(place), pack=existing.pack or "-")
            )
        return existing
    for name in ("signed", "output", "trust/signers", "trust/timestamps", "trust/revocation", "trust/lists"):
        (place / name).mkdir(parents=True, exist_ok=True)
    write_new(place / _SETTINGS, f'pack = "{pack}"\n'.encode())
    return find_workspace(place)


def pack_folder(workspace: Workspace | None, name: str) -> Path:
    """Return the folder of a pack: a path to one, the workspace's own, or a built-in one. Raises `UsageError`."""
    candidates = [Path(name)] if os.sep in name or (os.altsep and os.altsep in name) else []
    if workspace is not None:
        candidates.append(workspace.templates / name)
    candidates.append(builtin_packs() / name)
    for candidate in candidates:
        if (candidate / "memorandum.toml").is_file():
            return candidate
    known = sorted(p.parent.name for p in builtin_packs().glob("*/memorandum.toml"))
    raise UsageError(
        say("there is no pack “{name}”", name=name),
        say("Known packs: {known}; or give the path of a folder with a memorandum.toml.", known=", ".join(known)),
    )
