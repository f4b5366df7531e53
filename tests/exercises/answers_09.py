"""Answers to the exercises of notebook 09."""

ANSWERS = {}
