"""Which worker of pytest-xdist runs which tests; only imported where there are workers."""

from xdist.scheduler import LoadScopeScheduling

from tests.with_ray import starts_ray


class ByFile(LoadScopeScheduling):
    """A file stays with one worker, so that its fixtures are made and its kernels compiled once; of all files
    that start a ray one runs at a time.

    The groups of `--dist loadgroup` would say the same, but pytest 9.2 ignores them with pytest-xdist 3.8.
    """

    def __init__(self, config, log=None):
        super().__init__(config, log)
        # Files stay in the order of collection: how many tests one has says little of their time.
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid):
        return "with ray" if starts_ray(nodeid) else nodeid.split("::", 1)[0]
