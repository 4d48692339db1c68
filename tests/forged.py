"""Signatures made by hand, so that a test bends exactly one part of the CMS, of its time stamp or of the dictionary."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from asn1crypto import algos, cms, core, tsp, x509
from cryptography import x509 as issuing
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from docgen.demo.pki import PASSWORD
from tests.pdfs import Ref, update
from tests.pdfs import opened as read

opened = cache(read)  # the same few letters again and again

CONTENTS = b"<" + b"00" * 16_000 + b">"
MARK = b"[0 1111111111 1111111111 1111111111]"


@dataclass(frozen=True)
class Pen:
    """A key with its certificate and those above it."""

    key: object
    certificates: list[x509.Certificate]

    @classmethod
    def of(cls, path) -> Pen:
        package = load_pkcs12(path.read_bytes(), PASSWORD.encode())
        chain = [package.cert, *package.additional_certs]
        loaded = [x509.Certificate.load(item.certificate.public_bytes(Encoding.DER)) for item in chain]
        return cls(package.key, loaded)

    @classmethod
    def under(
        cls,
        pki,
        authority="signers",
        *,
        key=None,
        serial="PNOLV-320000-00077",
        purpose=None,
        begins=-5,
        ends=300,
        signs=False,
        authority_itself=False,
    ):
        """A new certificate by an authority of the test PKI: what that authority would never issue."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        signing = load_der_private_key((pki.folder / "keys" / "demo" / f"{authority}.der").read_bytes(), None)
        above = pki.certificate(authority)
        names = [
            (NameOID.COUNTRY_NAME, "LV"), (NameOID.COMMON_NAME, "Anna Bērziņa"), (NameOID.GIVEN_NAME, "Anna"),
            (NameOID.SURNAME, "Bērziņa"), *([(NameOID.SERIAL_NUMBER, serial)] if serial else []),
        ]  # fmt: skip
        now = datetime.now(tz=UTC)
        usage = issuing.KeyUsage(
            digital_signature=purpose is not None, content_commitment=signs or purpose is None, key_encipherment=False,
            data_encipherment=False, key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False,
            decipher_only=False,
        )  # fmt: skip
        draft = (
            issuing.CertificateBuilder()
            .subject_name(issuing.Name([issuing.NameAttribute(kind, value) for kind, value in names]))
            .issuer_name(issuing.load_der_x509_certificate(above.dump()).subject)
            .public_key(key.public_key())
            .serial_number(issuing.random_serial_number())
            .not_valid_before(now + timedelta(days=begins))
            .not_valid_after(now + timedelta(days=ends))
            .add_extension(usage, critical=True)
        )
        if authority_itself:
            draft = draft.add_extension(issuing.BasicConstraints(ca=True, path_length=None), critical=True)
        if purpose is not None:
            draft = draft.add_extension(issuing.ExtendedKeyUsage([purpose]), critical=True)
        made = draft.sign(signing, hashes.SHA256()).public_bytes(Encoding.DER)
        return cls(key, [x509.Certificate.load(made), above])

    @classmethod
    def stamping(cls, pki, authority="timestamps"):
        return cls.under(pki, authority, serial=None, purpose=ExtendedKeyUsageOID.TIME_STAMPING)

    def sign(self, data: bytes, digest="sha256") -> tuple[bytes, dict]:
        chosen = getattr(hashes, digest.upper())()
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(chosen)), {"algorithm": f"{digest}_ecdsa"}
        return self.key.sign(data, padding.PKCS1v15(), chosen), {"algorithm": f"{digest}_rsa"}

    def sign_pss(self, data: bytes, digest="sha256", *, claimed="sha256", salt=32, mask=None) -> tuple[bytes, dict]:
        chosen, masking = (getattr(hashes, name.upper())() for name in (digest, mask or digest))
        value = self.key.sign(data, padding.PSS(padding.MGF1(masking), salt), chosen)
        parameters = algos.RSASSAPSSParams({
            "hash_algorithm": {"algorithm": claimed},
            "mask_gen_algorithm": {"algorithm": "mgf1", "parameters": {"algorithm": mask or claimed}},
            "salt_length": 32,
        })  # fmt: skip
        return value, {"algorithm": "rsassa_pss", "parameters": parameters}


