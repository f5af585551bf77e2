"""What is said of a cluster whose facts are known; no ray is needed."""

import os
from dataclasses import replace

import pytest

from mcts_compose.cluster import node_facts
from mcts_compose.cluster.diagnosis import HERE
from mcts_compose.cluster.findings import TOPICS, findings, summary
from mcts_compose.cluster.node_facts import EQUAL, NEEDED, OPTIONAL, NodeFacts
from tests.mcts_compose.cluster.test_without_ray import run_without

VERSIONS = dict.fromkeys((*EQUAL, *NEEDED, *OPTIONAL), "1.0")
WELL = NodeFacts(
    node="a", machine="boot-a", python="3.11.7", versions=VERSIONS, import_error="", sources="1f",
    processor="zen4", processor_features="0a", pinned_processor="", cache="/home/u/.cache/mcts-compose",
    cache_system="ext4", cache_error="", shared_total=8 * 10**9, shared_free=7 * 10**9, memory=16 * 10**9,
    num_cpus=8, store=2 * 10**9,
)  # fmt: skip
DRIVER = replace(WELL, node=HERE)


def changed(**versions):
    return {**VERSIONS, **versions}


def only(*nodes):
    """The one finding about these nodes."""
    (finding,) = findings(DRIVER, nodes)
    return finding


def test_nothing_is_found_on_nodes_like_the_driver():
    assert findings(DRIVER, [WELL, replace(WELL, node="b", machine="boot-b")]) == []
    assert findings(DRIVER, []) == []
    assert all(summary(topic, [WELL]) for topic in TOPICS)
    assert summary("nodes", [WELL, WELL]) == "2 nodes with 16 CPUs"


@pytest.mark.parametrize("package", EQUAL[1:])
def test_another_version_is_named_with_where_and_what_would_be_right(package):
    other = replace(WELL, node="b", versions=changed(**{package: "0.9"}))
    finding = only(WELL, other)
    assert finding.sentence == f"{package} is 0.9 on b, but 1.0 here; pip install '{package}==1.0' there"
    assert finding.is_fault and finding.topic == "versions"


def test_nodes_with_one_fault_share_a_sentence_and_those_with_others_have_their_own():
    nodes = [replace(WELL, node=f"n{number}", versions=changed(numpy="0.9")) for number in range(6)]
    nodes.append(replace(WELL, node="m", versions=changed(numpy="0.8")))
    first, second = findings(DRIVER, nodes)
    assert first.sentence.startswith("numpy is 0.9 on n0, n1, n2 and 3 more, but 1.0 here")
    assert second.sentence.startswith("numpy is 0.8 on m, but")


def test_minor_version_of_python_matters_and_the_last_number_does_not():
    assert findings(DRIVER, [replace(WELL, python="3.11.2")]) == []
    finding = only(replace(WELL, python="3.12.7"))
    assert finding.sentence == "Python is 3.12 on a, but 3.11 here; the minor version must be the same"


def test_missing_package_is_said_once():
    bare = replace(
        WELL, versions={**VERSIONS, "mcts-compose": None}, sources="", cache="", cache_system="",
        import_error="ModuleNotFoundError: No module named 'mcts_compose'",
    )  # fmt: skip
    finding = only(bare)
    assert finding.topic == "package" and finding.is_fault
    assert "a worker cannot be started on a (ModuleNotFoundError: No module named 'mcts_compose')" in (
        finding.sentence
    )
    assert "but needs mcts-compose 1.0 as it is here; install it there" in finding.sentence


def test_missing_library_is_a_fault_and_a_missing_model_library_is_not():
    finding = only(replace(WELL, versions=changed(msgspec=None)))
    assert finding.is_fault
    assert finding.sentence.startswith(
        "msgspec is missing on a, but workers need it; pip install 'msgspec==1.0'"
    )
    assert not only(replace(WELL, versions=changed(torch=None))).is_fault


def test_other_sources_of_one_version_are_a_fault():
    assert "other sources on a than here" in only(replace(WELL, sources="2e")).sentence


def test_cache_that_cannot_be_written_or_lies_on_a_network_is_a_fault():
    finding = only(replace(WELL, cache_error="Read-only file system"))
    assert "of a cannot be written (Read-only file system)" in finding.sentence
    assert "MCTS_COMPOSE_CACHE" in finding.sentence
    assert "of a lies on nfs4" in only(replace(WELL, cache_system="nfs4")).sentence


