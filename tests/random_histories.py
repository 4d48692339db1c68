"""Random histories, judged by docgen and by EU DSS: `python -m tests.random_histories [COUNT] [SEED]`.

Prints every verdict in which the two differ and, at the end, how many agree. A difference in pass or no pass is a fault
unless it is freshness (TRY_LATER), which DSS's default policy ignores.
"""

from __future__ import annotations

import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from asn1crypto import pem

from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.report import SignatureKind
from docgen.signatures.trust import Trust
from docgen.signatures.verify import verify_bytes
from tests import judges
from tests.pki_history import LATER, NOW, SHORT, History, history

if TYPE_CHECKING:
    from datetime import datetime

DAY = timedelta(days=1)
CLOCKS = {"before": NOW - 200 * DAY, **LATER}
PEOPLE = ("Anna Bērziņa", "Jānis Ozols", "Vecais Raksts", "Pauls Zudis")


class Verdict(NamedTuple):
    """What one judge says about one signature."""

    indication: str
    sub_indication: str
    level: str

    @property
    def passed(self) -> bool:
        return self.indication == "TOTAL_PASSED"


def people(past: History) -> None:
    """One who outlives the others, one whose certificate ended, one whose certificate was revoked."""
    past.pki.signer(PEOPLE[0], ends=SHORT)
    past.pki.signer(PEOPLE[1])
    past.pki.signer(PEOPLE[2], ends=NOW - 5 * DAY)
    past.pki.signer(PEOPLE[3], ends=SHORT)
    past.pki.revoke(PEOPLE[3], since=NOW - 10 * DAY)


def make(past: History, dice: random.Random) -> bytes:
    """Sign, stamp and enrich a letter at random moments, each later than the one before."""
    moment = NOW - dice.choice([30, 20, 6, 1, 0]) * DAY
    who = dice.choice(PEOPLE)
    level = dice.choice(["B-B", "B-T", "B-T"] if who in PEOPLE[2:] else ["B-B", "B-T", "B-LT", "B-LTA"])
    pdf = past.sign(who, level, moment, rogue_stamp=level == "B-T" and dice.random() < 0.15)
    for _ in range(dice.randint(0, 3)):
        moment += timedelta(minutes=dice.choice([1, 15, 60, 60 * 24, 60 * 24 * 8]))
        match dice.choice(["stamp", "answer", "list", "both", "second"]):
            case "stamp":
                pdf = past.stamp(pdf, moment)
            case "second":
                pdf = past.sign(PEOPLE[1], dice.choice(["B-T", "B-LT", "B-LTA"]), moment, pdf)
            case step:
                asked = moment - dice.choice([timedelta(0), timedelta(0), 3 * DAY, 40 * DAY])
                pdf = enrich(past, pdf, who, asked, step)
    return pdf


def enrich(past: History, pdf: bytes, who: str, asked: datetime, step: str) -> bytes:
    """Add OCSP answers, CRLs or both, as issued at a moment."""
    ocsps = [] if step == "list" else [past.answer(who, asked)]
    crls = [] if step == "answer" else [past.crl("signers", asked)]
    if len(pdf) % 2:
        crls.append(past.crl("timestamps", asked))
    certificates = [past.pki.certificate(label) for label in (who, "signers")]
    return past.store(pdf, ocsps=ocsps, crls=crls, certs=certificates)


def compare(
    folder: Path, count: int, seed: int, clocks: dict[str, datetime]
) -> list[tuple[str, str, Verdict, Verdict]]:
    """Make the files, ask both judges at each clock, and return every pair of verdicts with its file and clock."""
    dice = random.Random(seed)
    with history(folder / "pki") as past:
        people(past)
        files = [make(past, dice) for _ in range(count)]
        signers, timestamps = (past.pki.certificate(kind).dump() for kind in ("signers", "timestamps"))
    paths = [folder / f"{number:03}.pdf" for number in range(count)]
    for path, data in zip(paths, files, strict=True):
        path.write_bytes(data)
    anchors = [folder / "signers.pem", folder / "timestamps.pem"]
    for path, der in zip(anchors, (signers, timestamps), strict=True):
        path.write_bytes(pem.armor("CERTIFICATE", der))
    trust = Trust(signers=(signers,), timestamps=(timestamps,))
    found = []
    for clock, at in clocks.items():
        for path, theirs in zip(paths, judges.dss(paths, trust=anchors, at=at), strict=True):
            report = verify_bytes(
                path.read_bytes(), name=path.name, trust=trust, policy=POLICIES["lenient"], as_of=at,
                profile=PROFILES["document"],
            )  # fmt: skip
            ours = [one for one in report.signatures if one.kind is not SignatureKind.DOCUMENT_TIMESTAMP]
            for mine, other in zip(ours, theirs["signatures"], strict=True):
                found.append(
                    (
                        path.name,
                        clock,
                        Verdict(
                            str(mine.indication).replace("-", "_"), str(mine.sub_indication or ""), mine.level or ""
                        ),
                        Verdict(other["indication"], other.get("sub_indication") or "", other["level"] or ""),
                    )
                )
    return found


def main(count: int = 100, seed: int = 1) -> None:
    """Compare and print."""
    with tempfile.TemporaryDirectory() as folder:
        pairs = compare(Path(folder), count, seed, CLOCKS)
    for name, clock, ours, theirs in pairs:
        if ours != theirs:
            mark = "" if ours.passed == theirs.passed else "   <- pass differs"
            sys.stdout.write(f"{name} {clock}: docgen {' '.join(ours)} | DSS {' '.join(theirs)}{mark}\n")
    same_pass = sum(ours.passed == theirs.passed for *_, ours, theirs in pairs)
    same = sum(ours[:2] == theirs[:2] for *_, ours, theirs in pairs)
    level = sum(ours.level == theirs.level for *_, ours, theirs in pairs)
    sys.stdout.write(f"{len(pairs)} verdicts: same pass {same_pass}, same words {same}, same level {level}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
