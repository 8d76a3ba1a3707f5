#include "pictures.h"
#include <algorithm>
#include <vector>
#include "threads.h"

/** Bytes that one thread does at once. */
static constexpr long mostBytes = 1 << 15;
/** Blocks along a side. */
static constexpr long blocks = 4;

void levels(long count, const std::uint8_t* bytes, float* values) {
  // 2/255 as a number of 16 bits, and what it lacks: byte * scale - 1 is exact, and the sum with the rest is rounded once.
  constexpr float scale = 0.007843255996704102f, rest = -1.1874180216864261e-7f;
  inRanges(count, mostBytes, [&](long first, long last) {
    for (long i = first; i < last; i++) {
      const float byte = bytes[i];
      values[i] = (byte * scale - 1) + byte * rest;
    }
  });
}

float variety(const Pictures& pictures, const float* values) {
  const long line = pictures.width * pictures.channels, rows = pictures.height / blocks, columns = line / blocks, cells = blocks * blocks * pictures.channels;
  std::vector<float> sumsOf(pictures.count * cells);
  inPieces(pictures.count, [&](long picture) {
    std::vector<float> sums(line);
    for (long block = 0; block < blocks; block++) {
      std::fill(sums.begin(), sums.end(), 0.0f);
      const float* from = values + (picture * pictures.height + block * rows) * line;
      for (long row = 0; row < rows; row++, from += line)
        for (long i = 0; i < line; i++) sums[i] += from[i];
      const float* sum = sums.data();
      float* to = sumsOf.data() + picture * cells + block * blocks * pictures.channels;
      for (long column = 0; column < blocks; column++, to += pictures.channels)
        for (const float* end = sum + columns; sum < end; sum += pictures.channels)
          for (long c = 0; c < pictures.channels; c++) to[c] += sum[c];
    }
  });
  double total = 0;
  for (long cell = 0; cell < cells; cell++) {
    double sum = 0, square = 0;
    for (long picture = 0; picture < pictures.count; picture++) sum += sumsOf[picture * cells + cell];
    for (long picture = 0; picture < pictures.count; picture++) {
      const double apart = sumsOf[picture * cells + cell] - sum / pictures.count;
      square += apart * apart;
    }
    total += square;
  }
  const double area = static_cast<double>(rows) * (columns / pictures.channels);
  return static_cast<float>(total / (area * area * pictures.count * cells));
}
