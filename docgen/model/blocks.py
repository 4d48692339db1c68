"""A document as a tree of blocks: what every writer prints, and all that it prints.

A `Document` is made from a template (`docgen.documents.rendering.render_template`) or directly in Python. Writers
(PDF, DOCX) take the same tree, so the wordings cannot differ. Blocks hold text, never markup. A text that a writer
would drop or join (tabs, line ends, control characters) does not construct: `ValueError`, a bug of the caller; data
that people write is checked before, with its path.

Template syntax: CommonMark without HTML, links, images and code, and containers. A container begins with a line
`::: NAME` and ends with a line `:::`. `{{ … }}` puts a value in after Markdown was parsed: its characters are never
markup; only texts and whole numbers are put in, dates through a filter (`date_when`, `date_of`, `date_until`,
`date_plain`, `date_numeric`), longer texts through `paragraphs`, which parts them at blank lines. A line of tags alone
(`{% for … %}`) leaves no line behind. Inside a container each line stands for itself unless the table says otherwise; a
line that comes out empty (`{{ organisation.phone }}` being "") is left out; `**bold**`, `*italic*` and `^raised^` work
everywhere.

    # Heading                   heading, centred (## and ### for the levels below); the first one must be #
    text, text                  a paragraph; blank lines part paragraphs
    - item                      dash list
    1. item                     clauses with the labels that are written
    ::: letterhead              who writes: the first line large, bold ones after it (units) as the text, then address,
                                number … small; `::: letterhead logo` with the pack's logo, where it has one
    ::: addressee               to whom, in the right half, a line a line
    ::: dateline                one line, up to three parts: `Rīgā | Nr. 1-5/12 | 2026. gada 20. novembrī`; what follows
                                `||` stands below the last part (`Nr. 1-5/12||Uz 20.11.2026. Nr. 7`)
    ::: subject                 one paragraph, bold; counts as heading of level 1
    ::: approval                APSTIPRINĀTS …, top right, a line a line
    ::: right                   lines at the right margin (`1. pielikums`)
    ::: centered                centred lines (`DOKUMENTS PARAKSTĪTS …`)
    ::: small                   small print, a line a paragraph
    ::: status                  status of the document (`PROJEKTS`, `Informatīvs apkopojums …`), a line a line
    ::: signature               a line a person: `valdes priekšsēdētāja | Anna Bērziņa`, third part: a mark as
                                `(paraksts*)`; never torn from the paragraph before it
    ::: clauses                 a line a clause: label, space, text: `2. Memoranda uzdevums:`, `2.1. īstenot …`;
                                nested by the number of parts of the label (`2.` › `2.1.` › `2.1.1.`; `a)` goes
                                below the numbered one before it)
    ::: table 2 7 4r 3c         widths of the columns as shares, with r or c: aligned right or centred; `table small …`
                                for small type; first line the header: `Nr. | Nosaukums`; then a line a row; cells
                                parted by `|`, paragraphs within a cell by `||`; no leading or closing `|`; paragraphs
                                that begin with `- ` are a dash list
    ::: footnote *              printed small at the end of the document, after its mark
    ::: pagebreak               a new page (no content)
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

__all__ = [
    "Addressee",
    "Align",
    "Approval",
    "Block",
    "Cell",
    "Centered",
    "Clause",
    "Clauses",
    "Column",
    "DashList",
    "DateLine",
    "Document",
    "Footnote",
    "Heading",
    "Inlines",
    "Letterhead",
    "Logo",
    "Look",
    "PageBreak",
    "Paragraph",
    "RightAligned",
    "SignatureBlock",
    "SignatureRow",
    "SmallPrint",
    "StatusLine",
    "Subject",
    "Table",
    "Text",
    "cell",
    "heads_rows",
    "plain",
    "words_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A run of characters in one style. Line ends, tabs and control characters do not construct."""

    text: str
    bold: bool = False
    italic: bool = False
    raised: bool = False

    def __post_init__(self) -> None:
        """Refuse what writers drop, which would join words."""
        for character in self.text:
            if unicodedata.category(character) in {"Cc", "Zl", "Zp"}:
                msg = f"U+{ord(character):04X} cannot stand in a text"
                raise ValueError(msg)


Inlines: TypeAlias = tuple[Text, ...]


def plain(text: str, *, bold: bool = False, italic: bool = False) -> Inlines:
    """Return the text as one run (none where it is empty)."""
    return (Text(text=text, bold=bold, italic=italic),) if text else ()


def words_of(inlines: Inlines) -> str:
    """Return the characters without their style."""
    return "".join(run.text for run in inlines)


