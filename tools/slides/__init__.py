"""Slides for a lecture, from the notebooks' own cells: ``python -m tools.slides``, or ``make slides``.

Nothing is written for the slides alone, so nothing has to be kept in step: `choosing` picks cells by a rule, `page`
makes one file of them, which holds its figures and needs no network.
"""
