"""A workspace is a folder with `signed/`, `output/`, `register.db`, `trust/` and its settings (formats.md §1)."""

from __future__ import annotations

import contextlib
import json
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem, UsageError
from docgen.files import write_new
from docgen.messages import Language
from docgen.model.text import say
from docgen.toml import decode_text, parse_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.model.text import Message

__all__ = [
    "Workspace",
    "builtin_packs",
    "chosen_jobs",
    "find_workspace",
    "init_workspace",
    "is_workspace",
    "language_of",
    "pack_folder",
]

_SETTINGS = "docgen.toml"
_KNOWN = {"pack": str, "policy": str, "register": str, "lang": str, "jobs": int}
_FOLDERS = ("signed", "output", "trust/signers", "trust/timestamps", "trust/revocation", "trust/lists")
_DATABASE_FILES = ("register.db", "register.db-journal", "register.db-wal", "register.db-shm")


def _cores() -> int:
    """Return how many cores this process may use, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where one memorandum's papers lie. `pack`, `policy` and `register` are None where the settings leave them out.

    `jobs` is how many processes a batch may use at once: at least one, by default one for each core.
    """

    folder: Path
    pack: str | None = None
    policy: str | None = None
    register: str | None = None
    jobs: int = field(default_factory=_cores)

    def __post_init__(self) -> None:
        """Refuse a batch that nobody works on."""
        if self.jobs < 1:
            msg = "a batch needs at least one process"
            raise ValueError(msg)

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
        jobs=_jobs(values.get("jobs")),
    )


def is_workspace(folder: Path) -> bool:
    """Whether `folder` is a workspace: it has settings."""
    return (folder / _SETTINGS).is_file()


def chosen_jobs(workspace: Workspace | None) -> int:
    """Return how many processes a batch may use, also outside a workspace. Raises `UsageError` for a bad variable."""
    return _jobs(None) if workspace is None else workspace.jobs


def _jobs(setting: object) -> int:
    text = os.environ.get("DOCGEN_JOBS")
    if text:
        if not (text.isascii() and text.isdecimal() and len(text) < len("10000") and int(text) >= 1):
            raise UsageError(
                say("DOCGEN_JOBS is “{text}”, which is no number of processes", text=text[:40]),
                say("Give a whole number from 1 to 9999, or unset it."),
            )
        return int(text)
    return setting if isinstance(setting, int) else _cores()


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
    values = parse_toml(decode_text(path.read_bytes(), source=str(path)), source=str(path))
    problems = [
        Problem(path=key, message=message)
        for key, value in values.items()
        if (message := _problem(key, value)) is not None
    ]
    if problems:
        raise DataError(str(path), problems)
    return values


def _problem(key: str, value: object) -> Message | None:
    if key not in _KNOWN:
        return say("unknown setting")
    if type(value) is not _KNOWN[key]:
        return say("wrong type")
    return say("must be at least 1") if isinstance(value, int) and value < 1 else None


def init_workspace(folder: Path, pack: str, *, register: str | None = None) -> Workspace:
    """Make a workspace in `folder` for the memorandum of `pack`; what is there already stays as it is.

    The settings are written last: a folder that has them is whole. Whatever is raised on the way leaves nothing new.
    Raises `UsageError` where `folder` is a workspace of another pack, `UnwritableError` where it cannot be written.
    """
    from docgen.database import open_database  # noqa: PLC0415 - SQLAlchemy is heavy, and only this makes a register

    place = folder.absolute()
    existing = find_workspace(place) if is_workspace(place) else None
    if existing is not None and existing.pack != pack:
        raise UsageError(
            say("{folder} is a workspace of the pack {pack} already", folder=str(place), pack=existing.pack or "-")
        )
    workspace = existing or Workspace(folder=place, pack=pack, register=register)
    with ExitStack() as undo:
        for name in _FOLDERS:
            _make_folder(place / name, undo)
        for name in _DATABASE_FILES:
            if not (place / name).exists():
                undo.callback((place / name).unlink, missing_ok=True)
        with open_database(workspace.database_url):
            pass
        if existing is None:
            write_new(place / _SETTINGS, f"pack = {json.dumps(pack, ensure_ascii=False)}\n".encode())
        undo.pop_all()
    return workspace


def _make_folder(folder: Path, undo: ExitStack) -> None:
    if folder.is_dir():
        return
    _make_folder(folder.parent, undo)
    folder.mkdir()
    undo.callback(_remove_if_empty, folder)


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


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
