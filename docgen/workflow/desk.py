"""The desk at which a workspace receives: register, evidence, locked-down verification, printing again."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from docgen.database import open_database
from docgen.documents.packs import templates_over
from docgen.model.profiles import PROFILES
from docgen.signatures.batch import Submission, Verifier
from docgen.signatures.reports import to_json
from docgen.signatures.trust import load_trust
from docgen.workflow.printing import Printer
from docgen.workflow.receive import Desk, Missed, Received, Source, receive
from docgen.workflow.rules import policy_of_workspace, rules_of_workspace, workspace_pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.model.policy import Policy
    from docgen.model.report import VerificationReport
    from docgen.workflow.receive import Receipt
    from docgen.workspace import Workspace

__all__ = ["receive_files"]


def receive_files(
    workspace: Workspace,
    sources: Sequence[Source],
    receipt: Receipt,
    *,
    policy: str | None = None,
    trust: Path | None = None,
    sandbox: bool = True,
) -> Iterator[Received | Missed]:
    """Receive files into a workspace, one after another; each is logged when it is yielded.

    Signatures are judged at the moment of receipt. Raises `UsageError`, `TrustMissingError` or `MissingError` before
    anything is stored where the workspace, its trust data or the machine is not in order.
    """
    chosen = policy_of_workspace(workspace, policy)
    rules = rules_of_workspace(workspace)
    name, folder = workspace_pack(workspace)
    anchors = load_trust(trust or workspace.trust)
    with contextlib.ExitStack() as stack:
        verifier = stack.enter_context(
            Verifier(trust=anchors, policy=chosen, profile=PROFILES["letter"], sandbox=sandbox)
        )

        def verify(path: Path, name: str, moment: datetime) -> VerificationReport:
            return verifier.report([Submission(name=name, path=path)], as_of=moment, receipt=moment)

        desk = Desk(
            database=stack.enter_context(open_database(workspace.database_url)),
            signed=workspace.signed,
            pack=name,
            renderer=stack.enter_context(Printer(folder, over=templates_over(workspace, folder), sandbox=sandbox)),
            verify=verify,
            material=anchors.given(),
            policy=chosen.name,
            as_json=lambda report: to_json(report, str),
            signing_rights=rules.signing_rights,
            mode=rules.mode,
        )
        yield from receive(desk, sources, receipt)


def chosen_policy(workspace: Workspace, asked: str | None) -> Policy:
    """Return the policy by which `receive_files` judges, for the line that every screen shows."""
    return policy_of_workspace(workspace, asked)
