"""Tasks of `lists-v1` on texts."""

from __future__ import annotations

from benchmarks.suites.draws import Draws
from benchmarks.suites.lists.definition import Definition
from benchmarks.suites.lists.sources import changed, letter, letters, number, sentence, word

_SENTENCE = (sentence(least=2),)


def _mixed_case(value: str, draws: Draws) -> str:
    return "".join(letter.upper() if draws.chance(40) else letter for letter in value)


def _mirrored(value: str, draws: Draws) -> str:
    return value + value[::-1]


TASKS = (
    Definition(
        "spell-backwards", "Write the text backwards in capitals.",
        "(x: str) -> str", "return upper(reverse(x))",
        lambda x: x[::-1].upper(), (word(),), edges=(("",), ("a",), ("Ab",)),
    ),
    Definition(
        "without-spaces", "Leave out the spaces.",
        "(x: str) -> str", "return remove(x, ' ')",
        lambda x: x.replace(" ", ""), _SENTENCE, edges=(("",), ("a",), (" a b ",)), constants=(" ",),
    ),
    Definition(
        "spaces-to-hyphens", "Write hyphens in the place of spaces.",
        "(x: str) -> str", "return replace_value(x, ' ', '-')",
        lambda x: x.replace(" ", "-"), _SENTENCE, edges=(("",), ("a",), ("a b c",)), constants=(" ", "-"),
    ),
    Definition(
        "letter-count", "How often does the letter occur in the text?",
        "(x: str, c: char) -> int", "return count(eq(x, c))",
        lambda x, c: x.count(c), (letters("abcd", 2, 9), letter("abcd")),
        edges=(("", "a"), ("zzz", "z")),
    ),
    Definition(
        "letters-in-use", "Sort the different letters of the text.",
        "(x: str) -> str", "return sort(unique(x))",
        lambda x: "".join(sorted(set(x))), (word(),), edges=(("",), ("bab",)),
    ),
    Definition(
        "digits-only", "Keep the digits.",
        "(x: str) -> str", "return compress(x, is_digit(x))",
        lambda x: "".join(c for c in x if c in "0123456789"), (letters("ab-/ 0123456789", 4, 12),),
        edges=(("",), ("a1b2",), ("ab",)),
    ),
    Definition(
        "number-doubled", "Read the text as a number and write its double.",
        "(x: str) -> str", "a = parse_int(x); return to_text(add(a, a))",
        lambda x: str(2 * int(x)), (lambda draws, longer: str(draws.between(-500, 5000)),),
        edges=(("0",), ("-3",)),
    ),
    Definition(
        "mirror-word", "Does the text read the same backwards?",
        "(x: str) -> bool", "return all(eq(x, reverse(x)))",
        lambda x: x == x[::-1], (changed(letters("abc", 2, 4), _mirrored),),
        edges=(("",), ("a",), ("aba",), ("abca",), ("ab",), ("aab",), ("abcba",)), shown=16,
    ),
    Definition(
        "how-many-capitals", "How many capitals are there?",
        "(x: str) -> int", "return count(is_upper(x))",
        lambda x: sum(c.isupper() for c in x), (changed(sentence(), _mixed_case, 100),),
        edges=(("",), ("A B",)),
    ),
    Definition(
        "first-word", "Give the first word of the sentence.",
        "(x: str) -> str", "return field(x, ' ', 0)",
        lambda x: x.split(" ")[0], _SENTENCE, edges=(("one",),), constants=(" ",),
    ),
    Definition(
        "last-part-of-path", "Give what stands behind the last slash.",
        "(path: str) -> str", "return field(path, '/', -1)",
        lambda path: path.split("/")[-1], (sentence("/", 2, 4),), edges=(("one",), ("/one",), ("one/",)),
        constants=("/",),
    ),
    Definition(
        "last-name-first", "Put the last name before the first name, with a comma between them.",
        "(first: str, last: str) -> str", 'return join(title(last), ", ", title(first))',
        lambda first, last: f"{last.title()}, {first.title()}", (word(), word()), edges=(("ann", "lee"),),
        constants=(", ",),
    ),
    Definition(
        "letters-ahead", "Replace each letter by the one that stands n places further in the alphabet.",
        "(x: str, n: int) -> str", "return char(add(code(x), n))",
        lambda x, n: "".join(chr(ord(c) + n) for c in x), (letters("abcdefghij", 2, 7), number(0, 9)),
        edges=(("", 1), ("a", 1)),
    ),
    Definition(
        "long-word", "Does the word have more than five letters?",
        "(x: str) -> bool", "return lt(5, len(x))",
        lambda x: len(x) > 5, (letters("abcdefgh", 2, 9),),
        edges=(("",), ("abcde",), ("abcdef",), ("zzzzz",), ("zzzzzz",)), shown=16,
    ),
)  # fmt: skip
