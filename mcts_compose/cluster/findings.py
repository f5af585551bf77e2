"""Decides from facts what is wrong with a cluster, and says it in sentences; it asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Final, NamedTuple

from mcts_compose.cluster.node_facts import EQUAL, NEEDED, OPTIONAL, PACKAGE, SHARED_MEMORY, NodeFacts
from mcts_compose.errors import printable, shown

MEGABYTE: Final = 10**6
STORE_NEED: Final = 80 * MEGABYTE
"""Bytes of shared memory that must be free: ray takes no less for its object store than 75 MB."""
WORKER_NEED: Final = 500 * MEGABYTE
"""Bytes of memory that a worker should have: those of a process with numba and of a search; untuned."""
CLOCK_TOLERANCE_S: Final = 5.0
"""What clocks may differ by; untuned."""
MOST_NAMED: Final = 3
NETWORK: Final = (
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.ceph", "fuse.gcsfuse", "fuse.glusterfs", "fuse.s3fs",
    "fuse.sshfs", "gfs2", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb2",
    "smb3", "smbfs", "wekafs",
)  # fmt: skip
"""File systems that several machines may share, and on which locks and renames may fail."""
TOPICS: Final = ("nodes", "package", "versions", "cache", "store", "memory", "machines", "paths")
_PACKAGES: Final = "pip install '{}' there"


class Finding(NamedTuple):
    """One thing that is not as it should be.

    Attributes:
      topic: one of `TOPICS`.
      sentence: what it is, where, and what would be right.
      is_fault: whether a run would fail or be slow by it; otherwise it is good to know.
    """

    topic: str
    sentence: str
    is_fault: bool = True


def findings(driver: NodeFacts, nodes: Sequence[NodeFacts]) -> list[Finding]:
    """Returns what is wrong with nodes, in the order of `TOPICS`; machines of one fault share a sentence.

    Args:
      driver: facts of the machine and process that runs the command.
      nodes: facts of every node that answered.
    """
    found = [
        *_package(driver, nodes),
        *_versions(driver, nodes),
        *_cache(nodes),
        *_store(nodes),
        *_memory(nodes),
        *_machines(driver, nodes),
        *_paths(nodes),
    ]
    return sorted(found, key=lambda finding: TOPICS.index(finding.topic))


def summary(topic: str, nodes: Sequence[NodeFacts]) -> str:
    """Returns what is to be said of a topic about which there is no finding, in a few words."""
    if topic == "nodes":
        return f"{_count(len(nodes), 'node')} with {_count(sum(facts.num_cpus for facts in nodes), 'CPU')}"
    if topic == "cache":
        return ", ".join(sorted({f"{facts.cache} ({facts.cache_system or 'unknown'})" for facts in nodes}))
    if topic == "store":
        free = [facts.shared_free for facts in nodes if facts.shared_free is not None]
        return f"at least {_size(min(free))} of shared memory free" if free else "no shared memory to look at"
    if topic == "memory":
        each = [facts.memory / facts.num_cpus for facts in nodes if facts.memory and facts.num_cpus]
        return f"at least {_size(min(each))} for a worker" if each else "not known"
    return {
        "package": "every node can start workers",
        "versions": "those of every node are those here",
        "machines": "processors are alike, clocks agree, workers need not wait for others",
        "paths": "every node sees this directory",
    }[topic]


def _package(driver: NodeFacts, nodes: Sequence[NodeFacts]) -> list[Finding]:
    found = []
    for error, names in _grouped(nodes, lambda facts: facts.import_error):
        found.append(
            f"a worker cannot be started on {names} ({printable(str(error))}), but needs {PACKAGE} "
            f"{driver.versions[PACKAGE]} as it is here; install it there, or let ray send it "
            "(ray job submit --working-dir)"
        )
    same = [facts for facts in nodes if facts.versions[PACKAGE] == driver.versions[PACKAGE]]
    for _, names in _grouped(same, lambda facts: _if_other(facts.sources, driver.sources)):
        found.append(
            f"{PACKAGE} {driver.versions[PACKAGE]} has other sources on {names} than here; install the same "
            "everywhere, or results may differ"
        )
    return [Finding("package", sentence) for sentence in found]


def _versions(driver: NodeFacts, nodes: Sequence[NodeFacts]) -> list[Finding]:
    found = []
    minor = _minor(driver.python)
    for python, names in _grouped(nodes, lambda facts: _if_other(_minor(facts.python), minor)):
        found.append(
            Finding(
                "versions",
                f"Python is {python} on {names}, but {minor} here; the minor version must be the same",
            )
        )
    for package in (*EQUAL, *NEEDED, *OPTIONAL):
        here = driver.versions[package]
        if here is None:
            continue
        # Without the package itself its import has failed, and that has been said.
        must_be_there = package not in OPTIONAL and package != PACKAGE
        command = _PACKAGES.format(f"{package}=={here}")
        missing = [facts for facts in nodes if facts.versions[package] is None]
        if missing and package != PACKAGE:
            need = "workers need it" if must_be_there else "priors that need it cannot be served there"
            found.append(
                Finding("versions", f"{package} is missing on {_named(missing)}, but {need}; {command}",
                        must_be_there)
            )  # fmt: skip
        if package in NEEDED:
            continue
        found += [
            Finding(
                "versions", f"{package} is {there} on {names}, but {here} here; {command}", package in EQUAL
            )
            for there, names in _other_versions(nodes, package, here)
        ]
    return found


def _other_versions(nodes: Sequence[NodeFacts], package: str, here: str) -> list[tuple[Any, str]]:
    return _grouped(nodes, lambda facts: _if_other(facts.versions[package], here))


def _cache(nodes: Sequence[NodeFacts]) -> list[Finding]:
    found = []
    own = "set MCTS_COMPOSE_CACHE there to a directory of the node's own"
    for (cache, error), names in _grouped(
        nodes, lambda facts: facts.cache_error and (facts.cache, facts.cache_error)
    ):
        found.append(
            f"the cache {shown(cache)} of {names} cannot be written ({error}), so that every worker compiles "
            f"for itself; {own}"
        )
    for (cache, kind), names in _grouped(
        nodes, lambda facts: facts.cache_system in NETWORK and (facts.cache, facts.cache_system)
    ):
        found.append(
            f"the cache {shown(cache)} of {names} lies on {kind}, where nodes meet and locks may fail; {own}"
        )
    told: set[str] = set()
    for facts in nodes:
        sharers = {facts.node, *facts.cache_sharers}
        if len(sharers) > 1 and not sharers <= told:
            told |= sharers
            found.append(
                f"{_list(sorted(sharers))} share the cache {shown(facts.cache)}, but machine code is for one "
                f"machine; {own}"
            )
    return [Finding("cache", sentence) for sentence in found]


def _store(nodes: Sequence[NodeFacts]) -> list[Finding]:
    found = []
    for facts in nodes:
        if facts.shared_total is None or facts.shared_free is None:
            continue
        state = f"{_size(facts.shared_free)} free of {_size(facts.shared_total)}"
        if facts.shared_total < facts.store:
            found.append(
                f"{SHARED_MEMORY} of {facts.node} has {_size(facts.shared_total)}, but ray's object store "
                f"there takes {_size(facts.store)}; make it larger (of a container by --shm-size), or start "
                "ray there with a smaller --object-store-memory"
            )
        elif facts.shared_free < min(facts.store or STORE_NEED, STORE_NEED):
            found.append(
                f"{SHARED_MEMORY} of {facts.node} is full ({state}), but ray's object store needs "
                f"{_size(STORE_NEED)}; remove files there that no process has open"
            )
    return [Finding("store", sentence) for sentence in found]


def _memory(nodes: Sequence[NodeFacts]) -> list[Finding]:
    return [
        Finding(
            "memory",
            f"{facts.node} has {_size(facts.memory / facts.num_cpus)} of memory for each of its "
            f"{facts.num_cpus} CPUs, but a worker takes up to {_size(WORKER_NEED)}; start ray there with "
            f"--num-cpus {max(1, facts.memory // WORKER_NEED)}",
        )
        for facts in nodes
        if facts.memory is not None and facts.num_cpus > 0 and facts.memory / facts.num_cpus < WORKER_NEED
    ]


def _machines(driver: NodeFacts, nodes: Sequence[NodeFacts]) -> list[Finding]:
    found = []
    kinds = {(facts.processor, facts.processor_features) for facts in nodes if facts.processor}
    if len(kinds) > 1 and not all(facts.pinned_processor for facts in nodes):
        names = _list(sorted({name for name, _ in kinds}))
        found.append(
            f"nodes have different processors ({names}), so that each compiles its kernels for itself; "
            "NUMBA_CPU_NAME=generic on all of them makes numba's code the same"
        )
    pins = {facts.pinned_processor for facts in nodes}
    if len(pins) > 1:
        names = _list(sorted(pin or "none" for pin in pins))
        found.append(f"NUMBA_CPU_NAME differs between nodes ({names}); set it on all or on none")
    for niceness, names in _grouped(nodes, lambda facts: facts.niceness):
        found.append(
            f"workers on {names} run with a niceness of {niceness} and may not change it, so that they wait "
            "for all else that runs there; start ray there with RAY_worker_niceness=0 in the environment"
        )
    for facts in nodes:
        if abs(facts.clock_ahead) > CLOCK_TOLERANCE_S:
            side = "ahead of" if facts.clock_ahead > 0 else "behind"
            found.append(
                f"the clock of {facts.node} is {abs(facts.clock_ahead):.0f} s {side} that of "
                f"{driver.node}; set both by NTP, or logs cannot be compared"
            )
    return [Finding("machines", sentence, is_fault=False) for sentence in found]


def _paths(nodes: Sequence[NodeFacts]) -> list[Finding]:
    blind = [facts for facts in nodes if not facts.sees_directory]
    if not blind:
        return []
    return [
        Finding(
            "paths",
            f"{_named(blind)} cannot see the directory that this command runs in, so that --save-every saves "
            "no search there; results are written here and need nothing",
            is_fault=False,
        )
    ]


def _grouped(nodes: Sequence[NodeFacts], key: Callable[[NodeFacts], Hashable]) -> list[tuple[Any, str]]:
    """Returns the values of `key` that are true, each with the names of its nodes."""
    groups: dict[Hashable, list[NodeFacts]] = {}
    for facts in nodes:
        if value := key(facts):
            groups.setdefault(value, []).append(facts)
    return [(value, _named(members)) for value, members in groups.items()]


def _if_other(there: str | None, here: str | None) -> str | None:
    """Returns what is there if both are known and differ."""
    return there if there and here and there != here else None


def _named(nodes: Sequence[NodeFacts]) -> str:
    return _list([facts.node for facts in nodes])


def _list(names: Sequence[str]) -> str:
    """Returns `a, b and c`; of many names the first and how many more there are."""
    shown_names = [printable(name) for name in names]
    if len(shown_names) > MOST_NAMED:
        shown_names = [*shown_names[:MOST_NAMED], f"{len(shown_names) - MOST_NAMED} more"]
    *most, last = shown_names
    return f"{', '.join(most)} and {last}" if most else last


def _minor(python: str) -> str:
    return ".".join(python.split(".")[:2])


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _size(number: float) -> str:
    return f"{number / 1e9:.1f} GB" if number >= 1e9 else f"{number / MEGABYTE:.0f} MB"
