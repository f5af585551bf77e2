/* Sorting networks of compare-exchanges without branches, and the loop that times any function that sorts.

   The networks have the fewest compare-exchanges; source: Knuth, The Art of Computer Programming 3, 5.3.4. */

#include <stdint.h>

static void exchange(int64_t *values, int first, int second) {
    int64_t a = values[first], b = values[second];
    values[first] = a < b ? a : b;
    values[second] = a < b ? b : a;
}

void network_sort3(int64_t *values) {
    exchange(values, 1, 2); exchange(values, 0, 2); exchange(values, 0, 1);
}

void network_sort4(int64_t *values) {
    exchange(values, 0, 2); exchange(values, 1, 3); exchange(values, 0, 1); exchange(values, 2, 3);
    exchange(values, 1, 2);
}

void network_sort5(int64_t *values) {
    exchange(values, 0, 3); exchange(values, 1, 4); exchange(values, 0, 2); exchange(values, 1, 3);
    exchange(values, 0, 1); exchange(values, 2, 4); exchange(values, 1, 2); exchange(values, 3, 4);
    exchange(values, 2, 3);
}

void no_sort(int64_t *values) { (void)values; }

/* Sorts copies of `count` arrays (a power of two) of `size` words, `rounds` in all, and returns a number that
   depends on every result. `zero` is 0, which the compiler does not know: where each array begins depends on
   the result before, so that one sort ends before the next begins. */
int64_t repeat_sort(void (*sort)(int64_t *), const int64_t *arrays, int64_t count, int64_t size, int64_t zero,
                    int64_t rounds) {
    int64_t values[8];
    uint64_t sum = 0, last = 0;
    for (int64_t round = 0; round < rounds; round++) {
        const int64_t *from = arrays + (int64_t)(((uint64_t)round + (last & (uint64_t)zero)) & (uint64_t)(count - 1)) * size;
        for (int64_t i = 0; i < size; i++)
            values[i] = from[i];
        sort(values);
        last = 0;
        for (int64_t i = 0; i < size; i++)
            last = 3 * last + (uint64_t)values[i];
        sum += last;
    }
    return (int64_t)sum;
}
