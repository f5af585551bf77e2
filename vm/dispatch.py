"""From opcode to kernel: one if/elif chain for each calling convention, compiled to a jump table.

Written by `python -m vm.generate_dispatch`; edit the instruction families instead.
"""

from vm.instructions import (
    arithmetic,
    bits,
    building,
    grid_building,
    grids,
    logic,
    occurrences,
    order,
    parts,
    reductions,
    regions,
    text,
)
from vm.isa import Status
from vm.jit import native
from vm.table import TABLE_HASH

GENERATED_FOR = "bc044fbd728d48b7"
if TABLE_HASH != GENERATED_FOR:
    raise ImportError("vm/dispatch.py is not of this instruction table; run: python -m vm.generate_dispatch")

BAD_PROGRAM = int(Status.BAD_PROGRAM)


@native("void(int64, int64[::1], uint64, uint64, uint64, uint64, uint64)")
def apply_elementwise(opcode, memory, a, b, c, out, n):
    """Runs an elementwise body on `n` aligned words; addresses are uint64 and not checked."""
    if opcode == 0:  # neg
        arithmetic.neg(memory, a, out, n)
    elif opcode == 1:  # neg
        arithmetic.neg_float(memory, a, out, n)
    elif opcode == 2:  # abs
        arithmetic.absolute(memory, a, out, n)
    elif opcode == 3:  # abs
        arithmetic.absolute_float(memory, a, out, n)
    elif opcode == 4:  # sign
        arithmetic.sign(memory, a, out, n)
    elif opcode == 5:  # sign
        arithmetic.sign_float(memory, a, out, n)
    elif opcode == 6:  # square
        arithmetic.square(memory, a, out, n)
    elif opcode == 7:  # square
        arithmetic.square_float(memory, a, out, n)
    elif opcode == 8:  # add
        arithmetic.add(memory, a, b, out, n)
    elif opcode == 9:  # add
        arithmetic.add_float(memory, a, b, out, n)
    elif opcode == 10:  # sub
        arithmetic.sub(memory, a, b, out, n)
    elif opcode == 11:  # sub
        arithmetic.sub_float(memory, a, b, out, n)
    elif opcode == 12:  # mul
        arithmetic.mul(memory, a, b, out, n)
    elif opcode == 13:  # mul
        arithmetic.mul_float(memory, a, b, out, n)
    elif opcode == 14:  # div
        arithmetic.div(memory, a, b, out, n)
    elif opcode == 15:  # div
        arithmetic.div_float(memory, a, b, out, n)
    elif opcode == 16:  # mod
        arithmetic.mod(memory, a, b, out, n)
    elif opcode == 17:  # min
        arithmetic.minimum(memory, a, b, out, n)
    elif opcode == 18:  # min
        arithmetic.minimum_float(memory, a, b, out, n)
    elif opcode == 19:  # max
        arithmetic.maximum(memory, a, b, out, n)
    elif opcode == 20:  # max
        arithmetic.maximum_float(memory, a, b, out, n)
    elif opcode == 21:  # pow
        arithmetic.power(memory, a, b, out, n)
    elif opcode == 22:  # gcd
        arithmetic.greatest_common_divisor(memory, a, b, out, n)
    elif opcode == 23:  # even
        arithmetic.even(memory, a, out, n)
    elif opcode == 24:  # odd
        arithmetic.odd(memory, a, out, n)
    elif opcode == 25:  # prime
        arithmetic.prime(memory, a, out, n)
    elif opcode == 26:  # to_float
        arithmetic.to_float(memory, a, out, n)
    elif opcode == 27:  # floor
        arithmetic.floor(memory, a, out, n)
    elif opcode == 28:  # round
        arithmetic.round_(memory, a, out, n)
    elif opcode == 29:  # sqrt
        arithmetic.square_root(memory, a, out, n)
    elif opcode == 30:  # exp
        arithmetic.exponential(memory, a, out, n)
    elif opcode == 31:  # log
        arithmetic.logarithm(memory, a, out, n)
    elif opcode == 32:  # sin
        arithmetic.sine(memory, a, out, n)
    elif opcode == 33:  # cos
        arithmetic.cosine(memory, a, out, n)
    elif opcode == 34:  # eq
        logic.equals(memory, a, b, out, n)
    elif opcode == 35:  # eq
        logic.equals_float(memory, a, b, out, n)
    elif opcode == 36:  # ne
        logic.differs(memory, a, b, out, n)
    elif opcode == 37:  # ne
        logic.differs_float(memory, a, b, out, n)
    elif opcode == 38:  # lt
        logic.less(memory, a, b, out, n)
    elif opcode == 39:  # lt
        logic.less_float(memory, a, b, out, n)
    elif opcode == 40:  # le
        logic.at_most(memory, a, b, out, n)
    elif opcode == 41:  # le
        logic.at_most_float(memory, a, b, out, n)
    elif opcode == 42:  # gt
        logic.greater(memory, a, b, out, n)
    elif opcode == 43:  # gt
        logic.greater_float(memory, a, b, out, n)
    elif opcode == 44:  # ge
        logic.at_least(memory, a, b, out, n)
    elif opcode == 45:  # ge
        logic.at_least_float(memory, a, b, out, n)
    elif opcode == 46:  # not
        logic.negation(memory, a, out, n)
    elif opcode == 47:  # and
        logic.conjunction(memory, a, b, out, n)
    elif opcode == 48:  # or
        logic.disjunction(memory, a, b, out, n)
    elif opcode == 49:  # xor
        logic.exclusive_or(memory, a, b, out, n)
    elif opcode == 50:  # select
        logic.select(memory, a, b, c, out, n)
    elif opcode == 51:  # to_int
        logic.to_int(memory, a, out, n)
    elif opcode == 52:  # bit_and
        bits.bit_and(memory, a, b, out, n)
    elif opcode == 53:  # bit_or
        bits.bit_or(memory, a, b, out, n)
    elif opcode == 54:  # bit_xor
        bits.bit_xor(memory, a, b, out, n)
    elif opcode == 55:  # bit_not
        bits.bit_not(memory, a, out, n)
    elif opcode == 56:  # shl
        bits.shift_left(memory, a, b, out, n)
    elif opcode == 57:  # shr
        bits.shift_right(memory, a, b, out, n)
    elif opcode == 58:  # popcount
        bits.popcount(memory, a, out, n)
    elif opcode == 147:  # upper
        text.upper(memory, a, out, n)
    elif opcode == 148:  # lower
        text.lower(memory, a, out, n)
    elif opcode == 149:  # is_letter
        text.is_letter(memory, a, out, n)
    elif opcode == 150:  # is_digit
        text.is_digit(memory, a, out, n)
    elif opcode == 151:  # is_upper
        text.is_upper(memory, a, out, n)
    elif opcode == 152:  # is_lower
        text.is_lower(memory, a, out, n)
    elif opcode == 153:  # is_space
        text.is_space(memory, a, out, n)
    elif opcode == 154:  # code
        text.code_(memory, a, out, n)
    elif opcode == 155:  # char
        text.char(memory, a, out, n)


