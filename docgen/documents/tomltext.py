"""The text of a TOML file that a person wrote is changed in places, the rest stays. Only this module imports tomlkit.

tomlkit tells where each key stands with its spaces and comments; it is used as a reader. What is added is put between
its parts as text, and the document is written out once. What comes of it must be read back and compared by the caller.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

__all__ = ["Line", "Place", "edited"]

Place: TypeAlias = "tuple[str | int, ...]"
# What tomlkit calls the body of a table: keys with items; comments and spaces have no key.
_Body: TypeAlias = "list[tuple[Any, Any]]"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A key that gets a value: the value as TOML has it, and, for a key that is new, what stands before it.

    `silent` are the lines with which an example has the key commented out; where they stand, they give way.
    """

    place: Place
    value: str
    comments: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def edited(text: str, *, removed: Sequence[Place], lines: Sequence[Line], notes: Collection[str] = ()) -> str | None:
    """Return the text with these keys set, and those that are removed commented out; its lines end with LF.

    `notes` are comments that hold only while the table below them is commented out. None where the text cannot be
    kept: tomlkit would write it otherwise than it stands.
    """
    import tomlkit  # noqa: PLC0415 - loaded where a file is saved only

    end = "" if text.endswith("\n") or not text else "\n"
    try:
        document = tomlkit.parse(text + end)
        if document.as_string() != text + end:
            return None
        edit = _Edit(document.body, notes)
        for line in lines:
            edit.set(line)
        for place in removed:
            edit.remove(place)
        edit.insert()
        whole = document.as_string()
    except Exception:  # noqa: BLE001 - a fault in tomlkit must not cost the answers: the caller has another way
        return None
    if not edit.at_end:
        return whole.removesuffix(end) if end else whole
    return whole + "".join(edit.at_end)


@dataclass(slots=True)
class _Leaf:
    """A key with a value: where it is, and the line of the table that it is part of (`a.b = 1` is one line)."""

    body: _Body
    index: int
    home: _Body
    home_index: int
    key: str


@dataclass(slots=True)
class _Home:
    """Where the keys of a table are written: after a header, or with a dotted key in the table above."""

    body: _Body
    prefix: str = ""
    # Part of the body: a table that was commented out stands within the one before it.
    start: int = 0


class _Edit:
    def __init__(self, root: _Body, notes: Collection[str]) -> None:
        self._notes = notes
        self._root = root
        self._leaves: dict[Place, _Leaf] = {}
        self._homes: dict[Place, _Home] = {(): _Home(root)}
        self._headers: dict[Place, tuple[_Body, int]] = {}
        self._inserted: dict[int, tuple[_Body, dict[int, list[str]]]] = {}
        self._new: dict[Place, Callable[[str], None]] = {}
        self.at_end: list[str] = []
        self._walk(root, (), _Home(root))

    def _walk(self, body: _Body, place: Place, home: _Home, home_index: int | None = None) -> None:
        from tomlkit.items import AoT, Table  # noqa: PLC0415 - as above

        for index, (key, item) in enumerate(body):
            if key is None:
                continue
            here, at = (*place, key.key), index if home_index is None else home_index
            if isinstance(item, AoT):
                for number, entry in enumerate(item.body):
                    self._homes[(*here, number)] = _Home(entry.value.body)
                    self._walk(entry.value.body, (*here, number), _Home(entry.value.body))
            elif not isinstance(item, Table):
                dotted = home.prefix + key.as_string()
                self._leaves[here] = _Leaf(body, index, home.body, at, dotted + key.sep)
            elif key.is_dotted():
                below = _Home(home.body, f"{home.prefix}{key.as_string()}.")
                self._homes.setdefault(here, below)
                self._walk(item.value.body, here, below, at)
            else:
                if not item.is_super_table():
                    self._homes[here] = _Home(item.value.body)
                    self._headers[here] = (body, index)
                self._walk(item.value.body, here, _Home(item.value.body))

    def set(self, line: Line) -> None:
        """Give a key its value, in the place where it stands, or in a new one."""
        import tomlkit  # noqa: PLC0415 - as above

        for length in range(1, len(line.place)):
            if (leaf := self._leaves.get(line.place[:length])) is not None:
                _set_inline(leaf.body[leaf.index][1], line.place[length:], line.value)
                return
        leaf = self._leaves.get(line.place)
        if leaf is not None:
            key, old = leaf.body[leaf.index]
            new = tomlkit.value(line.value)
            for part in ("indent", "comment_ws", "comment", "trail"):
                setattr(new.trivia, part, getattr(old.trivia, part))
            leaf.body[leaf.index] = (key, new)
            return
        table, name = line.place[:-1], _written(str(line.place[-1]))
        home = self._homes.get(table) or self._commented_out(table)
        if home is None:
            self._new_table(table)("".join(f"{comment}\n" for comment in line.comments) + f"{name} = {line.value}\n")
            return
        text = f"{home.prefix}{name} = {line.value}\n"
        silent = _run(home, line.silent)
        if silent is not None:
            _replace(home.body, silent, len(line.silent), text)
            return
        comments = "".join(f"{comment}\n" for comment in line.comments)
        self._insert(home.body, self._index_in(home, table, line.after), comments + text)

    def _commented_out(self, table: Place) -> _Home | None:
        """Bring back a table whose header stands as a comment, as in an example; None where there is none.

        No key may follow before the next table: it would become one of this table.
        """
        header = "#" + _header(table)
        for body in [self._root, *(home.body for home in self._homes.values())]:
            said = _comments(body)
            if header in said and not any(_is_line(part) for part in body[said.index(header) :]):
                index = said.index(header)
                _replace(body, index, 1, f"{header[1:]}\n")
                if index and said[index - 1] in self._notes:
                    _replace(body, index - 1, 1, "")
                self._homes[table] = _Home(body, start=index + 1)
                return self._homes[table]
        return None

    def _new_table(self, table: Place) -> Callable[[str], None]:
        """Return what takes the keys of a table that the file has not: behind its like, or at the end."""
        if table not in self._new:
            last = table[-1]
            above = self._homes.get((*table[:-1], last - 1)) if isinstance(last, int) else None
            if above is not None and not any(key is not None and not _is_line((key, it)) for key, it in above.body):
                index = self._index_in(above, (*table[:-1], last - 1), ()) if isinstance(last, int) else 0
                self._new[table] = lambda text: self._insert(above.body, index, text)
            else:
                self._new[table] = self.at_end.append
            self._new[table](f"\n{_header(table)}\n")
        return self._new[table]

    def _index_in(self, home: _Home, table: Place, after: tuple[str, ...]) -> int:
        """Return the index behind the last of the keys that go before; else behind the last key of the table."""
        if home.start:
            return home.start
        near = [(place, leaf.home_index) for place, leaf in self._leaves.items() if leaf.home is home.body]
        own = [(place[-1], index) for place, index in near if place[:-1] == table]
        before = [index for key, index in own if key in after]
        return max(before or [index for _, index in own or near], default=-1) + 1

    def _insert(self, body: _Body, index: int, text: str) -> None:
        _, at = self._inserted.setdefault(id(body), (body, {}))
        at.setdefault(index, []).append(text)

    def remove(self, place: Place) -> None:
        """Comment a key out, or the header of a table that has no keys left; in an inline table take it away."""
        for length in range(1, len(place)):
            if (leaf := self._leaves.get(place[:length])) is not None:
                _remove_inline(leaf.body[leaf.index][1], place[length:])
                return
        if (leaf := self._leaves.get(place)) is not None:
            item = leaf.body[leaf.index][1]
            trivia = item.trivia
            line = f"{trivia.indent}{leaf.key}{item.as_string()}{trivia.comment_ws}{trivia.comment}{trivia.trail}"
            leaf.home[leaf.home_index] = (None, _raw(re.sub(r"(?m)^(?=.)|^(?=\n)", "#", line)))
        elif place in self._headers:
            body, index = self._headers[place]
            import tomlkit  # noqa: PLC0415 - as above

            alone = tomlkit.document()
            alone.body.append(body[index])
            body[index] = (None, _raw("#" + alone.as_string()))

    def insert(self) -> None:
        """Put in what is new; done once, at last: the places of all that is there count from before."""
        for body, at in self._inserted.values():
            for index in sorted(at, reverse=True):
                body.insert(index, (None, _raw("".join(at[index]))))


