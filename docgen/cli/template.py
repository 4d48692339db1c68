"""`docgen template`: list, describe, check and copy the templates of letters."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docgen import __version__
from docgen.cli.choices import chosen_pack, workspace_here
from docgen.cli.speaking import SpeakingArgument, SpeakingGroup, complain, option, tell
from docgen.errors import DataError, Problem, UsageError
from docgen.messages import current, mark, render
from docgen.model.places import place_of
from docgen.model.text import say, say_count

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from docgen.documents.heads import Head
    from docgen.documents.packs import Pack
    from docgen.model.fields import Field
    from docgen.workspace import Workspace

__all__ = ["command"]

_PACK = option("--pack", metavar="PACK", help=mark("Pack of the memorandum: a name or a folder; default iem."))
_JSON = option("--json", "as_json", is_flag=True, help=mark("Print one JSON document."))


@click.group("template", cls=SpeakingGroup, help=mark("The templates of letters: list, fields, check, copy."))
def command() -> None:
    """Group the commands about templates."""


@command.command("list", help=mark("The templates of a pack, and where each lies."))
@_PACK
@_JSON
@click.pass_obj
def list_(root: dict[str, Any], *, pack: str | None, as_json: bool) -> None:
    """List the templates."""
    loaded = _open(root, pack)[1]
    rows = [_row(kind, loaded) for kind in loaded.templates]
    if as_json:
        tell(_dump({"pack": loaded.name, "templates": rows}))
        return
    for row in rows:
        wrong = say("its head is wrong: docgen template check {kind}", kind=row["kind"])
        tell(f"{row['kind']}  {row['title'][current().value] if row['title'] else render(wrong)}")
        place = say("comes with docgen: {path}", path=row["path"])
        tell("  " + render(place if row["built_in"] else say("your own: {path}", path=row["path"])))
        if row["word"]:
            tell("  " + render(say("Word: {path}", path=row["word"])))


def _row(kind: str, pack: Pack) -> dict[str, Any]:
    from docgen.documents.letters import is_letter  # noqa: PLC0415 - `--help` does not pay for it

    path, word = pack.template_path(kind), pack.word_template(kind)
    try:
        head = _head(kind, pack)
    except DataError:
        head = None  # one wrong head hides no other template; `check` says what is wrong with it
    return {
        "kind": kind,
        "title": None if head is None else dict(head.title),
        "letter": None if head is None else is_letter(head, pack),
        "built_in": pack.is_builtin(path),
        "path": str(path),
        "word": None if word is None else str(word),
    }


@command.command("fields", help=mark("The fields that a template asks for."))
@click.argument("kind", cls=SpeakingArgument)
@_PACK
@option("--json-schema", is_flag=True, help=mark("As JSON Schema 2020-12 of the data file."))
@_JSON
@click.pass_obj
def fields(root: dict[str, Any], *, kind: str, pack: str | None, json_schema: bool, as_json: bool) -> None:
    """Describe the fields of one kind, or the names that a paper's template may print."""
    from docgen.documents.letters import head_of  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.papersamples import PAPER_KINDS  # noqa: PLC0415 - as above

    loaded = _open(root, pack)[1]
    if kind in PAPER_KINDS and kind in loaded.templates and not _head(kind, loaded).is_letter:
        _tell_names(kind, loaded, json_schema=json_schema, as_json=as_json)
        return
    head = head_of(kind, loaded)
    language = current().value
    if json_schema:
        from docgen.documents.schema import json_schema as schema_of  # noqa: PLC0415 - as above

        tell(json.dumps(schema_of(head, language), ensure_ascii=False, indent=1))
    elif as_json:
        tell(_dump({"kind": kind, "title": dict(head.title), "fields": [_plain(field) for field in head.fields]}))
    else:
        for field in head.fields:
            tell(f"{field.path}  {field.type.value}  ({_need(field, head.fields)})")
            tell(f"  {field.label[language]}" + (f"; {field.hint[language]}" if field.hint else ""))
            if field.choices:
                tell("  " + " | ".join(field.choices))
            tell("  " + render(say("Example: {text}", text=" / ".join(field.example.split("\n")))))


