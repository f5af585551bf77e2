"""Where everything stands in the search's memory: one int64 array that kernels and the machine share.

    memory[0 .. NUM_REGISTERS)   registers: sizes, region addresses, counters (named below)
    then the regions whose addresses the registers hold:
      shapes        interned shape records, `REC` words each; record 0 is the scalar shape
      shape slots   open-addressing table of shape records
      shape pairs   direct-mapped cache: (shape, shape) -> shape both are cut to
      keys          random odd multipliers of the contents hash
      operands      three buffers of `CAP` words: operands as they are
      aligned       three buffers of `CAP` words: operands broadcast or cut
      batch         room for BATCH results of `CAP` words, packed: candidates that wait to be interned
      pending       BATCH records of PENDING_WORDS: what each waiting candidate is
      actions       one record of ACTION_WORDS per typed overload that the search may call
      segments      start and end in `items` of the contents of each (cost, kind)
      buckets       head of the list of contents waiting for their cost level
      relations     direct-mapped cache for each goal: shape -> how a list's lengths lie to the goal's
      assembly      cells of the scalar machine (vm/assembly/state.py), if the search may call assembly
      records       the assembly bodies that it may call
      others        derivations that are not the cheapest of their contents (others.py)
      codes         the machine's code of each action that calls a learnt composition (machine_code.py)
      calls         counters of the machine, then its registers, frames, heap and cells, if there is code

A contents is `HEADER` words in `pool` and then its packed words; its id is the index of its first word.

    word 0   kind (8 bits) | width (8) | flags (8) | inputs that the derivation reads (8) | shape address (32)
    word 1   cost (32) | action (32)          the cheapest known derivation
    word 2   first operand (32) | second operand (32)
    word 3   third operand (32) | stamp (32)  stamp: the expansion that last met it
"""

HEADER = 4
BATCH = 64
PENDING_WORDS = 11
ACTION_WORDS = 16
MAX_COST = 256
INFINITE_COST = 2**30
NUM_PAIRS = 4096
NUM_RELATIONS = 1024
FIRST_ID = 8
NUM_KINDS = 13
NO_LINK = -1

# Kinds of contents: element type times ranks, plus rank (vm/values.py).
NUM_RANKS = 3
INT, INT_LIST = 0, 1
BOOL, BOOL_LIST = 6, 7

# Registers.
EXAMPLES = 0
CAP = 1
REC = 2
NUM_SHAPES = 3
MAX_SHAPES = 4
SHAPES = 5
SHAPE_SLOTS = 6
SHAPE_MASK = 7
PAIRS = 8
KEYS = 9
OPERANDS = 10
ALIGNED = 11
BATCH_ROWS = 12
BATCH_TOP = 13
PENDING = 14
NUM_PENDING = 15
ACTIONS = 16
NUM_ACTIONS = 17
SEGMENTS = 18
BUCKETS = 19
SCRATCH_SHAPE = 20
SCRATCH_WORDS = 21
CANDIDATES = 22
DISTINCT = 23
POOL_TOP = 24
TABLE_SHIFT = 25
NUM_LINKS = 26
NUM_ITEMS = 27
MAGNITUDE = 28
STAMP = 29
GOAL = 30
BEST_COST = 31
FIRST_HIT_AT = 32
SWITCHES = 33
GOALS = 34
NUM_GOALS = 35
QUERIES = 36
NUM_QUERIES = 37
QUERY_WORDS = 38
QUERY_TOP = 39
TRIGGERS = 40
NUM_TRIGGERS = 41
LITERAL_PRICE = 42
CHEAP_COST = 43
PATTERNS = 44
LEVEL = 45
CURSOR_ACTION = 46
CURSOR_FIRST = 47
CURSOR_SECOND = 48
CURSOR_I = 49
CURSOR_J = 50
CURSOR_K = 51
PARTNER_COST = 52
NUM_LITERALS = 53
SCRATCH_BITS = 54
LAST_STAMP = 55
UNUSED_PRICE = 56
ALL_INPUTS = 57
TREE_NODES = 58
TREE_ARMS = 59
RELATIONS = 60
ASSEMBLY = 61
RECORDS = 62
OTHERS = 63
NUM_OTHERS = 64
MAX_OTHERS = 65
MARGIN = 66
"""Derivations are kept that lie less than this above the cheapest; 0: none are."""
PART = 67
NUM_PARTS = 68
SHARED_COST = 69
"""Levels up to this one are complete in every part of a search in parts (shares.py); 0: it is whole."""
COMPLETING = 70
"""Level that is being completed; 0: none is."""
LEAST_PRICE = 71
"""Price of the cheapest call of two operands or more."""
FEATURES = 72
"""Start of the words that hold one contents' features, as floats: 14 at most."""
CODES = 86
CALLS = 87
REGISTERS_AT = 88
FRAMES_AT = 89
HEAP_AT = 90
CELLS_AT = 91
HEAP_WORDS = 92
NUM_REGISTERS = 96

CODE_HEADER = 5
"""Words before the tables of an action's code: their sizes in the order of `vm.state.Code`."""

