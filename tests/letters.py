"""Letters of invented organisations, printed by docgen itself, for whoever tests what becomes of them."""

from datetime import date

from docgen.documents.letters import LETTER_SCHEMA, check_letter, fields_of, make_letter
from docgen.documents.packs import load_pack
from docgen.model.fields import FieldType
from docgen.workspace import pack_folder

A, B = "40008999902", "40008999917"
NAMES = {A: 'Biedrība "Alfa"', B: 'Nodibinājums "Beta"'}
IEM = pack_folder(None, "iem")


def letter_data(act, organisation, signatories, **tables):
    """Return the data of a letter that is in order."""
    data = {
        "schema": LETTER_SCHEMA,
        "organisation": {
            "name": NAMES[organisation],
            "registration_number": organisation,
            "legal_address": "Parauga iela 1-5, Rīga, LV-1000",
            "email": "birojs@alfa.example",
        },
        "letter": {"date": "2026-11-20", "place": "Rīgā", "number": "1-5/12"},
        "signatories": [{"name": name, "position": "valdes loceklis", "mandate": "statutory"} for name in signatories],
        **tables,
    }
    if act == "accession":
        data["contact"] = {"name": "Līga Kalna", "position": "vadītāja", "email": "liga@alfa.example"}
        data.setdefault("council", {"wish": "no"})
    return data


def whole_data(kind, pack):
    """Return data with every field that a template declares, by its example, where its condition holds."""
    fields = fields_of(kind, pack)
    examples = {field.path: field.example for field in fields}
    data = {"schema": LETTER_SCHEMA}
    for field in fields:
        path, equals, values = field.when.partition("=")
        if equals and examples.get(path) not in values.split("|"):
            continue
        *above, key = field.path.split(".")
        table = data
        for name in above:
            if name.endswith("[]"):
                (table,) = table.setdefault(name[:-2], [{}])
            else:
                table = table.setdefault(name, {})
        table[key] = value_of(field)
    return data


def value_of(field):
    """Return the example of a field as a data file would have it."""
    match field.type:
        case FieldType.DATE:
            return date.fromisoformat(field.example)
        case FieldType.NUMBER:
            return int(field.example)
        case FieldType.LIST:
            return field.example.split("\n")
        case _:
            return field.example


def letter_pdf(act, organisation, signatories, **tables):
    """Return the PDF of such a letter."""
    letter = check_letter(act, letter_data(act, organisation, signatories, **tables), load_pack(IEM))
    return next(iter(make_letter(letter, ["pdf"]).values()))
