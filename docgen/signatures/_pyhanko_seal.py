"""The only place that signs with pyHanko: signatures, seals and attachments as appended revisions.

pyHanko's exceptions end here, as docgen's own with a next step; their texts are not passed on, because they can hold
a subject's name and personal code. Fields are invisible: a visible one breaks PDF/A and PDF/UA.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import logging
import os
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, BinaryIO

from asn1crypto import keys, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    PathError,
    RevokedError,
    ValidationError,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore

from docgen.errors import MissingError, UnreadableError, UnwritableError, why_of
from docgen.model.text import Message, say
from docgen.signatures.conformance import check_conformance
from docgen.signatures.seal import Embedded, SealedRevision
from docgen.signatures.verapdf import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from docgen.signatures.sign import Credentials, Level

__all__ = ["seal_file", "sign_bytes"]

_TIMEOUT = 20  # seconds for one answer of a time-stamp authority
# Answers are newer than the moment at which signing began: on a busy machine, by more than the library's one second.
_TOLERANCE = timedelta(seconds=60)

for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).addHandler(logging.NullHandler())
    logging.getLogger(_name).propagate = False


def sign_bytes(
    data: bytes, credentials: Credentials, *, level: Level, tsa_url: str | None, anchors: Sequence[bytes]
) -> bytes:
    """Return `data` with one more signature. Errors as `docgen.signatures.sign.sign_pdf`."""
    output = io.BytesIO()
    with _translated(level, tsa_url):
        writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=True)
        _sign(writer, output, credentials, level=level, tsa_url=tsa_url, anchors=anchors)
    return output.getvalue()


def seal_file(
    readable: bytes,
    embedded: Iterable[Embedded],
    output: Path,
    credentials: Credentials,
    *,
    level: Level,
    tsa_url: str | None,
    anchors: Sequence[bytes],
    modified: datetime,
) -> SealedRevision:
    """Write the sealed edition. Errors as `docgen.signatures.seal.seal_pdf`."""
    temporary = output.with_name(f".{output.name[:80]}.{secrets.token_hex(6)}.part.pdf")
    try:
        with _translated(level, tsa_url):
            output.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("x+b") as target:
                writer = IncrementalPdfFileWriter(io.BytesIO(readable), strict=True)
                _attach(writer, embedded, modified)
                _sign(writer, target, credentials, level=level, tsa_url=tsa_url, anchors=anchors)
                target.flush()
                os.fsync(target.fileno())
                sealed = _first_sealed_revision(target)
            check_conformance(temporary.read_bytes())
            judge(temporary)
            _place(temporary, output)
    except OSError as exc:
        raise UnwritableError(
            say("{file} cannot be written: {why}", file=str(output), why=why_of(exc)),
            say("Free space, then run the same command again; nothing was left half written."),
        ) from exc
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return sealed


def _place(temporary: Path, output: Path) -> None:
    """Give the finished file its name; a link never replaces what is there."""
    try:
        os.link(temporary, output)
    except OSError as exc:
        if exc.errno not in {errno.EPERM, errno.ENOTSUP, errno.EMLINK}:
            raise
        # A file system without hard links: the rename is whole, the check before it is not atomic.
        if output.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(output)) from exc
        temporary.replace(output)


def _attach(writer: IncrementalPdfFileWriter, embedded: Iterable[Embedded], modified: datetime) -> None:
    """Add the files, with `/AF` and `/Names` as indirect objects: later revisions rewrite the catalog without them."""
    found: dict[str, generic.IndirectObject] = {}
    for file in embedded:
        if file.name in found:
            msg = f"two attachments with the name {file.name}"
            raise ValueError(msg)
        parameters = {
            pdf_name("/Size"): generic.NumberObject(file.size),  # type: ignore[no-untyped-call]  # pyHanko types only a part
            pdf_name("/ModDate"): generic.pdf_date(modified),
        }
        stream = EmbeddedFileObject(
            writer,
            dict_data={
                pdf_name("/Filter"): pdf_name("/FlateDecode"),
                pdf_name("/Params"): generic.DictionaryObject(parameters),  # type: ignore[no-untyped-call]  # pyHanko types only a part
            },
            encoded_data=file.packed,
            mime_type=file.media_type,
        )
        specification = FileSpec(
            file_spec_string=file.name,
            file_name=file.name,
            embedded_data=stream,
            description=file.description,
            af_relationship=pdf_name(f"/{file.relationship.value}"),
        )
        found[file.name] = writer.add_object(specification.as_pdf_object())
    if not found:
        return
    root = writer.root
    for key in ("/AF", "/Names"):
        if key in root:
            msg = f"the readable part has {key} already"
            raise ValueError(msg)
    names = generic.ArrayObject()
    for name in sorted(found):
        names.extend((generic.pdf_string(name), found[name]))
    tree = generic.DictionaryObject({pdf_name("/Names"): names})  # type: ignore[no-untyped-call]  # pyHanko types only a part
    tree_reference = writer.add_object(tree)
    files = generic.DictionaryObject({pdf_name("/EmbeddedFiles"): tree_reference})  # type: ignore[no-untyped-call]  # pyHanko types only a part
    root["/Names"] = writer.add_object(files)
    root["/AF"] = writer.add_object(generic.ArrayObject(found[name] for name in sorted(found)))
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko types only a part


def _sign(
    writer: IncrementalPdfFileWriter,
    output: BinaryIO,
    credentials: Credentials,
    *,
    level: Level,
    tsa_url: str | None,
    anchors: Sequence[bytes],
) -> None:
    taken = {name for name, _, _ in enumerate_sig_fields(writer.prev)}
    field = next(name for n in range(1, len(taken) + 2) if (name := f"Signature{n}") not in taken)
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko types only a part
    store.register_multiple(x509.Certificate.load(der) for der in credentials.chain)
    signer = SimpleSigner(
        signing_cert=x509.Certificate.load(credentials.certificate),
        signing_key=keys.PrivateKeyInfo.load(credentials.key),
        cert_registry=store,
    )
    context = None
    if level.long_term:
        context = ValidationContext(
            trust_roots=[x509.Certificate.load(der) for der in anchors],
            other_certs=list(store),
            allow_fetching=True,
            revocation_mode="require",
            time_tolerance=_TOLERANCE,
        )
    metadata = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        validation_context=context,
        embed_validation_info=level.long_term,
        use_pades_lta=level.value == "B-LTA",
        timestamp_field_name=f"Archive{len(taken) + 2}",
    )
    stamper = HTTPTimeStamper(tsa_url, timeout=_TIMEOUT) if level.stamped else None
    PdfSigner(
        metadata,
        signer,
        timestamper=stamper,
        new_field_spec=SigFieldSpec(sig_field_name=field, box=None),
    ).sign_pdf(writer, output=output)


def _first_sealed_revision(file: BinaryIO) -> SealedRevision:
    file.seek(0)
    first = PdfFileReader(file, strict=True).embedded_regular_signatures[0]
    length = first.byte_range[2] + first.byte_range[3]
    digest = hashlib.sha256()
    file.seek(0)
    left = length
    while left:
        part = file.read(min(left, 1 << 20))
        if not part:
            msg = "the sealed revision ends before its byte range"
            raise ValueError(msg)
        digest.update(part)
        left -= len(part)
    return SealedRevision(length=length, sha256=digest.hexdigest())


@contextlib.contextmanager
def _translated(level: Level, tsa_url: str | None) -> Iterator[None]:
    """Turn pyHanko's errors into docgen's."""
    try:
        yield
    except (TimestampRequestError, TimeoutError) as exc:
        raise MissingError(
            say("The time-stamp authority {url} cannot be reached or refuses", url=tsa_url or "-"),
            say("Check the address and the network, then run the same command again; nothing was signed."),
        ) from exc
    except (PathError, ValidationError) as exc:
        raise MissingError(
            say("Level {level} cannot be had: {why}", level=level.value, why=_why_not(exc)),
            say("Put it right, or ask for a lower level by name with --level; nothing was signed."),
        ) from exc
    except SigningError as exc:
        cause = exc.__cause__
        why = _why_not(cause) if isinstance(cause, (PathError, ValidationError)) else say("the signer refuses")
        raise MissingError(
            say("Level {level} cannot be had: {why}", level=level.value, why=why),
            say("Put it right, or ask for a lower level by name with --level; nothing was signed."),
        ) from exc
    except PdfError as exc:
        raise UnreadableError(
            say("This PDF cannot be signed: it is damaged or encrypted"),
            say("Print the document again and sign the new file."),
        ) from exc


def _why_not(exc: BaseException) -> Message:
    match exc:
        case RevokedError():
            return say("the certificate is revoked")
        case ExpiredError():
            return say("the certificate has expired")
        case NotYetValidError():
            return say("the certificate is not valid yet")
        case InsufficientRevinfoError():
            return say("no revocation data could be had for a certificate of the chain")
        case PathBuildingError():
            return say("a chain of certificates ends at no trusted authority")
        case _:
            return say("a certificate of the chain is not acceptable")
