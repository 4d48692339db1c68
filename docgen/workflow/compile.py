"""Issuing an edition of the official copy: register and evidence in, one sealed PDF out, recorded as an event.

The file is written first and the event after it, in one transaction that holds the writers' lock; if the register has
moved meanwhile, or the event cannot be recorded, the file is taken away again. So an edition that lies in the folder of
editions is one that the register knows.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen import __version__
from docgen.database import open_database
from docgen.documents.pdf import renderer_version
from docgen.edition.compile import compile_edition
from docgen.edition.manifest import Clause, Memorandum
from docgen.edition.plan import Arrived, plan_edition
from docgen.edition.printing import printing_apart
from docgen.errors import MismatchError, MissingError, UsageError
from docgen.model.blocks import words_of
from docgen.model.events import Draft, EventType
from docgen.model.moments import riga_day
from docgen.model.text import say
from docgen.register.events import append_events, load_events
from docgen.register.evidence import evidence_path, read_evidence
from docgen.register.intake import all_arrivals
from docgen.signatures.trust import load_trust

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime
    from pathlib import Path

    from docgen.documents.packs import Pack
    from docgen.edition.manifest import Manifest
    from docgen.model.blocks import Clause as ClauseBlock
    from docgen.signatures.sign import Credentials, Level
    from docgen.workspace import Workspace

__all__ = ["Issued", "issue_edition", "memorandum_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """An edition that was issued: where it lies, what it is known by, and the event that records it."""

    path: Path
    number: int
    as_of: date
    members: int
    originals: int
    length: int
    sha256: str
    event: int


def memorandum_of(pack: Pack) -> Memorandum:
    """Return what an edition prints of a pack's memorandum. Raises `MissingError` where the pack has no text of it."""
    if pack.text is None or pack.text_sha256 is None:
        raise MissingError(
            say("the pack {pack} has no text of its memorandum", pack=pack.name),
            say("Name the file with the text in memorandum.toml under [memorandum], key text."),
        )
    return Memorandum(
        title=pack.memorandum.title,
        day=pack.memorandum.day,
        number=pack.memorandum.number,
        annexed_to=pack.memorandum.dative,
        preamble=pack.text.preamble,
        clauses=tuple(_clause(clause) for clause in pack.text.clauses),
        closing=pack.text.closing,
        sha256=pack.text_sha256,
    )


def _clause(clause: ClauseBlock) -> Clause:
    below = tuple(_clause(sub) for sub in clause.clauses)
    return Clause(label=clause.label, text=words_of(clause.text), clauses=below)


def issue_edition(
    workspace: Workspace,
    memorandum: Memorandum,
    *,
    pack: str,
    as_of: date,
    at: datetime,
    credentials: Credentials,
    level: Level,
    tsa_url: str | None,
    by: str = "",
    output: Path | None = None,
    trust: Path | None = None,
    sandbox: bool = True,
) -> Issued:
    """Issue the next internal edition, with the member annex as at `as_of`, and record it as issued at `at`.

    `by` is who issues it (default: the holder of the key). Raises `UsageError` for a day to come, `MismatchError` where
    register or evidence is not as it was recorded, `MissingError` where no worker for printing can be locked down
    (unless `sandbox` is False), and whatever printing, sealing and the database raise; then neither file nor event is
    there.
    """
    if as_of > riga_day(at):
        raise UsageError(
            say("{day} is still to come: an edition shows what was", day=as_of.isoformat()),
            say("Leave --as-of out for today."),
        )
    anchors = load_trust(trust or workspace.trust)
    with printing_apart(sandbox=sandbox) as print_document, open_database(workspace.database_url) as database:
        with database.reading() as connection:
            events = load_events(connection)
            arrivals = [
                Arrived(intake=item.intake, received_at=item.received_at, sha256=item.fields["sha256"])
                for item in all_arrivals(connection)
            ]
        manifest = plan_edition(
            events,
            arrivals,
            memorandum,
            as_of=as_of,
            # Two acts within one tick of the clock: an edition is never older than its last event.
            issued_at=max([at, *(event.recorded_at for event in events)]),
            sealed_by=credentials.holder,
            pack=pack,
            renderer=f"docgen {__version__}, typst {renderer_version()}",
            size_of=lambda digest: evidence_path(workspace.signed, digest).stat().st_size,
        )
        name = f"{pack}-{manifest.number:04d}-{as_of.isoformat()}.pdf"
        path = output or workspace.output / "editions" / name
        sealed = compile_edition(
            manifest,
            events,
            lambda digest: read_evidence(workspace.signed, digest),
            path,
            credentials,
            level=level,
            tsa_url=tsa_url,
            anchors=[*anchors.signers, *anchors.timestamps],
            print_document=print_document,
        )
        with _taken_away_on_failure(path), database.writing() as connection:
            head = load_events(connection)
            if (head[-1].hash if head else None) != manifest.head:
                raise MismatchError(
                    say("the register has moved while the edition was made"),
                    say("Run the same command again; the edition that was made is gone."),
                )
            draft = _draft(manifest, path, level, by=by or credentials.holder, length=sealed.length, sha=sealed.sha256)
            (event,) = append_events(connection, [draft])
    return Issued(
        path=path,
        number=manifest.number,
        as_of=as_of,
        members=sum(row.withdrawn_on is None for row in manifest.annex),
        originals=len(manifest.originals),
        length=sealed.length,
        sha256=sealed.sha256,
        event=event.seq,
    )


@contextlib.contextmanager
def _taken_away_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _draft(manifest: Manifest, path: Path, level: Level, *, by: str, length: int, sha: str) -> Draft:
    data = {
        "edition": manifest.number,
        "kind": manifest.kind,
        "as_of": manifest.as_of.isoformat(),
        "length": length,
        "sha256": sha,
        "file": path.name,
        "level": level.value,
    }
    if manifest.head is not None:
        data["head"] = manifest.head
    return Draft(
        type=EventType.EDITION_ISSUED,
        effective_on=riga_day(manifest.issued_at),
        recorded_at=manifest.issued_at,
        by=by,
        data=data,
    )
