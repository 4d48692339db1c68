"""`docgen letter --preview`: the pages of what was just printed, as PNG beside it and in the terminal."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from docgen.cli.speaking import tell
from docgen.cli.terminal_pictures import Terminal, picture, terminal_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["show_pages"]


def show_pages(pdfs: Sequence[Path], *, in_terminal: bool) -> list[Path]:
    """Write `NAME-1.png` … beside each PDF of docgen's own, and return their paths.

    With `in_terminal` each is named, and shown where standard output is a terminal that can show pictures. An existing
    file is never overwritten: another one of that name is an `UnwritableError`.
    """
    from docgen.documents.preview import page_images, png_of  # noqa: PLC0415 - `--help` does not pay for it
    from docgen.files import write_new  # noqa: PLC0415 - as above

    terminal = terminal_of(os.environ) if in_terminal and sys.stdout.isatty() else Terminal.NONE
    columns = shutil.get_terminal_size().columns
    written = []
    for pdf in pdfs:
        for number, image in enumerate(page_images(pdf.read_bytes()), start=1):
            path, png = pdf.with_name(f"{pdf.stem}-{number}.png"), png_of(image)
            write_new(path, png)
            written.append(path)
            if in_terminal:
                tell(str(path))
            for part in picture(terminal, image, png, columns=columns):
                sys.stdout.write(part)
            sys.stdout.flush()
    return written
