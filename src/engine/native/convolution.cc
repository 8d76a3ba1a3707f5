#include "convolution.h"
#include <algorithm>
#include <cmath>
#include <cstring>
#include "kernels.h"
#include "room.h"

namespace {

/**
 * Tiles that one thread does at once: their values stay in its second cache, and where there are no more, beside 32 columns of the
 * filter at a time, which are packed when they are needed.
 */
constexpr long mostTiles = 96;
/** Floats of tiles, and tiles at least, of which a filter's gradient is summed up at once. */
constexpr long mostValues = 1 << 17, fewestTiles = 64;

constexpr long upwards(long value, long step) { return (value + step - 1) / step * step; }

/** Ranges as `inRanges` makes them, but in pieces of one size, as near as can be, and as many for each processor; of at most `most`. */
template <typename Do>
void evenly(long count, long most, Do range) {
  const long pieces = std::min(count, upwards((count + most - 1) / most, processors()));
  inPieces(pieces, [&](long i) { range(i * count / pieces, (i + 1) * count / pieces); });
}

void tell(const Each& done, long from, long to) {
  if (done)
    for (long block = from; block < to; block++) done(block);
}

/** Pictures of few channels that one thread does at once. */
constexpr long fewPictures = 4;

void convolveFew(const Shape& shape, const float* large, const float* filter, const Ending& ending, float* small, const Each& done) {
  const Kernels& kernels = *kernelsHere();
  const Room packed(shape.filterSize());
  kernels.packFew(shape, filter, packed.at);
  evenly(shape.pictures, fewPictures, [&](long from, long to) {
    const Room room(shape.paddedSize());
    for (long picture = from; picture < to; picture++) {
      kernels.downFew(shape, large, packed.at, ending, small, picture, room.at);
      tell(done, picture, picture + 1);
    }
  });
}

void convolveBackFew(const Shape& shape, const float* small, const float* filter, const Ending& ending, float* large) {
  const Kernels& kernels = *kernelsHere();
  const Room packed(shape.fewColumns() * shape.smallChannels);
  kernels.packUpFew(shape, filter, packed.at);
  evenly(shape.pictures, fewPictures, [&](long from, long to) {
    const Room room(shape.paddedSize() + (2 * shape.width + 2) * shape.largeChannels + shape.width * (shape.smallChannels + shape.fewColumns()));
    kernels.upFew(shape, small, packed.at, ending, large, from, to, room.at);
  });
}

void filterGradientFew(const Shape& shape, const float* large, const float* small, float* filter, float* bias) {
  const Kernels& kernels = *kernelsHere();
  const long groups = (shape.pictures + fewPictures - 1) / fewPictures, size = shape.filterSize() + shape.smallChannels;
  const Room sums(groups * size);
  inRanges(shape.pictures, fewPictures, [&](long from, long to) {
    const Room room(shape.paddedSize());
    kernels.gradientFew(shape, large, small, from, to, sums.at + from / fewPictures * size, room.at);
  });
  // One after the other, so that the sum is the same with any number of threads.
  for (long i = 0; i < size; i++) {
    float sum = sums.at[i];
    for (long group = 1; group < groups; group++) sum += sums.at[group * size + i];
    (i < shape.filterSize() ? filter[i] : bias[i - shape.filterSize()]) = sum;
  }
}

}  // namespace

long placesOfBlock(const Shape& shape) { return shape.fewChannels() ? shape.height * shape.width : 2 * shape.width * shape.linesTogether(); }

void convolve(const Shape& shape, const float* large, const float* filter, const Ending& ending, float* small, const Each& done) {
  if (shape.fewChannels()) return convolveFew(shape, large, filter, ending, small, done);
  const long together = shape.linesTogether() * shape.tilesAcross(), blocks = shape.tiles() / together;
  const Kernels& kernels = *kernelsHere();
  const auto multiply = [&](const Nine& tiles, long first, const Nine& packed, long from) {
    const Room room(9 * tiles.rows * panel);
    kernels.down(shape, tiles, first, packed, from, ending, small, room.at);
  };
  if (shape.tiles() <= mostTiles) {
    const Room room(9 * shape.tiles() * shape.depth());
    const Nine tiles = {room.at, shape.tiles(), shape.depth()};
    inRanges(shape.depth(), panel, [&](long from, long to) { kernels.takeApart(shape, large, 0, from, tiles.range(from, to)); });
    inRanges(shape.smallChannels, panel, [&](long from, long to) {
      const Room room(9 * shape.depth() * (to - from));
      const Nine packed = {room.at, shape.depth(), to - from};
      kernels.packDown(shape, filter, from, packed);
      multiply(tiles, 0, packed, from);
    });
    if (done) inPieces(blocks, done);
    return;
  }
  const Room room(9 * shape.depth() * shape.smallChannels);
  const Nine packed = {room.at, shape.depth(), shape.smallChannels};
  inRanges(shape.smallChannels, panel, [&](long from, long to) { kernels.packDown(shape, filter, from, packed.range(from, to)); });
  evenly(blocks, std::max(1L, mostTiles / together), [&](long from, long to) {
    const Room room(9 * (to - from) * together * shape.depth());
    const Nine tiles = {room.at, (to - from) * together, shape.depth()};
    kernels.takeApart(shape, large, from * together, 0, tiles);
    multiply(tiles, from * together, packed, 0);
    tell(done, from, to);
  });
}

