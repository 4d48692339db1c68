"""A `Document` becomes a PDF: PDF/A-3a and PDF/UA-1 in one pass, through Typst.

One static layout file reads the document as JSON, so no value can become code. Every warning of Typst is an error: it
drops content with only a warning. Only this module imports Typst.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from docgen.documents.font import FONTS
from docgen.documents.layout import layout_data
from docgen.errors import ConformanceError
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import typst

    from docgen.model.blocks import Document

__all__ = ["Attachment", "inputs_of", "prepare_here", "print_here", "print_inputs", "print_pdf", "renderer_version"]

_HERE = Path()
_LAYOUT = Path(__file__).parent / "layout.typ"
_RELATIONSHIPS = frozenset({"source", "data", "alternative", "supplement"})
_FIRST_PRINTABLE, _LAST_PRINTABLE = " ", "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF. `name` is ASCII without `/`; `description` says in words what it is.

    `relationship` is Typst's word for `/AFRelationship`: data, source, alternative, supplement.
    """

    name: str
    content: bytes
    media_type: str
    description: str
    relationship: str = "data"

    def __post_init__(self) -> None:
        """Refuse names that Typst writes wrongly (raw UTF-8) or that a reader might take for a path."""
        plain = all(_FIRST_PRINTABLE <= character <= _LAST_PRINTABLE for character in self.name)
        if not self.name or not plain or "/" in self.name or "\\" in self.name:
            msg = f"an attachment's name is ASCII, without slashes: {self.name!r}"
            raise ValueError(msg)
        if self.relationship not in _RELATIONSHIPS:
            msg = f"unknown relationship: {self.relationship!r}"
            raise ValueError(msg)


@cache
def renderer_version() -> str:
    """Return the version of the installed Typst wheel; its core may call itself otherwise.

    It is the name of the folder that the installer left beside the package; `importlib.metadata` would read it too, and
    takes as long to load as the letter to print.
    """
    spec = find_spec("typst")
    places = [] if spec is None else spec.submodule_search_locations or []
    named = [folder.name for place in places for folder in Path(place).parent.glob("typst-*.dist-info")]
    if len(named) == 1:
        return named[0].removeprefix("typst-").removesuffix(".dist-info")
    from importlib.metadata import version  # noqa: PLC0415 - only where the folder does not say it

    return version("typst")


@cache
def _layout() -> bytes:
    return _LAYOUT.read_bytes()


def _fonts(folder: Path) -> typst.Fonts:
    import typst  # noqa: PLC0415 - loaded by those who print only

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])


@cache
def _compiler() -> typst.Compiler:
    import typst  # noqa: PLC0415 - loaded by those who print only

    return typst.Compiler(input=_LAYOUT, root=_LAYOUT.parent, font_paths=_fonts(FONTS), ignore_system_fonts=True)


_known_fonts = cache(_fonts)  # of folders by their whole path


def _compiler_with(folder: Path, fonts: typst.Fonts) -> typst.Compiler:
    """Return a compiler that reads the layout from memory: for one document only."""
    import typst  # noqa: PLC0415 - loaded by those who print only

    return typst.Compiler(input=_layout(), root=folder, font_paths=fonts, ignore_system_fonts=True)


def print_pdf(document: Document, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the PDF: one line feed after `%%EOF`, without which a signed file fails PDF/A (ISO 19005-3, 6.1.9).

    Same document, same attachments, same version of Typst: the same bytes. What Typst refuses or warns about (a
    character without a glyph, headings that skip a level) is a `ConformanceError`.
    """
    return print_inputs(inputs_of(document, attachments))


def inputs_of(document: Document, attachments: Sequence[Attachment] = ()) -> dict[str, str]:
    """Return what the layout file reads, by name: all that the PDF depends on but layout, fonts and version.

    `fonts` is the folder of the typeface, empty for docgen's own.
    """
    return {
        "data": json.dumps(layout_data(document), ensure_ascii=False),
        "attachments": json.dumps([_attached(item) for item in attachments], ensure_ascii=False),
        "fonts": document.look.fonts,
    }


@cache
def prepare_here() -> typst.Compiler:
    """Load Typst, the layout and the names of the fonts in the current folder, for a process that prints here later."""
    return _compiler_with(_HERE, _fonts(_HERE))


def print_here(inputs: Mapping[str, str]) -> bytes:
    """Print one document as `print_inputs` does, with the fonts of the current folder.

    Nothing is opened by its whole path: a process that may no longer pass the folders above still prints. Where
    docgen's own typeface is meant, `prepare_here` has been called in its folder.
    """
    return _printed(inputs, _compiler_with(_HERE, _fonts(_HERE)) if inputs["fonts"] else prepare_here())


def print_inputs(inputs: Mapping[str, str]) -> bytes:
    """Return the PDF that `inputs_of` describes; errors as for `print_pdf`."""
    folder = Path(inputs["fonts"])
    return _printed(inputs, _compiler_with(folder, _known_fonts(folder)) if inputs["fonts"] else _compiler())


def _printed(inputs: Mapping[str, str], compiler: typst.Compiler) -> bytes:
    import typst  # noqa: PLC0415 - loaded by those who print only

    try:
        pdf, warnings = compiler.compile_with_warnings(
            format="pdf",
            sys_inputs={name: inputs[name] for name in ("data", "attachments")},
            pdf_standards=["a-3a", "ua-1"],
        )
    except typst.TypstError as exc:
        raise ConformanceError(
            say("The document cannot be printed: {what}.", what=_one_line(exc.message)),
            say("Look for characters that the font does not have."),
        ) from exc
    if warnings:
        what = "; ".join(_one_line(warning.message) for warning in warnings)
        raise ConformanceError(say("The document cannot be printed without loss: {what}.", what=what))
    if not isinstance(pdf, bytes) or not pdf.rstrip(b"\r\n").endswith(b"%%EOF"):
        msg = "Typst returned no PDF"
        raise TypeError(msg)
    return pdf.rstrip(b"\r\n") + b"\n"


def _attached(item: Attachment) -> dict[str, object]:
    data: dict[str, object] = {
        "name": item.name,
        "media-type": item.media_type,
        "description": item.description,
        "relationship": item.relationship,
    }
    try:
        data["text"] = item.content.decode()
    except UnicodeDecodeError:
        data["bytes"] = list(item.content)
    return data


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")
