"""The architecture, read from the sources: layers, the one decorator, sizes, documented instructions."""

import ast
import fnmatch
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("vm", "priors", "mcts_compose", "benchmarks")
HEAVY = {"torch", "transformers", "accelerate", "ray"}
MAX_LINES = 600

SOURCES = {
    path.relative_to(ROOT).as_posix(): path
    for layer in LAYERS
    for path in sorted((ROOT / layer).rglob("*.py"))
}
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), name) for name, path in SOURCES.items()}


def _imports(tree):
    """The modules that a source imports anywhere in it, also inside functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide the layer"
            yield node.module


def _roots(name):
    return {module.partition(".")[0] for module in _imports(TREES[name])}


def _sources_of(*layers):
    return [name for name in SOURCES if name.partition("/")[0] in layers]


@pytest.mark.parametrize("layer", LAYERS)
def test_imports_go_one_way(layer):
    above = set(LAYERS[LAYERS.index(layer) + 1 :]) | {"tests"}
    wrong = {name: found for name in _sources_of(layer) if (found := _roots(name) & above)}
    assert not wrong


def test_the_machine_needs_only_numpy_and_numba():
    allowed = sys.stdlib_module_names | {"numpy", "numba", "llvmlite", "vm"}
    wrong = {name: found for name in _sources_of("vm") if (found := _roots(name) - allowed)}
    assert not wrong


def test_the_contract_of_priors_is_light():
    for name in ("priors/base.py", "priors/registry.py", "priors/guard.py"):
        assert not _roots(name) & HEAVY


def test_one_decorator_makes_machine_code():
    compilers = {"jit", "njit", "cfunc", "vectorize", "guvectorize", "stencil"}
    wrong = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in compilers)
        or (isinstance(node, ast.alias) and node.name in compilers)
    }
    assert wrong == {"vm/jit.py"}


def test_only_kernels_go_without_annotations():
    """The exemptions in pyproject.toml are those of the modules that define kernels, and no others."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (untyped,) = (
        override["module"]
        for override in settings["tool"]["mypy"]["overrides"]
        if override.get("disallow_untyped_defs") is False
    )
    of_kernels = {
        name.removesuffix(".py").replace("/", ".")
        for name, tree in TREES.items()
        if any(isinstance(node, ast.alias) and node.name in ("kernel", "native") for node in ast.walk(tree))
    }
    exempt = {name for name in of_kernels if any(fnmatch.fnmatch(name, pattern) for pattern in untyped)}
    assert exempt == of_kernels
    unneeded = [pattern for pattern in untyped if not fnmatch.filter(of_kernels, pattern)]
    assert not unneeded


def test_modules_are_short():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in SOURCES.items()}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_every_module_says_what_it_decides():
    wrong = [name for name, tree in TREES.items() if tree.body and ast.get_docstring(tree) is None]
    assert not wrong


def test_every_package_ships_its_types():
    assert [layer for layer in LAYERS if not (ROOT / layer / "py.typed").is_file()] == []


def test_every_data_file_is_shipped():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]
    for layer in LAYERS:
        for path in (ROOT / layer).rglob("*"):
            is_cache = any(part.startswith((".", "__")) for part in path.relative_to(ROOT).parts[:-1])
            if path.is_dir() or path.suffix == ".py" or is_cache:
                continue
            shipped = any(path.match(pattern) for pattern in (*patterns["*"], *patterns.get(layer, ())))
            assert shipped, f"{path.relative_to(ROOT)} is in no pattern of package-data"


def test_every_instruction_is_documented_and_has_a_twin():
    from vm.isa import Convention
    from vm.reference import REFERENCE_NAMES
    from vm.table import INSTRUCTIONS

    for row in INSTRUCTIONS:
        assert row.doc.endswith(".") and len(row.doc) <= 100, row.name
        assert row.edge and row.example.startswith(f"{row.name}(") and " = " in row.example, row.name
        is_run_by_the_machine = all(body.convention is Convention.HIGHER for body in row.bodies)
        assert is_run_by_the_machine or row.name in REFERENCE_NAMES, row.name


def test_every_scalar_instruction_is_documented_and_stands_in_a_set():
    from vm.assembly.isa import ASSEMBLY_ROWS, OPERATOR_ROWS, OTHER_ROWS
    from vm.assembly.sets import SETS
    from vm.reference.assembly import REFERENCE_OPERATORS

    assert len(ASSEMBLY_ROWS) == len(OPERATOR_ROWS) + len(OTHER_ROWS), "two rows have one name"
    for row in ASSEMBLY_ROWS.values():
        assert row.doc.endswith(".") and len(row.doc) <= 100, row.name
        assert row.edge.endswith("."), row.name
        assert f"{row.name}" in row.example and " | " in row.example and " = " in row.example, row.name
        assert row.is_operator == (row.name in REFERENCE_OPERATORS), row.name
    assert {name for set_ in SETS.values() for name in set_.mnemonics} == set(ASSEMBLY_ROWS)
    for set_ in SETS.values():
        assert len(set(set_.mnemonics)) == len(set_.mnemonics), set_.name
        assert all(set_.operand_kinds(row) is not None for row in set_.rows()), set_.name


def test_the_dispatch_is_what_its_generator_writes():
    from vm.generate_dispatch import TARGET, dispatch_source

    assert TARGET.read_text(encoding="utf-8") == dispatch_source()
