#include "convolution.h"
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <vector>
#include "threads.h"

namespace {

/** Memory that is kept for the next kernel: fresh pages cost more than what is done on them. */
class Room {
 public:
  explicit Room(long floats) : size_(floats) {
    {
      std::lock_guard lock(mutex_);
      // The smallest that is large enough.
      auto best = kept_.end();
      for (auto each = kept_.begin(); each != kept_.end(); ++each)
        if (each->size >= floats && (best == kept_.end() || each->size < best->size)) best = each;
      if (best != kept_.end()) {
        size_ = best->size;
        at = best->at;
        kept_.erase(best);
        return;
      }
    }
    at = static_cast<float*>(std::aligned_alloc(64, (4 * floats + 63) / 64 * 64));
    if (at == nullptr) throw std::bad_alloc();
  }
  ~Room() {
    std::lock_guard lock(mutex_);
    kept_.push_back({size_, at});
    // As many as two kernels' worth are in use at a time.
    if (kept_.size() <= 2 * static_cast<std::size_t>(processors()) + 1) return;
    const auto smallest = std::min_element(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) { return a.size < b.size; });
    std::free(smallest->at);
    kept_.erase(smallest);
  }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  float* at;

 private:
  struct Kept {
    long size;
    float* at;
  };
  static inline std::mutex mutex_;
  /** Never destroyed: a kernel may run while the process ends. */
  static inline std::vector<Kept>& kept_ = *new std::vector<Kept>;
  long size_;
};

/** Tiles that one thread does at once: with them its values stay in the second cache. */
constexpr long mostTiles = 96;
/** Floats of tiles, and tiles at least, of which a filter's gradient is summed up at once. */
constexpr long mostValues = 1 << 17, fewestTiles = 64;

constexpr long upwards(long value, long step) { return (value + step - 1) / step * step; }

/** Numbers from 0 to count in pieces of `each`. */
template <typename Do>
void inRanges(long count, long each, Do range) {
  inPieces((count + each - 1) / each, [&](long i) { range(i * each, std::min(count, (i + 1) * each)); });
}

/** Of `count` units for each processor the same, at most `most`. */
long share(long count, long most) { return std::clamp((count + processors() - 1) / processors(), 1L, std::max(1L, most)); }

long shareOfColumns(long count) { return upwards(share(count, count), panel); }

/** Pictures of few channels that one thread does at once. */
constexpr long fewPictures = 4;

void convolveFew(const Shape& shape, const float* large, const float* filter, const float* bias, float* small) {
  const Kernels& kernels = *kernelsHere();
  const Room packed(shape.filterSize());
  kernels.packFew(shape, filter, packed.at);
  inRanges(shape.pictures, share(shape.pictures, fewPictures), [&](long from, long to) {
    const Room room(shape.paddedSize());
    kernels.downFew(shape, large, packed.at, bias, small, from, to, room.at);
  });
}

void filterGradientFew(const Shape& shape, const float* large, const float* small, float* filter) {
  const Kernels& kernels = *kernelsHere();
  const long groups = (shape.pictures + fewPictures - 1) / fewPictures;
  const Room sums(groups * shape.filterSize());
  inRanges(shape.pictures, fewPictures, [&](long from, long to) {
    const Room room(shape.paddedSize());
    kernels.gradientFew(shape, large, small, from, to, sums.at + from / fewPictures * shape.filterSize(), room.at);
  });
  // One after the other, so that the sum is the same with any number of threads.
  for (long i = 0; i < shape.filterSize(); i++) {
    filter[i] = sums.at[i];
    for (long group = 1; group < groups; group++) filter[i] += sums.at[group * shape.filterSize() + i];
  }
}

}  // namespace

const Kernels* kernelsHere() {
  static const Kernels* here = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") ? &kernels16
                               : __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")                                             ? &kernels8
                                                                                                                                             : nullptr;
  return here;
}

