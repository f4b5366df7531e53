"""What computes: `pool` and `worker` the processes that run `fitting`, `answers` what may be asked again.

`jobs` what is to be done with data larger than memory, `watching` and `job` the process that does it.
"""