@native(
    "int64(int64, int64[::1], int64, int64, int64, int64, int64, int64, int64, int64, int64, int64)"
)  # fmt: skip
def apply_structural(opcode, memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity):
    """Runs a structural body, which writes `out` and `out_shape`; returns a `Status`."""
    if opcode == 59:  # take
        return parts.take(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 60:  # drop
        return parts.drop(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 61:  # init
        return parts.init(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 62:  # tail
        return parts.tail(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 63:  # slice
        return parts.slice_(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 64:  # head
        return parts.head(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 65:  # last
        return parts.last(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 66:  # index
        return parts.index(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 67:  # gather
        return parts.gather(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 68:  # gather
        return parts.gather_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 69:  # gather
        return parts.gather_in_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 70:  # compress
        return parts.compress(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 71:  # where
        return parts.where(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 72:  # every
        return parts.every(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 73:  # remove_at
        return parts.remove_at(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 74:  # remove
        return parts.remove(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 75:  # choose
        return parts.choose_list(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 76:  # choose
        return parts.choose_grid(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 77:  # concat
        return building.concat(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 78:  # append
        return building.append(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 79:  # prepend
        return building.prepend(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 80:  # singleton
        return building.singleton(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 81:  # pair
        return building.pair(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 82:  # insert
        return building.insert(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 83:  # replace
        return building.replace(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 84:  # replace_value
        return building.replace_value(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 85:  # swap
        return building.swap(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 86:  # replicate
        return building.replicate(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 87:  # repeat
        return building.repeat(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 88:  # repeat_each
        return building.repeat_each(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 89:  # repeat_by
        return building.repeat_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 90:  # reverse
        return building.reverse(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 91:  # rotate
        return building.rotate(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 92:  # shift
        return building.shift(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 93:  # shift
        return building.grid_shift(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 94:  # interleave
        return building.interleave(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 95:  # range
        return building.range_(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 96:  # iota
        return building.iota(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 97:  # one_to
        return building.one_to(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 98:  # stride
        return building.stride(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 99:  # indices
        return building.indices(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 100:  # digits
        return building.digits(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 101:  # sort
        return order.sort(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 102:  # sort
        return order.sort_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 103:  # sort_down
        return order.sort_down(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 104:  # sort_down
        return order.sort_down_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 105:  # grade
        return order.grade(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 106:  # grade_down
        return order.grade_down(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 107:  # order_by
        return order.order_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 108:  # order_by
        return order.order_rows_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 109:  # order_by
        return order.order_in_rows_by(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 110:  # unique
        return occurrences.unique(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 111:  # counts
        return occurrences.counts(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 112:  # counts
        return occurrences.grid_counts(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 113:  # mode
        return occurrences.mode(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 114:  # mode
        return occurrences.grid_mode(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 115:  # occurrence
        return occurrences.occurrence(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 116:  # count_in
        return occurrences.count_in(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 117:  # member
        return occurrences.member(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 118:  # without
        return occurrences.without(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 119:  # contains
        return occurrences.contains(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 120:  # same
        return occurrences.same(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 121:  # same
        return occurrences.grid_same(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 122:  # find
        return occurrences.find(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 123:  # starts
        return occurrences.starts(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 124:  # run_lengths
        return occurrences.run_lengths(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 125:  # len
        return reductions.length(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 126:  # count
        return reductions.total(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 127:  # sum
        return reductions.total(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 128:  # sum
        return reductions.total_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 129:  # product
        return reductions.product(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 130:  # product
        return reductions.product_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 131:  # minimum
        return reductions.smallest(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 132:  # minimum
        return reductions.smallest_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 133:  # maximum
        return reductions.largest(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 134:  # maximum
        return reductions.largest_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 135:  # argmin
        return reductions.argmin(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 136:  # argmax
        return reductions.argmax(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 137:  # any
        return reductions.any_(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 138:  # all
        return reductions.all_(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 139:  # mean
        return reductions.mean(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 140:  # cumsum
        return reductions.running_sum(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 141:  # cumsum
        return reductions.running_sum_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 142:  # cumprod
        return reductions.running_product(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 143:  # cummin
        return reductions.running_minimum(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 144:  # cummax
        return reductions.running_maximum(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 145:  # diff
        return reductions.differences(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 146:  # diff
        return reductions.differences_float(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 156:  # title
        return text.title(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 157:  # trim
        return text.trim(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 158:  # words
        return text.words(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 159:  # field
        return text.field(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 160:  # join
        return text.join(memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity)
    elif opcode == 161:  # starts_with
        return text.starts_with(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 162:  # ends_with
        return text.ends_with(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 163:  # find_text
        return text.find_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 164:  # contains_text
        return text.contains_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 165:  # count_text
        return text.count_text(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 166:  # replace_text
        return text.replace_text(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 167:  # to_text
        return text.to_text(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 168:  # parse_int
        return text.parse_int(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 169:  # transpose
        return grids.transpose(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 170:  # row
        return grids.row(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 171:  # column
        return grids.column(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 172:  # height
        return grids.height(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 173:  # width
        return grids.width(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 174:  # flatten
        return grids.flatten(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 175:  # dot
        return grids.dot(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 176:  # dot
        return grids.dot_float(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 177:  # matmul
        return grids.matmul(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 178:  # matmul
        return grids.matmul_float(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 179:  # sum_rows
        return grids.sum_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 180:  # sum_cols
        return grids.sum_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 181:  # max_rows
        return grids.max_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 182:  # any_rows
        return grids.max_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 183:  # max_cols
        return grids.max_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 184:  # any_cols
        return grids.max_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 185:  # min_rows
        return grids.min_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 186:  # all_rows
        return grids.min_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 187:  # min_cols
        return grids.min_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 188:  # all_cols
        return grids.min_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 189:  # flip_rows
        return grids.flip_rows(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 190:  # flip_cols
        return grids.flip_cols(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 191:  # reshape
        return grid_building.reshape(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 192:  # one_row
        return grid_building.one_row(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 193:  # across
        return grid_building.across(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 194:  # down
        return grid_building.down(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 195:  # stack
        return grid_building.stack(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 196:  # beside
        return grid_building.beside(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 197:  # compress_rows
        return grid_building.compress_rows(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 198:  # compress_cols
        return grid_building.compress_cols(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 199:  # fill
        return grid_building.fill(
            memory, examples, x, x_shape, y, y_shape, z, z_shape, out, out_shape, capacity
        )
    elif opcode == 200:  # regions
        return regions.regions(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 201:  # regions
        return regions.grid_regions(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 202:  # region_sizes
        return regions.region_sizes(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 203:  # region_sizes
        return regions.grid_region_sizes(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 204:  # reverse_runs
        return regions.reverse_runs(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    elif opcode == 205:  # forward_fill
        return regions.forward_fill(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 206:  # backward_fill
        return regions.backward_fill(memory, examples, x, x_shape, out, out_shape, capacity)
    elif opcode == 207:  # crop
        return regions.crop(memory, examples, x, x_shape, y, y_shape, out, out_shape, capacity)
    return BAD_PROGRAM
