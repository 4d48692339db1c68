"""The message catalogue: what the code says, what the Latvian files translate, and the compiled catalogue.

`python -m tests.catalogue` (that is `make messages`) compiles `docgen/locale/lv/*.po` into the one catalogue;
`missing()` and the other functions are what `test_messages.py` asserts.
"""

from __future__ import annotations

import ast
import io
import sys
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parent.parent
LATVIAN = ROOT / "docgen" / "locale" / "lv"
COMPILED = LATVIAN / "LC_MESSAGES" / "docgen.mo"
# Click's own words, shown by its help and its errors.
CLICK = Path(__import__("click").__file__).parent

Key = tuple[str, str | None]


def said() -> dict[Key, str]:
    """Every message of the code: its key (and plural) -> one place where it stands."""
    found: dict[Key, str] = {}
    for path in sorted((ROOT / "docgen").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            if name not in {"say", "say_count", "mark"} or not node.args:
                continue
            texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args[: 1 + (name == "say_count")]]
            place = f"{path.relative_to(ROOT)}:{node.lineno}"
            if any(not isinstance(text, str) for text in texts):
                msg = f"{place}: {name}() takes literal texts"
                raise ValueError(msg)
            found.setdefault((str(texts[0]), str(texts[1]) if len(texts) > 1 else None), place)
    return found


def translated() -> Catalog:
    """The Latvian files as one catalogue."""
    whole = Catalog(locale="lv", project="docgen", charset="utf-8")
    for path in sorted(LATVIAN.glob("*.po")):
        for message in read_po(io.BytesIO(path.read_bytes()), locale="lv"):
            if message.id:
                whole.add(message.id, message.string, flags=message.flags)
    return whole


def placeholders(text: str) -> set[str]:
    """The names of the values that a text takes."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def problems() -> list[str]:
    """What keeps the catalogue from being complete; empty where it is."""
    catalogue = translated()
    known = {m.id[0] if isinstance(m.id, tuple) else m.id: m for m in catalogue if m.id}
    found = []
    for (text, plural), place in said().items():
        message = known.get(text)
        strings = [] if message is None else list(message.string) if message.pluralizable else [message.string]
        if message is None or not strings or not all(strings) or message.fuzzy:
            found.append(f"{place}: no Latvian text for {text!r}")
        elif bool(plural) != bool(message.pluralizable):
            found.append(f"{place}: plural forms differ for {text!r}")
        else:
            found += [
                f"{place}: other placeholders in Latvian for {text!r}"
                for string in strings
                if placeholders(string) - placeholders(text) - placeholders(plural or "")
                or (not plural and placeholders(string) != placeholders(text))
            ]
    return found


def compiled() -> bytes:
    """The catalogue as gettext reads it; the same bytes for the same texts."""
    catalogue = translated()
    catalogue.fuzzy = False
    ordered = Catalog(locale="lv", charset="utf-8", fuzzy=False)
    for message in sorted((m for m in catalogue if m.id), key=lambda m: str(m.id)):
        ordered.add(message.id, message.string)
    target = io.BytesIO()
    write_mo(target, ordered)
    return target.getvalue()


if __name__ == "__main__":
    COMPILED.parent.mkdir(parents=True, exist_ok=True)
    COMPILED.write_bytes(compiled())
    left = problems()
    sys.stdout.write("\n".join([*left, f"{len(said())} messages, {len(left)} left"]) + "\n")
