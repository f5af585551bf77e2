"""The tricks P1 to P25 with their programs and terms.

Source: the benchmark list of Gulwani, Jha, Tiwari and Venkatesan, Synthesis of Loop-Free Programs, PLDI 2011,
whose tricks are from Warren, Hacker's Delight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from benchmarks.suites.bit_tricks import meanings, sources
from benchmarks.suites.bit_tricks.definition import Trick

ONE: Final = ((0,), (1,), (-1,), (-2,), (127,), (128,), (3,), (6,))
TWO: Final = (
    (0, 0), (0, 1), (1, 0), (1, 1), (-1, -1), (-1, 0), (0, -1), (127, 128), (128, 127), (-1, 1),
    (5, 5), (4, 7),
)  # fmt: skip
FIELDS: Final = ((0, 0, 0), (-1, 3, 4), (0x5A, 0x0F, 4), (0x35, 0x03, 2), (1, 1, 7), (-1, -1, 0), (6, 1, 1))
CYCLES: Final = (
    (1, 1, 2, 3), (2, 1, 2, 3), (3, 1, 2, 3), (4, 1, 2, 3),
    (5, 5, 5, 7), (5, 5, 6, 5), (6, 5, 6, 6), (0, 0, -1, 1),
)  # fmt: skip


def literal(width: int, value: int) -> str:
    """Returns a word as an SMT-LIB literal."""
    return f"#x{value % 2**width:0{width // 4}x}"


def repeated(width: int, pattern: int, size: int) -> int:
    """Returns the word that repeats a pattern of so many bits."""
    return sum(pattern << shift for shift in range(0, width, size))


def _lines(text: str) -> Callable[[int], list[str]]:
    """Returns the lines of a program in which `top` stands for the number of the highest bit."""
    return lambda width: text.replace("top", str(width - 1)).split("; ")


def _term(text: str) -> Callable[[int], str]:
    """Returns a term in which `{0}`, `{1}` and `{2}` stand for words, and `{m}` for the word of all ones."""
    return lambda width: text.format(*(literal(width, value) for value in range(3)), m=literal(width, -1))


def _average(rounds_up: bool) -> Callable[[int], str]:
    """Returns the term of an average in one more bit."""

    def term(width: int) -> str:
        total = "(bvadd ((_ zero_extend 1) x) ((_ zero_extend 1) y))"
        if rounds_up:
            total = f"(bvadd {total} ((_ zero_extend 1) {literal(width, 1)}))"
        return f"((_ extract {width} 1) {total})"

    return term


def _each_bit(combine: str) -> Callable[[int], str]:
    """Returns the term that combines all bits of x, each as a word."""

    def term(width: int) -> str:
        found = ""
        for index in range(width):
            bit = f"((_ zero_extend {width - 1}) ((_ extract {index} {index}) x))"
            found = f"({combine} {found} {bit})" if found else bit
        return found

    return term


def _parity_lines(width: int) -> list[str]:
    ones = repeated(width, 1, 4)
    return [
        "lshr x 1", "xor x t1", "lshr t2 2", "xor t2 t3", f"and t4 {ones}", f"mul t5 {ones}",
        f"lshr t6 {width - 4}", "and t7 1",
    ]  # fmt: skip


def _count_lines(width: int) -> list[str]:
    pairs, quads, bytes_ = (repeated(width, (1 << size) - 1, 2 * size) for size in (1, 2, 4))
    lines = [
        "lshr x 1", f"and t1 {pairs}", "sub x t2",
        f"and t3 {quads}", "lshr t3 2", f"and t5 {quads}", "add t4 t6",
        "lshr t7 4", "add t7 t8", f"and t9 {bytes_}",
    ]  # fmt: skip
    if width > 8:
        lines += [f"mul t10 {repeated(width, 1, 8)}", f"lshr t11 {width - 8}"]
    return lines


def _round_up_lines(width: int) -> list[str]:
    lines, shift = ["sub x 1"], 1
    while shift < width:
        lines += [f"lshr t{len(lines)} {shift}", f"or t{len(lines)} t{len(lines) + 1}"]
        shift *= 2
    return [*lines, f"add t{len(lines)} 1"]


def _round_up_term(width: int) -> str:
    term = literal(width, 0)
    for index in reversed(range(width)):
        power = literal(width, 1 << index)
        term = f"(ite (bvule x {power}) {power} {term})"
    return f"(ite (= x {literal(width, 0)}) {literal(width, 0)} {term})"


def _product_lines(width: int) -> list[str]:
    half = width // 2
    low = (1 << half) - 1
    return [
        f"and x {low}", f"lshr x {half}", f"and y {low}", f"lshr y {half}",
        "mul t1 t3", "mul t2 t3", "mul t1 t4", "mul t2 t4",
        f"lshr t5 {half}", "add t6 t9", f"and t10 {low}", f"lshr t10 {half}",
        "add t7 t11", f"lshr t13 {half}", "add t14 t12", "add t15 t8",
    ]  # fmt: skip


def _product_term(width: int) -> str:
    wide = [f"((_ zero_extend {width}) {name})" for name in ("x", "y")]
    return f"((_ extract {2 * width - 1} {width}) (bvmul {wide[0]} {wide[1]}))"


def _one(number: int, description: str, lines: str, term: str, function: Callable[..., int]) -> Trick:
    return Trick(number, description, ("x",), _lines(lines), _term(term), function, sources.one, ONE)


def _two(
    number: int,
    description: str,
    lines: str,
    term: Callable[[int], str],
    function: Callable[..., int],
    is_question: bool = False,
) -> Trick:
    return Trick(
        number, description, ("x", "y"), _lines(lines), term, function, sources.two, TWO, is_question
    )


TRICKS: Final[tuple[Trick, ...]] = (
    _one(1, "Turn off the lowest 1-bit.", "sub x 1; and x t1", "(bvand x (bvsub x {1}))",
         meanings.clear_lowest_one),
    _one(2, "Turn off the trailing 1-bits, which gives 0 for words of the form 2^n - 1 alone.",
         "add x 1; and x t1", "(bvand x (bvadd x {1}))", meanings.clear_trailing_ones),
    _one(3, "Keep only the lowest 1-bit.", "neg x; and x t1", "(bvand x (bvneg x))",
         meanings.keep_lowest_one),
    _one(4, "Make a mask of the lowest 1-bit and the 0-bits below it.", "sub x 1; xor x t1",
         "(bvxor x (bvsub x {1}))", meanings.mask_to_lowest_one),
    _one(5, "Turn on all bits below the lowest 1-bit.", "sub x 1; or x t1", "(bvor x (bvsub x {1}))",
         meanings.spread_lowest_one),
    _one(6, "Turn on the lowest 0-bit.", "add x 1; or x t1", "(bvor x (bvadd x {1}))",
         meanings.set_lowest_zero),
    _one(7, "Give a word with a single 1-bit where the lowest 0-bit is.", "not x; add x 1; and t1 t2",
         "(bvand (bvnot x) (bvadd x {1}))", meanings.keep_lowest_zero),
    _one(8, "Make a mask of the trailing 0-bits.", "not x; sub x 1; and t1 t2",
         "(bvand (bvnot x) (bvsub x {1}))", meanings.mask_trailing_zeros),
    _one(9, "Find the absolute value of a signed word.", "ashr x top; xor x t1; sub t2 t1",
         "(ite (bvslt x {0}) (bvneg x) x)", meanings.absolute),
    _two(10, "Do both words have the same number of leading 0-bits?", "and x y; xor x y; ule t2 t1",
         _term("(ite (bvule (bvxor x y) (bvand x y)) {1} {0})"), meanings.same_length, True),
    _two(11, "Has the first word fewer leading 0-bits than the second?", "not y; and x t1; ult y t2",
         _term("(ite (bvugt (bvand x (bvnot y)) y) {1} {0})"), meanings.longer, True),
    _two(12, "Has the first word at most as many leading 0-bits as the second?", "not x; and y t1; ule t2 x",
         _term("(ite (bvule (bvand y (bvnot x)) x) {1} {0})"), meanings.not_shorter, True),
    _one(13, "Find the sign of a signed word: -1, 0 or 1.", "ashr x top; neg x; lshr t2 top; or t1 t3",
         "(ite (bvslt x {0}) {m} (ite (= x {0}) {0} {1}))", meanings.sign),
    _two(14, "Find the average of two unsigned words, rounded down, without overflow.",
         "and x y; xor x y; lshr t2 1; add t1 t3", _average(False), meanings.floor_average),
    _two(15, "Find the average of two unsigned words, rounded up, without overflow.",
         "or x y; xor x y; lshr t2 1; sub t1 t3", _average(True), meanings.ceiling_average),
    _two(16, "Find the larger of two signed words.", "xor x y; sle y x; neg t2; and t1 t3; xor t4 y",
         _term("(ite (bvsge x y) x y)"), meanings.larger),
    _one(17, "Turn off the lowest run of 1-bits.", "sub x 1; or x t1; add t2 1; and t3 x",
         "(bvand (bvadd (bvor x (bvsub x {1})) {1}) x)", meanings.clear_lowest_run),
    Trick(18, "Is the word a power of two?", ("x",), _lines("sub x 1; and x t1; eq t2 0; ne x 0; and t3 t4"),
          _term("(ite (= x {0}) {0} (ite (= (bvand x (bvsub x {1})) {0}) {1} {0}))"),
          meanings.is_power_of_two, sources.one, ONE, True),
    Trick(19, "Exchange the bits of x that the mask m selects with those k places higher.", ("x", "m", "k"),
          _lines("lshr x k; xor x t1; and t2 m; shl t3 k; xor t4 t3; xor t5 x"),
          _term("(bvxor x (bvxor (bvshl (bvand (bvxor (bvlshr x k) x) m) k)"
                " (bvand (bvxor (bvlshr x k) x) m)))"),
          meanings.exchange_fields, sources.fields, FIELDS),
    _one(20, "Find the next larger word with the same number of 1-bits.",
         "neg x; and x t1; add x t2; xor x t3; lshr t4 2; udiv t5 t2; or t6 t3",
         "(bvor (bvadd x (bvand x (bvneg x)))"
         " (bvudiv (bvlshr (bvxor x (bvadd x (bvand x (bvneg x)))) {2}) (bvand x (bvneg x))))",
         meanings.next_with_as_many_ones),
    Trick(21, "Step through the cycle a, b, c: from a to b, from c to a, and from anything else to c.",
          ("x", "a", "b", "c"),
          _lines("eq x c; neg t1; xor a c; eq x a; neg t4; xor b c;"
                 " and t2 t3; and t5 t6; xor t7 t8; xor t9 c"),
          _term("(ite (= x a) b (ite (= x c) a c))"), meanings.cycle, sources.cycle, CYCLES),
    Trick(22, "Is the number of 1-bits odd?", ("x",), _parity_lines, _each_bit("bvxor"),
          meanings.parity, sources.one, ONE, True),
    Trick(23, "Count the 1-bits.", ("x",), _count_lines, _each_bit("bvadd"), meanings.count_ones,
          sources.one, ONE),
    Trick(24, "Round up to a power of two; 0 where that does not fit.", ("x",), _round_up_lines,
          _round_up_term, meanings.round_up_to_power_of_two, sources.one, ONE),
    Trick(25, "Find the high half of the product of two unsigned words.", ("x", "y"), _product_lines,
          _product_term, meanings.high_half_of_product, sources.two, TWO),
)  # fmt: skip
