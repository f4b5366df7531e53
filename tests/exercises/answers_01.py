"""Answers to the exercises of notebook 01."""

ANSWERS = {}
