"""WordprocessingML, element by element: paragraphs, runs, borders, properties of tables.

Styles are named here and defined in `wordstyles.py`; nothing is formatted directly but what belongs to one document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from lxml import etree  # type: ignore[import-untyped]  # lxml publishes no types

from docgen.model.spacing import hyphened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docgen.model.blocks import Inlines, Text

__all__ = [
    "WORDS",
    "Element",
    "element",
    "grid",
    "in_schema_order",
    "paragraph_of",
    "rule_below",
    "spaced",
    "styled_run",
    "tab",
    "table_properties",
    "text_run",
]

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NAMESPACES = {"w": WORDS}
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

Element: TypeAlias = "etree._Element"  # noqa: SLF001 - lxml names its type so


def element(name: str, *children: Element | None, **attributes: str | int) -> Element:
    """Return `w:name` with `w:` attributes and the children that are there."""
    made = etree.Element(f"{{{WORDS}}}{name}", nsmap=_NAMESPACES)
    for key, value in attributes.items():
        made.set(f"{{{WORDS}}}{key}", str(value))
    made.extend([child for child in children if child is not None])
    return made


def styled_run(run: Text) -> Element:
    """Return a run in its style."""
    properties = [
        element("b") if run.bold else None,
        element("i") if run.italic else None,
        element("vertAlign", val="superscript") if run.raised else None,
    ]
    made = text_run(run.text)
    if any(p is not None for p in properties):
        made.insert(0, element("rPr", *properties))
    return made


def text_run(text: str) -> Element:
    """Return a run without a style of its own; hyphens at which no line may end are Word's no-break ones."""
    made = element("r")
    for part, kept in hyphened(text):
        for index, piece in enumerate(part.split("-") if kept else [part]):
            if index:
                made.append(element("noBreakHyphen"))
            content = element("t")
            content.text = piece
            content.set(_XML_SPACE, "preserve")
            made.append(content)
    return made


def tab() -> Element:
    """Return a run that is a tab."""
    return element("r", element("tab"))


# The order in which the schema wants the properties of a paragraph.
_ORDER = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "numPr", "pBdr", "tabs", "spacing", "ind", "jc"),
)


def paragraph_of(
    style: str,
    text: Inlines,
    *properties: Element | None,
    label: str = "",
    runs: Sequence[Element] | None = None,
) -> Element:
    """Return a paragraph; a literal label is parted from its text by a tab."""
    content = list(runs) if runs is not None else [styled_run(run) for run in text]
    if label:
        content = [text_run(label), tab(), *content]
    return element("p", element("pPr", element("pStyle", val=style), *properties), *content)


def in_schema_order(properties: Element) -> None:
    """Sort the properties of a paragraph as the schema wants them, each once."""
    named = {etree.QName(child).localname: child for child in properties}
    properties[:] = sorted(named.values(), key=lambda child: _ORDER.index(etree.QName(child).localname))


def spaced(paragraph: Element, **spaces: int) -> None:
    """Change the space before or after a paragraph from that of its style."""
    properties = paragraph[0]
    spacing = properties.find(f"{{{WORDS}}}spacing")
    if spacing is None:
        spacing = element("spacing")
        properties.append(spacing)
    for side, space in spaces.items():
        spacing.set(f"{{{WORDS}}}{side}", str(space))


def rule_below(space: int) -> Element:
    """Return the borders of a paragraph with a rule below it, so many points from its last line."""
    return element("pBdr", element("bottom", val="single", sz=4, space=space, color="000000"))


def grid(widths: Sequence[int]) -> Element:
    """Return the grid of a table."""
    return element("tblGrid", *(element("gridCol", w=width) for width in widths))


def table_properties(style: str, widths: Sequence[int]) -> Element:
    """Return the properties of a table whose columns keep their widths."""
    return element(
        "tblPr",
        element("tblStyle", val=style),
        element("tblW", w=sum(widths), type="dxa"),
        element("tblLayout", type="fixed"),
    )