class Align(StrEnum):
    """Where the text of a column stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading; the first of a document has level 1 and no level is skipped (PDF/UA-1)."""

    text: Inlines
    level: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a letter is about: bold, at the left; a heading of level 1."""

    text: Inlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph; `with_next` keeps it on the page of what follows, as does a colon at its end."""

    text: Inlines
    with_next: bool = False

    @property
    def stays_with_next(self) -> bool:
        """Whether what follows must begin on the same page."""
        return self.with_next or words_of(self.text).endswith(":")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One numbered point: the label as printed (`2.1.`), its text, the points below it."""

    label: str
    text: Inlines
    clauses: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clauses:
    """Numbered points with literal labels."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DashList:
    """Points with a dash."""

    items: tuple[Inlines, ...]


Cell: TypeAlias = tuple[Inlines | DashList, ...]  # the paragraphs and dash lists of a table's cell


def cell(*paragraphs: str, bold: bool = False) -> Cell:
    """Return a table's cell, each argument a paragraph."""
    return tuple(plain(text, bold=bold) for text in paragraphs)


def heads_rows(row: Sequence[Cell]) -> bool:
    """Whether a row of a table is a heading of the rows below it: one cell, in bold, and the others empty."""
    runs = [[run for part in content for run in (() if isinstance(part, DashList) else part)] for content in row]
    filled = [content for content, made in zip(row, runs, strict=True) if made or any(content)]
    return len(row) > 1 and len(filled) == 1 and all(run.bold for made in runs for run in made) and any(runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its header, its share of the width (any unit: only the proportions count), where its text stands."""

    header: Inlines
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a header row that repeats on each page. Every row has a cell for every column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    small: bool = False

    def __post_init__(self) -> None:
        """Refuse ragged rows and tables without columns."""
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            msg = "a table needs columns, and each row a cell for each of them"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Who writes: the name, then a line each for number, address and e-mail; `logo` puts the document's one above."""

    name: Inlines
    lines: tuple[Inlines, ...] = ()
    logo: bool = False

    @property
    def units(self) -> tuple[Inlines, ...]:
        """The first lines as far as they are bold: the units of the institution that writes."""
        return tuple(takewhile(lambda line: all(run.bold for run in line), self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """To whom: lines in the right half."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLine:
    """Place, number, date in one line: one part at the left, two at both ends, three with one in the middle.

    `below` is a line under it, at the right: to which letter this one answers.
    """

    parts: tuple[Inlines, ...]
    below: Inlines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """APSTIPRINĀTS …: lines in the right half, at the top."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RightAligned:
    """Lines at the right margin, as `1. pielikums` above an annex."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Centered:
    """Centred lines."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallPrint:
    """Small paragraphs."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """What this document is, on top of its first page: a draft, or an information copy as at a day."""

    lines: tuple[Inlines, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureRow:
    """One who signs: position at the left, name at the right, between them a mark such as `(paraksts*)`."""

    position: Inlines
    name: Inlines
    mark: Inlines = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBlock:
    """All who sign; never torn apart, never alone on a page."""

    rows: tuple[SignatureRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Footnote:
    """A note printed small at the end of the document, after its mark (`*`)."""

    mark: str
    text: Inlines


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBreak:
    """What follows begins on a new page."""


Block: TypeAlias = (
    Heading
    | Subject
    | Paragraph
    | Clauses
    | DashList
    | Table
    | Letterhead
    | Addressee
    | DateLine
    | Approval
    | RightAligned
    | Centered
    | SmallPrint
    | StatusLine
    | SignatureBlock
    | Footnote
    | PageBreak
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a pack may change about the page; points, millimetres, and ems for what follows the type size."""

    size: float = 12
    small: float = 9.5
    table: float = 10.5
    table_small: float = 9
    left: float = 30
    right: float = 20
    top: float = 20
    bottom: float = 20
    leading: float = 0.68
    spacing: float = 1.2
    fonts: str = ""  # the folder of another typeface


LOGO_HEIGHT = 18.0  # millimetres


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo:
    """A picture for the letterhead: PNG or JPEG, its words for those who do not see it, its height in millimetres."""

    content: bytes
    media_type: str
    alt: str
    height: float = LOGO_HEIGHT

    def __post_init__(self) -> None:
        """Refuse a picture without words (PDF/UA-1) and other kinds of files."""
        if not self.alt or self.media_type not in {"image/png", "image/jpeg"}:
            msg = "a logo is a PNG or JPEG with a text that says what it shows"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole document.

    `title` goes into the file's properties; `date` is the only date in it (never the clock), None where the day of its
    time stamp will be its date; `reference` is the line printed small at the foot of the last page ("" for none).
    """

    title: str
    date: date | None
    blocks: tuple[Block, ...]
    language: str = "lv"
    landscape: bool = False
    reference: str = ""
    logo: Logo | None = None
    look: Look = field(default_factory=Look)
