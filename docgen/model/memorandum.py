"""A memorandum as data (formats.md §2): what its text gives, and nothing that it does not give.

Names stand in the cases that texts need; nothing is declined by rule. `check_memorandum` reads what the pack's author
wrote, strictly, and returns every problem at once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import DataError, Problem
from docgen.model.blocks import Clause, plain
from docgen.model.reading import read_table
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from docgen.model.reading import Table

__all__ = [
    "Body",
    "Council",
    "Effective",
    "Memorandum",
    "MemorandumText",
    "SigningRights",
    "check_memorandum",
    "read_text",
]

_LABEL = re.compile(r"(\d+(?:\.\d+)*\.) (.+)")


class Effective(StrEnum):
    """Which day counts for an accession."""

    RECEIVED = "received"
    SIGNED = "signed"


class SigningRights(StrEnum):
    """Who settles whether a signer may sign: the clerk, or data that must be there."""

    CLERK = "clerk"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """An institution or unit, in the cases that texts need."""

    nominative: str
    genitive: str
    dative: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """The council; `quorum` (of `members`) is None where nothing sets one: then no text speaks of it."""

    name: Body
    short_genitive: str
    short_locative: str
    secretariat_dative: tuple[str, ...]
    sides: tuple[tuple[str, str], ...]
    members: int | None
    quorum: int | None
    meets_within_months: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memorandum:
    """A memorandum: who holds it, when it takes effect, how one joins and leaves, its council."""

    title: tuple[str, ...]
    day: date
    number: str
    dative: tuple[str, ...]
    text_file: str
    holder: Body
    secretariat: Body
    signatory_office: str
    signatory_name: str
    accession_clause: str
    effective: Effective
    signing_rights: SigningRights
    withdrawal_clause: str
    publication_clause: str
    council: Council | None
    threshold: int | None
    in_force_clause: str
    signature_policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemorandumText:
    """The memorandum word for word: title lines, preamble, numbered clauses, and what closes it."""

    title: tuple[str, ...]
    preamble: tuple[str, ...]
    clauses: tuple[Clause, ...]
    closing: tuple[str, ...]


def _body(table: Table) -> Body:
    return Body(nominative=table.text("nominative"), genitive=table.text("genitive"), dative=table.text("dative"))


def _council(table: Table) -> Council | None:
    if not table.given:
        return None
    table.texts("clauses")
    sides = table.mapping("sides")
    return Council(
        name=_body(table),
        short_genitive=table.text("short_genitive"),
        short_locative=table.text("short_locative"),
        secretariat_dative=table.texts("secretariat_dative"),
        sides=tuple(sides.items()),
        members=table.whole("members", required=False),
        quorum=table.whole("quorum", required=False),
        meets_within_months=table.whole("meets_within_months", required=False),
    )


def check_memorandum(data: Mapping[str, object], *, source: str) -> Memorandum:
    """Return the memorandum that `memorandum.toml` describes. Raises `DataError` with every problem."""
    root = read_table(data)
    own, holder, secretariat = root.table("memorandum"), root.table("holder"), root.table("secretariat")
    signatory, accession = root.table("signatory"), root.table("accession")
    withdrawal, publication = root.table("withdrawal", required=False), root.table("publication", required=False)
    force, policy = root.table("entry_into_force", required=False), root.table("signature_policy")
    predecessor = root.table("predecessor", required=False)
    if predecessor.given:
        predecessor.day("date")
        predecessor.text("title")
        predecessor.text("clause", required=False)
    secretariat.text("clause", required=False)
    own.choice("language", ["lv"])
    accession.choice("mode", ["letter", "round", "delegate"])
    if force.given:
        force.choice("counts", ["acceded", "members"])
    day = own.day("date")
    memorandum = Memorandum(
        title=own.texts("title"),
        day=day,  # type: ignore[arg-type]  # None only with a problem, which raises below
        number=own.text("number"),
        dative=own.texts("dative"),
        text_file=own.text("text", required=False),
        holder=_body(holder),
        secretariat=_body(secretariat),
        signatory_office=signatory.text("office"),
        signatory_name=signatory.text("name"),
        accession_clause=accession.text("clause"),
        effective=Effective(accession.choice("effective", list(Effective))),
        signing_rights=SigningRights(accession.choice("signing_rights", list(SigningRights))),
        withdrawal_clause=withdrawal.text("clause", required=False),
        publication_clause=publication.text("clause", required=False),
        council=_council(root.table("council", required=False)),
        threshold=force.whole("threshold", required=force.given),
        in_force_clause=force.text("clause", required=False),
        signature_policy=policy.text("name"),
    )
    problems = root.problems()
    if problems:
        raise DataError(source, problems)
    return memorandum


def read_text(text: str, *, source: str) -> MemorandumText:
    """Return the parts of a memorandum's text: title lines, blank line, preamble, clauses a line each, closing.

    Raises `DataError` where these parts are not there or a sub-clause has no clause above it.
    """
    groups = [group.split("\n") for group in re.split(r"\n\s*\n", text.strip())]
    numbered = [index for index, group in enumerate(groups) if _LABEL.fullmatch(group[0])]
    if not numbered or numbered[0] == 0:
        raise DataError(source, [Problem(path="-", message=say("has no title or no numbered clauses"))])
    first, last = numbered[0], numbered[-1]
    lines = [line for group in groups[first : last + 1] for line in group]
    return MemorandumText(
        title=tuple(groups[0]),
        preamble=tuple(" ".join(group) for group in groups[1:first]),
        clauses=_clauses(lines, source),
        closing=tuple(line for group in groups[last + 1 :] for line in group),
    )


def _clauses(lines: Sequence[str], source: str) -> tuple[Clause, ...]:
    """Nest sub-clauses (`2.1.`) below their clause (`2.`)."""
    tree: list[tuple[str, str, list[Clause]]] = []
    for number, line in enumerate(lines, start=1):
        match = _LABEL.fullmatch(line)
        above = tree[-1][0] if tree else ""
        if match is None or (match[1].count(".") > 1 and not match[1].startswith(above or "-")):
            raise DataError(source, [Problem(path=f"clause line {number}", message=say("has no number of its place"))])
        if match[1].count(".") > 1:
            tree[-1][2].append(Clause(label=match[1], text=plain(match[2])))
        else:
            tree.append((match[1], match[2], []))
    return tuple(Clause(label=label, text=plain(text), clauses=tuple(below)) for label, text, below in tree)
