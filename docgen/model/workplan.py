"""A council's work plan as data (formats.md §4): goals, measures with their tasks and results, reviews of each year.

`check_workplan` reads what people wrote, strictly, and returns every problem at once. Responsible persons, deadlines
and status may be set later, as the plan goes on; nothing stands in for what is not set.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from docgen.errors import DataError
from docgen.model.approval import read_approval
from docgen.model.certificates import mask_codes
from docgen.model.latvian import Agreement, agreement_of
from docgen.model.reading import read_table, texts_of
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docgen.model.approval import Approval
    from docgen.model.reading import Table

__all__ = [
    "SCHEMA",
    "Measure",
    "MeasureStatus",
    "PlanStatus",
    "Review",
    "WorkPlan",
    "check_workplan",
]

SCHEMA = "docgen-workplan/1"


class PlanStatus(StrEnum):
    """Whether the council approved the plan."""

    DRAFT = "draft"
    APPROVED = "approved"


class MeasureStatus(StrEnum):
    """What became of a measure."""

    PLANNED = "planned"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def is_open(self) -> bool:
        """Whether something is left to do."""
        return self in {MeasureStatus.PLANNED, MeasureStatus.UNDER_WAY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a yearly review found of a measure: its status then, and in words what was done (a paragraph a text)."""

    year: int
    status: MeasureStatus
    text: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure of the plan. `reviews` stand in the order of their years; `stated` is the status that was written."""

    number: int
    title: str
    tasks: tuple[str, ...]
    results: tuple[str, ...]
    responsible: tuple[str, ...] = ()
    deadline: date | None = None
    stated: MeasureStatus | None = None
    reviews: tuple[Review, ...] = ()

    @property
    def status(self) -> MeasureStatus | None:
        """The status that was written, else that of the latest review, else None: nobody has said."""
        return self.stated or (self.reviews[-1].status if self.reviews else None)

    @property
    def is_open(self) -> bool:
        """Whether something is left to do; a measure of which nobody has said anything is open."""
        return self.status is None or self.status.is_open

    def review_of(self, year: int) -> Review | None:
        """Return the review of that year, None where there was none."""
        return next((review for review in self.reviews if review.year == year), None)

    def status_after(self, year: int) -> MeasureStatus | None:
        """Return the status at the end of a year: its review's, else the one that was written unless it is later news.

        Later news: where a later year was reviewed, what is written is of that time; then the review before counts.
        """
        before = [review for review in self.reviews if review.year <= year]
        reviewed_later = len(before) < len(self.reviews)
        if self.stated and not reviewed_later and not (before and before[-1].year == year):
            return self.stated
        return before[-1].status if before else None

    def open_after(self, year: int) -> bool:
        """Whether something was left to do at the end of that year."""
        status = self.status_after(year)
        return status is None or status.is_open

    def is_overdue(self, day: date) -> bool:
        """Whether the deadline had passed by that day; the deadline's own day still counts."""
        return self.deadline is not None and self.deadline < day


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkPlan:
    """A plan for the years `first` to `last`. Its `approval` is there exactly when its status says so.

    `verbatim`: its texts stand as they were adopted; otherwise ranges of years are printed in today's spelling.
    """

    title: str
    agreement: Agreement
    first: int
    last: int
    status: PlanStatus
    verbatim: bool
    measures: tuple[Measure, ...]
    approval: Approval | None = None
    goals_lead: str = ""
    goals: tuple[str, ...] = ()
    preamble: tuple[str, ...] = ()
    footnote: str = ""

    def __post_init__(self) -> None:
        """Refuse an approved plan that nobody approved, an approved draft, and numbers used twice."""
        if (self.approval is None) != (self.status is PlanStatus.DRAFT):
            msg = "a plan has an approval exactly when it is approved"
            raise ValueError(msg)
        if len({measure.number for measure in self.measures}) != len(self.measures):
            msg = "the numbers of measures are unique"
            raise ValueError(msg)

    @property
    def day(self) -> date:
        """The plan's only date: of its approval, else the first day of its period."""
        return self.approval.day if self.approval else date(self.first, 1, 1)

    @property
    def by_deadline(self) -> tuple[Measure, ...]:
        """The measures by deadline, then number; those without a deadline last."""
        return tuple(
            sorted(self.measures, key=lambda one: (one.deadline is None, one.deadline or date.max, one.number))
        )

    @property
    def open_measures(self) -> tuple[Measure, ...]:
        """The measures with something left to do, in the order of `by_deadline`."""
        return tuple(measure for measure in self.by_deadline if measure.is_open)


