"""What the tasks of `sort-kernels-v1` compute, and on which machines."""
