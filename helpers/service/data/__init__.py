"""Tables and what lasts: `tables` what a table is, `readers` of its four media types, `streams` in the server's folder.

`store` keeps records and files, `disk` writes them safely, `digests` are what stands for data and questions.
"""
