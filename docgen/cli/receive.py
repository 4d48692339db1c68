"""`docgen receive FILE…`: store, verify, recognise, propose, log."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen import __version__
from docgen.cli.speaking import SpeakingArgument, SpeakingCommand, complain, here, option, tell, typed_next
from docgen.errors import DocgenError, ExitCode, UsageError, worst
from docgen.messages import mark, one_line, render
from docgen.model.certificates import mask_codes
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from docgen.workflow.receive import Missed, Received, Source

SCHEMA = "docgen-receive/1"


@click.command(
    "receive",
    cls=SpeakingCommand,
    help=mark("Store, verify and recognise what arrived; log it and propose a decision. Registers nothing by itself."),
)
@click.argument("files", cls=SpeakingArgument, nargs=-1, required=True, metavar="FILE…")
@option("--received-at", metavar="INSTANT", help=mark("When it arrived; default now. A bare date is its end, in Riga."))
@option(
    "--channel",
    type=click.Choice(["email", "e-address", "web", "paper", "file"]),
    default="file",
    show_default=True,
    help=mark("How it arrived."),
)
@option("--policy", metavar="POLICY", help=mark("What a signature must be; default by the workspace or its pack."))
@option("--trust", type=click.Path(path_type=Path), metavar="DIR", help=mark("Use the anchors of another folder."))
@option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))
@option("--unsafe-no-sandbox", is_flag=True, help=mark("Read strangers' files without the locked-down worker."))
@click.pass_obj
def command(
    options: dict[str, Any],
    *,
    files: tuple[str, ...],
    received_at: str | None,
    channel: str,
    policy: str | None,
    trust: Path | None,
    as_json: bool,
    unsafe_no_sandbox: bool,
) -> int:
    """Receive files; the exit code is the worst of theirs."""
    from docgen.workflow.desk import chosen_policy, receive_files  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.receive import Receipt, Received, batch_exit_code  # noqa: PLC0415 - as above
    from docgen.workspace import find_workspace  # noqa: PLC0415 - as above

    workspace = find_workspace(options["workspace"])
    judged_by = chosen_policy(workspace, policy).name
    now = _now()
    receipt = Receipt(received_at=_moment(received_at, now), now=now, channel=channel)
    files_came = receive_files(
        workspace, _sources(files), receipt, policy=policy, trust=trust, sandbox=not unsafe_no_sandbox
    )
    received, cut = _receive(files_came, say_each=not as_json)
    if cut is not None and not received:
        raise cut
    code = batch_exit_code(received)
    error: dict[str, Any] = {}
    if isinstance(cut, DocgenError):
        # Those before it are received all the same, and what is said of them stands.
        complain(cut)
        code, error = worst([code, cut.exit_code]), {"error": _error_json(cut)}
    elif cut is not None:
        complain(_INTERRUPTED)
        code, error = ExitCode.INTERRUPTED, {"error": {"message": render(_INTERRUPTED)}}
    if as_json:
        head = {"schema": SCHEMA, "docgen": __version__, "policy": judged_by, "exit_code": int(code), **error}
        tell(json.dumps({**head, "files": [_json(file) for file in received]}, ensure_ascii=False, indent=2))
    elif any(isinstance(file, Received) for file in received):
        tell(render(policy_note(judged_by)))
    return int(code)


def _receive(
    files: Iterator[Received | Missed], *, say_each: bool
) -> tuple[list[Received | Missed], DocgenError | KeyboardInterrupt | None]:
    """Return what was received, and what cut the batch short."""
    from docgen.workflow.receive import Missed  # noqa: PLC0415 - `--help` does not pay for it

    received: list[Received | Missed] = []
    try:
        for file in files:
            received.append(file)
            if isinstance(file, Missed):
                complain(file.error)
            elif say_each:
                tell(_text(file))
    except (DocgenError, KeyboardInterrupt) as exc:
        return received, exc
    return received, None


_INTERRUPTED = say(
    "Interrupted. What is listed is received; a file that was cut off is taken up by the next: docgen receive"
)


def _error_json(error: DocgenError) -> dict[str, str]:
    said = {"message": render(error.message)}
    return said if error.hint is None else {**said, "hint": here(render(error.hint))}


def policy_note(policy: str) -> Message:
    """Say by what rules it was judged; every screen does, above all where no trusted list was asked."""
    if policy == "by-anchor":
        return say(
            "Policy by-anchor: the authorities in the trust folder count as qualified; no trusted list was asked."
        )
    return say("Judged by the policy {policy}.", policy=policy)


def _now() -> datetime:
    """Return the moment of receipt, at which signatures are judged: the clock's, whatever SOURCE_DATE_EPOCH says."""
    from docgen.clock import now  # noqa: PLC0415 - `--help` does not pay for it

    return now()


