"""Text: characters are code points, a text is a list of them, so every list skill works on it too."""

import numpy as np

from vm.instructions.building import truncate_ten
from vm.isa import Family, Status, Work
from vm.jit import kernel
from vm.shape import OK, OUT_OF_MEMORY, close, copy, put_list, rows, start
from vm.values import INT_MIN

FAMILY = Family("text")
BAD_INDEX = int(Status.BAD_INDEX)
BAD_VALUE = int(Status.BAD_VALUE)

MINUS, PLUS, ZERO = ord("-"), ord("+"), ord("0")
CASE = ord("a") - ord("A")
LAST_CODE = 0x10FFFF
FIRST_SURROGATE, LAST_SURROGATE, REPLACEMENT = 0xD800, 0xDFFF, 0xFFFD


@kernel
def is_upper_code(code):
    """Says whether a code point is one of A to Z."""
    return 65 <= code <= 90


@kernel
def is_lower_code(code):
    """Says whether a code point is one of a to z."""
    return 97 <= code <= 122


@kernel
def is_digit_code(code):
    """Says whether a code point is one of 0 to 9."""
    return 48 <= code <= 57


@kernel
def is_space_code(code):
    """Says whether a code point is a space, tab, line feed, vertical tab, form feed or carriage return."""
    return code == 32 or 9 <= code <= 13


@kernel
def matches_at(memory, text, piece, size):
    """Says whether the `size` words at `piece` stand at `text`."""
    for i in range(size):
        if memory[text + i] != memory[piece + i]:
            return False
    return True


@kernel
def find_piece(memory, text, size, piece, piece_size, begin):
    """Returns the first place from `begin` on where the piece stands in the text, or -1."""
    for i in range(begin, size - piece_size + 1):
        if matches_at(memory, text + i, piece, piece_size):
            return i
    return -1


@kernel
def count_pieces(memory, text, size, piece, piece_size):
    """Returns how often a piece stands in the text without overlaps, from the left; 0 for an empty piece."""
    if piece_size == 0:
        return 0
    count = 0
    place = find_piece(memory, text, size, piece, piece_size, 0)
    while place >= 0:
        count += 1
        place = find_piece(memory, text, size, piece, piece_size, place + piece_size)
    return count


FAMILY.row("upper", "Turns small letters into capitals.", edge="Only the letters a to z change.",
           example='upper("ab1") = "AB1"', lifts=True)  # fmt: skip


@FAMILY.body("upper", "char -> char")
@kernel
def upper(memory, a, out, n):
    for i in range(n):
        code = memory[a + i]
        memory[out + i] = code - CASE if is_lower_code(code) else code


FAMILY.row("lower", "Turns capitals into small letters.", edge="Only the letters A to Z change.",
           example='lower("AB1") = "ab1"', lifts=True)  # fmt: skip


@FAMILY.body("lower", "char -> char")
@kernel
def lower(memory, a, out, n):
    for i in range(n):
        code = memory[a + i]
        memory[out + i] = code + CASE if is_upper_code(code) else code


FAMILY.row("is_letter", "Says whether a character is a letter.", edge="Only a to z and A to Z are letters.",
           example='is_letter("a1") = [true, false]', lifts=True)  # fmt: skip


@FAMILY.body("is_letter", "char -> bool")
@kernel
def is_letter(memory, a, out, n):
    for i in range(n):
        code = memory[a + i]
        memory[out + i] = 1 if is_upper_code(code) or is_lower_code(code) else 0


FAMILY.row("is_digit", "Says whether a character is a digit.", edge="Only 0 to 9 are digits.",
           example='is_digit("a1") = [false, true]', lifts=True)  # fmt: skip


@FAMILY.body("is_digit", "char -> bool")
@kernel
def is_digit(memory, a, out, n):
    for i in range(n):
        memory[out + i] = 1 if is_digit_code(memory[a + i]) else 0


FAMILY.row("is_upper", "Says whether a character is a capital.", edge="Only A to Z are capitals.",
           example='is_upper("aB") = [false, true]', lifts=True)  # fmt: skip


@FAMILY.body("is_upper", "char -> bool")
@kernel
def is_upper(memory, a, out, n):
    for i in range(n):
        memory[out + i] = 1 if is_upper_code(memory[a + i]) else 0


FAMILY.row("is_lower", "Says whether a character is a small letter.", edge="Only a to z are small letters.",
           example='is_lower("aB") = [true, false]', lifts=True)  # fmt: skip


@FAMILY.body("is_lower", "char -> bool")
@kernel
def is_lower(memory, a, out, n):
    for i in range(n):
        memory[out + i] = 1 if is_lower_code(memory[a + i]) else 0


FAMILY.row("is_space", "Says whether a character is white space.",
           edge="Only the space and the codes 9 to 13 (tab to carriage return) are.",
           example='is_space("a b") = [false, true, false]', lifts=True)  # fmt: skip


@FAMILY.body("is_space", "char -> bool")
@kernel
def is_space(memory, a, out, n):
    for i in range(n):
        memory[out + i] = 1 if is_space_code(memory[a + i]) else 0


