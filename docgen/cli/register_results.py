"""What a decision, an audit or an export answers: text for people, JSON and CSV for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docgen.cli.register_views import event_line, lines_of
from docgen.cli.speaking import here
from docgen.messages import render
from docgen.model.text import Message, say
from docgen.register.export import csv_of, event_rows, member_rows, state_as_json
from docgen.workflow.register import Accepted, Answered, Refused

if TYPE_CHECKING:
    from docgen.register.audit import AuditReport, Finding
    from docgen.workflow.erasing import Erasable
    from docgen.workflow.reading import Book

__all__ = [
    "audit_json",
    "audit_text",
    "erasable_text",
    "erased_json",
    "erased_text",
    "export_csv",
    "export_json",
    "outcome_text",
]


def outcome_text(outcome: Accepted | Answered | Refused) -> str:
    """What a decision did."""
    match outcome:
        case Accepted():
            lines: list[Message | str] = [say("{intake} is registered:", intake=outcome.intake)]
            lines += [event_line(event, idle=event.seq in outcome.idle) for event in outcome.events]
            if outcome.idle:
                see = here(f"docgen register show {outcome.intake}")
                lines.append(say("→ What has no effect changes nothing in the register. Why: {command}", command=see))
            return lines_of(*lines)
        case Refused():
            return render(say("{intake} is refused; the file and the reason are kept.", intake=outcome.intake))
        case Answered():
            return render(
                say(
                    "{intake}: this letter is registered as {original}; there is nothing to decide.",
                    intake=outcome.intake,
                    original=outcome.duplicate_of,
                )
            )


def audit_text(report: AuditReport) -> str:
    """What an audit found."""
    lines: list[Message | str] = [
        say(
            "Looked at {events} events, {arrivals} arrivals, {files} files.",
            events=report.events,
            arrivals=report.arrivals,
            files=report.files,
        )
    ]
    lines += [f"✗ {_finding(finding)}" for finding in report.findings]
    lines += [f"· {_finding(note)}" for note in report.notes]
    if not report.findings and report.notes:
        lines.append(say("All that is recorded is as it was recorded; look at what is noted above (·)."))
    elif not report.findings:
        lines.append(say("Everything is as it was recorded."))
    return lines_of(*lines)


def _finding(finding: Finding) -> str:
    return f"{finding.subject}: {render(finding.message)}"


def audit_json(report: AuditReport) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-audit/1",
        "events": report.events,
        "arrivals": report.arrivals,
        "files": report.files,
        "findings": [{"subject": item.subject, "message": render(item.message)} for item in report.findings],
        "notes": [{"subject": item.subject, "message": render(item.message)} for item in report.notes],
    }


def erasable_text(found: Erasable) -> str:
    """Ask whether to erase it."""
    return lines_of(
        _counted(found),
        say("This cannot be undone. The letters in signed/ stay as they are."),
        say("Type {word} to erase it for good:", word=found.what),
    )


def erased_text(found: Erasable) -> str:
    """What was erased: counts, never values."""
    return lines_of(
        say("Erased for good, of {what}:", what=found.what),
        _counted(found),
        say("The events hold; the letters in signed/ stay as they are."),
    )


def erased_json(found: Erasable) -> dict[str, Any]:
    """The same as one document."""
    return {
        "schema": "docgen-register-erase/1",
        "what": found.what,
        "letters": len(found.letters),
        "values": len(found.values),
    }


def _counted(found: Erasable) -> Message:
    return say(
        "data of letters: {letters}; contacts and representatives: {values}",
        letters=len(found.letters),
        values=len(found.values),
    )


def export_json(book: Book) -> dict[str, Any]:
    """State and events as one document."""
    return state_as_json(book.state, book.counted)


def export_csv(book: Book, what: str) -> str:
    """Members or events as CSV."""
    if what == "events":
        columns = ["seq", "type", "effective_on", "organisation", "name", "intake", "recorded_at", "by", "why", "hash"]
        return csv_of(event_rows(book.counted), columns)
    columns = [
        "number",
        "name",
        "registration_number",
        "acceded_on",
        "withdrawn_on",
        "council_since",
        "council_until",
        "intake",
    ]
    return csv_of(member_rows(book.state), columns)