def test_nodes_that_share_a_cache_are_named_together():
    nodes = [
        replace(WELL, node="a", cache_sharers=["b"]),
        replace(WELL, node="b", machine="boot-b", cache_sharers=["a"]),
        replace(WELL, node="c", machine="boot-c"),
    ]
    finding = only(*nodes)
    assert finding.sentence.startswith("a and b share the cache '/home/u/.cache/mcts-compose'")


def test_shared_memory_that_is_full_or_smaller_than_the_store_is_a_fault():
    full = only(replace(WELL, shared_free=2 * 10**6))
    assert "/dev/shm of a is full (2 MB free of 8.0 GB)" in full.sentence
    small = only(replace(WELL, shared_total=64 * 10**6, shared_free=64 * 10**6))
    assert "/dev/shm of a has 64 MB, but ray's object store there takes 2.0 GB" in small.sentence
    assert "--shm-size" in small.sentence
    assert findings(DRIVER, [replace(WELL, shared_total=None, shared_free=None)]) == []


def test_more_cpus_than_memory_for_workers_is_a_fault():
    finding = only(replace(WELL, memory=10**9, num_cpus=8))
    assert "a has 125 MB of memory for each of its 8 CPUs" in finding.sentence
    assert finding.sentence.endswith("--num-cpus 2")
    assert findings(DRIVER, [replace(WELL, num_cpus=0)]) == []


def test_mixed_processors_clocks_and_paths_are_good_to_know():
    mixed = [WELL, replace(WELL, node="b", processor="skylake", processor_features="0b")]
    (finding,) = findings(DRIVER, mixed)
    assert "(skylake and zen4)" in finding.sentence and "NUMBA_CPU_NAME=generic" in finding.sentence
    assert findings(DRIVER, [replace(facts, pinned_processor="generic") for facts in mixed]) == []
    late = only(replace(WELL, clock_ahead=-90.0))
    assert late.sentence.startswith("the clock of a is 90 s behind that of this process")
    blind = only(replace(WELL, sees_directory=False))
    assert "--save-every" in blind.sentence
    assert not any(found.is_fault for found in (finding, late, blind))


def test_doctor_without_ray_says_how_to_install_it():
    run = run_without("doctor", "--ray")
    assert run.returncode == 1, run.stderr
    assert run.stdout.splitlines()[-1].startswith("fails ray")
    assert run.stdout.endswith("pip install 'mcts-compose[ray]' installs it\n")


def test_workers_that_must_wait_for_others_are_told():
    nice = [replace(WELL, node=name, niceness=15) for name in "bc"]
    finding = only(WELL, *nice)
    assert finding.sentence.startswith("workers on b and c run with a niceness of 15 and may not change it")
    assert finding.topic == "machines" and not finding.is_fault


def test_look_finds_this_machine_and_its_marker_is_removed(tmp_path, monkeypatch):
    monkeypatch.setenv("MCTS_COMPOSE_CACHE", str(tmp_path / "cache"))
    found = node_facts.look("doctor-1-a", str(tmp_path))
    clock = found.pop("clock")
    assert clock > 0
    facts = NodeFacts(**found, node="a")
    assert findings(replace(facts, node=HERE), [facts]) == []
    assert facts.cache == str(tmp_path / "cache") and facts.cache_error == "" and facts.sees_directory
    assert facts.memory > 0
    assert node_facts.markers("doctor-1-") == ["doctor-1-a"]
    node_facts.remove_marker("doctor-1-a")
    assert node_facts.markers("doctor-1-") == []


def test_cache_below_a_file_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("MCTS_COMPOSE_CACHE", str(tmp_path / "file" / "cache"))
    assert node_facts.look("doctor-1-a", "/")["cache_error"] == "Not a directory"
    assert node_facts.markers("doctor-") == []


def test_file_system_is_that_of_the_innermost_mount(tmp_path):
    inner = tmp_path / "a b"
    inner.mkdir()
    place = os.path.realpath(inner).replace(" ", "\\040")
    mounts = (
        f"21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"40 21 0:50 / {place} rw shared:2 master:3 - nfs4 server:/home rw\n"
    )
    assert node_facts.file_system(str(inner / "cache"), mounts) == "nfs4"
    assert node_facts.file_system(f"{inner}c", mounts) == "ext4"
    assert node_facts.file_system(str(tmp_path), "") == ""
