"""A pack: the folder of one memorandum, with its data, its text and its templates (formats.md §2).

A template is looked for in the workspace's folder of the same name, then in the pack's own, then among the common ones
that come with docgen: a pack needs only those that differ.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from docgen.documents.font import typeface
from docgen.documents.pictures import picture_problem
from docgen.errors import DataError, Problem, UnreadableError, UsageError
from docgen.files import read_limited
from docgen.model.blocks import Logo, Look
from docgen.model.memorandum import Memorandum, check_memorandum
from docgen.model.memorandum_text import MemorandumText, read_text
from docgen.model.text import say
from docgen.toml import decode_text, parse_toml
from docgen.workspace import builtin_packs, pack_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from docgen.workspace import Workspace

__all__ = ["Pack", "common_templates", "load_pack", "open_pack", "templates_over"]

_LAYOUT_AND_TEXTS = ("*.toml", "*.md", "*.txt")
_GROUPS = "fields.toml"
_PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
_LARGEST_LOGO = 300_000
_LARGEST_TEXT = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One memorandum's pack. `digest` covers the files of all its folders, line ends as LF: the templates' version.

    `folders` are those in which templates are looked for, the first first; `groups` the shared declarations of fields.
    `texts` has the bytes of the files that the digest covers, as they were when it was made.
    """

    name: str
    folder: Path
    folders: tuple[Path, ...]
    memorandum: Memorandum
    text: MemorandumText | None
    text_sha256: str | None
    digest: str
    texts: Mapping[Path, bytes] = field(default_factory=dict, repr=False)
    groups: str = field(default="", repr=False)
    look: Look = field(default_factory=Look)
    logo: Logo | None = field(default=None, repr=False)

    @property
    def templates(self) -> tuple[str, ...]:
        """The names of all templates that the pack has, its own and the common ones."""
        return tuple(sorted({path.stem for path in self.texts if path.suffix == ".md"}))

    def template_path(self, kind: str) -> Path:
        """Return where the template of a kind lies. Raises `UsageError` where the pack has none."""
        for folder in self.folders:
            path = folder / f"{kind}.md"
            if path in self.texts:
                return path
        raise UsageError(
            say("the pack {pack} has no template “{kind}”", pack=self.name, kind=kind),
            say("It has: {known}.", known=", ".join(self.templates)),
        )

    def template(self, kind: str) -> str:
        """Return the text of the template of a kind.

        Raises `UsageError` where the pack has none, `DataError` where it is not UTF-8.
        """
        path = self.template_path(kind)
        return decode_text(self.texts[path], source=str(path)).replace("\r\n", "\n")

    def word_template(self, kind: str) -> Path | None:
        """Return the Word template that stands beside, or before, the text template of a kind; None without one."""
        text = self.template_path(kind).parent
        for folder in self.folders:
            path = folder / f"{kind}.docx"
            if path.is_file():
                return path
            if folder == text:
                break
        return None

    def is_builtin(self, path: Path) -> bool:
        """Whether a template came with docgen; others are somebody's own, and are filled in a limited worker."""
        return path.is_relative_to(builtin_packs())


def common_templates() -> Path:
    """Return the folder of the templates that every pack has."""
    return builtin_packs() / "common"


def open_pack(workspace: Workspace | None, name: str) -> Pack:
    """Return the pack of that name (or in that folder), with the workspace's own templates before its own.

    Raises `UsageError` where there is none, `DataError` with every problem of its memorandum.toml.
    """
    folder = pack_folder(workspace, name)
    return load_pack(folder, over=None if workspace is None else templates_over(workspace, folder))


def templates_over(workspace: Workspace, folder: Path) -> Path | None:
    """Return the workspace's folder of templates that stand before those of the pack in `folder`; None without one."""
    own = workspace.templates / folder.name
    return own if own.is_dir() and own != folder else None


