"""Leading files through the work of `convlint.linting`: here, in other processes, on any executor or cluster.

The results are the same. `lint` is the road; `spread` hands the files out and brings the results in, `batches` is what
is sent and what comes back, `pool` the processes of this machine, `child` what runs in one of them, `cluster` connects
to Dask, `progress` shows how far it is.
"""
