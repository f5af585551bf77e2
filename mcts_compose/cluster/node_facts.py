"""Decides what a machine of a cluster is asked: facts, without a judgement.

The functions travel to the nodes as they stand here, and need nothing but Python there: a node that lacks
this package must be able to say so. For the same reason they return plain values.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
import platform
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOMS: Final = ("vm", "priors", "mcts_compose")
PACKAGE: Final = "mcts-compose"
EQUAL: Final = (PACKAGE, "ray", "numba", "llvmlite", "numpy")
"""What must have one version everywhere: machine code and pickles depend on them."""
NEEDED: Final = ("msgspec", "scipy", "safetensors")
"""What must be there."""
OPTIONAL: Final = ("torch", "transformers")
SHARED_MEMORY: Final = "/dev/shm"
MARKER: Final = "doctor-"


@dataclass(frozen=True)
class NodeFacts:
    """What was found on one machine.

    Attributes:
      node: a name for people.
      machine: differs for machines that have a kernel of their own; processes of one may share a cache.
      python: its version.
      versions: of packages, by name; None for those that are missing.
      import_error: why this package cannot be imported; empty if it can.
      sources: a hash of this package's sources; empty if they cannot be read.
      processor: what LLVM calls it; empty if that is not known.
      processor_features: a hash of what it can do.
      pinned_processor: for which one numba is told to compile; empty if it is not.
      cache: where machine code is kept; empty if this package is missing.
      cache_system: the kind of file system that lies on; empty if that is not known.
      cache_error: why it cannot be written; empty if it can.
      cache_sharers: names of other nodes that were seen to write there.
      shared_total: bytes of shared memory; None where it is no file system.
      shared_free: how many of them are free.
      memory: bytes that the processes may use; None if that is not known.
      niceness: by how much the priority of workers stays below that of ray itself there.
      num_cpus: workers that ray starts there at most.
      store: bytes of ray's object store there.
      clock_ahead: seconds by which its clock is ahead of the driver's, beyond what asking took.
      sees_directory: whether it has the driver's directory.
    """

    node: str
    machine: str
    python: str
    versions: dict[str, str | None]
    import_error: str
    sources: str
    processor: str
    processor_features: str
    pinned_processor: str
    cache: str
    cache_system: str
    cache_error: str
    shared_total: int | None
    shared_free: int | None
    memory: int | None
    niceness: int = 0
    cache_sharers: Sequence[str] = ()
    num_cpus: int = 0
    store: int = 0
    clock_ahead: float = 0.0
    sees_directory: bool = True


def look(mark: str, seen: str) -> dict[str, Any]:
    """Returns the facts of the machine that this runs on, and leaves a marker in its cache.

    Args:
      mark: name of the marker.
      seen: a file of the driver's that this machine may see.

    Returns:
      Fields of `NodeFacts`, and `clock`, its time.
    """
    cache = cache_root()
    return {
        "machine": machine(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in (*EQUAL, *NEEDED, *OPTIONAL)},
        "import_error": import_error(),
        "sources": sources(),
        **processor(),
        "cache": cache,
        "cache_system": file_system(cache, read("/proc/self/mountinfo")) if cache else "",
        "cache_error": leave_marker(cache, mark) if cache else "",
        **shared_memory(),
        "memory": memory(),
        "niceness": niceness(),
        "sees_directory": os.path.exists(seen),
        "clock": time.time(),
    }


def markers(beginning: str) -> list[str]:
    """Returns the names of markers in this machine's cache that begin so."""
    cache = cache_root()
    try:
        return sorted(name for name in os.listdir(cache) if name.startswith(beginning)) if cache else []
    except OSError:
        return []


def remove_marker(mark: str) -> None:
    """Removes a marker from this machine's cache, if it is there."""
    try:
        os.unlink(os.path.join(cache_root(), mark))
    except OSError:
        pass


def machine() -> str:
    """Returns what two processes have in common that run on one kernel."""
    return read("/proc/sys/kernel/random/boot_id").strip() or socket.gethostname()


