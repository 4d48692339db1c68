"""A work plan and its yearly review: from PLAN.toml to PDF and DOCX with the same words (domain.md §2.3, §5.3 H).

The plan prints what the council adopted; columns for responsible persons, deadlines and status appear once any measure
has one. The review prints, for one year, each measure with its status and what was done, then what is left to do and
which deadlines have passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.approvals import approver_values, document_values
from docgen.documents.papers import Paper, paper_files
from docgen.documents.printable import unprintable
from docgen.errors import DataError, UsageError
from docgen.model.latvian import approved, count_of, year_ranges
from docgen.model.text import say
from docgen.model.workplan import MeasureStatus, PlanStatus, check_workplan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from docgen.documents.packs import Pack
    from docgen.model.blocks import Document
    from docgen.model.memorandum import Approver
    from docgen.model.workplan import Measure, WorkPlan

__all__ = [
    "make_review",
    "make_workplan",
    "read_workplan",
    "review_document",
    "review_paper",
    "workplan_document",
    "workplan_paper",
]

_STATUS = {
    MeasureStatus.PLANNED: "plānots",
    MeasureStatus.UNDER_WAY: "tiek īstenots",
    MeasureStatus.DONE: "īstenots",
    MeasureStatus.DROPPED: "atcelts",
}
_STATUS_OF_MANY = {
    MeasureStatus.DONE: "īstenoti",
    MeasureStatus.UNDER_WAY: "tiek īstenoti",
    MeasureStatus.PLANNED: "plānoti",
    MeasureStatus.DROPPED: "atcelti",
    None: "statuss nav norādīts",
}


def read_workplan(data: Mapping[str, object], pack: Pack, *, source: str) -> WorkPlan:
    """Return the work plan that a data file describes. Raises `DataError` with every problem.

    Raises `UsageError` where the plan leaves body or approvers to the pack, and the pack has none.
    """
    plan = check_workplan(data, source=source)
    if problems := unprintable(data, fonts=pack.look.fonts):
        raise DataError(source, problems, say("Correct the places named above; nothing was written."))
    if plan.approval is not None and plan.approval.document is None:
        _body(plan, pack)
        _approvers(plan, pack)
    return plan


def make_workplan(plan: WorkPlan, pack: Pack, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the plan by name: `pdf` and `docx`. The same plan: the same bytes."""
    draft = "-draft" if plan.status is PlanStatus.DRAFT else ""
    return paper_files(workplan_paper(plan, pack), f"workplan-{plan.first}-{plan.last}{draft}", formats)


