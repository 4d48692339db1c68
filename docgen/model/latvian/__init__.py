"""Latvian forms that documents need: dates in their cases, names, agreement, counts, collation (domain.md §5.5, §8).

Nothing is guessed from a word's ending: gender and cases of persons and of institutions are data, and a form that the
tables do not hold is None or an error.
"""

from docgen.model.latvian.addresses import postal_address
from docgen.model.latvian.agreement import APPROVING_NOUNS, agreement_of, approved, coordinated, instrumental_of
from docgen.model.latvian.collation import collation_key
from docgen.model.latvian.counts import Plural, count_of, counted, plural_of
from docgen.model.latvian.dates import (
    date_numeric,
    date_of,
    date_plain,
    date_span,
    date_until,
    date_when,
    number_range,
    parse_date,
    parse_date_and_time,
    parse_time,
    time_at,
    year_ranges,
)
from docgen.model.latvian.grammar import Agreement, Case, Gender, GrammaticalNumber
from docgen.model.latvian.organisations import declined, generic_word, institution
from docgen.model.latvian.personal_names import initials, short_name
from docgen.model.latvian.positions import position
from docgen.model.latvian.quotation import (
    QuotationStyle,
    QuotedName,
    in_quotes,
    quoted_name,
    straight_quotes,
    with_quotes,
)

__all__ = [
    "APPROVING_NOUNS",
    "Agreement",
    "Case",
    "Gender",
    "GrammaticalNumber",
    "Plural",
    "QuotationStyle",
    "QuotedName",
    "agreement_of",
    "approved",
    "collation_key",
    "coordinated",
    "count_of",
    "counted",
    "date_numeric",
    "date_of",
    "date_plain",
    "date_span",
    "date_until",
    "date_when",
    "declined",
    "generic_word",
    "in_quotes",
    "initials",
    "institution",
    "instrumental_of",
    "number_range",
    "parse_date",
    "parse_date_and_time",
    "parse_time",
    "plural_of",
    "position",
    "postal_address",
    "quoted_name",
    "short_name",
    "straight_quotes",
    "time_at",
    "with_quotes",
    "year_ranges",
]
