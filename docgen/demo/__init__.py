"""The whole story with a throw-away public key infrastructure."""
