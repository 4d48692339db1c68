"""A pack: the folder of one memorandum, with its data, its text and its templates (formats.md §2)."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem, UsageError
from docgen.model.memorandum import Memorandum, MemorandumText, check_memorandum, read_text
from docgen.model.text import say

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Pack", "load_pack"]

_LAYOUT_AND_TEXTS = ("*.toml", "*.md", "*.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One memorandum's pack. `digest` covers all its files, line ends as LF: it names the templates' version."""

    name: str
    folder: Path
    memorandum: Memorandum
    text: MemorandumText | None
    text_sha256: str | None
    digest: str

    def template(self, kind: str) -> str:
        """Return the text of the template of a kind. Raises `UsageError` where the pack has none."""
        path = self.folder / f"{kind}.md"
        if not path.is_file():
            known = ", ".join(sorted(file.stem for file in self.folder.glob("*.md")))
            raise UsageError(
                say("the pack {pack} has no template “{kind}”", pack=self.name, kind=kind),
                say("It has: {known}.", known=known),
            )
        return path.read_text("utf-8")


def load_pack(folder: Path) -> Pack:
    """Return the pack that lies in `folder`. Raises `DataError` with every problem of its memorandum.toml."""
    source = folder / "memorandum.toml"
    try:
        data = tomllib.loads(source.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise DataError(str(source), [Problem(path="-", message=say("not valid TOML: {why}", why=str(exc)))]) from exc
    memorandum = check_memorandum(data, source=str(source))
    text, digest = None, None
    if memorandum.text_file:
        path = folder / memorandum.text_file
        if path.parent != folder or not path.is_file():
            raise DataError(str(source), [Problem(path="memorandum.text", message=say("names no file of the pack"))])
        words = path.read_text("utf-8").replace("\r\n", "\n")
        text, digest = read_text(words, source=str(path)), hashlib.sha256(words.encode("utf-8")).hexdigest()
    return Pack(
        name=folder.name,
        folder=folder,
        memorandum=memorandum,
        text=text,
        text_sha256=digest,
        digest=_digest(folder),
    )


def _digest(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(path for pattern in _LAYOUT_AND_TEXTS for path in folder.glob(pattern)):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        whole.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return whole.hexdigest()
