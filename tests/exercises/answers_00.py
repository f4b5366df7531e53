"""Answers to the exercises of notebook 00."""

ANSWERS = {}
