"""A template is checked: its head, its containers, its tags, and what comes of it with data of every kind.

Nothing is written. The templates that come with docgen are read here; those of a workspace, and all Word templates, in
the limited worker (`docgen.documents.template_worker`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from docgen.documents.checkingnames import shape_of, shape_of_all
from docgen.documents.checkingsamples import samples, values_of
from docgen.documents.checkingtags import tag_problems
from docgen.documents.containers import NAMES
from docgen.documents.environment import fill, is_of_the_pack, without_head
from docgen.documents.heads import read_head
from docgen.documents.letters import is_letter, without_council
from docgen.documents.markdown import parse_blocks
from docgen.documents.papersamples import PAPER_KINDS, sample_papers
from docgen.documents.template_worker import Guard, TemplateLimitError
from docgen.documents.wordtemplatezip import LARGEST_FILE
from docgen.errors import DataError, Problem, UnreadableError
from docgen.files import read_own
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from docgen.documents.checkingnames import Shape
    from docgen.documents.heads import Head
    from docgen.documents.packs import Pack

__all__ = ["LARGEST_TEXT", "CheckedTemplate", "check_templates"]

LARGEST_TEXT = 1_000_000
_MOST_SAMPLES = 40
_CONTAINER = re.compile(r":::[ \t]*(\S*)")
_DAY = date(2026, 1, 1)  # of the properties of a Word file that nobody sees


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTemplate:
    """One template and what is wrong with it. `filled` tells whether it was tried with data.

    Those of letters are, and of the papers that the pack has; of no other kind is it known what it is filled with.
    `needs` is what it prints with some data and the memorandum does not give: who writes such a letter is told so too.
    """

    path: Path
    problems: tuple[Problem, ...]
    filled: bool
    needs: tuple[Problem, ...] = ()


def check_templates(paths: list[Path], pack: Pack) -> list[CheckedTemplate]:
    """Check templates of a pack: text (`.md`) and Word (`.docx`, beside its text). Raises `UnreadableError`."""
    with Guard.current() as guard:
        return [
            _check_word(path, pack, guard) if path.suffix == ".docx" else _check_text(path, pack, guard)
            for path in paths
        ]


def _check_text(path: Path, pack: Pack, guard: Guard) -> CheckedTemplate:
    source = _read_text(path)
    head, problems = _head(source, path, pack)
    problems += _containers(source)
    builtin = pack.is_builtin(path)
    shape, trials = _trials(head, pack)
    if builtin:
        problems += tag_problems(without_head(source), shape, "line {}".format)
    else:
        problems += guard.check(shape, name=str(path), source=source)
    tried = not problems and shape is not None
    if tried:
        filled_by = fill if builtin else guard.fill
        for sample in islice(trials, _MOST_SAMPLES):
            try:
                filled = filled_by(source, sample, name=str(path))
            except DataError as exc:
                problems += exc.problems
                if isinstance(exc, TemplateLimitError):
                    break
                continue
            try:
                parse_blocks(filled, name=str(path))
            except DataError as exc:
                problems += [Problem(path=f"{one.path}, filled", message=one.message) for one in exc.problems]
    return _checked(path, problems, filled=tried)


def _check_word(path: Path, pack: Pack, guard: Guard) -> CheckedTemplate:
    content = read_own(path, LARGEST_FILE)
    text = path.with_suffix(".md")
    if not text.is_file() and path.stem in pack.templates:
        text = pack.template_path(path.stem)
    if not text.is_file():
        message = say("belongs to no template: {file} is missing", file=text.name)
        return CheckedTemplate(path=path, problems=(Problem(path="-", message=message),), filled=False)
    head, _ = _head(_read_text(text), text, pack)
    shape, trials = _trials(head, pack)
    problems = guard.check(shape, name=str(path), word=content)
    tried = not problems and shape is not None
    if tried:
        for sample in islice(trials, _MOST_SAMPLES):
            try:
                guard.fill_word(content, sample, name=str(path), title="", day=_DAY)
            except DataError as exc:
                problems += exc.problems
                if isinstance(exc, TemplateLimitError):
                    break
    return _checked(path, problems, filled=tried)


def _checked(path: Path, found: Iterable[Problem], *, filled: bool) -> CheckedTemplate:
    """Return the template with what was found, each once, and apart what is the memorandum's."""
    once = tuple(dict.fromkeys(found))
    return CheckedTemplate(
        path=path,
        problems=tuple(one for one in once if not is_of_the_pack(one)),
        filled=filled,
        needs=tuple(one for one in once if is_of_the_pack(one)),
    )


def _read_text(path: Path) -> str:
    try:
        return read_own(path, LARGEST_TEXT).decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError as exc:
        raise UnreadableError(
            say("{file} is not in UTF-8", file=str(path)), say("Save it anew as plain text in UTF-8.")
        ) from exc


def _head(source: str, path: Path, pack: Pack) -> tuple[Head | None, list[Problem]]:
    try:
        head = read_head(source, name=str(path), groups=pack.groups)
    except DataError as exc:
        return None, [Problem(path=f"head, {problem.path}", message=problem.message) for problem in exc.problems]
    if head.kind != path.stem:
        message = say("must be {expected}, as the file is named", expected=path.stem)
        return head, [Problem(path="head, kind", message=message)]
    return head, []


def _trials(head: Head | None, pack: Pack) -> tuple[Shape, Iterable[Mapping[str, object]]]:
    """Return what may be asked of a template, and values to try it with; None and none where nobody knows."""
    if head is not None and is_letter(head, pack):
        asked = head.fields if pack.memorandum.council is not None else without_council(head.fields)
        tried = (values_of(head.fields, sample, pack) for sample in samples(asked))
        return shape_of(values_of(head.fields, next(samples(head.fields)), pack)), tried
    if head is not None and head.kind in PAPER_KINDS:
        values = [paper.all_values for paper in sample_papers(head.kind, pack)]
        return shape_of_all(values), values
    return None, ()


def _containers(source: str) -> Iterator[Problem]:
    """Yield the containers that there are not, by the line of the template, in branches never taken too."""
    known = ", ".join(sorted(NAMES))
    for number, line in enumerate(without_head(source).split("\n"), 1):
        found = _CONTAINER.match(line)
        if found and found[1] and found[1] not in NAMES:
            message = say("There is no container {name}; there are {known}.", name=found[1], known=known)
            yield Problem(path=f"line {number}", message=message)