def attribute(kind, *values):
    return cms.CMSAttribute({"type": kind, "values": values})


def binding(certificate, digest="sha256"):
    value = hashlib.new(digest, certificate.dump()).digest()
    return tsp.SigningCertificateV2({"certs": [{"hash_algorithm": {"algorithm": digest}, "cert_hash": value}]})


def old_binding(certificate):
    return tsp.SigningCertificate({"certs": [{"cert_hash": hashlib.sha1(certificate.dump()).digest()}]})


def signed_data(covered, pen, *, digest="sha256", bound=None, more=(), without=(), kind="data", content=None, sign=None,
                infos=1, digest_of_message=None, certificates=None):  # fmt: skip
    """A CMS over `covered`; every argument bends one part."""
    leaf = pen.certificates[0]
    attributes = [
        attribute("content_type", kind),
        attribute("message_digest", digest_of_message or hashlib.new(digest, covered).digest()),
        attribute("signing_certificate_v2", bound or binding(leaf)),
    ]
    attributes = cms.CMSAttributes([item for item in attributes if item["type"].native not in without] + list(more))
    value, algorithm = (sign or (lambda data: pen.sign(data, digest)))(attributes.dump())
    info = cms.SignerInfo({
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": leaf.issuer, "serial_number": leaf.serial_number}},
        "digest_algorithm": {"algorithm": digest},
        "signed_attrs": attributes,
        "signature_algorithm": algorithm,
        "signature": value,
    })  # fmt: skip
    return cms.SignedData({
        "version": "v3" if content else "v1",
        "digest_algorithms": [{"algorithm": digest}],
        "encap_content_info": {"content_type": kind, **({"content": content} if content else {})},
        "certificates": pen.certificates if certificates is None else certificates,
        "signer_infos": [info] * infos,
    })  # fmt: skip


def stamp(pen, *, at=None, over=None, imprint="sha256", **bent):
    """What gives the time stamp of a signature's value; `over` and `imprint` bend what it covers, the rest its CMS."""

    def token(value: bytes) -> cms.ContentInfo:
        moment = (at or datetime.now(tz=UTC)).replace(microsecond=0)
        digest = hashlib.new(imprint, value if over is None else over).digest()
        info = tsp.TSTInfo({
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": {"hash_algorithm": {"algorithm": imprint}, "hashed_message": digest},
            "serial_number": 7,
            "gen_time": moment,
        }).dump()  # fmt: skip
        made = signed_data(info, pen, kind="tst_info", content=core.ParsableOctetString(info), **bent)
        return cms.ContentInfo({"content_type": "signed_data", "content": made})

    return token


def stamped(data: cms.SignedData, token, count=1) -> cms.SignedData:
    """The same CMS with time stamps among the unsigned attributes of its signer."""
    if token is None:
        return data
    info = data["signer_infos"][0]
    parts = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")
    tokens = [cms.ContentInfo.load(token(info["signature"].native).dump()) for _ in range(count)]
    one = attribute("signature_time_stamp_token", *tokens)
    whole = cms.SignerInfo({**{part: info[part] for part in parts}, "unsigned_attrs": [one]})
    kept = ("version", "digest_algorithms", "encap_content_info", "certificates")
    return cms.SignedData({**{part: data[part] for part in kept}, "signer_infos": [whole]})


def text_of(pdf: bytes, ref: Ref) -> bytes:
    """The text of a dictionary object of a printed letter, as it stands in the file."""
    at = opened(pdf).offset(ref)
    return re.split(rb"obj\s*", pdf[at : pdf.index(b"endobj", at)], maxsplit=1)[1].strip()


