"""Registration numbers of the Latvian Register of Enterprises: 11 digits with a check digit (domain.md §6.1)."""

from __future__ import annotations

__all__ = ["check_digit_is_right", "is_registration_number"]

_WEIGHTS = (9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1)
_DIGITS = 11
_REMAINDER = 3


def check_digit_is_right(number: str) -> bool:
    """Tell whether 11 digits carry the check digit of a legal person: weighted sum ≡ 3 (mod 11), first digit over 3."""
    if len(number) != _DIGITS or not number.isascii() or not number.isdigit():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=True))
    return total % 11 == _REMAINDER and number[0] > "3"


def is_registration_number(text: str) -> bool:
    """Tell whether a text is a well-formed registration number; it says nothing about who holds it."""
    return check_digit_is_right(text)
