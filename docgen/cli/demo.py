"""`docgen demo`: the whole story, offline."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from docgen.cli.speaking import SpeakingCommand, option, tell
from docgen.errors import MissingError
from docgen.messages import mark, render
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.edition.deep import DeepReport
    from docgen.model.events import Event
    from docgen.workflow.receive import Received

_PARTS = {"certomancer", "werkzeug", "time_machine", "pypdfium2"}


@click.command(
    "demo",
    cls=SpeakingCommand,
    help=mark(
        "Play the whole story offline, with invented organisations and throw-away authorities: letters, signatures, "
        "register, official copy. Ends with a page to open. A former demonstration is replaced."
    ),
)
@option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("output/demo"),
    show_default=True,
    metavar="DIR",
    help=mark("Folder for the demonstration."),
)
def command(output: Path) -> None:
    """Tell the story and name the page."""
    started = time.monotonic()
    try:
        from docgen.demo.folder import new_demonstration  # noqa: PLC0415 - `--help` does not pay for it
        from docgen.demo.page import write_page  # noqa: PLC0415 - as above
        from docgen.demo.story import tell_story  # noqa: PLC0415 - as above
    except ModuleNotFoundError as exc:
        if (exc.name or "").partition(".")[0] not in _PARTS:
            raise
        raise MissingError(
            say("the demonstration needs a part that is not installed: {name}", name=exc.name or ""),
            say("Install it with: pip install 'docgen[demo]'"),
        ) from exc
    with new_demonstration(output) as folder:
        page = write_page(tell_story(folder, _Teller(), shown=output.absolute()))
    page = output.absolute() / page.relative_to(folder)
    tell("")
    tell(
        render(
            say("Told in {seconds} seconds. Open: {page}", seconds=round(time.monotonic() - started), page=str(page))
        )
    )


class _Teller:
    """Tells the story on stdout."""

    def chapter(self, title: Message) -> None:
        text = render(title)
        tell(f"\n{text}\n{'─' * len(text)}")

    def tell(self, message: Message) -> None:
        tell(render(message))

    def arrived(self, received: Received) -> None:
        from docgen.cli.register_views import reason_lines  # noqa: PLC0415 - when a letter has arrived

        report = received.report
        proposal = "–" if report.decision is None else report.decision.value
        signers = ", ".join(signature.signed_by or "–" for signature in report.signatures) or "–"
        tell(f"  {received.intake}  {report.file}")
        tell("  " + render(say("signed: {signers}; verdict: {verdict}", signers=signers, verdict=report.verdict.value)))
        tell("  " + render(say("proposal: {decision}", decision=proposal)))
        for line in reason_lines(report.reasons):
            tell(f"  {line}")

    def registered(self, events: Sequence[Event]) -> None:
        from docgen.cli.register_views import event_line  # noqa: PLC0415 - when something is registered

        tell("\n".join(event_line(event) for event in events))

    def deep(self, report: DeepReport) -> None:
        from docgen.edition.deep_reports import deep_to_text  # noqa: PLC0415 - when an edition is verified

        tell("\n".join(f"  {line}" for line in deep_to_text(report).splitlines()))