FAMILY.row("code", "Gives the code point of a character.", edge="Every character has one.",
           example='code("AB") = [65, 66]', lifts=True, cost=5)  # fmt: skip


@FAMILY.body("code", "char -> int")
@kernel
def code_(memory, a, out, n):
    for i in range(n):
        memory[out + i] = memory[a + i]


FAMILY.row("char", "Gives the character with a code point.",
           edge="Codes are clipped to 0 .. 0x10FFFF; the surrogates 0xD800 .. 0xDFFF give 0xFFFD.",
           example='char([65, 66]) = "AB"', lifts=True, cost=5)  # fmt: skip


@FAMILY.body("char", "int -> char")
@kernel
def char(memory, a, out, n):
    for i in range(n):
        code = min(max(memory[a + i], np.int64(0)), np.int64(LAST_CODE))
        memory[out + i] = np.int64(REPLACEMENT) if FIRST_SURROGATE <= code <= LAST_SURROGATE else code


FAMILY.row("title", "Turns the first letter of each word into a capital and the others into small letters.",
           edge="Words are separated by white space; only ASCII letters change.",
           example='title("ann LEE") = "Ann Lee"', cost=5)  # fmt: skip


@FAMILY.body("title", "[char] -> [char]")
@kernel
def title(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        if at + size > capacity:
            return OUT_OF_MEMORY
        source, target = x + start(memory, x_shape, e), out + at
        for i in range(size):
            code = memory[source + i]
            first = i == 0 or is_space_code(memory[source + i - 1])
            if first and is_lower_code(code):
                code -= CASE
            elif not first and is_upper_code(code):
                code += CASE
            memory[target + i] = code
        put_list(memory, examples, out_shape, e, at, size)
        at += size
    return close(memory, examples, out_shape, at)


FAMILY.row("trim", "Leaves out white space at both ends.",
           edge="Nothing but white space gives nothing.",
           example='trim(" a b ") = "a b"')  # fmt: skip


@FAMILY.body("trim", "[char] -> [char]")
@kernel
def trim(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        begin = 0
        while begin < size and is_space_code(memory[source + begin]):
            begin += 1
        while size > begin and is_space_code(memory[source + size - 1]):
            size -= 1
        keep = size - begin
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, source + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("words", "Counts the words of a text.",
           edge="Words are separated by white space; nothing has 0.",
           example='words("to be  or") = 3', cost=5)  # fmt: skip


@FAMILY.body("words", "[char] -> int")
@kernel
def words(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        count = 0
        for i in range(size):
            after_space = i == 0 or is_space_code(memory[source + i - 1])
            count += 1 if after_space and not is_space_code(memory[source + i]) else 0
        memory[out + e] = count
    return OK


FAMILY.row("field", "Splits a text at each occurrence of a character and gives the piece at a position.",
           edge="Negative positions count from the end; a position outside is a fault; no text is one piece.",
           example='field("a,bc,d", \',\', 1) = "bc"')  # fmt: skip


@FAMILY.body("field", "[char] char int -> [char]")
@kernel
def field(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        separator, pieces = memory[y + e], 1
        for i in range(size):
            pieces += 1 if memory[source + i] == separator else 0
        skip = memory[z + e]
        if skip < 0:
            skip += pieces
        if skip < 0 or skip >= pieces:
            return BAD_INDEX
        begin = 0
        while skip > 0:
            skip -= 1 if memory[source + begin] == separator else 0
            begin += 1
        keep = 0
        while begin + keep < size and memory[source + begin + keep] != separator:
            keep += 1
        if at + keep > capacity:
            return OUT_OF_MEMORY
        copy(memory, source + begin, out + at, keep)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("join", "Puts the first text, the second and the third behind each other.",
           edge="Empty texts add nothing.",
           example='join("ab", ", ", "c") = "ab, c"')  # fmt: skip


@FAMILY.body("join", "[char] [char] [char] -> [char]")
@kernel
def join(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        size = rows(memory, examples, x_shape, e)
        middle, more = rows(memory, examples, y_shape, e), rows(memory, examples, z_shape, e)
        keep = size + middle + more
        if at + keep > capacity:
            return OUT_OF_MEMORY
        target = out + at
        copy(memory, x + start(memory, x_shape, e), target, size)
        copy(memory, y + start(memory, y_shape, e), target + size, middle)
        copy(memory, z + start(memory, z_shape, e), target + size + middle, more)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("starts_with", "Says whether the first text begins with the second.",
           edge="Every text begins with the empty one.",
           example='starts_with("abc", "ab") = true', cost=5)  # fmt: skip


@FAMILY.body("starts_with", "[char] [char] -> bool")
@kernel
def starts_with(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        size, piece_size = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        source, piece = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        memory[out + e] = 1 if piece_size <= size and matches_at(memory, source, piece, piece_size) else 0
    return OK


FAMILY.row("ends_with", "Says whether the first text ends with the second.",
           edge="Every text ends with the empty one.",
           example='ends_with("abc", "bc") = true', cost=5)  # fmt: skip


@FAMILY.body("ends_with", "[char] [char] -> bool")
@kernel
def ends_with(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        size, piece_size = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        end, piece = x + start(memory, x_shape, e) + size, y + start(memory, y_shape, e)
        fits = piece_size <= size
        memory[out + e] = 1 if fits and matches_at(memory, end - piece_size, piece, piece_size) else 0
    return OK


FAMILY.row("find_text", "Gives the first position in a text where the second text stands.",
           edge="A text that does not occur gives -1; the empty one stands at 0.",
           example='find_text("abcbc", "bc") = 1', cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("find_text", "[char] [char] -> int")
@kernel
def find_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        size, piece_size = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        source, piece = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        memory[out + e] = find_piece(memory, source, size, piece, piece_size, 0)
    return OK


FAMILY.row("contains_text", "Says whether the second text stands somewhere in the first.",
           edge="Every text contains the empty one.",
           example='contains_text("abc", "bc") = true', cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("contains_text", "[char] [char] -> bool")
@kernel
def contains_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        size, piece_size = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        source, piece = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        memory[out + e] = 1 if find_piece(memory, source, size, piece, piece_size, 0) >= 0 else 0
    return OK


FAMILY.row("count_text", "Counts how often the second text stands in the first, without overlaps.",
           edge="Occurrences are taken from the left; the empty text has none.",
           example='count_text("aaaa", "aa") = 2', cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("count_text", "[char] [char] -> int")
@kernel
def count_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity):
    for e in range(examples):
        size, piece_size = rows(memory, examples, x_shape, e), rows(memory, examples, y_shape, e)
        source, piece = x + start(memory, x_shape, e), y + start(memory, y_shape, e)
        memory[out + e] = count_pieces(memory, source, size, piece, piece_size)
    return OK


FAMILY.row("replace_text", "Puts the third text in the place of every occurrence of the second.",
           edge="They are taken from the left, without overlaps; an empty second text changes nothing.",
           example='replace_text("a-b-c", "-", "+") = "a+b+c"', cost=5, work=Work.PRODUCT)  # fmt: skip


@FAMILY.body("replace_text", "[char] [char] [char] -> [char]")
@kernel
def replace_text(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        old, old_size = y + start(memory, y_shape, e), rows(memory, examples, y_shape, e)
        new, new_size = z + start(memory, z_shape, e), rows(memory, examples, z_shape, e)
        left = count_pieces(memory, source, size, old, old_size)
        keep = size + left * (new_size - old_size)
        if at + keep > capacity:
            return OUT_OF_MEMORY
        target, read = out + at, 0
        while left > 0:
            place = find_piece(memory, source, size, old, old_size, read)
            copy(memory, source + read, target, place - read)
            copy(memory, new, target + place - read, new_size)
            target += place - read + new_size
            read = place + old_size
            left -= 1
        copy(memory, source + read, target, size - read)
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("to_text", "Writes an int in decimal digits.",
           edge="A negative int begins with a minus sign.",
           example='to_text(-40) = "-40"')  # fmt: skip


@FAMILY.body("to_text", "int -> [char]")
@kernel
def to_text(memory, examples, x, x_shape, out, out_shape, capacity):
    at = 0
    for e in range(examples):
        number = memory[x + e]
        keep, rest = (2 if number < 0 else 1), number
        while rest > 9 or rest < -9:
            rest = truncate_ten(rest)
            keep += 1
        if at + keep > capacity:
            return OUT_OF_MEMORY
        if number < 0:
            memory[out + at] = MINUS
        rest = number
        for i in range(keep - (1 if number < 0 else 0)):
            quotient = truncate_ten(rest)
            memory[out + at + keep - 1 - i] = ZERO + abs(rest - 10 * quotient)
            rest = quotient
        put_list(memory, examples, out_shape, e, at, keep)
        at += keep
    return close(memory, examples, out_shape, at)


FAMILY.row("parse_int", "Reads a text as a decimal int.",
           edge="White space around it and one sign may stand; anything else, or over 64 bits, is a fault.",
           example='parse_int(" -40") = -40')  # fmt: skip


@FAMILY.body("parse_int", "[char] -> int")
@kernel
def parse_int(memory, examples, x, x_shape, out, out_shape, capacity):
    for e in range(examples):
        source, size = x + start(memory, x_shape, e), rows(memory, examples, x_shape, e)
        i = 0
        while i < size and is_space_code(memory[source + i]):
            i += 1
        while size > i and is_space_code(memory[source + size - 1]):
            size -= 1
        negative = i < size and memory[source + i] == MINUS
        if negative or (i < size and memory[source + i] == PLUS):
            i += 1
        if i >= size:
            return BAD_VALUE
        # Counted downwards, because the smallest int has no positive counterpart.
        number = np.int64(0)
        while i < size:
            digit = memory[source + i] - ZERO
            if digit < 0 or digit > 9 or number < truncate_ten(INT_MIN + digit):
                return BAD_VALUE
            number = 10 * number - digit
            i += 1
        if not negative and number == INT_MIN:
            return BAD_VALUE
        memory[out + e] = number if negative else -number
    return OK
