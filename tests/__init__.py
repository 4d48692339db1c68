"""The tests of docgen, named by behaviour."""
