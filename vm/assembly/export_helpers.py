"""Functions that exported Python carries along: words, stack and memory of the scalar machine, faults too.

They call only each other, so that those which are used can be written out as they stand.
"""

from __future__ import annotations


def wrap_word(number: int) -> int:
    """Returns a number as a signed word of 64 bits."""
    return (number + 2**63) % 2**64 - 2**63


def signed_word(word: int, width: int) -> int:
    """Returns the signed number that a word of `width` bits stands for."""
    return word - 2**width if word >> (width - 1) else word


def word_quotient(a: int, b: int) -> int:
    """Returns the quotient rounded towards zero; by zero 1 for negative numbers, else -1."""
    if b == 0:
        return 1 if a < 0 else -1
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def word_remainder(a: int, b: int) -> int:
    """Returns the remainder with the sign of the dividend; by zero the dividend."""
    return a if b == 0 else a - b * word_quotient(a, b)


def spend_fuel(fuel: int, instructions: int) -> int:
    """Returns the fuel that is left."""
    if fuel < instructions:
        raise ValueError("OUT_OF_FUEL")
    return fuel - instructions


def push_word(stack: list[int], word: int, words: int) -> None:
    """Puts a word on a stack that has room for so many."""
    if len(stack) == words:
        raise ValueError("STACK_OVERFLOW")
    stack.append(word)


def pop_word(stack: list[int]) -> int:
    """Takes a word from the stack."""
    if not stack:
        raise ValueError("STACK_UNDERFLOW")
    return stack.pop()


def line_of_return(stack: list[int], end: int) -> int:
    """Returns the line that a return goes to; an empty stack ends the program."""
    line = stack.pop() if stack else end
    if not 0 <= line <= end:
        raise ValueError("BAD_INDEX")
    return line


def checked_place(memory: list[int], address: int) -> int:
    """Returns an address that is inside of the memory."""
    address = wrap_word(address)
    if not 0 <= address < len(memory):
        raise ValueError("BAD_INDEX")
    return address


def take_list(memory: list[int], used: int, items: list[int]) -> int:
    """Puts a list into memory behind the words in use, and returns how many are in use then."""
    if used + len(items) > len(memory):
        raise ValueError("OUT_OF_MEMORY")
    memory[used : used + len(items)] = items
    return used + len(items)


def give_list(memory: list[int], address: int, size: int) -> list[int]:
    """Returns so many words from an address on."""
    if address < 0 or size < 0 or address + size > len(memory):
        raise ValueError("BAD_INDEX")
    return memory[address : address + size]