def _moment(text: str | None, now: datetime) -> datetime:
    from docgen.model.moments import moment_from_text, riga_day  # noqa: PLC0415 - `--help` does not pay for it

    if text is None:
        return now
    try:
        moment = moment_from_text(text)
    except ValueError as exc:
        raise UsageError(
            say("“{text}” is no moment", text=text),
            say("Write it as in 2026-11-20, 2026-11-20T14:05 (Riga time) or 2026-11-20T12:05:00Z."),
        ) from exc
    # The end of today has not come yet: a bare "today" means now.
    return now if len(text.strip()) == len("2026-11-20") and riga_day(now) == riga_day(moment) else moment


def _sources(names: tuple[str, ...]) -> list[Source]:
    if names.count("-") > 1:
        raise UsageError(say("standard input can be received once only"), say("Give “-” once."))
    return [_source(name) for name in names]


def _source(name: str) -> Source:
    from docgen.workflow.sources import Source, read_stream  # noqa: PLC0415 - `--help` does not pay for it

    if name == "-":
        return Source(name="-", content=read_stream(sys.stdin.buffer))
    path = Path(name)
    # A name that is no UTF-8 is shown as well as it can be, one with a personal code without it; the path itself stays.
    return Source(name=mask_codes(os.fsencode(path.name or name).decode("utf-8", "replace")), path=path)


def _text(file: Received) -> str:
    from docgen.cli.register_views import reason_lines  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.model.reasons import Decision  # noqa: PLC0415 - as above

    report = file.report
    lines: list[str] = [f"{file.intake}  {one_line(report.file)}"]
    if file.taken_up:
        lines.append("  " + render(say("its receipt was cut off earlier; it is completed now")))
    lines.append("  " + render(_what(file)))
    lines += ["  " + render(_signer_line(signer.name, signer.named_in_letter)) for signer in file.recognition.signers]
    proposal = "–" if report.decision is None else report.decision.value
    lines.append("  " + render(say("proposal: {decision}", decision=proposal)))
    lines += ["  " + line for line in reason_lines(report.reasons)]
    lines.append("  " + render(say("next: {command}", command=typed_next(file.next_command))))
    if file.duplicate_of is None and report.decision is Decision.REVIEW:
        other = typed_next(f"docgen register decide {file.intake} refuse --by NAME --why TEXT")
        lines.append("  " + render(say("or: {command}", command=other)))
    return "\n".join(lines) + "\n"


def _what(file: Received) -> Message:
    from docgen.cli.register_views import kind_in_words  # noqa: PLC0415 - `--help` does not pay for it

    found = file.recognition.recognised
    match found.as_:
        case "printed" if found.act is not None:
            return say(
                "{act} of {name} ({organisation}), as docgen printed it, reference {reference}",
                act=kind_in_words(found.kind or found.act.value),
                name=found.name or "",
                organisation=found.organisation or "",
                reference=found.reference or "",
            )
        case "equal-text" if found.act is not None:
            return say(
                "{act} of {name} ({organisation}), equal in words and look to docgen's print, reference {reference}",
                act=kind_in_words(found.kind or found.act.value),
                name=found.name or "",
                organisation=found.organisation or "",
                reference=found.reference or "",
            )
        case "unreadable":
            return say("what it says could not be read")
        case _:
            return say("not as docgen prints it: a person reads what it says")


def _signer_line(name: str, named: bool | None) -> Message:  # noqa: FBT001 - a fact with three values
    if named is None:
        return say("signed by {name}; may sign: unknown", name=name)
    if named:
        return say("signed by {name}, whom the letter names; may sign: unknown", name=name)
    return say("signed by {name}, whom the letter does not name", name=name)


def _json(file: Received | Missed) -> dict[str, Any]:
    from docgen.signatures.reports import file_to_json  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.workflow.receive import Missed  # noqa: PLC0415 - as above

    if isinstance(file, Missed):
        # Nothing arrived: nothing is proposed about it either.
        nothing = dict.fromkeys(("sha256", "size", "intake", "decision", "duplicate_of", "recognised", "next"))
        code = int(file.exit_code)
        return {"file": file.name, **nothing, "exit_code": code, "reasons": [], "error": _error_json(file.error)}
    found = file.recognition.recognised
    return {
        **file_to_json(file.report, render),
        "intake": file.intake,
        "taken_up": file.taken_up,
        "duplicate_of": file.duplicate_of,
        "recognised": {
            "as": found.as_.value,
            "act": None if found.act is None else found.act.value,
            "kind": found.kind,
            "organisation": found.organisation,
            "reference": found.reference,
            "differences": list(found.differences),
        },
        "signers": [
            {"name": signer.name, "named_in_letter": signer.named_in_letter, "may_sign": signer.may_sign}
            for signer in file.recognition.signers
        ],
        "next": here(file.next_command),
    }
