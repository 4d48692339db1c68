"""`pip install .` gives a working docgen: templates, fonts, layout and catalogue are in the wheel."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_wheel_holds_templates_fonts_layout_and_catalogue(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for path in [*(ROOT / "templates").rglob("*.*")]:
        assert f"docgen/{path.relative_to(ROOT)}" in names
    assert "docgen/templates/iem/memorandum.toml" in names
    assert "docgen/documents/layout.typ" in names
    assert "docgen/locale/lv/LC_MESSAGES/docgen.mo" in names
    assert sum(name.endswith(".ttf") for name in names) >= 4
    assert not [name for name in names if name.startswith(("tests/", "signed/", "output/"))]
