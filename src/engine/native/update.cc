#include "update.h"
#include <algorithm>
#include "kernels.h"
#include "threads.h"

/** Numbers that one thread does at once. */
static constexpr long mostNumbers = 1 << 15;

void adam(long size, const AdamState<const float>& before, const std::vector<Part>& gradient, const AdamRates& rates, const AdamState<float>& after) {
  inRanges(size, mostNumbers, [&](long first, long last) {
    long begin = 0;
    for (const Part& part : gradient) {
      const long from = std::max(first, begin), to = std::min(last, begin + part.size);
      if (from < to) kernelsHere()->update(to - from, before.from(from), part.at + (from - begin), rates, after.from(from));
      begin += part.size;
    }
  });
}

void average(long size, const float* average, const float* values, float rate, float* next) {
  inRanges(size, mostNumbers, [&](long first, long last) {
    for (long i = first; i < last; i++) next[i] = average[i] + (values[i] - average[i]) * rate;
  });
}
