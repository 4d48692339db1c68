"""Data, tables and packs of somebody else that cost more, or say other things, than they seem to."""

import pytest

from docgen.documents.datafile import parse_datafile
from docgen.errors import DataError

MANY_PARTS = {
    "key": "a." * 300 + "a = 1",
    "table": "[" + "a." * 300 + "a]",
    "list of tables": "[[" + "a . " * 300 + "a]]",
    "quoted": '"a\\"".' * 300 + "a = 1",
    "both marks": "'a'.\"b\"." * 300 + "a = 1",
    "within a table": "x = {b = 1, " + "a." * 300 + "a = 1}",
}


@pytest.mark.parametrize("case", MANY_PARTS)
def test_a_key_of_very_many_parts_is_refused_before_it_is_parsed(case):
    """Python's parser takes the square of their number: an hour for a file of 1 MiB."""
    with pytest.raises(DataError, match="nested too deeply"):
        parse_datafile(f"b = 1\n{MANY_PARTS[case]}\n".encode(), source="dati.toml")
    with pytest.raises(DataError, match="nested too deeply"):
        parse_datafile(("a." * 500_000 + "a = 1").encode(), source="dati.toml")


def test_numbers_with_full_stops_in_a_text_are_no_key_of_many_parts():
    lines = " ".join(f"{number}." for number in range(1, 90))
    assert parse_datafile(f'a = """\n{lines}"""\n'.encode(), source="dati.toml") == {"a": lines}
