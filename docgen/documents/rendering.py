"""Templates become documents.

`render_template` fills a template with values and parses it into a `Document`. Values are put in after Markdown was
parsed, so none of their characters can become markup. A template that asks for a value that is not there, or whose
containers do not fit, is a `DataError` that names the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docgen.documents.environment import fill
from docgen.documents.markdown import parse_blocks
from docgen.model.blocks import Document, Heading, Look, Subject, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from docgen.documents.environment import Filled
    from docgen.model.blocks import Logo

__all__ = ["render_template"]


def render_template(
    source: str,
    values: Mapping[str, object],
    *,
    date: date | None,
    title: str = "",
    name: str = "template",
    look: Look | None = None,
    logo: Logo | None = None,
    language: str = "lv",
    landscape: bool = False,
    reference: str = "",
    filled_by: Callable[..., Filled] = fill,
) -> Document:
    """Return the document that the template makes of the values.

    `source` may still have its head (TOML between `+++` lines). Without a `title` the first heading or subject is the
    title. `name` names the template in errors. `filled_by` is `fill` for templates that come with docgen, and
    `template_worker.fill_guarded` for those of a workspace. A template that cannot be filled or parsed: `DataError`.
    """
    filled = filled_by(source, values, name=name)
    blocks = parse_blocks(filled, name=name)
    if not title:
        title = next((words_of(block.text) for block in blocks if isinstance(block, Heading | Subject)), name)
    return Document(
        title=title,
        date=date,
        blocks=blocks,
        language=language,
        landscape=landscape,
        reference=reference,
        look=look or Look(),
        logo=logo,
    )