void convolve(const Shape& shape, const float* large, const float* filter, const float* bias, float* small) {
  if (shape.fewChannels()) return convolveFew(shape, large, filter, bias, small);
  const Kernels& kernels = *kernelsHere();
  const auto tiles = [&](const Nine& packed, long from, long first, long last) {
    for (; first < last; first += mostTiles) {
      const long count = std::min(mostTiles, last - first);
      const Room room(9 * count * (shape.depth() + panel));
      kernels.down(shape, large, packed, from, bias, small, first, count, room.at);
    }
  };
  if (shape.smallChannels > shape.tiles()) {
    inRanges(shape.smallChannels, shareOfColumns(shape.smallChannels), [&](long from, long to) {
      const Room room(9 * shape.depth() * (to - from));
      const Nine packed = {room.at, shape.depth(), to - from};
      kernels.packDown(shape, filter, from, packed);
      tiles(packed, from, 0, shape.tiles());
    });
    return;
  }
  const Room room(9 * shape.depth() * shape.smallChannels);
  const Nine packed = {room.at, shape.depth(), shape.smallChannels};
  inRanges(shape.smallChannels, panel, [&](long from, long to) { kernels.packDown(shape, filter, from, packed.range(from, to)); });
  inRanges(shape.tiles(), upwards(share(shape.tiles(), mostTiles), 12), [&](long from, long to) { tiles(packed, 0, from, to); });
}

void convolveBack(const Shape& shape, const float* small, const float* filter, const float* bias, float* large) {
  const Kernels& kernels = *kernelsHere();
  const auto pictures = [&](const Nine& packed, long column, long from, long to) {
    const long last = to * shape.tilesEach();
    for (long tile = from * shape.tilesEach(); tile < last; tile += mostTiles) {
      const long count = std::min(mostTiles, last - tile);
      const Room room(9 * count * (shape.smallChannels + panel));
      kernels.up(shape, small, packed, column, large, tile, count, room.at);
    }
  };
  const long each = shape.largeSize() / shape.pictures;
  const auto clear = [&](long from, long to) {
    if (bias == nullptr) std::memset(large + from * each, 0, 4 * (to - from) * each);
    else
      for (float* at = large + from * each; at < large + to * each; at += shape.largeChannels) std::memcpy(at, bias, 4 * shape.largeChannels);
  };
  if (shape.smallChannels > shape.tiles()) {
    inRanges(shape.pictures, share(shape.pictures, shape.pictures), clear);
    inRanges(shape.depth(), shareOfColumns(shape.depth()), [&](long from, long to) {
      const Room room(9 * shape.smallChannels * (to - from));
      const Nine packed = {room.at, shape.smallChannels, to - from};
      kernels.packUp(shape, filter, from, packed);
      pictures(packed, from, 0, shape.pictures);
    });
    return;
  }
  const Room room(9 * shape.depth() * shape.smallChannels);
  const Nine packed = {room.at, shape.smallChannels, shape.depth()};
  inRanges(shape.depth(), panel, [&](long from, long to) { kernels.packUp(shape, filter, from, packed.range(from, to)); });
  inRanges(shape.pictures, share(shape.pictures, mostTiles / shape.tilesEach()), [&](long from, long to) {
    clear(from, to);
    pictures(packed, 0, from, to);
  });
}

void filterGradient(const Shape& shape, const float* large, const float* small, float* filter) {
  if (shape.fewChannels()) return filterGradientFew(shape, large, small, filter);
  const Kernels& kernels = *kernelsHere();
  // A thread's rows of the filter need its own part of the large pictures alone; what all need of the small ones is less, and each makes it.
  inRanges(shape.depth(), shareOfColumns(shape.depth()), [&](long from, long to) {
    const long each = 9 * (to - from + shape.smallChannels);
    const long most = std::min(shape.tiles(), upwards(std::max(fewestTiles, mostValues / each), 16));
    const Room room(most * each), sums(9 * (to - from) * shape.smallChannels);
    for (long first = 0; first < shape.tiles(); first += most) {
      const long count = std::min(most, shape.tiles() - first);
      const Nine larges = {room.at, count, to - from}, smalls = {room.at + 9 * larges.apart, count, shape.smallChannels};
      kernels.takeApart(shape, large, first, from, larges);
      kernels.spread(shape, small, first, smalls);
      float* sum = sums.at;
      for (long row = from; row < to; row += panel)
        for (long column = 0; column < shape.smallChannels; column += panel, sum += 9 * panel * panel) {
          kernels.multiply(larges, smalls, row - from, column, first == 0, sum);
          if (first + count == shape.tiles()) kernels.gather(shape, sum, row, column, filter);
        }
    }
  });
}
