"""`docgen/documents/empty.docx`: python-docx's default package without what docgen replaces or never uses.

`python -m tests.empty_docx` makes it anew, after python-docx changed its own; `test_writers_same_bytes.py` compares.
"""

import io
import zipfile
from pathlib import Path

import docx
from lxml import etree

EMPTY = Path(__file__).parent.parent / "docgen" / "documents" / "empty.docx"
_KEPT = ("/numbering", "/settings", "/styles")
_KEPT_OF_PACKAGE = ("/officeDocument", "/core-properties")
_SETTINGS = (
    '<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:defaultTabStop w:val="720"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:val="15" w:uri="http://schemas.microsoft.com/office/word"'
    "/></w:compat></w:settings>"
)


def empty_docx() -> bytes:
    """Return the package: content types first, the rest sorted, one date."""

    document = docx.Document()
    for relations, kept in ((document.part.rels, _KEPT), (document.part.package.rels, _KEPT_OF_PACKAGE)):
        for key in [key for key, relation in relations.items() if not relation.reltype.endswith(kept)]:
            relations.pop(key)
    document.styles.element[:] = []
    document.settings.element[:] = list(etree.fromstring(_SETTINGS))
    document.part.numbering_part.element[:] = []
    stream = io.BytesIO()
    document.save(stream)
    packed = io.BytesIO()
    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def parts(package):
    """Return the parts of a package by name; two packers differ in how they pack them."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {name: source.read(name) for name in source.namelist()}


if __name__ == "__main__":
    EMPTY.write_bytes(empty_docx())
