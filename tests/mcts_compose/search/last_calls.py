"""Programs whose last call needs no operand but one contents, a constant, or a predicate of that contents."""

# By form of the goal-directed test.
LAST_CALLS = {
    "sum": "sum(x)", "product": "product(x)", "maximum": "maximum(x)", "minimum": "minimum(x)",
    "head": "head(x)", "last": "last(x)", "sort": "sort(x)", "sort_down": "sort_down(x)",
    "unique": "unique(x)", "cummax": "cummax(x)", "cummin": "cummin(x)", "tail": "tail(x)", "init": "init(x)",
    "square": "square(x)", "abs": "abs(x)", "div_constant": "div(x, {k})", "mod_constant": "mod(x, {k})",
    "max_constant": "max(x, {k})", "min_constant": "min(x, {k})", "count": "count({mask})",
}  # fmt: skip
PREDICATES = {"even": "even(x)", "odd": "odd(x)", "less": "lt(x, {k})", "greater": "lt({k}, x)"}
UNDONE = {"neg": "neg(x)", "bit_not": "bit_not(x)", "cumsum": "cumsum(x)"}
"""Calls that only one contents leads to: it is known at the start."""