def load_pack(folder: Path, *, over: Path | None = None) -> Pack:
    """Return the pack in `folder`, with the templates in `over` before its own.

    A pack is a folder that somebody sends round: its files are plain ones, of bounded size, and no link in it leads out
    of it. Raises `UnreadableError` where one is not, `DataError` with every problem of what is in them.
    """
    source = folder / "memorandum.toml"
    data = parse_toml(decode_text(_read(source, folder), source=str(source)), source=str(source))
    memorandum = check_memorandum(data, source=str(source))
    text, digest = None, None
    if memorandum.text_file:
        path = folder / memorandum.text_file
        if path.parent != folder or not path.is_file():
            raise DataError(str(source), [Problem(path="memorandum.text", message=say("names no file of the pack"))])
        words = decode_text(_read(path, folder), source=str(path)).replace("\r\n", "\n")
        text, digest = read_text(words, source=str(path)), hashlib.sha256(words.encode("utf-8")).hexdigest()
    folders = tuple(dict.fromkeys([*([over] if over else []), folder, common_templates()]))
    texts = {path: _read(path, one) for one in folders for path in _texts_in(one)}
    look, logo, more = _look(memorandum, folder)
    return Pack(
        name=folder.name,
        folder=folder,
        folders=folders,
        memorandum=memorandum,
        text=text,
        text_sha256=digest,
        digest=_digest(texts, more),
        texts=texts,
        groups=_groups(folders, texts),
        look=look,
        logo=logo,
    )


def _look(memorandum: Memorandum, folder: Path) -> tuple[Look, Logo | None, list[Path]]:
    """Return the pack's look and logo, and the files that they are made of."""
    look, logo, files = memorandum.look, None, []
    source, problems = str(folder / "memorandum.toml"), []
    if memorandum.fonts:
        place = folder / memorandum.fonts
        if place.resolve().parent != folder.resolve() or place.is_symlink() or not place.is_dir():
            problems.append(Problem(path="look.fonts", message=say("names no folder of the pack")))
        else:
            look = replace(look, fonts=str(place))
            typeface(look.fonts)
            files += sorted(place.iterdir())
    if memorandum.logo_file:
        path = folder / memorandum.logo_file
        content = _read(path, folder, _LARGEST_LOGO) if path.parent == folder and path.is_file() else b""
        kind = next((kind for begin, kind in _PICTURES.items() if content.startswith(begin)), None)
        if kind is None:
            message = say("names no PNG or JPEG of the pack of at most {limit} bytes", limit=_LARGEST_LOGO)
            problems.append(Problem(path="look.logo", message=message))
        elif (wrong := picture_problem(content)) is not None:
            problems.append(Problem(path="look.logo", message=wrong))
        else:
            logo = Logo(content=content, media_type=kind, alt=memorandum.logo_alt, height=memorandum.logo_height)
            files.append(path)
    if problems:
        raise DataError(source, problems)
    return look, logo, files


def _groups(folders: Sequence[Path], texts: Mapping[Path, bytes]) -> str:
    """Return the first shared declarations of fields that a folder has; none is no fault."""
    path = next((one / _GROUPS for one in folders if one / _GROUPS in texts), None)
    return "" if path is None else decode_text(texts[path], source=str(path))


def _read(path: Path, folder: Path, limit: int = _LARGEST_TEXT) -> bytes:
    """Return the bytes of a plain file in a folder. Raises `UnreadableError`."""
    try:
        whole = path.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle
        whole = path
    # Of what came with docgen the installer may have made links.
    if not whole.is_relative_to(folder.resolve()) and not folder.is_relative_to(builtin_packs()):
        raise UnreadableError(
            say("{file} is a link that leads out of its folder", file=str(path)), say("Put the file itself there.")
        )
    return read_limited(whole, limit)


def _texts_in(folder: Path) -> list[Path]:
    return sorted(path for pattern in _LAYOUT_AND_TEXTS for path in folder.glob(pattern))


def _digest(texts: Mapping[Path, bytes], more: Sequence[Path]) -> str:
    """Return the digest of all texts (line ends as LF) and of the other files as they are."""
    whole = hashlib.sha256()
    for path, written in texts.items():
        content = written.replace(b"\r\n", b"\n")
        whole.update(f"{path.name}\0{len(content)}\0".encode() + content)
    for path in more:
        whole.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return whole.hexdigest()
