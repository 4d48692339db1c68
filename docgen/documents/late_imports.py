"""What pypdf imports at its first use, for workers that read a PDF under the lock.

There a late import ends the worker as docgen's own bug, and a file could bring it about: by a name in no known
encoding, or by a filter whose library is optional. So a worker's module preloads `PYPDF_LATE` and calls
`leave_out_extras`.
"""

from __future__ import annotations

import sys

__all__ = ["PYPDF_LATE", "leave_out_extras"]

PYPDF_LATE = (
    "encodings.gbk",
    "encodings.raw_unicode_escape",
    "encodings.utf_16",
    "encodings.utf_32",
    "encodings.utf_32_be",
    "pypdf._codecs.core_font_metrics",
    "pypdf._configuration",
    "pypdf._text_extraction",
    "pypdf.filters",
    "pypdf.xmp",
    "unicodedata",
)
_EXTRAS = ("PIL", "brotli", "fontTools")


def leave_out_extras() -> None:
    """Let pypdf find none of the libraries that it uses only where they are installed: results are the same everywhere.

    Call it in a worker's own process, before the first file.
    """
    for name in _EXTRAS:
        sys.modules[name] = None  # type: ignore[assignment]  # importing it is an ImportError (Python reference, 5.3.1)