def _set_inline(item: Any, rest: Place, value: str) -> None:  # noqa: ANN401 - tomlkit's types stay here
    import tomlkit  # noqa: PLC0415 - as above

    for part in rest[:-1]:
        if isinstance(part, int) and part >= len(item):
            item.append(tomlkit.inline_table())
        elif isinstance(part, str) and part not in item:
            item[part] = tomlkit.inline_table()
        item = item[part]
    name, before = rest[-1], item.as_string()
    is_new = isinstance(name, str) and name not in item
    item[name] = tomlkit.value(value)
    if is_new and f",{name}" in item.as_string():
        item[name].trivia.indent = " "
    if is_new and before.endswith(" }") and not item.as_string().endswith(" }"):
        item.value.body.append((None, _raw(" ")))


def _remove_inline(item: Any, rest: Place) -> None:  # noqa: ANN401 - as above
    for part in rest[:-1]:
        item = item[part]
    del item[rest[-1]]


def _comments(body: _Body) -> list[str | None]:
    from tomlkit.items import Comment  # noqa: PLC0415 - as above

    return [item.trivia.comment if key is None and isinstance(item, Comment) else None for key, item in body]


def _run(home: _Home, silent: tuple[str, ...]) -> int | None:
    """Return where these comments stand, one after another, in a table's own part of a body; None where they do not."""
    said = _comments(home.body)
    end = next((n for n in range(home.start, len(said)) if (said[n] or "").startswith("#[")), len(said))
    if not silent or home.prefix:
        return None
    starts = range(home.start, end - len(silent) + 1)
    return next((n for n in starts if said[n : n + len(silent)] == list(silent)), None)


def _replace(body: _Body, index: int, count: int, text: str) -> None:
    for number in range(index, index + count):
        body[number] = (None, _raw(text if number == index else ""))


def _is_line(part: tuple[Any, Any]) -> bool:
    """Whether a part of a body is a key with its value, not a table with a header of its own."""
    from tomlkit.items import AoT, Table  # noqa: PLC0415 - as above

    key, item = part
    return key is not None and not isinstance(item, AoT) and (key.is_dotted() or not isinstance(item, Table))


def _header(table: Place) -> str:
    names = ".".join(_written(part) for part in table if isinstance(part, str))
    return f"[[{names}]]" if isinstance(table[-1], int) else f"[{names}]"


def _raw(text: str) -> Any:  # noqa: ANN401 - as above
    from tomlkit.items import Whitespace  # noqa: PLC0415 - as above

    return Whitespace(text)


def _written(name: str) -> str:
    return name if _BARE.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
