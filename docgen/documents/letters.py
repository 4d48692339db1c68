"""Letters: from a data file to PDF and DOCX, and from a payload to the same PDF again.

The fields of a kind of letter are declared once, in the head of its template. `check_letter` names every problem of the
data at once; `make_letter` prints; `letter_pdf_of` prints what a payload describes, byte for byte as it was printed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from docgen import __version__
from docgen.documents.context import context_of
from docgen.documents.environment import fill
from docgen.documents.filters import name_in_dative
from docgen.documents.font import typeface
from docgen.documents.heads import Author, read_head
from docgen.documents.pdf import Attachment, print_pdf, renderer_version
from docgen.documents.rendering import render_template
from docgen.errors import DataError, Problem, UnreadableError, UsageError
from docgen.model.canonical import canonical_json
from docgen.model.fields import check_fields, completed
from docgen.model.payload import PAYLOAD_NAME, Payload
from docgen.model.registration_number import is_registration_number
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from docgen.documents.environment import Filled
    from docgen.documents.heads import Head
    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.fields import Field

__all__ = [
    "LETTER_SCHEMA",
    "Letter",
    "check_letter",
    "fields_of",
    "head_of",
    "is_letter",
    "is_letter_kind",
    "letter_document",
    "letter_kinds",
    "letter_of_payload",
    "letter_pdf_of",
    "make_letter",
    "renderer_name",
    "without_council",
]

LETTER_SCHEMA = "docgen-letter/1"
# Until when something lasts that a letter ends or grants.
_ENDS = (("withdrawal", "effective"), ("power", "until"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter whose data are in order. `data` has only what was written; `advice` what would have been advisable."""

    kind: str
    pack: Pack
    data: Mapping[str, object]
    advice: tuple[Problem, ...] = ()

    @property
    def author(self) -> Author:
        """Who writes it."""
        return head_of(self.kind, self.pack).author

    @property
    def day(self) -> date | None:
        """Its date; None where that is the day of its time stamp."""
        day = _value(self.data, "letter", "date")
        return day if isinstance(day, date) else None

    @property
    def payload(self) -> Payload:
        """The payload that the letter carries."""
        return Payload(
            act=self.kind,
            pack=self.pack.name,
            template_id=f"{self.pack.name}/{self.kind}",
            template_sha256=self.pack.digest,
            renderer=renderer_name(),
            language="lv",
            data=_dates_as_texts(self.data),
        )

    @property
    def stem(self) -> str:
        """The name of its files without ending: kind, registration number where there is one, reference."""
        payload = self.payload
        return "-".join(part for part in (self.kind, payload.organisation, payload.reference) if part)


def renderer_name() -> str:
    """Return what prints: this docgen and the installed Typst wheel."""
    return f"docgen {__version__}, typst {renderer_version()}"


def letter_kinds(pack: Pack) -> tuple[str, ...]:
    """Return the kinds of letters that the pack has: its templates that declare fields. Raises `DataError`."""
    return tuple(kind for kind in pack.templates if is_letter(_head(kind, pack), pack))


def is_letter_kind(kind: str, pack: Pack) -> bool:
    """Whether the pack has a letter of that kind. Raises `DataError` where its head is wrong; others do not matter."""
    return kind in pack.templates and is_letter(_head(kind, pack), pack)


def is_letter(head: Head, pack: Pack) -> bool:
    """Whether a template makes a letter in this pack: none is about a council that the memorandum does not have."""
    return head.is_letter and (pack.memorandum.council is not None or not head.about_council)


