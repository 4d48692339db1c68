"""What the register needs of a workspace's pack: thresholds, days that count, the predecessor, the policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.errors import DataError, Problem, UsageError
from docgen.model.decisions import Rules
from docgen.model.policy import POLICIES, Policy
from docgen.model.registration_number import is_registration_number
from docgen.model.text import say
from docgen.toml import decode_text, parse_toml
from docgen.workspace import pack_folder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from docgen.workspace import Workspace

__all__ = ["checked_number", "policy_of_workspace", "rules_of_workspace", "workspace_pack"]

_DEFAULT_POLICY = "lv-institution"


def workspace_pack(workspace: Workspace) -> tuple[str, Path]:
    """Return the name and the folder of the workspace's pack. Raises `UsageError` where its settings name none."""
    if workspace.pack is None:
        raise UsageError(
            say("the workspace {folder} names no pack", folder=str(workspace.folder)),
            say('Write into its docgen.toml: pack = "iem"'),
        )
    folder = pack_folder(workspace, workspace.pack)
    return folder.name, folder


def _tables(workspace: Workspace) -> tuple[Path, Mapping[str, Any]]:
    _, folder = workspace_pack(workspace)
    path = folder / "memorandum.toml"
    return path, parse_toml(decode_text(path.read_bytes(), source=str(path)), source=str(path))


def rules_of_workspace(workspace: Workspace) -> Rules:
    """Return the register's rules. Raises `DataError` where the pack gives values that the register does not know."""
    path, tables = _tables(workspace)
    accession, force = tables.get("accession", {}), tables.get("entry_into_force")
    within = tables.get("proposals", {}).get("answer_within_months", 1)
    chosen = {
        "accession.mode": (accession.get("mode", "letter"), {"letter", "round", "delegate"}),
        "accession.effective": (accession.get("effective", "received"), {"received", "signed"}),
        "accession.signing_rights": (accession.get("signing_rights", "clerk"), {"clerk", "required"}),
        "entry_into_force.counts": ((force or {}).get("counts", "acceded"), {"acceded", "members"}),
    }
    problems = [
        Problem(path=where, message=say("is none of {known}", known=", ".join(sorted(known))))
        for where, (value, known) in chosen.items()
        if value not in known
    ]
    threshold = None if force is None else force.get("threshold")
    if threshold is not None and (not isinstance(threshold, int) or threshold < 1):
        problems.append(Problem(path="entry_into_force.threshold", message=say("is no number of organisations")))
    if not isinstance(within, int) or within < 1:
        problems.append(Problem(path="proposals.answer_within_months", message=say("is no number of months")))
    if problems:
        raise DataError(str(path), problems)
    return Rules(
        mode=chosen["accession.mode"][0],
        effective=chosen["accession.effective"][0],
        signing_rights=chosen["accession.signing_rights"][0],
        threshold=threshold,
        counts=chosen["entry_into_force.counts"][0],
        in_force_clause=None if force is None or "clause" not in force else str(force["clause"]),
        predecessor=tables.get("predecessor"),
        answer_within_months=within,
    )


def policy_of_workspace(workspace: Workspace, asked: str | None) -> Policy:
    """Return the policy: the one asked for, the workspace's, the pack's, or the default, in this order."""
    policy = asked or workspace.policy
    if policy is None:
        _, tables = _tables(workspace)
        policy = tables.get("signature_policy", {}).get("name", _DEFAULT_POLICY)
    if policy not in POLICIES:
        raise UsageError(
            say("there is no policy “{policy}”", policy=str(policy)),
            say("Known policies: {known}.", known=", ".join(POLICIES)),
        )
    return POLICIES[policy]


def checked_number(number: str) -> str:
    """Return a registration number that a person typed. Raises `UsageError` where it is none."""
    if not is_registration_number(number):
        raise UsageError(
            say("“{number}” is no registration number", number=number),
            say("It has 11 digits, the last of which checks the others; look it up in the Register of Enterprises."),
        )
    return number
