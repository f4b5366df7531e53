"""Answers to the exercises of notebook 10."""

ANSWERS = {}
