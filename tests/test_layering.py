"""Imports go one way: the table below is the one in docgen/README.md, and every import is held against it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "docgen").rglob("*.py"))

LAYERS = {
    "errors": 0, "model": 0,
    "workspace": 1, "files": 1, "clock": 1, "toml": 1, "database": 1, "messages": 1, "worker": 1, "wire": 1,
    "_lockdown": 1,
    "documents": 2, "signatures": 2, "register": 2,
    "edition": 3,
    "workflow": 4, "demo": 4,
    "cli": 5, "__main__": 6,
}  # fmt: skip

# A foreign library -> the modules that may import it.
ADAPTERS = {
    "pyhanko": r"docgen/signatures/_pyhanko\w*\.py",
    "pyhanko_certvalidator": r"docgen/signatures/_pyhanko\w*\.py",
    "typst": r"docgen/documents/pdf\.py",
    "docx": r"docgen/documents/word\.py",
    "openpyxl": r"docgen/documents/workbook\.py",
    "tomlkit": r"docgen/documents/tomltext\.py",
    "docxtpl": r"docgen/documents/wordtemplatetags\.py",
    "pypdf": r"docgen/(edition/_pypdf|documents/structure|documents/appearance)\.py",
    "pypdfium2": r"docgen/documents/raster\.py",
    "sqlalchemy": r"docgen/(database|register/\w+)\.py",
    "certomancer": r"docgen/demo/\w+\.py",
    "click": r"docgen/cli/\w+\.py",
    "cattrs": r"docgen/wire\.py",
    "jinja2": r"docgen/(documents|demo)/\w+\.py",
    "markdown_it": r"docgen/documents/\w+\.py",
}


def _part(path):
    parts = path.relative_to(ROOT / "docgen").parts
    return parts[0].removesuffix(".py")


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""
            if node.module == "docgen":
                yield from (f"docgen.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_imports_only_lower_layers_and_its_own_package(path):
    here = _part(path)
    if here == "__init__":
        return
    for name in _imports(path):
        if not name.startswith("docgen.") or name == "docgen.__version__":
            continue
        there = name.split(".")[1]
        if there == here or (here == "demo" and there == "workflow"):
            continue
        assert there in LAYERS, f"{path}: {there} has no layer"
        one_of_layer_1 = LAYERS[here] == LAYERS[there] == 1
        layer_0 = LAYERS[here] == LAYERS[there] == 0
        assert LAYERS[there] < LAYERS[here] or one_of_layer_1 or layer_0, f"{path} imports {name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_foreign_library_is_imported_by_its_adapter_only(path):
    for name in _imports(path):
        allowed = ADAPTERS.get(name.split(".")[0])
        if allowed is not None:
            assert re.fullmatch(allowed, str(path.relative_to(ROOT))), f"{path} imports {name}"


@pytest.mark.parametrize("path", [p for p in SOURCES if _part(p) in {"model", "errors"}], ids=lambda p: p.name)
def test_the_model_opens_no_file_reads_no_clock_and_draws_no_random_number(path):
    forbidden = {"os", "pathlib", "random", "secrets", "socket", "subprocess", "time", "io", "tempfile", "sqlite3"}
    assert {name.split(".")[0] for name in _imports(path)} & forbidden == set()
    assert not re.search(r"\b(open|now|today|utcnow)\(", path.read_text("utf-8"))


def test_help_loads_nothing_heavy():
    code = (
        "import sys, contextlib\nfrom docgen.cli import main\nsys.argv = ['docgen', '--help']\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "heavy = {'pyhanko', 'sqlalchemy', 'docx', 'typst', 'pypdf', 'jinja2', 'cryptography', 'cattrs', 'babel',\n"
        "  'tomlkit'}\n"
        "print(sorted(heavy & {name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stderr.strip() == "[]"


def test_modules_stay_small():
    for path in SOURCES:
        assert len(path.read_text("utf-8").splitlines()) <= 400, path


def test_the_table_of_layers_stands_in_the_documentation():
    table = (ROOT / "docgen" / "README.md").read_text("utf-8")
    for name in LAYERS:
        assert name.removeprefix("__").removesuffix("__") in table, name
