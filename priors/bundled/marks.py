"""How a property of values is noted over examples, and the look-ups on lists that properties share.

`seen[p]` gets bit 1 where property `p` holds in an example and bit 0 where it does not; an example to which
it does not apply leaves no mark. Every kernel that marks properties takes the next free index and returns it
moved on, so that the order of the calls is the order of the names in priors/bundled/properties.py.

A list is a range `begin .. end` of the words of all examples. Shapes: `words` `[total]` int64, `seen`
`[properties]` uint8.
"""

from vm.jit import inlined, kernel


@inlined
def put(seen, p, applies, holds):
    """Notes whether a property holds in one example, if it applies; returns the next property."""
    if applies:
        seen[p] |= 2 if holds else 1
    return p + 1


@kernel
def count_of(words, begin, end, word):
    """Returns how often a word stands in a list."""
    count = 0
    for i in range(begin, end):
        count += 1 if words[i] == word else 0
    return count


@kernel
def matches(one, begin, other, start, count):
    """Says whether `count` words are equal from `begin` of `one` and from `start` of `other` on."""
    for i in range(count):
        if one[begin + i] != other[start + i]:
            return False
    return True


@kernel
def is_subsequence(part, begin, end, whole, start, stop):
    """Says whether the words of the first list stand in the second in the same order."""
    for i in range(start, stop):
        if begin < end and whole[i] == part[begin]:
            begin += 1
    return begin == end


@kernel
def is_within(part, begin, end, whole, start, stop):
    """Says whether every word of the first list stands in the second."""
    for i in range(begin, end):
        if count_of(whole, start, stop, part[i]) == 0:
            return False
    return True


@kernel
def is_sub_multiset(part, begin, end, whole, start, stop):
    """Says whether the second list has every word of the first at least as often."""
    if end - begin > stop - start:
        return False
    for i in range(begin, end):
        if count_of(part, begin, end, part[i]) > count_of(whole, start, stop, part[i]):
            return False
    return True


@kernel
def extremes(words, begin, end):
    """Returns (least, greatest, sum) of a list, zeros if it is empty."""
    if begin == end:
        return 0, 0, 0
    low = high = words[begin]
    total = 0
    for i in range(begin, end):
        low, high = min(low, words[i]), max(high, words[i])
        total += words[i]
    return low, high, total


@kernel
def count_distinct(words, begin, end):
    """Returns how many different words a list has."""
    count = 0
    for i in range(begin, end):
        count += 1 if count_of(words, begin, i, words[i]) == 0 else 0
    return count


@kernel
def is_rising(words, begin, end):
    """Says whether no word is below the one before it."""
    for i in range(begin + 1, end):
        if words[i] < words[i - 1]:
            return False
    return True


@kernel
def is_palindrome(words, begin, end):
    """Says whether a list reads the same from both ends."""
    for i in range(begin, end):
        if words[i] != words[end - 1 - (i - begin)]:
            return False
    return True
