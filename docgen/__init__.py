"""docgen: letters, verification, register and official copy of an open memorandum between a public body and NGOs."""

__all__ = ["__version__"]

__version__ = "1.0.0"
