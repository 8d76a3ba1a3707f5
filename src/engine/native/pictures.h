/** Bytes as pictures, and how much pictures of a batch differ. */
#pragma once
#include <cstdint>

/** What bytes stand for: each the float nearest to byte / 127.5 - 1. */
void levels(long count, const std::uint8_t* bytes, float* values);

/** Pictures [count, height, width, channels]; their sides are multiples of 4. */
struct Pictures {
  long count, height, width, channels;
};

/** The variance over the pictures of the means of 4x4 blocks, averaged. */
float variety(const Pictures&, const float* values);