def version(name: str) -> str | None:
    """Returns the version of a package; None if it is missing."""
    if name == PACKAGE:
        try:
            return str(importlib.import_module("mcts_compose").__version__)
        except Exception:  # whatever stops an import, `import_error` reports it
            return None
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def import_error() -> str:
    """Returns why what a worker runs cannot be imported, or an empty text."""
    for name in ("mcts_compose.cluster.search_actor", "numba"):
        try:
            importlib.import_module(name)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


def sources() -> str:
    """Returns a hash of this package's sources: two checkouts may have one version."""
    digest = hashlib.blake2b(digest_size=8)
    try:
        for room in ROOMS:
            root = Path(str(importlib.import_module(room).__file__)).parent
            for file in sorted(root.rglob("*.py")):
                digest.update(file.relative_to(root).as_posix().encode())
                digest.update(file.read_bytes())
    except Exception:
        return ""
    return digest.hexdigest()


def processor() -> dict[str, str]:
    """Returns the fields about the processor."""
    found = {"processor": "", "processor_features": ""}
    try:
        llvm = importlib.import_module("llvmlite.binding")
        features = llvm.get_host_cpu_features().flatten()
        found["processor"] = llvm.get_host_cpu_name()
        found["processor_features"] = hashlib.blake2b(features.encode(), digest_size=6).hexdigest()
    except Exception:
        pass
    return {**found, "pinned_processor": os.environ.get("NUMBA_CPU_NAME", "")}


def cache_root() -> str:
    """Returns where machine code is kept, or an empty text if this package is missing."""
    try:
        return str(importlib.import_module("vm.jit").cache_root())
    except Exception:
        return ""


def leave_marker(cache: str, mark: str) -> str:
    """Writes a marker; returns why that is impossible, or an empty text."""
    try:
        os.makedirs(os.path.join(cache, "kernels"), mode=0o700, exist_ok=True)
        with open(os.path.join(cache, mark), "x"):
            pass
        if not os.access(os.path.join(cache, "kernels"), os.W_OK):
            return "its directory of kernels is read-only"
    except OSError as error:
        return error.strerror or str(error)
    return ""


def file_system(path: str, mounts: str) -> str:
    """Returns the kind of file system that a path lies on.

    Args:
      path: any; of those parts that exist, links are followed.
      mounts: what the system says is mounted: a line each of number, parent, device, root, place, options
        and, after a hyphen, the kind. Source: proc(5), /proc/pid/mountinfo.
    """
    whole = Path(os.path.realpath(path))
    found, longest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = before.split()[4].replace("\\040", " ")
        if whole.is_relative_to(place) and len(place) >= longest:
            found, longest = after.split()[0], len(place)
    return found


def shared_memory() -> dict[str, int | None]:
    """Returns the fields about shared memory."""
    try:
        state = os.statvfs(SHARED_MEMORY)
    except (OSError, AttributeError):
        return {"shared_total": None, "shared_free": None}
    return {"shared_total": state.f_blocks * state.f_frsize, "shared_free": state.f_bavail * state.f_frsize}


def memory() -> int | None:
    """Returns how many bytes processes may use: those of the machine, or fewer in a container."""
    found = []
    for line in read("/proc/meminfo").splitlines():
        if line.startswith("MemTotal:"):
            found.append(int(line.split()[1]) * 1024)
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        if (text := read(file).strip()).isdigit():
            found.append(int(text))
    return min(found, default=None)


def niceness() -> int:
    """Returns by how much a worker is nicer than the process that started it; 0 if it may change that."""
    lacking = 0
    try:
        own = os.getpriority(os.PRIO_PROCESS, 0)
        lacking = max(0, own - os.getpriority(os.PRIO_PROCESS, os.getppid()))
        os.setpriority(os.PRIO_PROCESS, 0, own - lacking)
        os.setpriority(os.PRIO_PROCESS, 0, own)
    except (OSError, AttributeError):  # not allowed, or another system
        return lacking
    return 0


def read(file: str) -> str:
    """Returns what a file of the system says, or an empty text if it is not there."""
    try:
        with open(file, encoding="utf-8", errors="replace") as text:
            return text.read()
    except OSError:
        return ""
