"""Decides how a cluster is joined that runs already, and what is said of one that cannot be.

Ray would try for a minute or more, and report in many lines; somebody waits here for one sentence.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mcts_compose.cluster.faults import last_line
from mcts_compose.errors import InputError, shown

CONNECT_S: Final = 5.0
"""How long an address may take to accept a connection (untuned)."""
HASTY: Final = {
    "RAY_gcs_server_port_wait_time_s": "1",  # attempts, in fact
    "RAY_gcs_rpc_server_connect_timeout_s": "4",
    "RAY_py_gcs_connect_timeout_s": "4",
    "RAY_gcs_server_request_timeout_seconds": "10",
}
"""Variables that bound how long ray tries: each attempt waits three times. All but the first count only if
they are set when ray is imported (untuned: together a quarter of a minute)."""
_WHERE: Final = "give the host of the cluster's head node and the port that ray start --head names"
_REFUSED: Final = ("Unauthenticated", "InvalidAuthToken", "AuthenticationError")
_UNANSWERED: Final = ("connect to GCS", "connect to Ray cluster")
_VERSIONS: Final = re.compile(r"Ray: (\S+) Python: (\S+)")


class JoiningError(InputError):
    """A cluster cannot be joined.

    Attributes:
      topic: what of it is wrong: `nodes` or `versions`.
    """

    def __init__(self, sentence: str, topic: str = "nodes") -> None:
        super().__init__(sentence)
        self.topic = topic


def join(address: str) -> None:
    """Joins a cluster; `HASTY` should stand in the environment.

    Raises:
      JoiningError: none can be joined there.
    """
    knock(address)
    import ray

    with _errors_of_ray() as log:
        try:
            ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
        except Exception as error:
            report = f"{type(error).__name__}: {error}"
            raise joining_error(address, report, log(), token_source()) from None


def knock(address: str) -> None:
    """Looks whether anybody accepts connections at an address; one without a port is left to ray.

    Raises:
      JoiningError: nobody does.
    """
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if not colon or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise JoiningError(
            f"nothing accepts connections at --ray-address {shown(address)} ({error}); {_WHERE}"
        ) from None


def joining_error(address: str, report: str, log: str, token: str) -> JoiningError:
    """Returns why a cluster could not be joined.

    Args:
      address: of the cluster.
      report: of the attempt, with the name of its error.
      log: what ray wrote meanwhile.
      token: where this process has its token from, for people; empty if it has none.
    """
    if any(sign in f"{report} {log}" for sign in _REFUSED):
        ours = f"the token of {token} is not that" if token else "there is no token here, but there is one"
        return JoiningError(
            f"{ours} of the cluster at {shown(address)}; set RAY_AUTH_MODE=token, and RAY_AUTH_TOKEN or "
            "RAY_AUTH_TOKEN_PATH to the token that the cluster was started with"
        )
    versions = _VERSIONS.findall(" ".join(report.split()))
    if "ersion mismatch" in report and len(versions) >= 2:
        (there_ray, there_python), (here_ray, here_python) = versions[:2]
        return JoiningError(
            f"the cluster at {shown(address)} runs ray {there_ray} on Python {there_python}, but here is ray "
            f"{here_ray} on Python {here_python}; both must be the same everywhere",
            "versions",
        )
    if "any running Ray instance" in report:
        return JoiningError(
            f"--ray-address is {shown(address)}, but no node of a cluster runs on this machine; {_WHERE}"
        )
    if any(sign in report for sign in _UNANSWERED):
        return JoiningError(f"--ray-address is {shown(address)}, but no cluster answers there; {_WHERE}")
    return JoiningError(
        f"--ray-address is {shown(address)}, but no cluster can be joined there: {last_line(report)}"
    )


def token_source() -> str:
    """Returns where ray has its token from, in its order of looking; empty if there is none."""
    for variable in ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"):
        if os.environ.get(variable):
            return variable
    return "~/.ray/auth_token" if (Path.home() / ".ray" / "auth_token").exists() else ""


@contextmanager
def _errors_of_ray() -> Iterator[Callable[[], str]]:
    """Keeps what is written to standard error, also by libraries, from the user; gives it as text."""
    with tempfile.TemporaryFile() as log:

        def text() -> str:
            log.seek(0)
            return log.read().decode(errors="replace")

        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            yield text
        finally:
            os.dup2(kept, 2)
            os.close(kept)