# Fields of a pending candidate.
P_HASH = 0
P_SHAPE = 1
P_KIND = 2
P_WORDS = 3
P_SPREAD = 4
P_COST = 5
P_ACTION = 6
P_A = 7
P_B = 8
P_C = 9
P_AT = 10

# Fields of an action.
A_OPCODE = 0
A_ARITY = 1
A_CONVENTION = 2
A_COMMUTATIVE = 3
A_KIND1 = 4
A_KIND2 = 5
A_KIND3 = 6
A_KIND_OUT = 7
A_PRICE = 8
A_LOOP = 9
"""Which loop a derived action is (vm/state.py); what follows says which skills it is called with.

For an assembly body it is `vm.state.ASSEMBLY`, and A_BODY says where its record stands; where learnt
compositions are called it is `vm.state.CALL`, and A_BODY says where the code stands.
"""
A_BODY = 10
A_BODY_BOUND = 11
A_TEST = 12
A_TEST_BOUND = 13
A_TEST_CARRIED = 14

# Flags of a contents.
COLLECTED = 1
WANTED = 2
FOREIGN = 4
"""Made by all parts of a search, and another part enumerates what follows from it."""
UNFILED = 8
"""Known only as an inferred constant whose level was done before: the enumeration does not know it yet.

So is, in a part of a search, all that follows from a constant of its own."""
GUESSED = 128
"""Follows from a constant that other parts of the search may not have inferred (shares.py)."""

INHERITED = 0x1FF << 23
"""Bits of word 0 that a contents takes over from its operands: GUESSED, and the inputs that it reads."""
INPUT_BITS = 24
MAX_COUNTED_INPUTS = 8

# Actions below zero are leaves: inputs, constants of the table, inferred literals.
LEAF_INPUT = -1
LEAF_CONSTANT = -2
LEAF_LITERAL = -3
UNDERIVED = -4

# A goal: contents id, address of its words, shape, kind, then an action address per form (0 = not available).
G_ID = 0
G_WORDS = 1
G_SHAPE = 2
G_KIND = 3
G_FORMS = 4
FORMS = (
    "add", "add_scalar", "sub", "sub_scalar", "sub_from", "sub_from_scalar", "mul", "mul_scalar",
    "take", "drop", "concat", "concat_before", "append", "prepend", "compress", "gather",
    "interleave", "interleave_second", "rotate", "remove_at", "insert", "replace", "index", "replicate",
    "lt_constant", "gt_constant", "eq_constant", "swap",
    "sum", "product", "maximum", "minimum", "head", "last", "count", "sort", "sort_down", "unique",
    "cummax", "cummin", "tail", "init", "square", "abs", "div_constant", "mod_constant", "max_constant",
    "min_constant", "even", "odd", "less", "greater",
)  # fmt: skip
(
    F_ADD, F_ADD_SCALAR, F_SUB, F_SUB_SCALAR, F_SUB_FROM, F_SUB_FROM_SCALAR, F_MUL, F_MUL_SCALAR,
    F_TAKE, F_DROP, F_CONCAT, F_CONCAT_BEFORE, F_APPEND, F_PREPEND, F_COMPRESS, F_GATHER,
    F_INTERLEAVE, F_INTERLEAVE_SECOND, F_ROTATE, F_REMOVE_AT, F_INSERT, F_REPLACE, F_INDEX, F_REPLICATE,
    F_LT_CONSTANT, F_GT_CONSTANT, F_EQ_CONSTANT, F_SWAP,
    F_SUM, F_PRODUCT, F_MAXIMUM, F_MINIMUM, F_HEAD, F_LAST, F_COUNT, F_SORT, F_SORT_DOWN, F_UNIQUE,
    F_CUMMAX, F_CUMMIN, F_TAIL, F_INIT, F_SQUARE, F_ABS, F_DIV_CONSTANT, F_MOD_CONSTANT, F_MAX_CONSTANT,
    F_MIN_CONSTANT, F_EVEN, F_ODD, F_LESS, F_GREATER,
) = range(52)  # fmt: skip
GOAL_WORDS = 4 + 52
MAX_GOALS = 8

# A query: is there a contents with these words, so that `action` on it and `other` gives the goal?
Q_HASH = 0
Q_SHAPE = 1
Q_KIND = 2
Q_WORDS = 3
Q_SPREAD = 4
Q_AT = 5
Q_ACTION = 6
Q_POSITION = 7
Q_OTHER = 8
Q_GOAL = 9
Q_WANT = 10
QUERY_RECORD = 11
MAX_QUERIES = 512

# A trigger: when `need` is derived, `action` on the operands (0 stands for `need`) gives `target`.
T_NEED = 0
T_ACTION = 1
T_A = 2
T_B = 3
T_C = 4
T_TARGET = 5
TRIGGER_WORDS = 6
MAX_TRIGGERS = 4096

# Other derivations; the last rows are kept for the goal's.
OTHER_WORDS = 3
FOR_GOAL = 4096

# Switches.
GOAL_DIRECTED = 1
INFER_CONSTANTS = 2
SPLIT = 4
