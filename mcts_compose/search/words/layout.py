"""Where the counters of a bank stand in its `state`."""

from __future__ import annotations

SIZE = 0
"""Words of a row."""
WIDTH = 1
"""Bits of a word."""
COUNT = 2
"""Contents of the enumeration; they are rows 0 .. COUNT."""
FORWARD_END = 3
INNER_COUNT = 4
"""Row after the last contents that the tree found."""
INNER_END = 5
GOAL_COUNT = 6
"""Row after the last goal."""
NUM_ROWS = 7
NUM_CONDITIONS = 8
NUM_HITS = 9
LIMIT = 10
"""Hits that cost more than this are not recorded."""
EXECUTIONS = 11
"""Candidates computed."""
IS_FULL = 12
"""1 after a contents was dropped because there was no room for it."""
PARTIAL_GOALS = 13
"""The first goals are compared bit by bit under their cares, which are the rows after them; how many."""
MAX_CONDITIONS = 14
"""Conditions that are kept; 0 where no operator chooses."""
LOCAL_COUNT = 15
"""Row after the last of the focus."""
NUM_NEAR = 16
IS_WIDE = 17
"""1 if words are stored as uint64, 0 if as uint32."""
STATE_SIZE = 18

NO_LIMIT = 255
ABSENT = -1
