"""Tables and what lasts: `tables` what a table is, `readers` of JSON and .npy, `arrow` of CSV and Parquet.

`streams` are the data sets in the server's folder; `store` keeps records and files.
"""
