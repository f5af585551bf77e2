// std::sort on arrays whose length the compiler knows.

#include <algorithm>
#include <cstdint>

extern "C" {
void std_sort3(std::int64_t *values) { std::sort(values, values + 3); }
void std_sort4(std::int64_t *values) { std::sort(values, values + 4); }
void std_sort5(std::int64_t *values) { std::sort(values, values + 5); }
}
