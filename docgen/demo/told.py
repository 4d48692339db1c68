"""What the demonstration made, as values: the page is made of these and of nothing else; and who tells it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from pathlib import Path

    from docgen.demo.cast import Scene
    from docgen.documents.letters import Letter
    from docgen.edition.deep import DeepReport
    from docgen.model.events import Event
    from docgen.model.text import Message
    from docgen.register.audit import AuditReport
    from docgen.workflow.compile import Issued
    from docgen.workflow.reading import Book
    from docgen.workflow.receive import Received
    from docgen.workspace import Workspace

__all__ = ["Answer", "Changed", "Files", "Narrator", "Played", "Told"]


class Narrator(Protocol):
    """Whoever tells the story while it happens."""

    def chapter(self, title: Message) -> None:
        """Begin a chapter."""

    def tell(self, message: Message) -> None:
        """Tell one thing."""

    def arrived(self, received: Received) -> None:
        """Show what receiving found."""

    def registered(self, events: Sequence[Event]) -> None:
        """Show what a decision registered."""

    def deep(self, report: DeepReport) -> None:
        """Show what the deep verification of an edition found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The files of one letter: its data, as printed (PDF, DOCX), as sent."""

    data: Path
    pdf: Path
    docx: Path
    sent: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the secretariat answered: the kind of letter, as printed (PDF, DOCX), and as signed and sent."""

    kind: str
    pdf: Path
    docx: Path
    sent: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A scene as it happened. `decision` is what the clerk did: accept, refuse, or nothing to decide."""

    scene: Scene
    letter: Letter
    files: Files
    received: Received
    report: Path
    decision: str
    events: tuple[Event, ...] = ()
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A copy of the edition in which the byte at `offset` was changed, and what its verification says."""

    path: Path
    offset: int
    deep: DeepReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that was made."""

    workspace: Workspace
    policy: str
    first_day: date
    played: tuple[Played, ...]
    minutes: tuple[Path, ...]
    sitting: Path
    book: Book
    audit: AuditReport
    issued: Issued
    deep: DeepReport
    changed: Changed
