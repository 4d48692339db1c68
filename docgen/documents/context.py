"""What every template of a pack may print besides its own data: the memorandum, who holds it, its council.

    memorandum      day (a date), number, title, name.nominative … name.locative, and the clauses as numbers without the
                    closing dot: accession_clause, withdrawal_clause, publication_clause, in_force_clause,
                    council_clause (notices about the council), by_laws_clause, sittings_clause, proposals_clause;
                    predecessor (its title), threshold, answer_within_months, mode (letter, round, delegate), site
    holder          nominative … locative, registration_number, address, email, phone, e_address: the public body
    secretariat     the same, of its unit; letterhead: the lines with which its letters begin
    signatory       office, name: who signed the memorandum for the public body
    council_name    nominative … locative: the council's short name; council_full: its full one
    secretariat_dative   to whom notices about the council go, a line a line
    approvers       name, position, organisation of each
    working_groups  name, genitive of each
    texts           the pack's own texts, by the names that its author gave them

What the memorandum does not give is an empty text: a template asks with `{% if … %}`. A name without the case that a
text needs would leave a hole in a sentence: such a one may be asked for too, and who prints it is told the key.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from docgen.documents.environment import NOT_GIVEN

if TYPE_CHECKING:
    from docgen.documents.packs import Pack
    from docgen.model.memorandum import Body

__all__ = ["context_of"]

_CASES = ("nominative", "genitive", "dative", "accusative", "locative")


def context_of(pack: Pack) -> dict[str, object]:
    """Return the values that every template of the pack may print, by name."""
    memorandum, council = pack.memorandum, pack.memorandum.council
    clauses = (
        {}
        if council is None
        else {
            "council_clause": council.notice_clause,
            "by_laws_clause": council.by_laws_clause,
            "sittings_clause": council.sittings_clause,
        }
    )
    bodies = (memorandum.holder.nominative, memorandum.secretariat.nominative)
    return {
        "memorandum": {
            "day": memorandum.day,
            "number": memorandum.number,
            "title": " ".join(memorandum.title),
            "name": _named(memorandum.name, "memorandum.name"),
            "accession_clause": memorandum.accession_clause,
            "withdrawal_clause": memorandum.withdrawal_clause,
            "publication_clause": memorandum.publication_clause,
            "in_force_clause": memorandum.in_force_clause,
            "proposals_clause": memorandum.proposals.clause,
            "council_clause": "",
            "by_laws_clause": "",
            "sittings_clause": "",
            **clauses,
            "predecessor": memorandum.predecessor,
            "threshold": "" if memorandum.threshold is None else memorandum.threshold,
            "answer_within_months": memorandum.proposals.answer_within_months,
            "mode": memorandum.accession_mode.value,
            "site": memorandum.publication_site,
        },
        "holder": {**_named(memorandum.holder, "holder"), **asdict(memorandum.holder_head)},
        "secretariat": {
            **_named(memorandum.secretariat, "secretariat"),
            **asdict(memorandum.secretariat_head),
            "letterhead": memorandum.secretariat_head.names or tuple(dict.fromkeys(bodies)),
        },
        "signatory": {"office": memorandum.signatory_office, "name": memorandum.signatory_name},
        "council_name": _named(None if council is None else council.short, "council", "short_"),
        "council_full": _named(None if council is None else council.name, "council"),
        "secretariat_dative": () if council is None else council.secretariat_dative,
        "approvers": [asdict(one) for one in memorandum.approvers],
        "working_groups": [asdict(one) for one in memorandum.working_groups],
        "texts": dict(memorandum.texts),
    }


def _named(body: Body | None, table: str, prefix: str = "") -> dict[str, object]:
    """Return a name by its cases; one that the memorandum does not give is the key that would give it."""
    if body is None:
        return {case: {NOT_GIVEN: table} for case in _CASES}
    return {case: value or {NOT_GIVEN: f"{table}.{prefix}{case}"} for case, value in asdict(body).items()}
