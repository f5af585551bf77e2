"""What can be no skill is refused by one sentence, before any program runs it."""

import functools
import math

import numba
import numba.typed
import numpy as np
import pytest

from tests.vm.functions import offered, refused
from vm import jit
from vm.functions import PythonFunction, function_skill, source
from vm.functions.errors import FunctionError
from vm.functions.linking import link
from vm.skill import Skill

COMPILED = pytest.mark.skipif(not jit.compiles(), reason="nothing is compiled")


@COMPILED
@pytest.mark.parametrize("name", refused.SAID)
def test_a_function_that_can_be_no_skill_is_one_sentence(name):
    with pytest.raises(FunctionError, match=refused.SAID[name]) as caught:
        link(getattr(refused, name).body)
    text = str(caught.value)
    assert text.startswith(f"the function {name} ") and "\n" not in text and len(text) < 400


@COMPILED
def test_a_function_that_does_something_else_when_compiled_is_refused(tmp_path):
    from vm.functions.check import check_function
    from vm.functions.entry import entry_address

    entry, _kept = entry_address(offered.square_plus.body, tmp_path)
    check_function(offered.square_plus.body, entry)
    with pytest.raises(
        FunctionError, match=r"plus_one can be no skill: on .* it gives .* when compiled, but .* in P"
    ):
        check_function(offered.plus_one.body, entry)


def default(n, m=1):
    """Has a default."""


def several(*numbers):
    """Takes any number."""


def generator(n):
    """Is none."""
    yield n


def undocumented(n):
    return n


@pytest.mark.parametrize(
    ("signature", "function", "said"),
    [
        ("int", undocumented, "a signature looks like 'list.int., int -> int', not 'int'"),
        ("int -> int -> int", undocumented, "a signature looks like"),
        (
            "list[list[list[int]]] -> int",
            undocumented,
            "unknown type 'list.list.list.int...'; known types are",
        ),
        ("skill -> int", undocumented, "unknown type 'skill'"),
        ("int -> ", undocumented, "unknown type ''"),
        ("-> int", undocumented, "should have one plain parameter for each of its 0 input types"),
        ("int, int -> int", undocumented, "should have one plain parameter for each of its 2 input types"),
        ("int -> int", default, "one plain parameter for each"),
        ("int -> int", several, "one plain parameter for each"),
        ("int -> int", generator, "one plain parameter for each"),
        ("int -> int", lambda n: n, "needs a name of small letters|should be a function made by def"),
        ("int -> int", functools.partial(undocumented, 1), "needs a name of small letters"),
    ],
)
def test_a_wrong_signature_is_one_sentence(signature, function, said):
    with pytest.raises(FunctionError, match=said):
        function_skill(signature, doc="Is refused.")(function)


def test_a_skill_says_what_it_does_and_has_a_name():
    with pytest.raises(FunctionError, match="undocumented should have a line that says what it does"):
        function_skill("int -> int")(undocumented)
    with pytest.raises(FunctionError, match="needs a name of small letters"):
        function_skill("int -> int", doc="Gives n.", name="Rm -rf")(undocumented)
    made = function_skill("int -> int", doc="Gives n.", name="given", cost=3)(undocumented)
    assert isinstance(made, Skill) and (made.name, made.doc, made.cost) == ("given", "Gives n.", 3)
    assert offered.turn.doc == "Turns a list to the left."


def test_what_has_no_source_is_refused():
    names = {}
    exec("def made(n):\n    return n", names)
    with pytest.raises(FunctionError, match="made has no source that can be read"):
        link(PythonFunction("made", names["made"], (offered.turn.params[1],), offered.turn.params[1]))


@COMPILED
def test_values_that_change_before_it_is_compiled_are_refused(monkeypatch):
    body = offered.weighed.body
    changed = PythonFunction("weighed_anew", body.function, body.input_types, body.output_type)
    assert changed.source
    monkeypatch.setattr(offered, "WEIGHTS", np.array([1, 1, 1]))
    with pytest.raises(FunctionError, match="weighed_anew uses values that have changed meanwhile"):
        link(changed)


def test_the_hash_is_that_of_what_a_function_does(tmp_path):
    def hashed(text):
        file = tmp_path / f"module_{hashed.count}.py"
        hashed.count += 1
        file.write_text(f"import numba\nimport numpy as np\nSIZE = 2\n{text}")
        names = {"__name__": "module"}
        exec(compile(file.read_text(), str(file), "exec"), names)
        return source.source_hash("f", names["f"])

    hashed.count = 0
    one = hashed("def f(n):\n    return n + SIZE\n")
    assert one == hashed("def f(n: int) -> int:\n    'Adds.'\n    # more\n    return (n + SIZE)\n")
    assert one != hashed("def f(n):\n    return n - SIZE\n")
    assert one != hashed("SIZE = 3\ndef f(n):\n    return n + SIZE\n")
    assert one != hashed("SIZE = 2.0\ndef f(n):\n    return n + SIZE\n")
    called = "@numba.njit\ndef g(n):\n    return n + {}\ndef f(n):\n    return g(n)\n"
    assert hashed(called.format(1)) != hashed(called.format(2))
    assert hashed(called.format("SIZE")) == hashed(called.format("SIZE"))
    array = "A = np.array([{}])\ndef f(n):\n    return A[0] + n\n"
    assert len({hashed(array.format(item)) for item in ("1", "2", "1.0")}) == 3
    inside = "def f(n):\n    return [i + {} for i in range(n)]\n"
    assert hashed(inside.format(1)) != hashed(inside.format(2))
    made = "def make(k):\n    @numba.njit\n    def g(n):\n        return n + k\n    return g\n"
    two = made + "a, b = make(1), make({})\ndef f(n):\n    return a(n) + b(n)\n"
    assert hashed(two.format(2)) != hashed(two.format(3))


def test_only_what_a_known_package_holds_is_taken_from_it(monkeypatch):
    def f(n):
        return taken(n)  # noqa: F821 - it is one thing after the other

    for value in (np.sqrt, np.linalg.norm, abs, math.sqrt, np.int64, numba.prange, numba.typed.List):
        monkeypatch.setitem(globals(), "taken", value)
        assert source.source_hash("f", f)
    for value in (functools.partial(abs), np.vectorize(abs), np.random.default_rng().random, _Stranger()):
        monkeypatch.setitem(globals(), "taken", value)
        with pytest.raises(FunctionError, match=r"the function f uses taken, a .*from outside it may take"):
            source.source_hash("f", f)


class _Stranger:
    """Says that it is numpy's."""

    __module__, __name__ = "numpy", "sqrt"

    def __call__(self, n):
        return n
