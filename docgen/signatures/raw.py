"""Checks of a PDF's bytes before and beside any library (security.md §4.1.1, 3, 4; limits of §3).

1. `check_raw`: header at the first byte, nothing but line ends after the last `%%EOF`, counts and forms of the
   keywords on which cost and coverage depend. No library has seen the file yet.
2. `check_coverage`: one signature dictionary, found by its offset, leaves out of its byte range exactly the
   hexadecimal string that is its own `/Contents`, begins at 0 and ends at the `%%EOF` of its revision.
3. `check_claimed`: every `/ByteRange` of the file belongs to exactly one signature that was evaluated.

All return reasons and raise nothing. They read bytes only; whether a signature is right is not asked here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import Coverage
from docgen.model.text import Message, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docgen.model.profiles import Limits

__all__ = [
    "CoverageFacts",
    "byte_range_tokens",
    "check_claimed",
    "check_coverage",
    "check_raw",
    "dictionary_spans",
    "encrypted",
    "stream_extents",
]

# ISO 32000-2, 7.2.3: white space and delimiters.
_SPACE = rb"[\x00\t\n\x0c\r ]"
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
_RANGE = re.compile(
    rb"/ByteRange" + _SPACE + rb"*\[" + _SPACE + rb"*"
    rb"(\d{1,10})" + _SPACE + rb"+(\d{1,10})" + _SPACE + rb"+(\d{1,10})" + _SPACE + rb"+(\d{1,10})" + _SPACE + rb"*\]"
)
_RANGE_KEY = re.compile(rb"/ByteRange" + _END)
_ENCRYPT = re.compile(rb"/Encrypt(?:" + _SPACE + rb"*<<|" + _SPACE + rb"+\d+" + _SPACE + rb"+\d+" + _SPACE + rb"+R)")
_HYBRID = re.compile(rb"/XRefStm" + _SPACE + rb"*\d")
_STARTXREF = re.compile(rb"startxref")
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _END)
_COUNT = re.compile(rb"/N" + _SPACE + rb"+(\d{1,10})" + _END)
_OBJECTS_PER_STREAM = 2_000  # writers pack 100 to 200; reading one object costs the header of all before it
_NEAR = 400  # bytes in which the other keys of an object stream's dictionary stand
_EOF = b"%%EOF"


def _reason(code: ReasonCode, message: Message, where: str = "", hint: Message | None = None) -> Reason:
    return Reason(code=code, message=message, where=where, hint=hint)


def check_raw(data: bytes, limits: Limits) -> list[Reason]:
    """Return what is wrong with these bytes before any library reads them; empty if a strict parse may begin."""
    if not data.startswith(b"%PDF-"):
        return [
            _reason(
                ReasonCode.TYPE,
                say("the file is no PDF: it does not begin with %PDF-"),
                hint=say("Ask the sender for the signed PDF itself, as the signing program saved it."),
            )
        ]
    if len(data) > limits.size:
        return [
            _reason(
                ReasonCode.SIZE,
                say("the file has {size} bytes; the limit is {limit}", size=len(data), limit=limits.size),
                hint=say("Ask the sender for a smaller file."),
            )
        ]
    return [*_check_tail(data), *_check_keywords(data, limits), *_check_byte_ranges(data, limits)]


def _check_tail(data: bytes) -> list[Reason]:
    end = data.rfind(_EOF)
    if end < 0:
        return [_reason(ReasonCode.PARSE, say("the file is cut off: it has no end mark"))]
    if data[end + len(_EOF) :].strip(b"\r\n"):
        return [_reason(ReasonCode.COVERAGE, say("bytes follow after the end of the document"), where="end of file")]
    return []


def _check_keywords(data: bytes, limits: Limits) -> list[Reason]:
    found: list[Reason] = []
    revisions = len(_STARTXREF.findall(data))
    if revisions > limits.revisions:
        found.append(
            _reason(
                ReasonCode.LIMIT,
                say("the file was saved in {count} revisions; the limit is {limit}",
                    count=revisions, limit=limits.revisions),
            )
        )  # fmt: skip
    if _ENCRYPT.search(data):
        found.append(encrypted())
    if _HYBRID.search(data):
        found.append(
            _reason(
                ReasonCode.PARSE,
                say("the file has two tables of contents that old and new readers read differently"),
                hint=say("Ask the sender to save the document as PDF/A and to sign it anew."),
            )
        )
    for number, match in enumerate(_OBJECT_STREAM.finditer(data)):
        if number > limits.objects // 10:
            found.append(_reason(ReasonCode.LIMIT, say("the document has too many object streams")))
            break
        near = data[max(0, match.start() - _NEAR) : match.end() + _NEAR]
        if any(int(count[1]) > _OBJECTS_PER_STREAM for count in _COUNT.finditer(near)):
            found.append(_reason(ReasonCode.LIMIT, say("an object stream holds too many objects")))
            break
    return found


def encrypted() -> Reason:
    """Return the reason for a file that is protected by a password or a certificate."""
    return _reason(
        ReasonCode.ENCRYPTED,
        say("the file is encrypted"),
        hint=say("Ask the sender to save the document without password and restrictions and to sign that."),
    )


def _check_byte_ranges(data: bytes, limits: Limits) -> list[Reason]:
    tokens = byte_range_tokens(data)
    if len(tokens) > limits.signatures:
        return [
            _reason(
                ReasonCode.LIMIT,
                say("the file has {count} signatures and time stamps; the limit is {limit}",
                    count=len(tokens), limit=limits.signatures),
            )
        ]  # fmt: skip
    for token in tokens:
        match = _RANGE.match(data, token)
        if match is None or not _plausible([int(number) for number in match.groups()], len(data)):
            return [
                _reason(
                    ReasonCode.COVERAGE,
                    say("a signature does not say with four numbers inside the file which bytes it covers"),
                    where=f"byte {token}",
                )
            ]
    return []


def _plausible(numbers: Sequence[int], size: int) -> bool:
    """Say whether four numbers can be the byte range of a signature over a file of that size."""
    first, length, second, rest = numbers
    return first == 0 and 0 < length < second and rest > 0 and second + rest <= size


def byte_range_tokens(data: bytes) -> list[int]:
    """Return the offsets of every `/ByteRange` key in the bytes."""
    return [match.start() for match in _RANGE_KEY.finditer(data)]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageFacts:
    """What one signature covers. `end` is the length of the signed revision, `token` the offset of its `/ByteRange`.

    `contents` are the decoded bytes that stand in the gap. All three are None where coverage is NONE.
    """

    coverage: Coverage
    reasons: list[Reason]
    end: int | None = None
    token: int | None = None
    contents: bytes | None = None


def _uncovered(message: Message, name: str, code: ReasonCode = ReasonCode.COVERAGE) -> CoverageFacts:
    return CoverageFacts(coverage=Coverage.NONE, reasons=[_reason(code, message, where=name)])


def check_coverage(data: bytes, offset: int | None, limits: Limits, *, name: str) -> CoverageFacts:
    """Hold the signature dictionary at `offset` against the bytes; `name` is the field's name, for the message.

    `offset` None means that the dictionary does not stand in the file directly (it lies in an object stream).
    """
    spans = None if offset is None else dictionary_spans(data, offset)
    if spans is None:
        return _uncovered(say("the signature does not stand in the file as an object of its own"), name)
    contents, byte_range = spans.get(b"/Contents"), spans.get(b"/ByteRange")
    if contents is None or byte_range is None:
        return _uncovered(say("the signature lacks its value or the list of bytes that it covers"), name)
    token = data.rfind(b"/ByteRange", 0, byte_range[0])
    match = _RANGE.match(data, token) if token >= 0 else None
    numbers = [int(number) for number in match.groups()] if match and match.end() == byte_range[1] else []
    if not numbers or not _plausible(numbers, len(data)):
        return _uncovered(say("a signature does not say with four numbers inside the file which bytes it covers"), name)
    gap = (numbers[1], numbers[2])
    value = data[gap[0] : gap[1]]
    end = numbers[2] + numbers[3]
    if gap != contents or re.fullmatch(rb"<(?:[0-9A-Fa-f]{2})+>", value) is None:
        message, code = say("the bytes left out of the signature are not exactly its own value"), ReasonCode.COVERAGE
    elif len(value) // 2 > limits.contents:
        message, code = say("the value of the signature is too large"), ReasonCode.LIMIT
    elif not data[end - len(_EOF) - 2 : end].rstrip(b"\r\n").endswith(_EOF):
        message, code = say("the signature does not reach to the end of its revision"), ReasonCode.COVERAGE
    else:
        return CoverageFacts(
            coverage=Coverage.REVISION if data[end:].strip(b"\r\n") else Coverage.FILE,
            reasons=[],
            end=end,
            token=token,
            contents=bytes.fromhex(value[1:-1].decode("ascii")),
        )
    return _uncovered(message, name, code)


def check_claimed(data: bytes, claimed: Iterable[int], rights: Iterable[int] = ()) -> list[Reason]:
    """Return a reason if a `/ByteRange` of the file belongs to none, or to several, of the evaluated signatures.

    `claimed` are the `CoverageFacts.token` of all evaluated signatures and document time stamps. A file without any
    token gives nothing: that there is no signature is the caller's finding. Tokens inside the data of a stream (a
    signed PDF that is attached uncompressed) belong to that data. `rights` are those of usage rights (ISO 32000-1
    12.8.2.3): no signer's, so still a reason, but one with a name.
    """
    tokens, evaluated = byte_range_tokens(data), sorted(claimed)
    stray = [token for token in tokens if token not in evaluated]
    if stray:
        streams = stream_extents(data)
        stray = [token for token in stray if not any(begin <= token < end for begin, end in streams)]
    if not stray and len(set(evaluated)) == len(evaluated):
        return []
    where = f"byte {stray[0]}" if stray else f"byte {evaluated[0]}" if evaluated else ""
    if stray and set(stray) <= set(rights):
        message = say("the document carries usage rights for a reader program, signed by that program's maker")
        again = say("Ask the sender to save the document as PDF/A and to sign it anew.")
    else:
        message = say("the file holds a signature that none of its fields shows")
        again = say("Ask the sender for the file exactly as it was signed, or for a new signature.")
    return [_reason(ReasonCode.COVERAGE, message, where=where, hint=again)]


_SKIP = re.compile(rb"(?:" + _SPACE + rb"++|%[^\r\n]*+)*+")
_HEADER = re.compile(rb"\d{1,10}" + _SPACE + rb"+\d{1,5}" + _SPACE + rb"+obj" + _END)
_TOKEN = re.compile(
    rb"(?P<open><<|\[)|(?P<close>>>|\])|(?P<hex><[0-9A-Fa-f\x00\t\n\x0c\r ]*>)|(?P<text>\()"
    rb"|(?P<name>/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*)|(?P<word>[^\x00\t\n\x0c\r ()<>\[\]{}/%]+)"
)
_REFERENCE = re.compile(rb"\d{1,10}" + _SPACE + rb"+\d{1,5}" + _SPACE + rb"+R" + _END)
_TEXT = re.compile(rb"[()]|\\.", re.DOTALL)
_MOST_TOKENS = 100_000


def dictionary_spans(data: bytes, offset: int) -> dict[bytes, tuple[int, int]] | None:
    """Return, for the dictionary object at `offset`, each key with the offsets at which its value begins and ends.

    Only the outermost keys count. None if no well-formed dictionary object stands there or a key stands twice.
    """
    header = _HEADER.match(data, _after_space(data, offset))
    if header is None:
        return None
    at = _after_space(data, header.end())
    if data[at : at + 2] != b"<<":
        return None
    at += 2
    spans: dict[bytes, tuple[int, int]] = {}
    for _ in range(_MOST_TOKENS):
        at = _after_space(data, at)
        if data[at : at + 2] == b">>":
            return spans
        key = _TOKEN.match(data, at)
        if key is None or key.lastgroup != "name":
            return None
        begin = _after_space(data, key.end())
        end = _value_end(data, begin)
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), key[0])
        if end is None or name in spans:
            return None
        spans[name] = (begin, end)
        at = end
    return None


_STREAM = re.compile(rb">>" + _SPACE + rb"*stream(?:\r\n|\n)")
_STREAM_END = re.compile(_SPACE + rb"*endstream")
_LAST_HEADER = re.compile(rb"(?<!\d)\d{1,10}" + _SPACE + rb"+\d{1,5}" + _SPACE + rb"+obj$")


def stream_extents(data: bytes) -> list[tuple[int, int]]:
    """Return where the data of streams begin and end, outermost ones only, in order; those with a direct length."""
    found: list[tuple[int, int]] = []
    at = 0
    while (match := _STREAM.search(data, at)) is not None:
        length = _stream_length(data, at, match.start())
        at = begin = match.end()
        if length is not None and _STREAM_END.match(data, begin + length):
            at = begin + length
            found.append((begin, at))
    return found


def _stream_length(data: bytes, since: int, keyword: int) -> int | None:
    """Return the length that the dictionary before a stream's data declares."""
    word = data.rfind(b"obj", since, keyword)
    header = _LAST_HEADER.search(data, max(since, word - 32), word + 3) if word >= 0 else None
    spans = dictionary_spans(data, header.start()) if header else None
    begin, end = (spans or {}).get(b"/Length", (0, 0))
    value = data[begin:end]
    return int(value) if value.isdigit() and len(value) <= 10 else None  # noqa: PLR2004 - as many digits as any offset


def _after_space(data: bytes, at: int) -> int:
    match = _SKIP.match(data, at)
    return match.end() if match else at


def _value_end(data: bytes, at: int) -> int | None:
    """Return where the value that begins at `at` ends; None if it is malformed."""
    depth = 0
    for _ in range(_MOST_TOKENS):
        reference = _REFERENCE.match(data, at)
        token = reference or _TOKEN.match(data, at)
        if token is None:
            return None
        at = token.end()
        kind = None if reference else token.lastgroup
        if kind == "text":
            closing = _text_end(data, at)
            if closing is None:
                return None
            at = closing
        depth += (kind == "open") - (kind == "close")
        if depth <= 0:
            return at if depth == 0 else None
        at = _after_space(data, at)
    return None


def _text_end(data: bytes, at: int) -> int | None:
    depth = 1
    for match in _TEXT.finditer(data, at):
        depth += (match[0] == b"(") - (match[0] == b")")
        if depth == 0:
            return match.end()
    return None
