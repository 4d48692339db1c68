"""Grammatical categories of Latvian: case, number, gender, and what a participle agrees with."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Agreement", "Case", "Gender", "GrammaticalNumber"]


class Case(StrEnum):
    """The cases that documents use; the vocative addresses persons, whose forms are data."""

    NOMINATIVE = "nominative"
    GENITIVE = "genitive"
    DATIVE = "dative"
    ACCUSATIVE = "accusative"
    LOCATIVE = "locative"


class GrammaticalNumber(StrEnum):
    """One, or more than one."""

    SINGULAR = "singular"
    PLURAL = "plural"


class Gender(StrEnum):
    """Gender of the holder of a position. Always given, never guessed from a name."""

    MASCULINE = "masculine"
    FEMININE = "feminine"


class Agreement(StrEnum):
    """Gender and number of the noun with which a participle agrees."""

    MASCULINE = "masculine"
    FEMININE = "feminine"
    PLURAL = "plural"