void convolveBack(const Shape& shape, const float* small, const float* filter, const Ending& ending, float* large, const Each& done) {
  if (shape.fewChannels()) return convolveBackFew(shape, small, filter, ending, large);
  const Kernels& kernels = *kernelsHere();
  const auto multiply = [&](const Nine& tiles, long first, const Nine& packed, long from) {
    const Room room(9 * tiles.rows * panel);
    kernels.up(shape, tiles, first, packed, from, large, room.at);
  };
  const long each = shape.largeSize() / shape.pictures;
  const auto clear = [&](long from, long to) {
    if (ending.bias == nullptr) std::memset(large + from * each, 0, 4 * (to - from) * each);
    else
      for (float* at = large + from * each; at < large + to * each; at += shape.largeChannels) std::memcpy(at, ending.bias, 4 * shape.largeChannels);
  };
  const auto finish = [&](long from, long to) {
    float* at = large + from * each;
    if (ending.slope != 1) kernels.single.rectifyBack(at, ending.behind == nullptr ? at : ending.behind + from * each, (to - from) * each, ending.slope, INFINITY, at);
    tell(done, from, to);
  };
  if (shape.tiles() <= mostTiles) {
    const Room room(9 * shape.tiles() * shape.smallChannels);
    const Nine tiles = {room.at, shape.tiles(), shape.smallChannels};
    evenly(shape.pictures, shape.pictures, clear);
    inRanges(shape.smallChannels, panel, [&](long from, long to) { kernels.spread(shape, small, 0, from, tiles.range(from, to)); });
    inRanges(shape.depth(), panel, [&](long from, long to) {
      const Room room(9 * shape.smallChannels * (to - from));
      const Nine packed = {room.at, shape.smallChannels, to - from};
      kernels.packUp(shape, filter, from, packed);
      multiply(tiles, 0, packed, from);
    });
    evenly(shape.pictures, shape.pictures, finish);
    return;
  }
  const Room room(9 * shape.depth() * shape.smallChannels);
  const Nine packed = {room.at, shape.smallChannels, shape.depth()};
  inRanges(shape.depth(), panel, [&](long from, long to) { kernels.packUp(shape, filter, from, packed.range(from, to)); });
  evenly(shape.pictures, std::max(1L, mostTiles / shape.tilesEach()), [&](long from, long to) {
    clear(from, to);
    const long last = to * shape.tilesEach();
    for (long first = from * shape.tilesEach(); first < last; first += mostTiles) {
      const long count = std::min(mostTiles, last - first);
      const Room room(9 * count * shape.smallChannels);
      const Nine tiles = {room.at, count, shape.smallChannels};
      kernels.spread(shape, small, first, 0, tiles);
      multiply(tiles, first, packed, 0);
    }
    finish(from, to);
  });
}

void filterGradient(const Shape& shape, const float* large, const float* small, float* filter, float* bias) {
  if (shape.fewChannels()) return filterGradientFew(shape, large, small, filter, bias);
  const Kernels& kernels = *kernelsHere();
  // A thread's rows of the filter need its own part of the large pictures alone; what all need of the small ones is less, and each makes it.
  inRanges(shape.depth(), upwards((shape.depth() + processors() - 1) / processors(), panel), [&](long from, long to) {
    const long each = 9 * (to - from + shape.smallChannels);
    const long most = std::min(shape.tiles(), upwards(std::max(fewestTiles, mostValues / each), 16));
    const Room room(most * each), sums(9 * (to - from) * shape.smallChannels);
    for (long first = 0; first < shape.tiles(); first += most) {
      const long count = std::min(most, shape.tiles() - first);
      const Nine larges = {room.at, count, to - from}, smalls = {room.at + 9 * larges.apart, count, shape.smallChannels};
      kernels.takeApart(shape, large, first, from, larges);
      kernels.spread(shape, small, first, 0, smalls);
      float* sum = sums.at;
      for (long row = from; row < to; row += panel)
        for (long column = 0; column < shape.smallChannels; column += panel, sum += 9 * panel * panel) {
          kernels.multiply(larges, smalls, row - from, column, first == 0, sum);
          if (first + count == shape.tiles()) kernels.gather(shape, sum, row, column, filter);
        }
    }
  });
}
