"""Loops over skills as values; the machine's frames run them (vm/loops.py), so there are no kernels here."""

from vm.isa import Family

FAMILY = Family("control")


FAMILY.row("map", "Gives the results of a skill on each element.",
           edge="Nothing gives nothing; a fault of the skill on any element is a fault.",
           example="map(&mul(_, 2), [1, 2, 3]) = [2, 4, 6]", cost=6)  # fmt: skip
FAMILY.higher("map", "(T -> U) [T] -> [U]")


FAMILY.row("filter", "Keeps the elements for which a skill says true.",
           edge="Nothing stays nothing; a fault of the skill on any element is a fault.",
           example="filter(&lt(_, 3), [1, 5, 2]) = [1, 2]", cost=6)  # fmt: skip
FAMILY.higher("filter", "(T -> bool) [T] -> [T]")


FAMILY.row("sort_by", "Sorts a list by the keys that a skill gives for its elements, the smallest first.",
           edge="Equal keys keep their order; a fault of the skill on any element is a fault.",
           example="sort_by(&neg, [1, 3, 2]) = [3, 2, 1]", cost=6)  # fmt: skip
FAMILY.higher("sort_by", "(T -> W) [T] -> [T]")


FAMILY.row("fold", "Carries a value through a list: a skill makes the next from it and each element in turn.",
           edge="An empty list gives the value it started with.",
           example="fold(&sub, 10, [1, 2, 3]) = 4", cost=6)  # fmt: skip
FAMILY.higher("fold", "(A T -> A) A [T] -> A")


FAMILY.row("scan", "Gives the values that a fold from the first element passes through.",
           edge="Nothing gives nothing; one element stays as it is.",
           example="scan(&add, [1, 2, 3]) = [1, 3, 6]", cost=6)  # fmt: skip
FAMILY.higher("scan", "(T T -> T) [T] -> [T]")


FAMILY.row("iterate", "Applies a skill so many times, each time to the result of the last.",
           edge="A count below 1 changes nothing.",
           example="iterate(&mul(_, 2), 3, 1) = 8", cost=6)  # fmt: skip
FAMILY.higher("iterate", "(A -> A) int A -> A")


FAMILY.row("until", "Applies a skill again and again until a second skill says true of the result.",
           edge="If it is true at the start nothing changes; if it never is, the run is out of fuel.",
           example="until(&mul(_, 2), &gt(_, 9), 1) = 16", cost=6)  # fmt: skip
FAMILY.higher("until", "(A -> A) (A -> bool) A -> A")