def check_workplan(data: Mapping[str, object], *, source: str) -> WorkPlan:
    """Return the work plan that the data describe.

    Raises `DataError` with all problems: unknown keys, missing or wrong values, numbers used twice, years and days out
    of order, two reviews of one year, an approval that is missing or that a draft cannot have.
    """
    root = read_table(data)
    root.constant("schema", SCHEMA)
    plan = root.table("plan")
    title, agreement = plan.text("title"), _agreement(plan)
    status = PlanStatus(plan.choice("status", list(PlanStatus)))
    verbatim = plan.flag("verbatim", default=False)
    first, last = _period(plan)
    approval = _approval(root.table("approval", required=False), last)
    if status is PlanStatus.APPROVED and approval is None:
        root.add(
            "approval",
            say("an approved plan says in which sitting (sitting) or by which document (document) it was approved"),
        )
    if status is PlanStatus.DRAFT and approval is not None:
        root.add("approval", say("a draft has no approval; set plan.status to approved or leave the table out"))
    measures = tuple(_measure(row, first, last) for row in root.tables("measures", required=True))
    _unique(root, measures)
    goals_lead, footnote = root.text("goals_lead", required=False), root.text("footnote", required=False)
    goals, preamble = root.texts("goals"), root.paragraphs("preamble")
    if approval is not None and approval.document is not None and footnote:
        root.add("footnote", say("explains the marks of approvers; a plan that a document approved names none"))
    for path, text in texts_of(data):
        if mask_codes(text) != text:
            root.add(path, say("has a personal code; what the council publishes names nobody by one"))
    problems = root.problems()
    if problems:
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    return WorkPlan(
        title=title,
        agreement=agreement,
        first=first,
        last=last,
        status=status,
        verbatim=verbatim,
        measures=measures,
        approval=approval,
        goals_lead=goals_lead,
        goals=goals,
        preamble=preamble,
        footnote=footnote,
    )


def _agreement(plan: Table) -> Agreement:
    noun = plan.text("noun", required=False)
    try:
        return agreement_of(noun or "plāns")
    except ValueError:
        plan.add("noun", say("is no kind of document whose gender docgen knows (plāns, kārtība, noteikumi …)"))
        return Agreement.MASCULINE


def _period(plan: Table) -> tuple[int, int]:
    """Return the first and the last year; where they are wrong, the span of all years."""
    period = plan.table("period")
    years = [period.whole("from"), period.whole("to")]
    for key, year in zip(("from", "to"), years, strict=True):
        if year is not None and not date.min.year <= year <= date.max.year:
            period.add(key, say("is no year"))
    first, last = years
    if first is None or last is None or not period.unspoiled("from") or not period.unspoiled("to"):
        return date.min.year, date.max.year
    if last < first:
        period.add("to", say("is before the first year"))
        return last, first
    return first, last


def _approval(table: Table, last: int) -> Approval | None:
    approval = read_approval(table, day_key="sitting")
    if approval is None:
        return None
    if approval.by:
        table.add("by", say("name them with their positions: [[approval.approvers]]"))
    if approval.document is None and not table.has("sitting"):
        table.add("sitting", say("is missing; approved by a document: [approval.document]"))
    if approval.day.year > last:
        table.add("sitting" if approval.document is None else "document.date", say("is after the plan's period"))
    return approval


def _measure(row: Table, first: int, last: int) -> Measure:
    deadline = row.day("deadline", required=False)
    if deadline is not None and deadline.year < first:
        row.add("deadline", say("is before the plan's period"))
    reviews = _reviews(row, first, last)
    stated = row.option("status", list(MeasureStatus))
    return Measure(
        number=row.whole("number") or 0,
        title=row.text("title"),
        tasks=row.texts("tasks"),
        results=row.texts("results"),
        responsible=row.texts("responsible"),
        deadline=deadline,
        stated=MeasureStatus(stated) if stated else None,
        reviews=reviews,
    )


def _reviews(row: Table, first: int, last: int) -> tuple[Review, ...]:
    reviews: list[Review] = []
    for entry in row.tables("reviews"):
        year = entry.whole("year")
        if year is not None and not first <= year <= last:
            entry.add("year", say("is outside the plan's period"))
        if year is not None and any(year == other.year for other in reviews):
            entry.add("year", say("the year {year} is reviewed twice", year=year))
        status = MeasureStatus(entry.choice("status", list(MeasureStatus)))
        reviews.append(Review(year=year or first, status=status, text=entry.paragraphs("text")))
    return tuple(sorted(reviews, key=lambda review: review.year))


def _unique(root: Table, measures: tuple[Measure, ...]) -> None:
    seen: set[int] = set()
    for index, measure in enumerate(measures):
        if measure.number in seen:
            root.add(f"measures[{index}].number", say("the number {number} is used twice", number=measure.number))
        seen.add(measure.number)