def _tell_names(kind: str, pack: Pack, *, json_schema: bool, as_json: bool) -> None:
    """Tell what the templates of a paper may print: it has no declared fields, but a data file of its own."""
    from docgen.documents.papersamples import printable_names  # noqa: PLC0415 - `--help` does not pay for it

    data = "docgen workplan --example" if kind.startswith("workplan") else "docgen minutes --example"
    if json_schema:
        raise UsageError(
            say("{kind} is no letter: it is made of a data file of its own", kind=kind),
            say(
                "Print that file with: {command}   and the names for its templates without --json-schema", command=data
            ),
        )
    names = printable_names(kind, pack)
    if not names:
        raise UsageError(say("the pack {pack} has no council", pack=pack.name))
    if as_json:
        printed = [{"path": name, "type": _type(value), "example": str(value)} for name, value in names.items()]
        tell(_dump({"kind": kind, "title": dict(_head(kind, pack).title), "fields": [], "names": printed}))
        return
    tell(render(say("Made of a data file of its own: {command}   Its templates may print:", command=data)))
    for name, value in names.items():
        tell(f"{name}  {_type(value)}")
        if value != "":
            tell("  " + render(say("Example: {text}", text=str(value))))


def _type(value: str | int | date) -> str:
    return {bool: "yes-no", int: "number", str: "text"}.get(type(value), "date")


def _plain(field: Field) -> dict[str, Any]:
    return {
        "path": field.path,
        "type": field.type.value,
        "required": f"one-of:{field.one_of}" if field.one_of else field.required.value,
        "when": field.when or None,
        "choices": list(field.choices),
        "label": dict(field.label),
        "hint": None if field.hint is None else dict(field.hint),
        "example": field.example,
    }


def _need(field: Field, fields: Sequence[Field]) -> str:
    words = {"yes": say("required"), "advisable": say("advisable"), "no": say("optional")}
    need = render(words[field.required.value])
    if field.one_of:
        keys = ", ".join(other.key for other in fields if other.one_of == field.one_of)
        need = render(say("at least one of: {keys}", keys=keys))
    if "=" in field.when:
        path, _, values = field.when.partition("=")
        choices = next((other.choices for other in fields if other.path == path), ())
        possible = " | ".join(value for value in values.split("|") if not choices or value in choices)
        if field.required.value == "no" and not field.one_of:
            need += ", " + render(say("and only if {path} is {values}", path=path, values=possible))
        else:
            need += ", " + render(say("if {path} is {values}", path=path, values=possible))
    elif field.when and need == render(words["yes"]):
        need += ", " + render(say("if the table {table} is given", table=field.table))
    return need


@command.command(
    "check",
    help=mark(
        "Check templates, by kind or by file: head, containers, tags, names, filters, and what comes of them with data "
        "of every kind. All problems are listed at once; without an argument, those of all templates."
    ),
)
@click.argument("what", cls=SpeakingArgument, metavar="[KIND|FILE]…", nargs=-1)
@_PACK
@click.pass_obj
def check(root: dict[str, Any], *, what: tuple[str, ...], pack: str | None) -> None:
    """Check templates."""
    from docgen.documents.checking import check_templates  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.documents.template_worker import locked_down  # noqa: PLC0415 - as above

    loaded = _open(root, pack)[1]
    paths = list(dict.fromkeys(path for one in what or loaded.templates for path in _paths(one, loaded)))
    problems: list[Problem] = []
    for checked in check_templates(paths, loaded):
        problems += [Problem(path=f"{checked.path}, {one.path}", message=one.message) for one in checked.problems]
        for need in checked.needs:
            complain(
                say("{path}, {place}: {what}", path=str(checked.path), place=place_of(need.path), what=need.message)
            )
        if not checked.problems:
            fine = say("{path}: in order", path=str(checked.path))
            only = say("{path}: its tags are in order; it is not filled from fields", path=str(checked.path))
            tell(render(fine if checked.filled else only))
    if not locked_down() and not all(loaded.is_builtin(path) for path in paths):
        complain(
            say(
                "This system cannot lock a process down: templates are filled with a limit of time only. Use those "
                "whose author you know."
            )
        )
    if problems:
        raise DataError(
            render(say_count("{count} template", "{count} templates", len(paths))),
            problems,
            say("Correct the places named above and check again."),
        )


