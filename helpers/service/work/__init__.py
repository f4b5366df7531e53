"""What computes: a `pool` of processes that run `fitting`, and `jobs` for data larger than memory, each in its own.

`processes` starts these and listens to them, `forking` makes workers fast; `answers` are kept for who asks again.
"""
