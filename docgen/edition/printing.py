"""The pages of an edition printed in the locked-down worker `render`: the same bytes, and Typst in no other process.

The words come from strangers' letters, and Typst keeps hundreds of megabytes for long tables that an allocator seldom
gives back: the worker ends with its page, and with it both.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from docgen.documents.render_worker import print_with
from docgen.worker import PROFILES, Forker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from docgen.model.blocks import Document

__all__ = ["printing_apart"]

# Typst takes some 110 KB for a row of a table: 5,000 members have 20,000 rows, and every one stands in the register.
_PAGES = replace(PROFILES["render"], memory=4 << 30)


@contextlib.contextmanager
def printing_apart(*, sandbox: bool = True) -> Iterator[Callable[[Document], bytes]]:
    """Offer a function that prints like `print_pdf`, in a worker that starts now, beside the caller's own work.

    It raises `ConformanceError` for what Typst refuses and where the worker is stopped. Raises `MissingError` where no
    worker can be locked down, unless `sandbox` is False.
    """
    with Forker("docgen.documents.render_worker", sandbox=sandbox, width=1) as forker:
        yield lambda document: print_with(forker, document, profile=_PAGES)
