/* The loops that the machine's kernels are compared with, on the same memory: 64-bit words and shape records.

   A shape record holds examples + 1 starts, then the lengths, then the widths of all examples. */

#include <stdint.h>

static void put_list(int64_t *memory, int64_t examples, int64_t shape, int64_t example, int64_t begin, int64_t length) {
    memory[shape + example] = begin;
    memory[shape + examples + 1 + example] = length;
    memory[shape + 2 * examples + 1 + example] = 1;
}

static void add(int64_t *memory, int64_t a, int64_t b, int64_t out, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        memory[out + i] = (int64_t)((uint64_t)memory[a + i] + (uint64_t)memory[b + i]);
}

static void compress(int64_t *memory, int64_t examples, int64_t x, int64_t mask, int64_t shape, int64_t out,
                     int64_t out_shape) {
    int64_t at = 0;
    for (int64_t e = 0; e < examples; e++) {
        int64_t size = memory[shape + examples + 1 + e], begin = memory[shape + e], used = 0;
        for (int64_t i = 0; i < size; i++)
            if (memory[mask + begin + i])
                memory[out + at + used++] = memory[x + begin + i];
        put_list(memory, examples, out_shape, e, at, used);
        at += used;
    }
    memory[out_shape + examples] = at;
}

static void sort(int64_t *memory, int64_t examples, int64_t x, int64_t shape, int64_t out, int64_t out_shape) {
    int64_t at = 0;
    for (int64_t e = 0; e < examples; e++) {
        int64_t size = memory[shape + examples + 1 + e], *list = memory + out + at;
        for (int64_t i = 0; i < size; i++) {
            int64_t word = memory[x + memory[shape + e] + i], j = i - 1;
            for (; j >= 0 && list[j] > word; j--)
                list[j + 1] = list[j];
            list[j + 1] = word;
        }
        put_list(memory, examples, out_shape, e, at, size);
        at += size;
    }
    memory[out_shape + examples] = at;
}

/* Each loop takes its operands from one of `slots` places in turn (a power of two) and returns a checksum. */

int64_t repeat_add(int64_t *memory, int64_t x, int64_t y, int64_t out, int64_t n, int64_t slots, int64_t rounds) {
    int64_t checksum = 0;
    for (int64_t round = 0; round < rounds; round++) {
        int64_t slot = (round & (slots - 1)) * n;
        add(memory, x + slot, y + slot, out, n);
        checksum += memory[out + round % n];
    }
    return checksum;
}

int64_t repeat_compress(int64_t *memory, int64_t examples, int64_t x, int64_t mask, int64_t shape, int64_t out,
                        int64_t out_shape, int64_t n, int64_t slots, int64_t rounds) {
    int64_t checksum = 0;
    for (int64_t round = 0; round < rounds; round++) {
        int64_t slot = (round & (slots - 1)) * n;
        compress(memory, examples, x + slot, mask + slot, shape, out, out_shape);
        checksum += memory[out] + memory[out_shape + examples];
    }
    return checksum;
}

int64_t repeat_sort(int64_t *memory, int64_t examples, int64_t x, int64_t mask, int64_t shape, int64_t out,
                    int64_t out_shape, int64_t n, int64_t slots, int64_t rounds) {
    int64_t checksum = 0;
    (void)mask;
    for (int64_t round = 0; round < rounds; round++) {
        int64_t slot = (round & (slots - 1)) * n;
        sort(memory, examples, x + slot, shape, out, out_shape);
        checksum += memory[out + round % n];
    }
    return checksum;
}
