"""Answers to the exercises of notebook 11."""

ANSWERS = {}
