"""Documents that show every block, for the tests of the writers."""

import datetime as dt

from docgen.model.blocks import (
    Addressee,
    Align,
    Approval,
    Centered,
    Clause,
    Clauses,
    Column,
    DashList,
    DateLine,
    Document,
    Footnote,
    Heading,
    Letterhead,
    PageBreak,
    Paragraph,
    RightAligned,
    SignatureBlock,
    SignatureRow,
    SmallPrint,
    StatusLine,
    Subject,
    Table,
    Text,
    cell,
    plain,
)

DAY = dt.date(2026, 11, 20)
SENTENCE = "Biedrība atbalsta sadarbības memoranda mērķi un pauž gatavību iesaistīties tā īstenošanā. "

HOSTILE = (
    'SIA "A & B <x>"',
    "*Saule* _N_",
    "#let x",
    "{{ 7*7 }}",
    "=1+1",
    "{% raw %}",
    "<w:t>&amp;&#65;",
    "1. punkts",
    "- svītra",
    "+ plus",
    "> citāts",
    "# virsraksts",
    "::: small",
    "a | b || c",
    "\\* \\_ \\#",
    "**",
    "`kods`",
    "^2^",
    "[x](http://a.example)",
    "$x^2$ @y <lab> // z /* */",
    "-- --- ... ~ ' \" „x” “y”",
    "]]> <!-- -->",
    "\\u{41} %PDF ()",
    "x" * 300,
    "Ļoti garš nosaukums " * 15 + ".",
)


def lines(*texts):
    return tuple(plain(text) for text in texts)


def paragraph(text):
    return Paragraph(text=plain(text))


def clause(label, text, *below):
    return Clause(label=label, text=plain(text), clauses=below)


def signed(*names):
    return SignatureBlock(
        rows=tuple(SignatureRow(position=plain("valdes priekšsēdētāja"), name=plain(name)) for name in names)
    )


def letter(name='Biedrība "Drošā pilsēta"', paragraphs=2):
    return Document(
        title="Par pievienošanos sadarbības memorandam",
        date=DAY,
        reference="Atsauce 7K3M-Q9TD-XW42",
        blocks=(
            Letterhead(name=plain(name), lines=lines("Reģ. Nr. 40008999902", "birojs@drosapilseta.example")),
            DateLine(parts=lines("Rīgā", "Nr. 1-5/12", "2026.\u00a0gada 20.\u00a0novembrī")),
            Addressee(lines=lines("Iekšlietu ministrijai", "Rīga, LV-1026")),
            Subject(text=plain("Par pievienošanos sadarbības memorandam")),
            *[paragraph(SENTENCE * 2) for _ in range(paragraphs)],
            paragraph(f"Kontaktpersona: {name}."),
            signed("Anna Bērziņa", "Jānis Ozols"),
            Centered(lines=lines("DOKUMENTS PARAKSTĪTS AR DROŠU ELEKTRONISKO PARAKSTU", "UN SATUR LAIKA ZĪMOGU")),
        ),
    )


def everything(name='Biedrība "Drošā pilsēta"', rows=40, *, landscape=False):
    return Document(
        title="Apkopojums",
        date=DAY,
        landscape=landscape,
        blocks=(
            StatusLine(lines=lines("PROJEKTS", "Informatīvs apkopojums")),
            Approval(lines=lines("APSTIPRINĀTS", "padomes sēdē 2024. gada 31. janvārī")),
            Heading(text=plain("Sadarbības memorands")),
            Paragraph(
                text=(
                    Text(text="Trekns ", bold=True),
                    Text(text="slīps", italic=True),
                    Text(text=" m"),
                    Text(text="2", raised=True),
                    Text(text=f" fi ffi fl efektīvi  divas atstarpes {name}", bold=True, italic=True),
                )
            ),
            Clauses(
                clauses=(
                    clause("1.", "Mērķis " + SENTENCE),
                    clause(
                        "2.",
                        "Uzdevumi:",
                        clause("2.1.", SENTENCE),
                        clause("2.1¹.", name),
                        clause(
                            "2.2.", "dziļāk:", clause("2.2.1.", "viens"), clause("a)", "burts"), clause("b)", "cits")
                        ),
                    ),
                    clause("4.", "robs", clause("4.1.", "zem roba")),
                    clause("3.", "atpakaļ"),
                )
            ),
            Heading(text=plain("Saraksti"), level=2),
            DashList(items=lines("pirmais", name)),
            Clauses(clauses=(clause("5.", "no pieci"), clause("6.", "seši", clause("a)", "a"), clause("b)", "b")))),
            PageBreak(),
            RightAligned(lines=lines("1. pielikums", "sadarbības memorandam Nr. 1-21/88(2021)")),
            Heading(text=plain("Organizācijas")),
            Table(
                columns=(
                    Column(header=plain("Nr. p. k."), width=1, align=Align.RIGHT),
                    Column(header=plain("Nosaukums"), width=5),
                    Column(header=plain("Datums"), width=2, align=Align.CENTER),
                ),
                rows=tuple((cell(f"{i}."), cell(name, "otra rindkopa"), cell()) for i in range(1, rows + 1)),
            ),
            Table(
                columns=(Column(header=plain("Viens"), width=1),),
                rows=((cell("x"),), ((plain("saraksts:"), DashList(items=lines("svītra", name)), plain("pēc tā")),)),
                small=True,
            ),
            SmallPrint(lines=lines("Sagatavoja: A. Ozola", "67000000")),
            SignatureBlock(
                rows=(
                    SignatureRow(
                        position=plain("Valsts kancelejas direktors, Memoranda padomes vadītājs"),
                        name=plain("J. Paraugs"),
                        mark=plain("(paraksts*)"),
                    ),
                    SignatureRow(position=(), name=plain("K. Piemēre")),
                )
            ),
            Footnote(mark="*", text=plain("Dokuments ir parakstīts ar drošu elektronisko parakstu")),
        ),
    )
