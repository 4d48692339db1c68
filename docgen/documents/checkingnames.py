"""The names that a template prints or asks for, followed through loops, conditions and assignments to their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from jinja2 import nodes

from docgen.documents.environment import NOT_GIVEN
from docgen.documents.environment import _environment as environment  # what templates may do is known there
from docgen.model.text import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from docgen.model.text import Message

__all__ = ["Shape", "shape_of", "shape_of_all", "unknown_names"]

# What may be asked of a name: a table by key, the shape of a list's items (under "[]"; nothing is known of those of an
# empty list), or None: a value, with nothing below it.
Shape: TypeAlias = "dict[str, Shape] | None"
_ITEM = "[]"


def shape_of(values: object) -> Shape:
    """Return the shape of values with which templates are filled, every declared key in them.

    Items of a list have together what any of them has.
    """
    if isinstance(values, dict) and NOT_GIVEN not in values:
        return {str(key): shape_of(value) for key, value in values.items()}
    if isinstance(values, list | tuple):
        return {_ITEM: shape_of_all(values)} if values else {}
    return None


def shape_of_all(several: Iterable[object]) -> Shape:
    """Return the shape of values that a template is filled with at different times: it has what any of them has."""
    shape: Shape = None
    for values in several:
        shape = _together(shape, shape_of(values))
    return shape


def _together(one: Shape, other: Shape) -> Shape:
    if one is None or other is None:
        return other if one is None else one
    return {**one, **{key: _together(one.get(key), shape) for key, shape in other.items()}}


def unknown_names(tree: nodes.Template, shape: Shape) -> list[tuple[int, Message]]:
    """Return, with their lines, the names, filters and tests that there are not. `shape` None: no names are checked."""
    walk = _Walk(shape)
    walk.body(tree.body, {})
    return walk.found


class _Walk:
    """Follows names through a template. A shape that is not known (`_ANY`) may hold anything."""

    def __init__(self, shape: Shape) -> None:
        self._names = shape
        self.found: list[tuple[int, Message]] = []

    def body(self, body: list[nodes.Node], scope: Mapping[str, Shape | _Any]) -> None:
        """Walk statements; what one assigns is known to those after it."""
        known = dict(scope)
        for node in body:
            self._statement(node, known)

    def _statement(self, node: nodes.Node, scope: dict[str, Shape | _Any]) -> None:
        match node:
            case nodes.For():
                self._loop(node, scope)
            case nodes.If():
                self._condition(node, scope)
            case nodes.Assign():
                self._assign(node.target, self._value(node.node, scope), scope)
            case nodes.AssignBlock():
                self.body(node.body, scope)
                self._assign(node.target, None, scope)
            case nodes.Macro():
                scope[node.name] = _ANY
                names = ("caller", "varargs", "kwargs", *(each.name for each in node.args))
                self.body(node.body, {**scope, **dict.fromkeys(names, _ANY)})
            case nodes.With():
                inner = dict(scope)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._assign(target, self._value(value, scope), inner)
                self.body(node.body, inner)
            case nodes.Output():
                for each in node.nodes:
                    self._printed(each, scope)
            case _:
                self._others(node, scope)

    def _others(self, node: nodes.Node, scope: dict[str, Shape | _Any]) -> None:
        if isinstance(node, nodes.FilterBlock):
            self._value(node.filter, scope)
            self.body(node.body, scope)
        else:
            self._children(node, scope)

    def _loop(self, node: nodes.For, scope: dict[str, Shape | _Any]) -> None:
        items = self._value(node.iter, scope)
        inner = {**scope, "loop": _ANY}
        self._assign(node.target, items.get(_ITEM, _ANY) if isinstance(items, dict) else _ANY, inner)
        if node.test is not None:
            self._value(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, scope)

    def _condition(self, node: nodes.If, scope: dict[str, Shape | _Any]) -> None:
        self._value(node.test, scope)
        before = dict(scope)
        others: list[list[nodes.Node]] = [[one] for one in node.elif_]
        for branch in (node.body, *others, node.else_):
            inner = dict(before)
            for each in branch:
                self._statement(each, inner)
            # What a branch assigns may be there afterwards: a missing one shows when the template is filled.
            scope.update({name: value for name, value in inner.items() if name not in scope})

    def _printed(self, node: nodes.Node, scope: Mapping[str, Shape | _Any]) -> None:
        shape = self._value(node, scope)
        if isinstance(shape, dict) and isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            self.found.append((node.lineno, say("{name} is a table or a list: print what is in it", name=_name(node))))

    def _assign(self, target: nodes.Node, shape: Shape | _Any, scope: dict[str, Shape | _Any]) -> None:
        if isinstance(target, nodes.Name):
            scope[target.name] = shape
        elif isinstance(target, nodes.Tuple):
            for each in target.items:
                self._assign(each, _ANY, scope)

    def _value(self, node: nodes.Node | None, scope: Mapping[str, Shape | _Any]) -> Shape | _Any:
        """Return the shape of an expression, and note what in it is not known."""
        match node:
            case nodes.Name():
                return self._named(node, scope)
            case nodes.Getattr():
                return self._below(node, self._value(node.node, scope), node.attr)
            case nodes.Getitem():
                shape = self._value(node.node, scope)
                self._value(node.arg, scope)
                if isinstance(node.arg, nodes.Const) and isinstance(node.arg.value, str):
                    return self._below(node, shape, node.arg.value)
                return shape.get(_ITEM, _ANY) if isinstance(shape, dict) else _ANY
            case nodes.Filter() | nodes.Test():
                return self._filtered(node, scope)
            case nodes.Node():
                self._children(node, scope)
        return _ANY

    def _children(self, node: nodes.Node, scope: Mapping[str, Shape | _Any]) -> None:
        for child in node.iter_child_nodes():
            self._value(child, scope)

    def _named(self, node: nodes.Name, scope: Mapping[str, Shape | _Any]) -> Shape | _Any:
        if node.name in scope:
            return scope[node.name]
        if self._names is None or node.name in environment().globals:
            return _ANY
        if node.name not in self._names:
            known = ", ".join(sorted(self._names))
            self.found.append(
                (node.lineno, say("there is no field {name}; there are {known}", name=node.name, known=known))
            )
            return _ANY
        return self._names[node.name]

    def _below(self, node: nodes.Getattr | nodes.Getitem, shape: Shape | _Any, key: str) -> Shape | _Any:
        if isinstance(shape, _Any):
            return _ANY
        name = _name(node)
        if key.startswith("_"):
            self.found.append((node.lineno, say("there is no field {name}", name=name)))
        elif shape is None or _ITEM in shape:
            # Texts and lists have Python's own methods; none of them is for templates.
            self.found.append((node.lineno, say("there is no field {name}: nothing is below it", name=name)))
        elif key not in shape:
            known = ", ".join(sorted(shape))
            self.found.append((node.lineno, say("there is no field {name}; there are {known}", name=name, known=known)))
        else:
            return shape[key]
        return _ANY

    def _filtered(self, node: nodes.Filter | nodes.Test, scope: Mapping[str, Shape | _Any]) -> Shape | _Any:
        known = environment().filters if isinstance(node, nodes.Filter) else environment().tests
        if node.name not in known:
            none = say("there is no filter {name}", name=node.name)
            if isinstance(node, nodes.Test):
                none = say("there is no test {name}", name=node.name)
            self.found.append((node.lineno, none))
        shape = _ANY if node.node is None else self._value(node.node, scope)
        for each in (*node.args, *node.kwargs):
            self._value(each, scope)
        return shape if node.name in {"sort", "list", "reverse", "unique", "default"} else _ANY


class _Any:
    """A shape that is not known."""


_ANY = _Any()


def _name(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr():
            return f"{_name(node.node)}.{node.attr}"
        case nodes.Getitem():
            inner = node.arg.value if isinstance(node.arg, nodes.Const) else "…"
            return f"{_name(node.node)}.{inner}"
        case _:
            return "…"
