"""Benchmark of a folder of letters: `docgen verify` with a process for each file, beside a bare loop of pyHanko."""

from __future__ import annotations

import itertools
import statistics
import sys
from typing import TYPE_CHECKING

from docgen.demo.pki import TestPki
from tests.bench.measure import DOCGEN, MIB, PYTHON, Run, measured
from tests.editions import letter_of

if TYPE_CHECKING:
    from pathlib import Path

_SIGNED = 20  # that many are signed one by one; the others are copies, which cost a verification as much
_LOOP = """
import asyncio, logging, sys
from datetime import timedelta
from asn1crypto import pem, x509
from pathlib import Path
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    PdfSignatureValidationSpec, RevinfoOnlineFetchingRule, RevocationInfoGatheringSpec, SignatureValidationSpec)
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy, FreshnessReqType
from pyhanko_certvalidator.registry import SimpleTrustManager

anchors = [x509.Certificate.load(pem.unarmor(path.read_bytes())[2]) for path in Path(sys.argv[1]).glob("*/*.pem")]
logging.disable(logging.CRITICAL)
old = CertRevTrustPolicy(REQUIRE_REVINFO, timedelta(days=36500), FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION)
policy = CertValidationPolicySpec(SimpleTrustManager.build(anchors), old)
gathering = RevocationInfoGatheringSpec(RevinfoOnlineFetchingRule.LOCAL_ONLY)
spec = PdfSignatureValidationSpec(SignatureValidationSpec(policy, gathering))
passed = 0
for path in sorted(Path(sys.argv[2]).glob("*.pdf")):
    with path.open("rb") as file:
        reader = PdfFileReader(file)
        for signature in reader.embedded_regular_signatures:
            result = asyncio.run(ades_lta_validation(signature, spec))
            passed += "PASSED" in str(result.ades_subindic.status)
assert passed == len(list(Path(sys.argv[2]).glob("*.pdf"))), passed
"""


def letters_in_a_folder(folder: Path, *sizes: int) -> None:
    """Folders of 100 and 500 letters (`folder=100,500`), B-LTA; the loop is one process, and isolates nothing."""
    with TestPki(folder / "pki") as pki:
        signed = [pki.sign(letter_of(f"Biedrība {number}"), "Anna Bērziņa", "B-LTA") for number in range(_SIGNED)]
        trust = pki.trust_folder
        for size in sizes or (100, 500):
            place = folder / f"folder-{size}"
            place.mkdir()
            for number, letter in zip(range(size), itertools.cycle(signed), strict=False):
                (place / f"{number:04d}.pdf").write_bytes(letter)
            files = [str(path) for path in sorted(place.glob("*.pdf"))]
            options = ["--policy", "by-anchor", "--trust", str(trust)]
            commands = {
                "a bare loop of pyHanko, one process": [PYTHON, "-c", _LOOP, str(trust), str(place)],
                "docgen verify": [*DOCGEN, "verify", *options, *files],
            }
            runs: dict[str, list[Run]] = {name: [] for name in commands}
            for _ in range(3):
                for name, command in commands.items():
                    runs[name].append(measured(command))
            _tell(size, runs)


def _tell(size: int, runs: dict[str, list[Run]]) -> None:
    sys.stdout.write(f"\na folder of {size} letters (whole process; medians)\n")
    walls, processors = [], []
    for name, each in runs.items():
        wall, processor, largest, together = (
            statistics.median(getattr(run, part) for run in each)
            for part in ("wall", "processor", "largest", "together")
        )
        walls.append(wall)
        processors.append(processor)
        sys.stdout.write(
            f"  {name:<36} {1000 * wall / size:6.1f} ms a letter; {1000 * processor / size:6.1f} ms of processor;"
            f" largest process {largest / MIB:.0f} MiB, all together {together / MIB:.0f} MiB\n"
        )
    sys.stdout.write(
        f"  docgen is {walls[0] / walls[1]:.2f} times as fast;"
        f" by processor time, on two cores of its own, {2 * processors[0] / processors[1]:.2f} times\n"
    )
    sys.stdout.flush()