def head_of(kind: str, pack: Pack) -> Head:
    """Return what the template of a kind of letter says of itself, without fields about a council that there is not.

    Raises `UsageError` where the pack has no such letter, `DataError` where the head is wrong.
    """
    if not is_letter_kind(kind, pack):
        from difflib import get_close_matches  # noqa: PLC0415 - only after a slip

        known = tuple(_readable_kinds(pack))
        near = get_close_matches(kind, known, n=1)
        if kind in pack.templates and not near:
            raise UsageError(
                say("{kind} is no letter: it is made of a data file of its own", kind=kind),
                say("See: {command}", command=f"docgen {kind.partition('-')[0]} --help"),
            )
        raise UsageError(
            say("the pack {pack} has no letter of the kind “{kind}”", pack=pack.name, kind=kind)
            if kind
            else say("which letter?"),
            say("Did you mean {near}? Letters: {known}.", near=near[0], known=", ".join(known))
            if near
            else say("Letters: {known}.", known=", ".join(known)),
        )
    head = _head(kind, pack)
    return head if pack.memorandum.council is not None else replace(head, fields=without_council(head.fields))


def without_council(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields that a letter asks for where the memorandum has no council."""
    return tuple(field for field in fields if not field.path.startswith("council."))


def _readable_kinds(pack: Pack) -> Iterator[str]:
    """Yield the kinds of letters, without those whose template is broken: a slip elsewhere is told as what it is."""
    for kind in pack.templates:
        with suppress(DataError):
            if is_letter(_head(kind, pack), pack):
                yield kind


def _head(kind: str, pack: Pack) -> Head:
    return read_head(pack.template(kind), name=f"{pack.name}/{kind}", groups=pack.groups)


def fields_of(kind: str, pack: Pack) -> tuple[Field, ...]:
    """Return the fields that the template of a kind declares in its head; errors as for `head_of`."""
    return head_of(kind, pack).fields


def check_letter(kind: str, data: Mapping[str, object], pack: Pack, *, source: str = "data") -> Letter:
    """Return the letter that the data describe. Raises `DataError` with every problem; nothing was written then."""
    checked, problems = check_fields(
        fields_of(kind, pack), data, schema=LETTER_SCHEMA, missing=typeface(pack.look.fonts).missing
    )
    problems = (
        *problems,
        *_out_of_order(checked.data, pack.memorandum.day),
        *_of_another(checked.data),
        *_undeclined(kind, checked.data, pack),
    )
    if problems:
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    advice = (*checked.advice, *_to_enclose(fields_of(kind, pack), checked.data))
    return Letter(kind=kind, pack=pack, data=checked.data, advice=advice)


def _out_of_order(data: Mapping[str, object], memorandum: date) -> tuple[Problem, ...]:
    """Return what is wrong between dates: no letter is older than its memorandum, nothing ends before it is written.

    Memorandum, clause 16. Of a letter that its time stamp dates nothing is known yet.
    """
    written = _value(data, "letter", "date")
    if not isinstance(written, date):
        return ()
    if written < memorandum:
        return (Problem(path="letter.date", message=say("is before the date of the memorandum")),)
    ends = ((f"{table}.{key}", _value(data, table, key)) for table, key in _ENDS)
    message = say("is before the date of the letter")
    return tuple(Problem(path=path, message=message) for path, day in ends if isinstance(day, date) and day < written)


def _of_another(data: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return a problem where an organisation's e-address is another's: it is made of its registration number.

    Law on the Official Electronic Address, section 6.
    """
    number, address = (_value(data, "organisation", key) for key in ("registration_number", "e_address"))
    if not isinstance(address, str) or not is_registration_number(str(number)) or address.endswith(str(number)):
        return ()
    message = say("must end with the organisation's registration number")
    return (Problem(path="organisation.e_address", message=message),)


def _to_enclose(fields: Sequence[Field], data: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return that an annex is advisable where somebody signs on a ground that no public register shows.

    The secretariat asks for it (domain.md §5.3 C and D).
    """
    signing = [*_rows(data, "signatories"), *_rows(data, "delegate")]
    shown = all(person.get("mandate", "statutory") == "statutory" for person in signing)
    if shown or "annexes" in data or not any(field.table == "annexes[]" for field in fields):
        return ()
    message = say("is advisable: the document that gives the right to sign")
    return (Problem(path="annexes", message=message),)


def _rows(data: Mapping[str, object], table: str) -> list[Mapping[str, object]]:
    found = data.get(table)
    return [row for row in (found if isinstance(found, list) else [found]) if isinstance(row, dict)]


def _undeclined(kind: str, data: Mapping[str, object], pack: Pack) -> tuple[Problem, ...]:
    """Return a problem where the addressee's name is needed in the dative, and nobody knows it: it is never guessed."""
    organisation = data.get("organisation")
    asked = any(field.path == "organisation.name_dative" for field in fields_of(kind, pack))
    if not asked or not isinstance(organisation, dict) or "name" not in organisation or name_in_dative(organisation):
        return ()
    return (Problem(path="organisation.name_dative", message=say("is missing: docgen does not decline this name")),)


def _value(data: Mapping[str, object], table: str, key: str) -> object:
    inner = data.get(table)
    return inner.get(key) if isinstance(inner, dict) else None


def letter_document(letter: Letter, reference: str = "") -> Document:
    """Return the letter as a tree of blocks, which every writer prints; `reference` where it is not today's own.

    A template that did not come with docgen is filled in a limited worker.
    """
    path = letter.pack.template_path(letter.kind)
    return render_template(
        letter.pack.template(letter.kind),
        _values(letter),
        date=letter.day,
        filled_by=fill if letter.pack.is_builtin(path) else _fill_guarded,
        name=f"{letter.pack.name}/{letter.kind}",
        reference=f"docgen {reference or letter.payload.reference}",
        look=letter.pack.look,
        logo=letter.pack.logo,
    )


def _values(letter: Letter) -> dict[str, object]:
    """Return what the templates of a letter are filled with: its data, whole, and what every template may print."""
    values = completed(_head(letter.kind, letter.pack).fields, letter.data)
    for name, given in context_of(letter.pack).items():
        values.setdefault(name, given)
    return values


def _fill_guarded(source: str, values: Mapping[str, object], *, name: str) -> Filled:
    from docgen.documents.template_worker import fill_guarded  # noqa: PLC0415 - built-in templates need no worker

    return fill_guarded(source, values, name=name)


def make_letter(letter: Letter, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of a letter, by name: `pdf` and `docx`. The same letter: the same bytes.

    They have the same words, unless the pack or the workspace has a Word template of its own: it alone makes the DOCX.
    """
    document = letter_document(letter)
    files: dict[str, bytes] = {}
    if "pdf" in formats:
        files[f"{letter.stem}.pdf"] = print_pdf(document, [_attachment(letter.payload)])
    if "docx" in formats:
        from docgen.documents.wordtemplates import word_file  # noqa: PLC0415 - only where Word is asked for

        files[f"{letter.stem}.docx"] = word_file(document, letter.kind, _values(letter), letter.pack)
    return files


def _attachment(payload: Payload) -> Attachment:
    return Attachment(
        name=PAYLOAD_NAME,
        content=payload.to_json(),
        media_type="application/json",
        description="Vēstules dati",
    )


def letter_of_payload(payload: Payload, pack: Pack) -> tuple[Document, Attachment]:
    """Return what docgen prints of a payload's data with this pack: the letter, and the payload as it came.

    So a letter is printed to the same bytes as long as the renderer and the words of its own template are the same,
    whatever else was added to docgen or the pack meanwhile. Raises `UnreadableError` (a `DataError` where the data have
    problems) where docgen makes no letter of it, or where the payload says anything that the letter does not print.
    """
    if not is_letter_kind(payload.act, pack):
        raise UnreadableError(say("there is no letter of the kind “{kind}”", kind=payload.act))
    letter = check_letter(payload.act, {"schema": LETTER_SCHEMA, **payload.data}, pack, source=PAYLOAD_NAME)
    if canonical_json(letter.payload.data) != canonical_json(payload.data):
        raise UnreadableError(say("the payload's data are not as docgen writes them"))
    return letter_document(letter, payload.reference), _attachment(payload)


def letter_pdf_of(payload: Payload, pack: Pack) -> bytes:
    """Return the PDF of `letter_of_payload`, printed in this process."""
    document, attachment = letter_of_payload(payload, pack)
    return print_pdf(document, [attachment])


def _dates_as_texts(value: Mapping[str, object]) -> dict[str, object]:
    return {key: _plain(item) for key, item in value.items()}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return _dates_as_texts(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