def page_of(pdf: bytes) -> Ref:
    """The first page of a printed letter."""
    document = opened(pdf)
    refs = document.explicit(0)
    return next(r for r in refs if isinstance(v := document.value(r, 0), dict) and v.get("/Type") == "/Page")


def revised(pdf: bytes, objects) -> bytes:
    """A printed letter with one more revision."""
    document = opened(pdf)
    return update(pdf, objects, root=document.root.number, info=document.trailer(document.last)["/Info"].number)


def framed(letter: bytes, *, dictionary=b"", kind=b"/Sig", filters=b"/ETSI.CAdES.detached", name=b"S1", widget=b"",
           objects=None, root=b"", form=b"<< /Fields [901 0 R] /SigFlags 3 >>") -> bytes:  # fmt: skip
    """A letter with an empty signature in a revision of its own; `objects` are more of that revision."""
    document = opened(letter)
    catalog, page = document.root, page_of(letter)
    text = re.sub(rb"/AcroForm \d+ 0 R", b"", text_of(letter, catalog))
    moment = datetime.now(tz=UTC).strftime("%Y%m%d%H%M%S").encode()
    look = widget or b"/F 132 /Rect [0 0 0 0]"
    return revised(letter, {
        catalog.number: text[:-2] + root + b" /AcroForm 900 0 R >>",
        page.number: text_of(letter, page)[:-2] + b" /Annots [901 0 R] >>",
        900: form,
        901: b"<< /FT /Sig /T (%s) /Type /Annot /Subtype /Widget /P %d 0 R /V 902 0 R %s >>"
        % (name, page.number, look),
        902: b"<< /M (D:" + moment + b"+00'00') /Type " + kind + b" /Filter /Adobe.PPKLite /SubFilter " + filters
        + b" /Contents " + CONTENTS
        + b" /ByteRange " + MARK + dictionary + b" >>",
        **(objects or {}),
    })  # fmt: skip


def document_stamp(pdf: bytes, pen: Pen, *, kind=b"/DocTimeStamp", number=950, **bent) -> bytes:
    """A framed letter with a document time stamp in one more revision, in a field without a widget on a page."""
    document = opened(pdf)
    form = document.value(document.root)["/AcroForm"]
    fields = b" ".join(b"%d 0 R" % ref.number for ref in document.value(form)["/Fields"])
    frame = revised(pdf, {
        form.number: b"<< /Fields [%s %d 0 R] /SigFlags 3 >>" % (fields, number),
        number: b"<< /FT /Sig /T (T%d) /V %d 0 R >>" % (number, number + 1),
        number + 1: (b"<< /Type " + kind if kind else b"<<") + b" /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"
        b" /Contents " + CONTENTS + b" /ByteRange " + MARK + b" >>",
    })  # fmt: skip
    return filled(frame, lambda covered: stamp(pen, **bent)(covered).dump())


def forge(frame: bytes, pen: Pen, token=None, *, ranges=None, tail=b"", **bent) -> bytes:
    """Sign a frame: `ranges` gives another byte range than the right one, `tail` follows the CMS."""

    def make(covered: bytes) -> bytes:
        made = stamped(signed_data(covered, pen, **bent), token)
        return cms.ContentInfo({"content_type": "signed_data", "content": made}).dump() + tail

    return filled(frame, make, ranges)


def filled(frame: bytes, make, ranges=None) -> bytes:
    """A frame with the byte range and with what `make` makes of the covered bytes."""
    place = frame.rindex(MARK)
    begin = frame.rindex(CONTENTS, 0, place)
    end = begin + len(CONTENTS)
    row = b"[0 %d %d %d" % (begin, end, len(frame) - end) if ranges is None else ranges(begin, end, len(frame))
    row = row + b" " * (len(MARK) - len(row) - 1) + b"]"
    data = frame[:place] + row + frame[place + len(MARK) :]
    value = make(data[:begin] + data[end:]).hex().encode()
    return data[: begin + 1] + value + b"0" * (len(CONTENTS) - 2 - len(value)) + data[end - 1 :]
