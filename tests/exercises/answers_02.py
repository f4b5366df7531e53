"""Answers to the exercises of notebook 02."""

ANSWERS = {}
