"""The styles of a DOCX: real ones, which a clerk can change; derived from the document's look."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from docgen.documents.font import typeface
from docgen.documents.rhythm import CAPITALS, gaps_of
from docgen.documents.textarea import CELL_LEADING, INSET

if TYPE_CHECKING:
    from docgen.model.blocks import Look

__all__ = ["styles_xml"]

_WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SINGLE = 1.15  # em, a single line of that font in Word
_ASCENT, _DESCENT = 0.89, 0.22  # em, of a line above and below its baseline
_CELL_PARAGRAPH = 0.1  # em, between paragraphs of a cell, more than between lines
_FONT = "Times New Roman"  # every Word has it; same widths as the Liberation Serif of the PDF


def _half_points(points: float) -> int:
    return round(points * 2)


def _paragraph_style(name: str, title: str, *, based: str = "Normal", paragraph: str = "", run: str = "") -> str:
    """Return one style; `name` is its id, `title` what Word shows."""
    follows = "" if name == "Normal" else f'<w:basedOn w:val="{based}"/>'
    default = ' w:default="1"' if name == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{name}"><w:name w:val="{title}"/>{follows}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _heading(level: int, look: Look) -> str:
    size = look.size + 1 if level == 1 else look.size
    gap = _gap(look, "heading1" if level == 1 else "heading")
    return _paragraph_style(
        f"Heading{level}",
        f"heading {level}",
        paragraph=f'<w:keepNext/><w:keepLines/>{gap}<w:jc w:val="center"/><w:outlineLvl w:val="{level - 1}"/>',
        run=f'<w:b/><w:sz w:val="{_half_points(size)}"/><w:szCs w:val="{_half_points(size)}"/>',
    )


def _space(before: int, after: int, line: int = 0) -> str:
    pitch = f' w:line="{line}" w:lineRule="auto"' if line else ""
    return f'<w:spacing w:before="{before}" w:after="{after}"{pitch}/>'


def _gap(look: Look, part: str, line: int = 0) -> str:
    """Return the space before and after a part: what is more than between the lines of a paragraph."""
    before, after = (max(0, round((gap - look.leading) * look.size * 20)) for gap in gaps_of(look)[part])
    return _space(before, after, line)


def _size(points: float) -> str:
    return f'<w:sz w:val="{_half_points(points)}"/><w:szCs w:val="{_half_points(points)}"/>'


def _rule(side: str) -> str:
    return f'<w:{side} w:val="single" w:sz="4" w:space="4" w:color="000000"/>'


def styles_xml(look: Look, language: str) -> str:
    """Return the styles part."""
    tag = "lv-LV" if language == "lv" else language
    name = escape(typeface(look.fonts).family) if look.fonts else _FONT
    fonts = " ".join(f'w:{script}="{name}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    between = round(_CELL_PARAGRAPH * look.table * 20)
    # From the rules of a table to its capitals and its last baseline, as in the PDF.
    top = round((INSET - (_ASCENT - CAPITALS) * look.table) * 20)
    bottom = round((INSET - _DESCENT * look.table) * 20) - between
    small, centre = _size(look.small), '<w:jc w:val="center"/>'
    styles = [
        _paragraph_style("Normal", "Normal", paragraph=_space(0, 0, round((CAPITALS + look.leading) / _SINGLE * 240))),
        _paragraph_style("BodyText", "Body Text", paragraph=_gap(look, "paragraph")),
        *(_heading(level, look) for level in (1, 2, 3)),
        _paragraph_style(
            "Subject",
            "Subject",
            based="Heading1",
            paragraph=f'{_gap(look, "subject")}<w:ind w:right="2000"/><w:jc w:val="left"/>',
            run=_size(look.size),
        ),
        _paragraph_style(
            "LetterheadName", "Letterhead Name", paragraph=_space(0, 40) + centre, run="<w:b/>" + _size(look.size + 2)
        ),
        _paragraph_style("LetterheadLogo", "Letterhead Logo", paragraph=_space(0, 120) + centre),
        _paragraph_style("LetterheadUnit", "Letterhead Unit", paragraph=_space(0, 60, 240) + centre),
        _paragraph_style("Letterhead", "Letterhead", paragraph=_gap(look, "letterhead", 240) + centre, run=small),
        _paragraph_style("Addressee", "Addressee", paragraph=_gap(look, "addressee")),
        _paragraph_style("Approval", "Approval", paragraph=_gap(look, "approval")),
        _paragraph_style("DateLine", "Date Line", paragraph=_gap(look, "dateline")),
        _paragraph_style("RightAligned", "Right Aligned", paragraph=_space(0, 120) + '<w:jc w:val="right"/>'),
        _paragraph_style("Centered", "Centered", paragraph=_gap(look, "centered") + centre),
        _paragraph_style("SmallPrint", "Small Print", paragraph=_gap(look, "small", 240), run=small),
        _paragraph_style("Reference", "Reference", paragraph=_space(0, 0, 240), run=_size(look.small - 1)),
        _paragraph_style(
            "Status",
            "Status",
            paragraph=f"<w:pBdr>{_rule('top')}{_rule('bottom')}</w:pBdr>{_gap(look, 'status', 240)}{centre}",
            run=_size(look.small + 1),
        ),
        _paragraph_style("Clause", "Clause", paragraph=_gap(look, "clause")),
        _paragraph_style("Dash", "Dash List", paragraph=_gap(look, "dash")),
        _paragraph_style("Signature", "Signature", paragraph=_gap(look, "signature")),
        _paragraph_style("AfterTable", "After Table", paragraph=_space(0, 0, 120), run=_size(6)),
        _paragraph_style(
            "TableText",
            "Table Text",
            paragraph=_space(0, between, round((CAPITALS + CELL_LEADING) / _SINGLE * 240)),
            run=_size(look.table),
        ),
        _paragraph_style("TableHeader", "Table Header", based="TableText", paragraph="<w:keepNext/>", run="<w:b/>"),
        _paragraph_style("TableTextSmall", "Table Text Small", based="TableText", run=_size(look.table_small)),
        _paragraph_style(
            "TableHeaderSmall", "Table Header Small", based="TableTextSmall", paragraph="<w:keepNext/>", run="<w:b/>"
        ),
        _paragraph_style("Footer", "footer", paragraph=_space(0, 0, 240) + centre, run=small),
    ]
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:styles xmlns:w="{_WORDS}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/>{_size(look.size)}'
        f'<w:lang w:val="{tag}" w:eastAsia="{tag}" w:bidi="{tag}"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"
        + "".join(styles)
        + _table_style("Table", f"<w:tblBorders>{sides}</w:tblBorders>", top, 100, bottom, 100)
        + _table_style("SignatureTable", "", 0, 0, 0, 140)
        + "</w:styles>"
    )


def _table_style(name: str, borders: str, *margins: int) -> str:
    """Return a style of tables; the margins of its cells are those at the top, left, bottom, right."""
    sides = zip(("top", "left", "bottom", "right"), margins, strict=True)
    cells = "".join(f'<w:{side} w:w="{margin}" w:type="dxa"/>' for side, margin in sides)
    return (
        f'<w:style w:type="table" w:styleId="{name}"><w:name w:val="{name}"/><w:tblPr>{borders}'
        f"<w:tblCellMar>{cells}</w:tblCellMar></w:tblPr></w:style>"
    )
