"""Files written, saved and signed by other programs: docgen and EU DSS say the same, but where a rule is stricter."""

from __future__ import annotations

import io
import re
import subprocess
from datetime import UTC, datetime

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.fields import append_signature_field as append_field
from pyhanko.sign.signers import PdfSigner, PdfTimeStamper, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Text

from docgen.demo.pki import PASSWORD, TestPki
from docgen.model.policy import POLICIES
from docgen.model.profiles import PROFILES
from docgen.model.report import Indication
from docgen.signatures.trust import load_trust
from docgen.signatures.verify import verify_bytes
from tests import judges
from tests.letters import A, letter_pdf
from tests.pdfs import stream

# name -> the reasons for which docgen refuses, or holds back, what EU DSS passes (security.md names each).
STRICTER = {
    "information replaced after signing": ["CHANGED"],
    "annotation added after signing": ["CHANGED"],
    "second signature in spite of a lock": ["CHANGED"],
    "second signature that is visible": ["HIDDEN"],
    "spaces after the end": ["CHANGED", "COVERAGE"],
    "end mark twice": ["PARSE"],
    "encrypted, opens without a password": ["ENCRYPTED"],
    "dynamic form": ["ACTIVE"],
}
PAGE = [
    b"<< /Type /Catalog /Pages 2 0 R >>",
    b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R >>",
    stream(b"q Q"),
]


def written(*, eol=b"\n", head=b"%PDF-1.4", comment=b"%\xe2\xe3\xcf\xd3", row=None, before=b"", tail=b"\n", space=b" ",
            table=b"") -> bytes:  # fmt: skip
    """A page as programs write it: `before` stands before each object, `table` before the table of contents."""
    whole, places = head + eol + comment + eol, []
    for number, text in enumerate(PAGE, start=1):
        whole += before
        places.append(len(whole))
        whole += b"%d" % number + space + b"0" + space + b"obj" + eol + text + eol + b"endobj" + eol
    whole += table
    end = row or (eol if len(eol) == 2 else b" " + eol)  # ISO 32000-2, 7.5.4: a row has twenty bytes
    rows = [b"0000000000 65535 f", *(b"%010d 00000 n" % place for place in places)]
    start = len(whole)
    whole += b"xref" + eol + b"0 %d" % len(rows) + eol + b"".join(one + end for one in rows)
    return whole + eol.join(
        [b"trailer", b"<< /Size %d /Root 1 0 R >>" % len(rows), b"startxref", b"%d" % start, b"%%EOF" + tail]
    )


def qpdf(pdf, folder, *options):
    source, target = folder / "source.pdf", folder / "target.pdf"
    source.write_bytes(pdf)
    subprocess.run([judges.program("qpdf"), "--warning-exit-0", *options, source, target], check=True)
    return target.read_bytes()


def pypdf(pdf, change=None, *, incremental=True):
    writer = PdfWriter(io.BytesIO(pdf), incremental=True) if incremental else PdfWriter(PdfReader(io.BytesIO(pdf)))
    if change is not None:
        change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


class Signing:
    """pyHanko's own signer, with its own settings."""

    def __init__(self, pki: TestPki) -> None:
        self._roots = [pki.certificate(kind) for kind in ("signers", "timestamps")]
        self._stamps = HTTPTimeStamper(pki.tsa_url, timeout=30)
        self._signers = [
            SimpleSigner.load_pkcs12(str(pki.signer(name)), passphrase=PASSWORD.encode())
            for name in ("Anna Bērziņa", "Jānis Ozols")
        ]

    def _context(self):
        return ValidationContext(trust_roots=self._roots, allow_fetching=True, revocation_mode="hard-fail")

    def sign(self, pdf, *, box=None, long_term=False, second=False, password=None, **settings) -> bytes:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        if password is not None:
            writer.encrypt(password)
        name = "Second" if second else "First"
        if long_term:
            settings |= {"embed_validation_info": True, "validation_context": self._context(), "use_pades_lta": True}
        metadata = PdfSignatureMetadata(
            field_name=name, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256", **settings
        )
        spec = SigFieldSpec(name, box=box) if box else None
        signer = PdfSigner(metadata, self._signers[second], timestamper=self._stamps, new_field_spec=spec)
        return signer.sign_pdf(writer).getvalue()

    def stamp(self, pdf) -> bytes:
        return (
            PdfTimeStamper(self._stamps).timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256").getvalue()
        )


def with_field(pdf, **settings):
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    append_field(writer, SigFieldSpec("First", **settings))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def informed(writer):
    writer.add_metadata({"/Subject": "other"})


def annotated(writer):
    writer.add_annotation(0, Text(rect=(50, 500, 60, 510), text="note"))


def form(entries):
    """A page with a form; its table of contents is wrong until a program writes it anew."""
    broken = written().replace(b"/Pages 2 0 R >>", b"/Pages 2 0 R /AcroForm << /Fields [] %s >> >>" % entries)
    return pypdf(broken, incremental=False)


