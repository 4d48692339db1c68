"""Where letters are received in tests: the test authorities, the worker that verifies, a desk with its register."""

from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from docgen.database import open_database
from docgen.demo.pki import TestPki
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.reports import to_json
from docgen.signatures.trust import load_trust
from docgen.workflow.printing import Printer
from docgen.workflow.receive import Desk
from tests.letters import IEM


@pytest.fixture(scope="module")
def pki(tmp_path_factory):
    with TestPki(tmp_path_factory.mktemp("pki")) as pki:
        pki.write_revocation()
        yield pki


@pytest.fixture(scope="module")
def verifier(pki):
    trust = load_trust(pki.trust_folder)
    with Verifier(trust=trust, policy=POLICIES["by-anchor"], profile=PROFILES["letter"]) as verifier:
        yield verifier


@pytest.fixture(scope="module")
def printer():
    with Printer(IEM) as printer:
        yield printer


@contextmanager
def desks_at(folder, verifier, printers):
    """Give a function that makes the desk of a pack; all of them write into one register below the folder."""

    def verify(path: Path, name: str, moment: datetime):
        return verifier.report([Submission(name=name, path=path)], as_of=moment, receipt=moment)

    with open_database(f"sqlite:///{folder / 'register.db'}") as database:

        def desk(pack="iem", mode="letter"):
            return Desk(
                database=database,
                signed=folder / "signed",
                pack=pack,
                renderer=printers[pack],
                verify=verify,
                material=verifier.trust.given(),
                policy="by-anchor",
                as_json=lambda report: to_json(report, str),
                mode=mode,
            )

        yield desk


@pytest.fixture
def desk(tmp_path, verifier, printer):
    with desks_at(tmp_path, verifier, {"iem": printer}) as desk_of:
        yield desk_of()
