"""The sealed official copy: compile it, verify it from the file alone."""
