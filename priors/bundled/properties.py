"""Decides which properties of values the bundled model reads, and how they become words.

A property is a question with a yes or no for each example: is the result a part of the argument, is it
sorted? Over all examples it is true of *all*, of *none*, of some (*mixed*), or it applies to none of them.
Three properties make a word, `ll00:amn`, so that a task's are a few dozen words.

The groups and their order are fixed, since a trained model knows them by position: new properties go to the
end of a group, new groups to the end of the list. The kernels that mark them stand in the modules named
`..._marks`; their calls are in the order of the names here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vm.values import Batch, Elem

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

States: TypeAlias = NDArray[np.uint8]

STATES: Final = "-nam"
"""Letters of the states: applies to no example, true of none, of all, mixed."""
A_WORD: Final = 3
"""Properties in a word."""
LONGEST: Final = 100
"""A longer list counts as its first so many elements, so that time stays bounded."""


@dataclass(frozen=True)
class Group:
    """Properties of values of certain kinds.

    Attributes:
      key: how its words begin.
      names: one for each property; what it says when it is true.
    """

    key: str
    names: tuple[str, ...]

    @property
    def num_words(self) -> int:
        """How many words the group's properties take."""
        return -(-len(self.names) // A_WORD)

    def words(self, states: States, num: int | None = None) -> list[str]:
        """Returns the words of the properties' states, of the first `num` words only if that is given."""
        letters = "".join([STATES[state] for state in states.tolist()])
        count = self.num_words if num is None else num
        return [
            f"{self.key}{number:02}:{letters[A_WORD * number : A_WORD * (number + 1)]}"
            for number in range(count)
        ]

    def vocabulary(self) -> list[str]:
        """Returns every word that the group can give."""
        all_words = []
        for number in range(self.num_words):
            size = len(self.names[A_WORD * number : A_WORD * (number + 1)])
            all_words += [
                f"{self.key}{number:02}:{''.join(states)}" for states in product(STATES, repeat=size)
            ]
        return all_words


LIST: Final = Group(
    "l",
    (
        "it is empty", "it has one element", "sorted up", "sorted down", "no element occurs twice",
        "all elements are equal", "none is negative", "all have one digit", "all are 0 or 1", "it has a 0",
        "all are positions in it", "as long as in the first example", "as in the first example",
        "the first element is that of the first example", "the last element is that of the first example",
        "all are even", "all are odd", "it has a 1", "first and last are equal", "it is a palindrome",
        "each is one more than the last", "the steps are equal", "neighbours differ", "its length is even",
        "the first is the largest", "the first is the smallest", "the last is the largest",
        "the last is the smallest", "it permutes its positions", "one is beyond 100",
    ),
)  # fmt: skip
SCALAR: Final = Group(
    "s",
    (
        "it is 0", "positive", "even", "0 or 1", "it has one digit", "below 100", "as in the first example",
        "more than in the example before", "it is -1",
    ),
)  # fmt: skip
LIST_LIST: Final = Group(
    "ll",
    (
        "as long", "longer", "longer by one", "shorter by one", "twice as long", "half as long",
        "equal", "all elements are in x", "all elements of x are in it", "it shares nothing with x",
        "the elements are the same", "no element occurs more often than in x", "a permutation", "a prefix",
        "a suffix", "a piece", "a subsequence", "x is its prefix", "x is its suffix", "x is its subsequence",
        "reversed", "rotated", "firsts of equal elements", "the even elements", "the odd elements",
        "the largest elements", "the smallest elements",
        "the first is x's first", "the last is x's last", "the first is x's last", "the last is x's first",
        "the same largest", "the same smallest", "the same sum", "within x's range",
        "the first is x's largest", "the first is x's smallest", "the first is x's sum",
        "the first is x's length", "the last is x's sum", "as long as x's first says",
        "as long as x's last says", "as long as x's largest says", "all are positions of x",
        "the last is x's largest", "as long as x has different elements",
        "nowhere below x", "nowhere above x", "somewhere equal to x", "mostly equal to x",
        "one element differs", "two elements differ", "the same parity", "the same sign",
        "the distance from zero", "the square", "the negative", "the double", "x moved by a constant",
        "in the order of x", "in the reverse order of x", "a function of x's element", "sums up to there",
        "differences", "largest up to there", "smallest up to there", "how often each occurs",
        "every second element", "x at every second place",
        "one function in all examples", "one difference in all examples", "one factor in all examples",
    ),
)  # fmt: skip
LIST_SCALAR: Final = Group(
    "ls",
    (
        "x's first", "x's last", "the largest", "the smallest", "the sum", "the length", "it is in x",
        "from 0 to the length", "a position", "how many are different", "where the largest is",
        "where the smallest is", "the second", "the last but one", "the middle one", "none is larger",
        "none is smaller", "the sum's parity", "how many are even", "how many are odd",
        "how many are positive", "largest less smallest", "first plus last", "the second largest",
        "how often the most frequent is there", "how many are not alone", "it is there twice",
        "the most frequent", "more than the sum", "the largest below the middle of the range",
    ),
)  # fmt: skip
LIST_TRUTH: Final = Group(
    "lt",
    (
        "x is empty", "x is sorted up", "no element occurs twice", "no two elements differ",
        "x is a palindrome", "the length is even", "the sum is even", "all are even", "one is even",
        "the first is even", "the last is even", "the largest is even", "the smallest is even",
        "first and last are equal", "the first is below the last", "the first is the largest", "x has a 0",
        "the first occurs again", "the last occurs again", "the sum is positive", "the first is positive",
    ),
)  # fmt: skip
LIST_MASK: Final = Group(
    "lm",
    (
        "as long", "where x is even", "where x is positive", "where x is 0", "at first occurrences",
        "where an element is alone", "where x is its first", "where x is largest", "where x is smallest",
        "where x rises", "where x falls", "where x repeats", "at even places", "where x is large",
        "where x is small", "at one place", "above one threshold in all examples",
        "below one threshold in all examples",
    ),
)  # fmt: skip
SCALAR_LIST: Final = Group(
    "sl",
    (
        "x is the first", "x is the last", "x is in it", "x long", "x + 1 long", "x - 1 long", "all are x",
        "the sum is x", "x is the largest", "x is the smallest", "all below x", "all at most x",
        "all above x", "all at least x", "all multiples of x", "steps of x", "x is in it once",
        "at most x long",
    ),
)  # fmt: skip
SCALAR_SCALAR: Final = Group(
    "ss",
    (
        "equal", "larger", "one apart", "moved by a constant", "the double", "the square", "the negative",
        "the distance from zero", "a multiple", "a divisor", "the same parity", "the same sign",
        "true where x is even", "true where x is positive", "true where x is 0",
    ),
)  # fmt: skip
LIST_AND_SCALAR: Final = Group(
    "u",
    (
        "k is a position", "k is from 0 to the length", "k is in the list", "k is more than the length",
        "k is in the range", "k is in the list twice",
    ),
)  # fmt: skip
TWO_LISTS: Final = Group(
    "v",
    (
        "equally long", "the first is longer", "the second is a mask", "the second has positions",
        "they share an element", "the second is in the first",
    ),
)  # fmt: skip
TWO_SCALARS: Final = Group("w", ("the first is smaller", "they are equal", "the second divides the first"))
LIST_OF_LIST_AND_SCALAR: Final = Group(
    "ul",
    (
        "the first k", "all but the first k", "k long", "k shorter", "plus k", "minus k", "times k",
        "divided by k", "each is as before or k", "as many as are above k", "as many as are below k",
        "as many as are not k", "k times as long", "k has come in", "the first is the one at k",
    ),
)  # fmt: skip
SCALAR_OF_LIST_AND_SCALAR: Final = Group(
    "us",
    (
        "the one at k", "how often k occurs", "how many are above k", "how many are below k",
        "how many k divides", "whether k occurs", "the sum of the first k", "the sum of all but the first k",
        "one of the arguments' numbers",
    ),
)  # fmt: skip
LIST_OF_TWO_LISTS: Final = Group(
    "vl",
    (
        "both lengths together", "as long as the shorter", "as long as the longer", "all are in either",
        "all are in the first alone", "all are in both", "the sum", "the difference", "the product",
        "each from either", "the smaller of both", "the larger of both",
    ),
)  # fmt: skip
SCALAR_OF_TWO_SCALARS: Final = Group(
    "ws",
    (
        "the sum", "the difference", "the product", "the smaller", "the larger", "the quotient",
        "the remainder", "whether the first is smaller", "whether they are equal",
    ),
)  # fmt: skip

GROUPS: Final = (
    LIST, SCALAR, LIST_LIST, LIST_SCALAR, LIST_TRUTH, LIST_MASK, SCALAR_LIST, SCALAR_SCALAR, LIST_AND_SCALAR,
    TWO_LISTS, TWO_SCALARS, LIST_OF_LIST_AND_SCALAR, SCALAR_OF_LIST_AND_SCALAR, LIST_OF_TWO_LISTS,
    SCALAR_OF_TWO_SCALARS,
)  # fmt: skip


def cut(batch: Batch) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns the words of a batch of rank 0 or 1, and `[examples + 1]` where each example's begin.

    Lists longer than `LONGEST` are cut.
    """
    starts = np.zeros(len(batch.rows) + 1, np.int64)
    np.cumsum(batch.rows, out=starts[1:])
    words = np.ascontiguousarray(batch.words)
    if len(batch.rows) and int(batch.rows.max()) > LONGEST:
        lists = [words[begin : min(end, begin + LONGEST)] for begin, end in pairwise(starts)]
        return np.concatenate(lists), np.r_[0, np.cumsum([len(part) for part in lists])].astype(np.int64)
    return words, starts


class Values:
    """The values of one pointer on all examples, as the kernels read them.

    Attributes:
      is_list: rank 1; rank 0 otherwise.
      is_bool: bools, as 0 and 1.
      examples: how many there are.

    Raises:
      ValueError: the batch has more or fewer words than its rows say.
    """

    def __init__(self, batch: Batch) -> None:
        self.is_list = batch.type.rank == 1
        self.is_bool = batch.type.elem is Elem.BOOL
        self.examples = len(batch.rows)
        if int(batch.rows.sum()) != len(batch.words) or (batch.rows < 0).any():
            raise ValueError(f"a batch of {batch.type} has {len(batch.words)} words in rows of other lengths")
        self.words, self.starts = cut(batch)

    @property
    def arrays(self) -> tuple[NDArray[np.int64], ...]:
        """What the kernels take of it: of a list also where each example's begins."""
        return (self.words, self.starts) if self.is_list else (self.words,)


def _marked(group: Group, kernel: Callable[..., Any], *values: Values) -> tuple[Group, States]:
    """Returns the states that a kernel marks; kernels read as many examples of each as the first one has."""
    counts = {each.examples for each in values}
    if len(counts) > 1:
        raise ValueError(
            f"values of {' and '.join(map(str, sorted(counts)))} examples have no properties together"
        )
    seen = np.zeros(len(group.names), np.uint8)
    kernel(*(array for value in values for array in value.arrays), values[0].examples, seen)
    return group, seen


def of_one(values: Values) -> tuple[Group, States]:
    """Returns the states `[properties]` of what one pointer's values are like, with their group."""
    from priors.bundled.single_marks import mark_list, mark_scalar

    if values.is_list:
        return _marked(LIST, mark_list, values)
    return _marked(SCALAR, mark_scalar, values)


def of_pair(x: Values, y: Values) -> tuple[Group, States]:
    """Returns the states of how a result `y` lies to an argument or contents `x`, with their group."""
    from priors.bundled.list_marks import mark_lists
    from priors.bundled.mask_marks import mark_mask
    from priors.bundled.scalar_marks import (
        mark_list_of_scalar,
        mark_scalar_of_list,
        mark_scalars,
        mark_truth_of_list,
    )

    if x.is_list and y.is_list:
        if y.is_bool and not x.is_bool:
            return _marked(LIST_MASK, mark_mask, x, y)
        return _marked(LIST_LIST, mark_lists, x, y)
    if x.is_list:
        if y.is_bool:
            return _marked(LIST_TRUTH, mark_truth_of_list, x, y)
        return _marked(LIST_SCALAR, mark_scalar_of_list, x, y)
    if y.is_list:
        return _marked(SCALAR_LIST, mark_list_of_scalar, x, y)
    return _marked(SCALAR_SCALAR, mark_scalars, x, y)


def of_arguments(u: Values, v: Values) -> tuple[Group, States]:
    """Returns the states of how two arguments lie to each other, with their group."""
    from priors.bundled.joint_marks import mark_list_and_scalar, mark_two_lists, mark_two_scalars

    if u.is_list and v.is_list:
        return _marked(TWO_LISTS, mark_two_lists, u, v)
    if u.is_list or v.is_list:
        return _marked(LIST_AND_SCALAR, mark_list_and_scalar, *((u, v) if u.is_list else (v, u)))
    return _marked(TWO_SCALARS, mark_two_scalars, u, v)


def of_both(u: Values, v: Values, y: Values) -> tuple[Group, States] | None:
    """Returns the states of how a result lies to two arguments together, with their group, if any."""
    from priors.bundled.joint_marks import (
        mark_list_of_list_and_scalar,
        mark_list_of_two_lists,
        mark_scalar_of_list_and_scalar,
        mark_scalar_of_two_scalars,
    )

    if u.is_list and v.is_list:
        return _marked(LIST_OF_TWO_LISTS, mark_list_of_two_lists, u, v, y) if y.is_list else None
    if u.is_list or v.is_list:
        first, second = (u, v) if u.is_list else (v, u)
        if y.is_list:
            return _marked(LIST_OF_LIST_AND_SCALAR, mark_list_of_list_and_scalar, first, second, y)
        return _marked(SCALAR_OF_LIST_AND_SCALAR, mark_scalar_of_list_and_scalar, first, second, y)
    return None if y.is_list else _marked(SCALAR_OF_TWO_SCALARS, mark_scalar_of_two_scalars, u, v, y)


def states_of(inputs: Sequence[Values], output: Values) -> list[tuple[str, Group, States]]:
    """Returns the groups of a task's properties with the role of what they are about, in a fixed order."""
    found = [("out", *of_one(output))]
    for number, values in enumerate(inputs):
        found += [(f"in{number}", *of_one(values)), (f"in{number}", *of_pair(values, output))]
    if len(inputs) >= 2:
        found.append(("both", *of_arguments(inputs[0], inputs[1])))
        both = of_both(inputs[0], inputs[1], output)
        if both is not None:
            found.append(("both", *both))
    return found