def _paths(what: str, pack: Pack) -> Iterable[Path]:
    """Return the files that a word of the call means: a kind's text and Word template, or one file."""
    if what in pack.templates:
        word = pack.word_template(what)
        return [pack.template_path(what), *([word] if word else [])]
    path = Path(what)
    if path.suffix.lower() not in {".md", ".docx"}:
        raise UsageError(
            say("the pack {pack} has no template “{kind}”", pack=pack.name, kind=what),
            say("It has: {known}.", known=", ".join(pack.templates)),
        )
    return [path]


@command.command(
    "copy",
    help=mark(
        "Copy a template into the workspace, to be changed there; it then takes the place of the one that came with "
        "docgen. What is there already is never overwritten."
    ),
)
@click.argument("kind", cls=SpeakingArgument)
@_PACK
@option("--word", is_flag=True, help=mark("Also make a Word template with the same words beside it."))
@click.pass_obj
def copy(root: dict[str, Any], *, kind: str, pack: str | None, word: bool) -> None:
    """Copy one template into the workspace."""
    from docgen.files import write_new  # noqa: PLC0415 - `--help` does not pay for it

    workspace, loaded = _open(root, pack)
    if workspace is None:
        raise UsageError(
            say("a template is copied into a workspace, and this is none"),
            say("Make one with: docgen init   or name one with: docgen --workspace DIR …"),
        )
    source = loaded.template_path(kind)
    folder = workspace.templates / loaded.name
    target = folder / f"{kind}.md"
    made: dict[Path, bytes] = {} if source == target else {target: source.read_bytes()}
    if word:
        from docgen.documents.papersamples import sample_papers  # noqa: PLC0415 - as above
        from docgen.documents.wordtemplatedraft import draft_word_template  # noqa: PLC0415 - as above

        made[folder / f"{kind}.docx"] = draft_word_template(
            loaded.template(kind),
            name=str(source),
            title=_head(kind, loaded).title["lv"],
            day=loaded.memorandum.day,
            look=loaded.look,
            logo=loaded.logo,
            landscape=any(paper.landscape for paper in sample_papers(kind, loaded)),
        )
    standing = [path for path, data in made.items() if path.exists() and path.read_bytes() != data]
    if standing or not made:
        raise UsageError(
            say("{file} is there already", file=", ".join(str(path) for path in standing or [target])),
            say("It stays as it is. Change it there, or move it away to begin anew."),
        )
    for path, data in made.items():
        write_new(path, data)
        tell(str(path))
    if not root.get("quiet"):
        complain(say("Change it, then check it: docgen template check {kind}", kind=kind))


def _open(root: dict[str, Any], pack: str | None) -> tuple[Workspace | None, Pack]:
    from docgen.documents.packs import open_pack  # noqa: PLC0415 - `--help` does not pay for it

    folder = root.get("workspace")
    workspace = workspace_here(folder if isinstance(folder, Path) else None)
    return workspace, open_pack(workspace, chosen_pack(workspace, pack))


def _head(kind: str, pack: Pack) -> Head:
    from docgen.documents.heads import read_head  # noqa: PLC0415 - `--help` does not pay for it

    return read_head(pack.template(kind), name=f"{pack.name}/{kind}", groups=pack.groups)


def _dump(document: dict[str, Any]) -> str:
    return json.dumps({"schema": "docgen-template/1", "docgen": __version__, **document}, ensure_ascii=False, indent=1)
