"""Benchmarks of the official copy: compiling it at several sizes, and checking its seal after it was renewed twice."""

from __future__ import annotations

import io
import json
import random
import statistics
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext

from docgen.database import open_database
from docgen.demo.pki import PASSWORD, TestPki
from docgen.model.events import Draft, EventType, Evidence, EvidenceKind
from docgen.model.moments import riga_day
from docgen.model.registration_number import is_registration_number
from docgen.register.events import append_events
from docgen.register.evidence import store_evidence
from docgen.register.intake import log_arrival
from docgen.workspace import init_workspace
from tests.bench.measure import DOCGEN, MIB, PYTHON, Run, measured
from tests.editions import letter_of

if TYPE_CHECKING:
    from pathlib import Path

    from docgen.workspace import Workspace

_LETTER = 70_000
_CHECK = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from docgen.model.profiles import PROFILES
from docgen.signatures.trust import load_trust
from docgen.worker import Forker
with Forker("docgen.edition.deep_worker") as forker:
    trust = load_trust(Path(sys.argv[2])).to_json()
    arguments = {"trust": trust, "as_of": datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "name": "edition"}
    outcome = forker.run("seal", PROFILES["edition"], arguments, Path(sys.argv[1]))
    codes = [reason["code"] for reason in outcome.result["seal"]["reasons"]]
    kinds = [one["indication"] for one in outcome.result["seal"]["signatures"]]
    assert not codes and set(kinds) == {"TOTAL-PASSED"} and len(kinds) == int(sys.argv[3]), (codes, kinds)
"""


def editions(folder: Path, *sizes: int) -> None:
    """Editions of so many members, each with its letter inside; the last of them renewed twice, and its seal checked.

    `editions=10,1000` compiles these; the memory is that of the largest process and of all together.
    """
    password = folder / "password"
    password.write_text(PASSWORD, "utf-8")
    with TestPki(folder / "pki") as pki:
        letter = pki.sign(letter_of("Biedrība"), "Anna Bērziņa", "B-LTA")
        sys.stdout.write("\ncompile an edition, sealed B-LTA (whole process; medians of 5)\n")
        for size in sizes or (10, 100, 1_000):
            workspace = register_of(folder / f"workspace-{size}", letter, size)
            path, runs = folder / f"edition-{size}.pdf", []
            for _ in range(5):
                path.unlink(missing_ok=True)
                runs.append(measured(_compile(workspace, pki, password, path)))
            _tell(f"{size} members, {path.stat().st_size / MIB:.1f} MiB", runs)
        for times in range(3):
            check = [PYTHON, "-c", _CHECK, str(path), str(pki.trust_folder), str(2 + times)]
            runs = [measured(check) for _ in range(5)]
            _tell(f"check its seal, renewed {times} times", runs)
            renew(path, pki)


def _tell(what: str, runs: list[Run]) -> None:
    median = {name: statistics.median(getattr(run, name) for run in runs) for name in Run.__slots__}
    processor = [run.processor for run in runs]
    sys.stdout.write(
        f"  {what:<32} {median['wall']:6.2f} s; {median['processor']:.2f} s of processor"
        f" ({min(processor):.2f}–{max(processor):.2f}); largest process {median['largest'] / MIB:.0f} MiB,"
        f" all together {median['together'] / MIB:.0f} MiB\n"
    )
    sys.stdout.flush()


def _compile(workspace: Workspace, pki: TestPki, password: Path, path: Path) -> list[str]:
    seal = pki.seal("Parauga ministrija", "90000000000")
    return [
        *DOCGEN, "--workspace", str(workspace.folder), "compile", "--key", str(seal), "--pass-file", str(password),
        "--tsa", pki.tsa_url, "--trust", str(pki.trust_folder), "-o", str(path),
    ]  # fmt: skip


def register_of(root: Path, letter: bytes, members: int) -> Workspace:
    """Return a workspace with so many members, each by a letter of its own with its report, all of one size."""
    workspace = init_workspace(root, "iem")
    now = datetime.now(tz=UTC)
    numbers = (str(one) for one in range(40000000000, 50000000000) if is_registration_number(str(one)))
    with open_database(workspace.database_url) as database, database.writing() as connection:
        drafts = []
        for count in range(members):
            number = next(numbers)
            # Distinct and of one length; hexadecimal digits pack as the values of signatures do.
            filling = random.Random(count).randbytes(max(0, _LETTER - len(letter)) // 2).hex()
            digest = store_evidence(workspace.signed, letter + f"% {number} {filling}\n".encode())
            report = {"schema": "docgen-verify/1", "files": [{"sha256": digest, "verdict": "PASSED"}]}
            kept = store_evidence(workspace.signed, json.dumps(report).encode())
            evidence = (
                Evidence(sha256=digest, kind=EvidenceKind.LETTER),
                Evidence(sha256=kept, kind=EvidenceKind.REPORT),
            )
            arrival = log_arrival(connection, now, {"sha256": digest, "reasons": [], "keys": []})
            drafts.append(
                Draft(
                    type=EventType.ACCESSION,
                    effective_on=riga_day(now),
                    recorded_at=now + timedelta(microseconds=count),
                    by="I. Kalniņa",
                    organisation=number,
                    intake=arrival.intake,
                    evidence=evidence,
                    data={"name": f'Biedrība "Organizācija {count}"'},
                )
            )
        append_events(connection, drafts)
    return workspace


def renew(path: Path, pki: TestPki) -> None:
    """Add what a renewal adds: validation data of the last archive time stamp, and a new one over all."""
    anchors = [x509.Certificate.load(pki.certificate(kind).dump()) for kind in ("signers", "timestamps")]
    context = ValidationContext(
        trust_roots=anchors, allow_fetching=True, revocation_mode="require", time_tolerance=timedelta(seconds=60)
    )
    stamper = PdfTimeStamper(HTTPTimeStamper(pki.tsa_url, timeout=20))
    writer = IncrementalPdfFileWriter(io.BytesIO(path.read_bytes()), strict=True)
    path.write_bytes(stamper.timestamp_pdf(writer, "sha256", validation_context=context).getvalue())
