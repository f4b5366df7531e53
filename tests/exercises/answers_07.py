"""Answers to the exercises of notebook 07."""

ANSWERS = {}