def files(pen: Signing, folder) -> dict[str, bytes]:
    letter = letter_pdf("accession", A, ["Anna Bērziņa"])
    page = written()
    locked = {"field_mdp_spec": FieldMDPSpec(FieldMDPAction.ALL)}
    sign = pen.sign
    made = {
        f"written with {name}": sign(written(**how))
        for name, how in {
            "line ends of Windows": {"eol": b"\r\n"}, "line ends of old": {"eol": b"\r"},
            "a long comment": {"comment": b"%" + b"x" * 3000}, "words after the version": {"head": b"%PDF-1.7 by x"},
            "version 1.3": {"head": b"%PDF-1.3"}, "version 2.0": {"head": b"%PDF-2.0"},
            "empty lines": {"before": b"\n\n   \n"}, "comments": {"before": b"% an object\n"},
            "tabs": {"space": b"\t"}, "a gap before the table": {"table": b"\n\n\n"}, "short rows": {"row": b"\n"},
            "no last line end": {"tail": b""}, "words after the end": {"tail": b"\n<!-- served by x -->\n"},
            "zeros after the end": {"tail": b"\n" + bytes(20)},
        }.items()
    }  # fmt: skip
    for name, options in {
        "object streams": ["--object-streams=generate"], "linearized": ["--linearize"], "qdf": ["--qdf"],
        "linearized with object streams": ["--linearize", "--object-streams=generate"],
        "of version 2.0": ["--force-version=2.0"], "unpacked": ["--stream-data=uncompress"],
    }.items():  # fmt: skip
        made[f"qpdf, {name}"] = sign(qpdf(letter, folder, *options))
    made["qpdf, object streams, two long-term signatures"] = sign(
        sign(qpdf(letter, folder, "--object-streams=generate"), long_term=True), long_term=True, second=True
    )
    made["qpdf, linearized, long-term"] = sign(qpdf(letter, folder, "--linearize"), long_term=True)
    made["qpdf after signing"] = qpdf(sign(letter), folder)
    made["pypdf, appended"] = sign(pypdf(letter, informed))
    made["pypdf, written anew"] = sign(pypdf(letter, incremental=False))
    made["annotation before signing"] = sign(pypdf(letter, annotated))
    made["information replaced after signing"] = pypdf(sign(letter), informed)
    made["annotation added after signing"] = pypdf(sign(letter), annotated)
    for permission in MDPPerm:
        settings = {"certify": True, "docmdp_permissions": permission}
        made[f"certified, {permission.name}, long-term"] = sign(letter, long_term=True, **settings)
        if permission is not MDPPerm.NO_CHANGES:
            made[f"certified, {permission.name}, and signed"] = sign(sign(letter, **settings), second=True)
    made["locked"] = sign(with_field(letter, **locked))
    made["second signature in spite of a lock"] = sign(sign(with_field(letter, **locked)), second=True)
    made["field prepared"] = sign(with_field(page, box=(50, 50, 200, 100)), long_term=True)
    made["visible"] = sign(page, box=(50, 50, 200, 100))
    made["second signature that is visible"] = sign(sign(page), second=True, box=(250, 50, 400, 100))
    made["two signatures"] = sign(sign(letter, long_term=True), second=True)
    made["three time stamps of the document"] = pen.stamp(pen.stamp(pen.stamp(sign(letter))))
    made["time stamp of the document first"] = sign(pen.stamp(letter), long_term=True)
    made["appearances needed"] = sign(sign(form(b"/NeedAppearances true"), long_term=True), second=True)
    made["dynamic form"] = sign(form(b"/XFA (x)"))
    made["line ends after the end"] = sign(letter) + b"\n\r\n\n"
    made["spaces after the end"] = sign(letter) + b"   \n"
    made["end mark twice"] = sign(page).rstrip() + b"\n%%EOF\n"
    made["encrypted, opens without a password"] = sign(
        qpdf(letter, folder, "--encrypt", "", "owner", "256", "--"), password=""
    )
    made["two gigabytes claimed by the byte range"] = re.sub(
        rb"/ByteRange \[0 [^\]]*\]", lambda m: b"/ByteRange [0 10 20 2147483647]".ljust(len(m[0])), sign(page)
    )
    return made


@pytest.mark.judge
def test_docgen_and_eu_dss_say_the_same_about_files_of_other_programs(tmp_path):
    with TestPki(tmp_path / "pki") as pki:
        pen = Signing(pki)
        pki.write_revocation()
        made = files(pen, tmp_path)
        trust, now = load_trust(pki.trust_folder), datetime.now(UTC)
        paths = [tmp_path / f"{number}.pdf" for number in range(len(made))]
        for path, data in zip(paths, made.values(), strict=True):
            path.write_bytes(data)
        revocation = sorted(pki.trust_folder.glob("revocation/*.crl"))
        said = judges.dss(paths, trust=sorted(pki.trust_folder.glob("*/*.pem")), crls=revocation, at=now)
    differences, stricter = {}, {}
    for (name, data), judged in zip(made.items(), said, strict=True):
        report = verify_bytes(
            data, name=name, trust=trust, policy=POLICIES["by-anchor"], as_of=now, profile=PROFILES["document"]
        )
        ours = [(one.indication is Indication.TOTAL_PASSED, one.level) for one in report.signatures if one.level]
        theirs = [(one["indication"] == "TOTAL_PASSED", one["level"]) for one in judged.get("signatures", [])]
        codes = sorted({reason.code.value for reason in report.reasons})
        if codes and all(passed for passed, _ in theirs):
            stricter[name] = codes
        elif ours != theirs or bool(codes) == all(passed for passed, _ in theirs):
            differences[name] = (codes, ours, theirs)
    assert differences == {}
    assert stricter == STRICTER
