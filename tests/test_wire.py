"""What comes through the worker's pipe is believed only after strict parsing and a schema without coercion."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docgen.model.reasons import Reason, ReasonCode
from docgen.model.report import (
    Changes,
    Coverage,
    FileFormat,
    FileReport,
    Indication,
    LetterFindings,
    SignatureKind,
    SignatureReport,
    SubIndication,
    TimestampKind,
    TimestampReport,
    TrustSummary,
    VerificationReport,
)
from docgen.model.text import Message, say, say_count
from docgen.wire import WireError, decode, dumps, encode, loads

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
maybe = st.none() | texts
times = st.datetimes(timezones=st.just(UTC))
messages = st.builds(lambda x, n: say("a {x}, {n}, {m}", x=x, n=n, m=say("b")), texts, st.integers(0, 9)) | st.builds(
    lambda n: say_count("{count} page", "{count} pages", n), st.integers(0, 99)
)
reasons = st.builds(
    Reason,
    code=st.sampled_from(ReasonCode),
    message=messages,
    where=texts,
    hint=st.none() | messages,
    by_validity=st.booleans(),
)
stamps = st.builds(
    TimestampReport,
    kind=st.sampled_from(TimestampKind),
    indication=st.sampled_from(Indication),
    sub_indication=st.none() | st.sampled_from(SubIndication),
    time=st.none() | times,
    qualification=maybe,
    intact=st.none() | st.booleans(),
    reasons=st.lists(reasons, max_size=1).map(tuple),
)
signatures = st.builds(
    SignatureReport,
    id=texts,
    kind=st.sampled_from(SignatureKind),
    indication=st.sampled_from(Indication),
    coverage=st.sampled_from(Coverage),
    changes=st.sampled_from(Changes),
    signed_by=maybe,
    claimed_time=st.none() | times,
    timestamps=st.lists(stamps, max_size=2).map(tuple),
)
files = st.builds(
    FileReport,
    file=texts,
    sha256=maybe,
    size=st.none() | st.integers(0, 2**53),
    format=st.sampled_from(FileFormat),
    signatures=st.lists(signatures, max_size=2).map(tuple),
    reasons=st.lists(reasons, max_size=2).map(tuple),
    inside=st.just(()),
    findings=st.none() | st.builds(LetterFindings, payload=maybe, first_revision=st.integers(0, 99)),
    material=st.lists(texts, max_size=2).map(tuple),
)


@given(files)
def test_a_report_comes_back_as_it_was_sent(report):
    assert decode(loads(dumps(encode(report))), FileReport) == report


@given(files, files, times)
def test_nested_reports_and_batches_come_back_too(inner, outer, moment):
    whole = VerificationReport(as_of=moment, policy="lenient", trust=TrustSummary(lists=("LV",)), files=(inner, outer))
    assert decode(loads(dumps(encode(whole))), VerificationReport) == whole


def test_times_are_utc_with_z():
    stamp = TimestampReport(
        kind=TimestampKind.SIGNATURE,
        indication=Indication.TOTAL_PASSED,
        time=datetime(2026, 11, 20, 12, 0, tzinfo=timezone(timedelta(hours=2))),
    )
    assert encode(stamp)["time"] == "2026-11-20T10:00:00Z"
    with pytest.raises(ValueError, match="zone"):
        encode(TimestampReport(kind=stamp.kind, indication=stamp.indication, time=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    "text",
    [
        b'{"a":NaN}', b'{"a":Infinity}', b"1e999", b"-1e999", b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b"\xff", b"",
        b'"\\ud800"', b'{"\\udc00":1}', b"[" * 40 + b"]" * 40, b"[" * 200_000, b'{"a":' * 100_000, b"{} {}", b"'a'",
        '{"a":1}'.encode("utf-16"), b"\xef\xbb\xbf{}", b'{"a":1',
    ],
)  # fmt: skip
def test_json_that_another_program_might_read_differently_is_refused(text):
    with pytest.raises(WireError):
        loads(text)


@pytest.mark.parametrize("text", [b'{"a":[1,2.5,"[[[[\\"{{{{"],"b":null}', '"ā\\u0101\\ud83d\\ude00"'.encode()])
def test_plain_json_is_read(text):
    assert loads(text) is not None


def _valid():
    return encode(
        FileReport(
            file="letter.pdf",
            sha256=None,
            size=3,
            format=FileFormat.PDF,
            reasons=(Reason(code=ReasonCode.CHANGED, message=say("page {n}", n=1)),),
            signatures=(
                SignatureReport(
                    id="S",
                    kind=SignatureKind.SIGNATURE,
                    indication=Indication.TOTAL_PASSED,
                    claimed_time=datetime(2026, 1, 1, tzinfo=UTC),
                ),
            ),
        )
    )


def _with(path, value):
    whole = _valid()
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("size",), True), (("size",), "3"), (("size",), 3.0), (("file",), None), (("file",), 3), (("more",), 1),
        (("format",), "zip"), (("format",), None), (("reasons",), {}), (("reasons",), "x"), (("signatures",), None),
        (("reasons", 0, "code"), "FINE"), (("reasons", 0, "message"), "plain"), (("reasons", 0, "by_validity"), 1),
        (("reasons", 0, "message", "text"), "{n.__class__}"), (("reasons", 0, "message", "text"), "{n:>99999999}"),
        (("reasons", 0, "message", "text"), "{n!r}"), (("reasons", 0, "message", "text"), "{other}"),
        (("reasons", 0, "message", "text"), "{"), (("reasons", 0, "message", "plural"), "{n} pages"),
        (("reasons", 0, "message", "values"), [["n", None]]), (("reasons", 0, "message", "values"), [["n"]]),
        (("signatures", 0, "indication"), "PASSED"), (("signatures", 0, "intact"), "true"),
        (("signatures", 0, "claimed_time"), "2026-01-01T00:00:00"), (("signatures", 0, "claimed_time"), "yesterday"),
        (("signatures", 0, "claimed_time"), "2026-01-01T00:00:00+02:00"), (("signatures", 0, "id"), ["S"]),
    ],
)  # fmt: skip
def test_a_report_of_another_shape_is_refused(path, value):
    assert decode(_valid(), FileReport).file == "letter.pdf"
    with pytest.raises(WireError):
        decode(_with(path, value), FileReport)


@pytest.mark.parametrize("value", [None, [], "x", 1, {"file": "x"}])
def test_what_is_no_report_is_refused(value):
    with pytest.raises(WireError):
        decode(value, FileReport)


def test_reports_inside_reports_inside_reports_end():
    deep = _valid()
    for _ in range(5_000):
        deep = {**_valid(), "inside": [deep]}
    with pytest.raises(WireError):
        decode(deep, FileReport)


def test_a_message_may_carry_messages():
    message = say("{file}: {why}", file="f", why=say("unknown setting"))
    assert decode(loads(dumps(encode(message))), Message) == message
