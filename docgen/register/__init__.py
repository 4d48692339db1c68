"""Intake log, evidence and the chain of events."""
