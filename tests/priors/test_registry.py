"""Names, nearest matches, duplicates, third parties."""

import importlib.metadata
import subprocess
import sys

import pytest

from priors.arguments import PriorArgumentError
from priors.registry import (
    PRIORS,
    BrokenEntryError,
    DuplicateNameError,
    Entry,
    Registry,
    UnknownNameError,
    make_prior,
)


class _FakeDistribution:
    def __init__(self, name):
        self.name = name
        self.metadata = {"Summary": f"The package\n{name}"}


def _point(name, value, package):
    point = importlib.metadata.EntryPoint(name, value, "group.of.things")
    return point._for(_FakeDistribution(package))


@pytest.fixture
def third_parties(monkeypatch):
    """Pretends that packages with these entry points are installed."""

    def install(*points):
        monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: list(points))

    install()
    return install


@pytest.fixture
def registry(third_parties):
    return Registry("thing", {"join": "os.path:join", "split": "os.path:split"}, "group.of.things")


def test_a_builtin_thing_is_imported_when_asked_for(registry):
    import os.path

    assert registry.names() == ("join", "split")
    assert registry.load("join") is os.path.join


def test_an_unknown_name_lists_the_known_ones_and_the_nearest(registry):
    with pytest.raises(UnknownNameError) as error:
        registry.load("jion")
    assert str(error.value) == "unknown thing 'jion'; known ones are join, split; did you mean 'join'?"
    with pytest.raises(UnknownNameError) as error:
        registry.load("zzz")
    assert "did you mean" not in str(error.value)


def test_a_name_is_registered_once(registry):
    registry.register("exists", "os.path:exists")
    for name in ("exists", "join"):
        with pytest.raises(DuplicateNameError, match=f"thing '{name}' is already registered"):
            registry.register(name, "os.path:exists")


def test_a_frozen_registry_takes_no_names(registry):
    registry.freeze()
    with pytest.raises(RuntimeError, match="comes too late"):
        registry.register("exists", "os.path:exists")


def test_third_parties_are_found_by_entry_points(registry, third_parties):
    third_parties(_point("exists", "os.path:exists", "pack"))
    assert registry.names() == ("join", "split", "exists")
    assert registry.load("exists") is __import__("os").path.exists
    assert registry.entry("exists").origin == "pack"
    assert registry.entry("exists").doc == "The package pack"


def test_a_third_party_never_shadows_a_builtin_thing(registry, third_parties):
    third_parties(_point("join", "os.path:exists", "pack"))
    assert registry.load("join") is __import__("os").path.join
    assert [entry.origin for entry in registry.shadowed()] == ["pack"]
    assert registry.names() == ("join", "split")


def test_two_packages_with_one_name_hurt_that_name_only(registry, third_parties):
    third_parties(
        _point("exists", "os.path:exists", "pack"), _point("exists", "os.path:isdir", "other"),
        _point("isdir", "os.path:isdir", "other"),
    )  # fmt: skip
    with pytest.raises(DuplicateNameError, match="claimed by other and pack"):
        registry.load("exists")
    assert registry.load("isdir") is __import__("os").path.isdir


@pytest.mark.parametrize("target", ["no_such_module:x", "os.path:no_such", "os.path"])
def test_what_cannot_be_imported_is_named(registry, target):
    registry.register("broken", target)
    with pytest.raises(BrokenEntryError, match="thing 'broken' of registered cannot be loaded from"):
        registry.load("broken")


def test_every_registered_prior_is_made_or_says_what_it_needs():
    for name in PRIORS.names():
        try:
            assert make_prior(name).name == name
        except PriorArgumentError as error:
            assert str(error).startswith(f"prior '{name}' needs ")


def test_every_registered_prior_is_described():
    for name in PRIORS.names():
        entry = PRIORS.entry(name)
        assert entry.doc and not entry.doc.endswith("."), name


def test_a_prior_that_lacks_a_method_is_refused(monkeypatch):
    monkeypatch.setattr(PRIORS, "load", lambda name: _NoPrior)
    with pytest.raises(BrokenEntryError, match="lacks"):
        make_prior("no-prior")


class _Raises:
    """Stands for a third party's class, whose constructor or properties fail."""

    error: BaseException

    @classmethod
    def from_arguments(cls, arguments):
        raise cls.error


class _RaisesLater:
    name, is_model, shared, ranks, proposes, usage = "bad", False, False, True, False, None
    prepare = price_skills = rank_arms = propose_subtasks = lambda self: None

    @classmethod
    def from_arguments(cls, arguments):
        return cls()

    @property
    def fingerprint(self):
        raise OSError("the weights are gone")


@pytest.fixture
def bad(monkeypatch):
    """Registers a class of this file as the prior `bad` of the package `pack`."""

    def register(attribute):
        entry = Entry("bad", f"{__name__}:{attribute}", "pack")
        monkeypatch.setitem(PRIORS._registered, "bad", entry)

    return register


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(5, "Input/output error", "w.bin"), "OSError: [Errno 5] Input/output error: 'w.bin'"),
        (KeyError("llama"), "KeyError: 'llama'"),
        (MemoryError(), "MemoryError: no message"),
        (RuntimeError("line one\nline two"), "RuntimeError: line one line two"),
        (ValueError("x" * 5000), f"ValueError: {'x' * 200}"),
        (ImportError("cannot import name 'Y' from 'z'"), "ImportError: cannot import name 'Y' from 'z'"),
        (
            ModuleNotFoundError("No module named 'torch.nn'", name="torch.nn"),
            "torch is not installed; install it with pip install 'mcts-compose[lm]'",
        ),
        (
            ModuleNotFoundError("No module named 'flux'", name="flux"),
            "flux is not installed; install it with pip install flux or as pack says",
        ),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_whatever_a_prior_raises_while_it_is_made_is_one_sentence(bad, monkeypatch, error, said):
    bad("_Raises")
    monkeypatch.setattr(_Raises, "error", error, raising=False)
    with pytest.raises(BrokenEntryError) as caught:
        make_prior("bad")
    assert str(caught.value) == f"prior 'bad' cannot be made: {said}"
    assert caught.value.__cause__ is error


def test_what_a_prior_says_of_its_arguments_is_left_as_it_is(bad, monkeypatch):
    bad("_Raises")
    monkeypatch.setattr(_Raises, "error", PriorArgumentError("a sentence of its own"), raising=False)
    with pytest.raises(PriorArgumentError, match=r"^a sentence of its own$"):
        make_prior("bad")


def test_a_prior_whose_properties_fail_is_one_sentence(bad):
    bad("_RaisesLater")
    with pytest.raises(
        BrokenEntryError, match=r"^prior 'bad' cannot be made: OSError: the weights are gone$"
    ):
        make_prior("bad")


def test_a_package_that_a_prior_needs_is_named_with_its_command(bad, monkeypatch, tmp_path):
    (tmp_path / "needs_flux.py").write_text("import flux.capacitor\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(PRIORS._registered, "bad", Entry("bad", "needs_flux:Prior", "pack"))
    with pytest.raises(BrokenEntryError, match=r"flux is not installed; install it with pip install flux or"):
        make_prior("bad")


class _NoPrior:
    @classmethod
    def from_arguments(cls, arguments):
        return cls()


def test_names_are_listed_without_heavy_imports():
    script = (
        "import sys, priors.registry as r; r.PRIORS.names(); "
        "print([m for m in ('numpy', 'numba', 'torch', 'ray') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
