"""What a class thinks, for its teacher: ``python -m tools.class_report FOLDER``, or ``make class FOLDER=handed-in``.

`handed` reads what learners handed in, and runs nothing of it; `pooling` counts, so that nobody is singled out; `guide`
knows what to ask then; `overview` writes a page that needs no network, and the same as a table.
"""
