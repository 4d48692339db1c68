"""Verify what was signed, and seal what docgen issues."""