def make_review(plan: WorkPlan, pack: Pack, year: int, *, day: date, formats: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the review of a year by name; errors as for `review_paper`."""
    paper = review_paper(plan, pack, year, day=day)
    return paper_files(paper, f"workplan-{plan.first}-{plan.last}-review-{year}", formats)


def workplan_document(plan: WorkPlan, pack: Pack) -> Document:
    """Return the plan as a tree of blocks."""
    return workplan_paper(plan, pack).document


def workplan_paper(plan: WorkPlan, pack: Pack) -> Paper:
    """Return the plan with all that its templates may print."""
    spelled = _spelling(plan)
    years = year_ranges(f"{plan.first}.–{plan.last}. gadam")
    in_sitting = plan.approval is not None and plan.approval.document is None
    approval = plan.approval and {
        "word": approved(plan.agreement),
        "body": _body(plan, pack) if in_sitting else "",
        "day": plan.approval.day,
        "document": document_values(plan.approval.document),
        "mark": "(paraksts*)" if plan.footnote else "",
        "approvers": approver_values(_approvers(plan, pack)) if in_sitting else [],
    }
    texts = {name: any(getattr(one, name) for one in plan.measures) for name in ("tasks", "results")}
    later = {name: any(getattr(one, name) for one in plan.measures) for name in ("responsible", "deadline", "status")}
    values: dict[str, object] = {
        "approval": approval,
        "title": spelled(plan.title),
        "goals_lead": spelled(plan.goals_lead) or f"Prioritārie mērķi {years}:",
        "goals": [spelled(goal) for goal in plan.goals],
        "preamble": [spelled(paragraph) for paragraph in plan.preamble],
        "columns": {**texts, **later, "more": any(later.values())},
        "measures": [_measure(measure, plan) for measure in plan.measures],
        "footnote": spelled(plan.footnote),
    }
    return Paper(kind="workplan", pack=pack, values=values, day=plan.day, title=spelled(plan.title), landscape=True)


def review_document(plan: WorkPlan, pack: Pack, year: int, *, day: date) -> Document:
    """Return the review of a year as a tree of blocks; errors as for `review_paper`."""
    return review_paper(plan, pack, year, day=day).document


def review_paper(plan: WorkPlan, pack: Pack, year: int, *, day: date) -> Paper:
    """Return the review of a year with all that its templates may print; deadlines are held against `day`.

    Raises `UsageError` where the year is outside the plan's period, or the day before the year.
    """
    if not plan.first <= year <= plan.last:
        period = f"{plan.first}–{plan.last}"
        raise UsageError(
            say("the year {year} is outside the plan's period", year=year),
            say("The plan is for the years {period}.", period=period),
        )
    if day.year < year:
        raise UsageError(
            say("on {day} the year {year} had not begun", day=day.isoformat(), year=year),
            say("Give a later day: --as-of DAY"),
        )
    left = [measure for measure in plan.by_deadline if measure.open_after(year)]
    values: dict[str, object] = {
        "title": _spelling(plan)(plan.title),
        "year": year,
        "day": day,
        "counts": _counts(plan, year),
        "measures": [_reviewed(measure, plan, year) for measure in plan.measures],
        "open": [_measure(measure, plan, overdue=measure.is_overdue(day)) for measure in left],
        "overdue": [_measure(measure, plan) for measure in left if measure.is_overdue(day)],
    }
    title = f"Pārskats par pasākumu īstenošanu {year}.\u00a0gadā"
    return Paper(kind="workplan-review", pack=pack, values=values, day=day, title=title, landscape=True)


def _spelling(plan: WorkPlan) -> Callable[[str], str]:
    """Return how the plan's texts are spelled: as they were adopted, or with ranges of years in today's spelling."""
    return str if plan.verbatim else year_ranges


def _body(plan: WorkPlan, pack: Pack) -> str:
    council = pack.memorandum.council
    body = plan.approval.body if plan.approval else ""
    if body:
        return body
    if council is None:
        raise UsageError(
            say("the pack {pack} has no council", pack=pack.name),
            say("Name the body that approved the plan (approval.body, in the genitive), or another pack: --pack PACK"),
        )
    return council.name.genitive


def _approvers(plan: WorkPlan, pack: Pack) -> tuple[Approver, ...]:
    approvers = (plan.approval.approvers if plan.approval else ()) or pack.memorandum.approvers
    if not approvers:
        raise UsageError(
            say("the pack {pack} does not say who approves plans", pack=pack.name),
            say("Name them in the plan ([[approval.approvers]]: name, position), or another pack: --pack PACK"),
        )
    return approvers


def _measure(measure: Measure, plan: WorkPlan, *, overdue: bool = False) -> dict[str, object]:
    spelled = _spelling(plan)
    return {
        "number": measure.number,
        "title": spelled(measure.title),
        "tasks": [spelled(task) for task in measure.tasks],
        "results": [spelled(result) for result in measure.results],
        "responsible": [spelled(one) for one in measure.responsible],
        "deadline": measure.deadline,
        "overdue": overdue,
        "status": "" if measure.status is None else _STATUS[measure.status],
    }


def _reviewed(measure: Measure, plan: WorkPlan, year: int) -> dict[str, object]:
    review, status = measure.review_of(year), measure.status_after(year)
    return {
        "number": measure.number,
        "title": _spelling(plan)(measure.title),
        "status": "" if status is None else _STATUS[status],
        "done": [] if review is None else [year_ranges(paragraph) for paragraph in review.text],
    }


def _counts(plan: WorkPlan, year: int) -> str:
    """Return how many measures there are, and of which status: `Kopā 8 pasākumi: īstenoti – 2, plānoti – 6.`."""
    statuses = [measure.status_after(year) for measure in plan.measures]
    parts = [
        f"{words}\u00a0– {statuses.count(status)}" for status, words in _STATUS_OF_MANY.items() if status in statuses
    ]
    total = count_of(len(statuses), "pasākums", "pasākumi", "pasākumu")
    return f"Kopā {total}: {', '.join(parts)}."
