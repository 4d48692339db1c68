"""Same document, same bytes: in another process, folder, time zone, language, clock."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from docgen.documents.letters import check_letter, letter_kinds, make_letter
from docgen.documents.packs import load_pack
from docgen.documents.pdf import Attachment, print_pdf
from docgen.documents.word import print_docx
from docgen.workspace import builtin_packs
from tests.empty_docx import EMPTY, empty_docx, parts
from tests.letters import whole_data
from tests.samples import everything, letter

ROOT = Path(__file__).parent.parent

_PROGRAM = """
import sys; sys.path.insert(0, sys.argv[1])
from tests.test_writers_same_bytes import digests
print(digests())
"""


def digests():
    attached = [Attachment(name="docgen.json", content=b"{}", media_type="application/json", description="Dati")]
    files = [print_pdf(letter(), attached), print_docx(letter()), print_pdf(everything()), print_docx(everything())]
    for pack in (load_pack(builtin_packs() / name) for name in ("iem", "mk")):
        for kind in letter_kinds(pack):
            files += make_letter(check_letter(kind, whole_data(kind, pack), pack), ["pdf", "docx"]).values()
    return " ".join(hashlib.sha256(file).hexdigest() for file in files)


def test_same_bytes_everywhere(tmp_path):
    here = digests()
    assert digests() == here
    for zone, more in (
        ("Pacific/Auckland", {}),
        ("America/New_York", {"SOURCE_DATE_EPOCH": "0", "LANG": "lv_LV.UTF-8"}),
    ):
        run = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(ROOT)],
            cwd=tmp_path,
            env={**os.environ, "TZ": zone, "PYTHONHASHSEED": "7", **more},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.strip() == here


def test_the_empty_package_is_what_trimming_gives_today():
    assert parts(EMPTY.read_bytes()) == parts(empty_docx())
