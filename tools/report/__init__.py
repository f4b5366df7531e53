"""A report on any table, as one page: ``python -m tools.report my.csv``, or ``make report DATA=my.csv``.

`taking` reads the file, looks at it and prepares its rows, or says all that is in the way; `evidence` tests them, with
the functions of helpers.scores; `concluding` says what that comes to, in a sentence that can be signed, and what limits
it; `portraits` describes clusters in the file's units. `assembling` runs these steps in the order of notebook 12, and
`sheet` writes the page, with the pictures of `panels` and `drawing`.
"""
