"""Where the open corpora lie: beside the checkout, or where `DOCGEN_CORPORA` says. They are read in place."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def shared(name: str) -> Path:
    """A folder of outside test material (`corpora`, `seeds`); skips the test, with the reason, where it is absent."""
    place = Path(os.environ.get(f"DOCGEN_{name.upper()}", ROOT.parent / "shared" / name))
    if not place.is_dir():
        pytest.skip(f"the folder {name} is not beside this checkout (set DOCGEN_{name.upper()})")
    return place
