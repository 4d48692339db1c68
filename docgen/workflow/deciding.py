"""A clerk's decisions in a workspace: opens its register and its pack's rules once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from docgen.database import open_database
from docgen.errors import UsageError
from docgen.model.recognition import WISHES, Act
from docgen.model.text import say
from docgen.workflow.register import Accepted, Answered, Refused, Said, accept, accept_all_in_order, refuse
from docgen.workflow.rules import checked_number, rules_of_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date, datetime
    from types import TracebackType

    from docgen.workspace import Workspace

__all__ = ["ACTS", "Decider"]

# What a person can read in a letter that docgen did not print, and what a letter of that kind does.
ACTS: Mapping[str, Act] = {
    "accession": Act.ACCESSION,
    "delegation": Act.ACCESSION,
    "council-notice": Act.COUNCIL_NOTICE,
    "withdrawal": Act.WITHDRAWAL,
    "proposal": Act.NONE,
    "power-of-attorney": Act.NONE,
    "other": Act.NONE,
}


def _check_wish(act: str, wish: str | None) -> None:
    if wish is None and act == "council-notice":
        raise UsageError(
            say("a notice about the council says what the organisation wishes there"),
            say("Read the letter and add: --wish yes|change|recall|no"),
        )
    known = WISHES.get(ACTS[act], ())
    if wish is not None and not known:
        raise UsageError(say("such a letter says nothing about the council"), say("Leave out --wish."))
    if wish is not None and wish not in known:
        raise UsageError(
            say("such a letter does not say “{wish}” about the council", wish=wish),
            say("Read the letter and give: --wish {known}", known="|".join(known)),
        )


class Decider:
    """Decides in the name of `by`, at the moment `at`, with the reason `why`. Use it as a context manager."""

    def __init__(self, workspace: Workspace, *, by: str, at: datetime, why: str = "") -> None:
        self._by = by
        self._at = at
        self._why = why
        self._rules = rules_of_workspace(workspace)
        self._database = open_database(workspace.database_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.__exit__(kind, exc, trace)

    def accept(
        self,
        intake: str,
        *,
        act: str | None = None,
        organisation: str | None = None,
        name: str | None = None,
        wish: str | None = None,
        effective: date | None = None,
    ) -> Accepted | Answered:
        """Register an arrival.

        The first three words are for a letter that docgen did not print: all of them, or none. `act` is one of `ACTS`,
        `wish` what such a letter says about the council; `effective` as for `register.accept`.
        """
        said = None
        if (act, organisation, name) != (None, None, None):
            if act is None or organisation is None or name is None or not name.strip():
                raise UsageError(say("a letter that docgen did not print needs --act, --organisation and --name"))
            _check_wish(act, wish)
            number = checked_number(organisation)
            said = Said(act=ACTS[act], organisation=number, name=name.strip(), kind=act, wish=wish)
        elif wish is not None:
            raise UsageError(say("--wish belongs to a letter that docgen did not print"))
        return accept(
            self._database,
            self._rules,
            intake,
            by=self._by,
            at=self._at,
            why=self._why,
            said=said,
            effective=effective,
        )

    def refuse(self, intake: str) -> Refused | Answered:
        """Record a refusal."""
        return refuse(self._database, intake, by=self._by, at=self._at, why=self._why)

    def accept_all_in_order(self) -> Iterator[Accepted | Answered]:
        """Register all that is in order, by number."""
        return accept_all_in_order(self._database, self._rules, by=self._by, at=self._at)
