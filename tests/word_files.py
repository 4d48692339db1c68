"""Word files made by hand, as small as Word opens them, for whoever tests what becomes of templates."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NOTE = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def run(text):
    """One run with a text."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs):
    """A paragraph of runs: texts, or XML as it is."""
    return f"<w:p>{''.join(one if one.startswith('<') else run(one) for one in runs)}</w:p>"


def table(*rows):
    """A table of rows of texts."""
    lines = "".join(f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>" for row in rows)
    grid = '<w:gridCol w:w="4000"/>' * len(rows[0])
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl>"


def parts(*blocks, header="", footer="", footnote="", types="", relations="", document=""):
    """The parts of a Word file, by name; blocks are XML or the text of a paragraph."""
    body = "".join(one if one.startswith("<") else paragraph(one) for one in blocks)
    references = '<w:headerReference w:type="default" r:id="h"/><w:footerReference w:type="default" r:id="f"/>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{ML}.document.main+xml"/>'
        f'<Override PartName="/word/header1.xml" ContentType="{ML}.header+xml"/>'
        f'<Override PartName="/word/footer1.xml" ContentType="{ML}.footer+xml"/>'
        f'<Override PartName="/word/footnotes.xml" ContentType="{ML}.footnotes+xml"/>'
        '<Override PartName="/docProps/core.xml" ContentType='
        f'"application/vnd.openxmlformats-package.core-properties+xml"/>{types}</Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="d" Type="{R}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Id="c" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
        'core-properties" Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="h" Type="{R}/header" Target="header1.xml"/>'
        f'<Relationship Id="f" Type="{R}/footer" Target="footer1.xml"/>'
        f'<Relationship Id="n" Type="{R}/footnotes" Target="footnotes.xml"/>{relations}</Relationships>',
        "word/document.xml": document
        or f'<w:document {W} xmlns:r="{R}"><w:body>{body}<w:sectPr>{references}</w:sectPr></w:body></w:document>',
        "word/header1.xml": f"<w:hdr {W}>{paragraph(header)}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {W}>{paragraph(footer)}</w:ftr>",
        "word/footnotes.xml": f'<w:footnotes {W}><w:footnote w:id="2">{paragraph(footnote)}</w:footnote></w:footnotes>',
        "docProps/core.xml": '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Veidnes autors</dc:creator>'
        "</cp:coreProperties>",
    }


def packed(files):
    """The ZIP of parts, deflated as Word does it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return stream.getvalue()


def word(*blocks, **more):
    """A Word file."""
    return packed(parts(*blocks, **more))


def read(docx, name="word/document.xml"):
    """A part of a Word file as text."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return archive.read(name).decode("utf-8")
