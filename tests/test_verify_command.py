"""`docgen verify`: exit codes, one JSON document always, text that a clerk understands, files that are none."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from docgen.cli.root import root
from docgen.errors import DocgenError, TrustMissingError, UsageError
from docgen.messages import Language, activate, render
from docgen.model.reasons import Decision, Verdict
from docgen.model.report import VerificationReport
from docgen.signatures.reports import to_json, to_text
from docgen.signatures.trust import Trust, load_trust
from tests.pki_history import NOW, history

AT = (NOW + timedelta(minutes=30)).isoformat()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify")
    with history(folder / "pki") as past:
        good = past.sign("Anna Bērziņa", "B-LT", NOW)
        files = {
            "good.pdf": good,
            "unsigned.pdf": past.letter,
            "no-stamp.pdf": past.sign("Anna Bērziņa", "B-B", NOW),
            "changed.pdf": good.replace(b"q Q", b"Q q"),
            "unknown.pdf": past.sign(past.pki.rogue_signer("Nezināms Svešinieks"), "B-T", NOW),
            "empty.pdf": b"",
            "one.pdf": b"x",
            "cut.pdf": good[: len(good) // 2],
            "program.exe": b"MZ\x90\x00" + bytes(200),
            "letter.docx": b"PK\x03\x04" + bytes(22) + b"[Content_Types].xml" + bytes(100),
            "packed.pdf.gz": gzip.compress(good),
        }
        past.pki.write_revocation()
        shutil.copytree(past.pki.trust_folder, folder / "trust")
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def run(made, *files, policy="by-anchor", options=()):
    arguments = ["verify", "--policy", policy, "--trust", str(made / "trust"), "--as-of", AT, *options, "--", *files]
    result = CliRunner().invoke(root, ["--lang", "en", *arguments], standalone_mode=False, catch_exceptions=False)
    return result.return_value if isinstance(result.return_value, int) else result.exit_code, result.stdout


EXITS = {
    "good.pdf": 0,
    "unsigned.pdf": 12,
    "no-stamp.pdf": 13,
    "changed.pdf": 10,
    "unknown.pdf": 11,
    "empty.pdf": 4,
    "one.pdf": 4,
    "cut.pdf": 4,
    "program.exe": 4,
    "letter.docx": 4,
    "packed.pdf.gz": 4,
}


def test_every_file_has_its_exit_code_and_none_stops_the_others(made):
    code, output = run(made, *(str(made / name) for name in EXITS), options=("--json",))
    report = json.loads(output)
    assert {Path(file["file"]).name: file["exit_code"] for file in report["files"]} == EXITS
    assert code == report["exit_code"] == 10


def test_paths_that_are_no_files(made, tmp_path):
    (tmp_path / "link.pdf").symlink_to(made / "good.pdf")
    os.mkfifo(tmp_path / "pipe.pdf")
    paths = [tmp_path, tmp_path / "link.pdf", tmp_path / "pipe.pdf", tmp_path / "none.pdf", made / "good.pdf"]
    code, output = run(made, *map(str, paths), options=("--json",))
    report = json.loads(output)
    assert [file["exit_code"] for file in report["files"]] == [4, 4, 4, 4, 0]
    assert code == 4
    assert all(file["reasons"][0]["hint"] for file in report["files"][:4])


def test_a_name_may_begin_with_a_hyphen(made, tmp_path, monkeypatch):
    shutil.copy(made / "good.pdf", tmp_path / "-x.pdf")
    monkeypatch.chdir(tmp_path)
    assert run(made, "-x.pdf")[0] == 0


def test_the_standard_input_is_a_file_too(made):
    arguments = ["verify", "--policy", "by-anchor", "--trust", str(made / "trust"), "--as-of", AT, "--json", "-"]
    data = (made / "good.pdf").read_bytes()
    result = CliRunner().invoke(root, ["--lang", "en", *arguments], standalone_mode=False, input=data)
    assert json.loads(result.stdout)["files"][0]["verdict"] == "PASSED"


def test_json_has_the_published_keys(made):
    report = json.loads(run(made, str(made / "good.pdf"), options=("--json",))[1])
    assert report["schema"] == "docgen-verify/1"
    assert set(report) == {"schema", "docgen", "as_of", "policy", "exit_code", "trust", "files"}
    assert report["trust"] == {"lists": [], "anchors": {"signers": 1, "timestamps": 1}, "stale": False}
    file = report["files"][0]
    assert set(file) == {
        "file", "sha256", "size", "format", "verdict", "decision", "exit_code", "reasons", "signatures", "inside",
    }  # fmt: skip
    signature = file["signatures"][0]
    assert set(signature) == {
        "id", "kind", "indication", "sub_indication", "level", "qualification", "timestamp_qualification", "intact",
        "coverage", "changes", "signed_by", "identifier", "organisation", "certificate_serial", "claimed_time",
        "proven_time", "timestamps", "reasons",
    }  # fmt: skip
    assert (signature["signed_by"], signature["identifier"]) == ("Anna Bērziņa", "PNOLV-******-*****")
    assert (signature["level"], signature["qualification"]) == ("PAdES-BASELINE-LT", "QESIG")
    assert (signature["coverage"], signature["changes"]) == ("revision", "permitted")
    assert signature["timestamps"][0]["indication"] == "PASSED"
    assert signature["timestamps"][0]["qualification"] == "QTSA"
    assert report["as_of"].endswith("Z")
    assert signature["proven_time"].endswith("Z")


def test_text_says_who_what_and_why(made):
    code, output = run(made, str(made / "changed.pdf"))
    assert code == 10
    assert "changed.pdf: FAILED" in output
    assert "! CRYPTO (Signature1): The document is not the one that was signed" in output
    assert "→ Ask the sender for the file exactly as it was signed" in output
    assert "signed by Anna Bērziņa (PNOLV-******-*****)" in output
    assert "by-anchor" in output


def test_text_json_and_exit_code_agree(made):
    for name in ("good.pdf", "no-stamp.pdf", "changed.pdf", "empty.pdf"):
        expected = EXITS[name]
        code, text = run(made, str(made / name))
        _, output = run(made, str(made / name), options=("--json",))
        file = json.loads(output)["files"][0]
        assert code == file["exit_code"] == expected
        assert f"{name}: {file['verdict']}" in text
        assert all(f"! {reason['code']}" in text for reason in file["reasons"])
        assert (file["verdict"] == Verdict.PASSED and file["decision"] == Decision.ACCEPT) == (code == 0)


def test_latvian(made):
    arguments = ["--lang", "lv", "verify", "--policy", "by-anchor", "--trust", str(made / "trust"), "--as-of", AT]
    result = CliRunner().invoke(root, [*arguments, str(made / "unsigned.pdf")], standalone_mode=False)
    activate(Language.EN)
    assert "Datne nav parakstīta." in result.stdout


def test_without_lists_the_default_policy_accepts_nothing(made):
    code, output = run(made, str(made / "good.pdf"), policy="lv-institution", options=("--json",))
    codes = {reason["code"] for reason in json.loads(output)["files"][0]["reasons"]}
    assert codes == {"TRUST_MISSING", "QUALIFICATION_UNKNOWN"}
    assert code == 14


@pytest.mark.parametrize(
    ("options", "error"),
    [(("--as-of", "vakar"), UsageError), (("--trust", "/nowhere"), TrustMissingError)],
)
def test_wrong_options_are_said(made, options, error):
    arguments = ["--lang", "en", "verify", *options, str(made / "good.pdf")]
    result = CliRunner().invoke(root, arguments, standalone_mode=False)
    assert isinstance(result.exception, error)
    assert isinstance(result.exception, DocgenError)
    assert result.exception.hint


def test_a_broken_anchor_is_never_left_out_in_silence(made, tmp_path):
    shutil.copytree(made / "trust", tmp_path / "trust")
    (tmp_path / "trust" / "signers" / "other.pem").write_text(
        "-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----"
    )
    with pytest.raises(TrustMissingError, match=r"other\.pem"):
        load_trust(tmp_path / "trust")


def test_nothing_verified_is_no_success():
    report = VerificationReport(as_of=NOW, policy="lenient", trust=Trust().summary(), files=())
    assert int(report.exit_code) == 11
    assert to_json(report, render)["files"] == []
    assert "lenient" in to_text(report)


def test_trust_travels_whole(made):
    trust = load_trust(made / "trust")
    assert Trust.from_json(trust.to_json()) == trust
    assert len(trust.crls) == 2
