#include "amx.h"
#include <algorithm>
#include "room.h"
#include "threads.h"

bool fitsAmx(const Shape& shape) { return shape.largeSize() > 0 && shape.smallChannels > 0 && shape.width * shape.pictures % panel == 0; }

// Compilers of before 2021 do not know it.
#if __has_include(<amxbf16intrin.h>)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cstring>

bool amxHere() {
  static const bool here = [] {
    unsigned a, b, c, d;
    constexpr unsigned bfloat16 = 1u << 22, tiles = 1u << 24;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & bfloat16) == 0 || (d & tiles) == 0) return false;
    // Linux keeps room for tiles where a process asks: ARCH_REQ_XCOMP_PERM of XFEATURE_XTILEDATA.
    return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
  }();
  return here;
}

// What comes now runs where it is.
#pragma GCC target("amx-tile,amx-bf16,avx512f,avx512bw,avx512vl,avx512bf16")
#include <immintrin.h>

namespace {

/** Rows of a tile, of 32 bfloat16 or 16 floats. */
constexpr long rows = 16;
/** Numbers of a tile of bfloat16. */
constexpr long tileSize = rows * panel;

/** Memory for numbers in bfloat16. */
struct LowRoom : Room {
  explicit LowRoom(long count) : Room((count + 1) / 2), numbers(reinterpret_cast<Bfloat16*>(at)) {}
  Bfloat16* numbers;
};

/** While it lives, this thread's tiles are whole ones. */
class Tiles {
 public:
  Tiles() {
    alignas(64) struct {
      std::uint8_t palette = 1, start = 0, reserved[14] = {};
      std::uint16_t bytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
      std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
    } shapes;
    _tile_loadconfig(&shapes);
  }
  ~Tiles() { _tile_release(); }
};

/** Sums of products, 32 rows of `a` by 32 columns of `b`: in four tiles, so that each that is loaded is used twice. */
class Sums {
 public:
  Sums() {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  /** @param a 32 rows of 32 numbers, `stride` numbers from one to the next @param b two tiles, `apart` numbers apart, each of 16 columns: a row has two numbers of each */
  void add(const Bfloat16* a, long stride, const Bfloat16* b, long apart) {
    _tile_loadd(4, a, 2 * stride);
    _tile_loadd(6, b, 64);
    _tile_loadd(7, b + apart, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_loadd(5, a + rows * stride, 2 * stride);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  /** @param stride floats from one row to the next */
  void store(float* to, long stride) const {
    _tile_stored(0, to, 4 * stride);
    _tile_stored(1, to + rows, 4 * stride);
    _tile_stored(2, to + rows * stride, 4 * stride);
    _tile_stored(3, to + rows * stride + rows, 4 * stride);
  }
};

/** So many channels that a whole tile has room for them. */
constexpr long whole(long channels) { return (channels + panel - 1) / panel * panel; }

/** The first `count` numbers of a vector, of none to more than it has. */
inline std::uint32_t first(long count) { return count >= panel ? ~0u : count <= 0 ? 0u : (1u << count) - 1; }
inline __m512 floats(const float* from, long count) { return _mm512_maskz_loadu_ps(static_cast<__mmask16>(first(count)), from); }

/** Up to 16 numbers in bfloat16, each the low half of a word, and up to 32; 0 behind them. */
inline __m512i words(const Bfloat16* from, long count) { return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(static_cast<__mmask16>(first(count)), from)); }
inline __m512i words(const float* from, long count) { return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(floats(from, count))); }
inline __m512i numbers(const Bfloat16* from, long count) { return _mm512_maskz_loadu_epi16(first(count), from); }
inline __m512i numbers(const float* from, long count) { return (__m512i)_mm512_cvtne2ps_pbh(floats(from + rows, count - rows), floats(from, count)); }

struct Pair {
  __m512 low, high;
};
inline Pair read(const Bfloat16* from, long count) {
  return {_mm512_castsi512_ps(_mm512_slli_epi32(words(from, count), 16)), _mm512_castsi512_ps(_mm512_slli_epi32(words(from + rows, count - rows), 16))};
}
inline void write(Bfloat16* to, const Pair& values, long count) { _mm512_mask_storeu_epi16(to, first(count), (__m512i)_mm512_cvtne2ps_pbh(values.high, values.low)); }
inline __m512 sloped(__m512 value, __m512 by, __m512 slope) { return _mm512_mask_mul_ps(value, _mm512_cmp_ps_mask(by, _mm512_setzero_ps(), _CMP_NGT_UQ), value, slope); }

/** Up to 32 sums of one row where the convolution ends. @param channel the first @param place of it in the result */
inline void finish(const float* sums, const LowEnding& ending, long channel, long count, long place, Bfloat16* to) {
  Pair values = {_mm512_load_ps(sums), _mm512_load_ps(sums + rows)};
  if (ending.bias != nullptr) {
    values = {values.low + floats(ending.bias + channel, count), values.high + floats(ending.bias + channel + rows, count - rows)};
  }
  if (ending.slope != 1) {
    const __m512 slope = _mm512_set1_ps(ending.slope);
    const Pair by = ending.behind == nullptr ? values : read(ending.behind + place, count);
    values = {sloped(values.low, by.low, slope), sloped(values.high, by.high, slope)};
  }
  write(to + place, values, count);
}

/** Up to 16 numbers of one row and up to `more` of another in turn: what a tile's row has of two rows of a matrix. */
template <typename Number>
inline void interleave(const Number* one, long count, const Number* other, long more, Bfloat16* to) {
  _mm512_storeu_si512(to, _mm512_or_si512(words(one, count), _mm512_slli_epi32(words(other, more), 16)));
}

/** A row of pictures, or of the margin where there is none, with zeros behind it up to a whole tile. */
inline void put(const Bfloat16* from, long channels, Bfloat16* to) {
  const long given = from == nullptr ? 0 : channels;
  if (given > 0) std::memcpy(to, from, 2 * given);
  std::memset(to + given, 0, 2 * (whole(channels) - given));
}

/** The columns of 16 rows of 16 words. */
inline void transpose(__m512i (&r)[16]) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 4) {
    const __m512i a = _mm512_unpacklo_epi32(r[i], r[i + 1]), b = _mm512_unpackhi_epi32(r[i], r[i + 1]);
    const __m512i c = _mm512_unpacklo_epi32(r[i + 2], r[i + 3]), d = _mm512_unpackhi_epi32(r[i + 2], r[i + 3]);
    t[i] = _mm512_unpacklo_epi64(a, c), t[i + 1] = _mm512_unpackhi_epi64(a, c);
    t[i + 2] = _mm512_unpacklo_epi64(b, d), t[i + 3] = _mm512_unpackhi_epi64(b, d);
  }
  // t[4 i + j] has, in its four quarters, the columns j, 4 + j, 8 + j and 12 + j of rows 4 i to 4 i + 3.
  for (int j = 0; j < 4; j++) {
    const __m512i a = _mm512_shuffle_i32x4(t[j], t[4 + j], 0x88), b = _mm512_shuffle_i32x4(t[j], t[4 + j], 0xdd);
    const __m512i c = _mm512_shuffle_i32x4(t[8 + j], t[12 + j], 0x88), d = _mm512_shuffle_i32x4(t[8 + j], t[12 + j], 0xdd);
    r[j] = _mm512_shuffle_i32x4(a, c, 0x88), r[8 + j] = _mm512_shuffle_i32x4(a, c, 0xdd);
    r[4 + j] = _mm512_shuffle_i32x4(b, d, 0x88), r[12 + j] = _mm512_shuffle_i32x4(b, d, 0xdd);
  }
}

/** Pairs of numbers as words: `height` of 16 rows, `width` numbers of 32 in each, `stride` from one to the next, to columns; 0 for the others. */
template <typename Number>
inline void turn(const Number* from, long height, long width, long stride, Bfloat16* to, long apart) {
  __m512i r[16];
  for (int i = 0; i < 16; i++) r[i] = numbers(from + i * stride, i < height ? width : 0);
  transpose(r);
  for (int i = 0; i < 16; i++) _mm512_storeu_si512(to + i * apart, r[i]);
}

/**
 * Large pictures by lines, in each first the odd columns, from the margin's on, then the even ones, with the margin's last; a column has a
 * row for each picture: [2 height][2][width + 1][pictures]. Tap j of 4 sees, over all places of a small line at once, the columns of one
 * parity, from the first or the second on.
 */
struct Lines {
  explicit Lines(const Shape& shape) : shape(shape), each((shape.width + 1) * shape.pictures) {}
  const Shape& shape;
  /** Rows of a line's columns of one parity. */
  const long each;

  static long parity(long tap) { return tap & 1; }
  long firstRow(long tap) const { return (tap >> 1) * shape.pictures; }
  /** A row of a line in the pictures themselves; null in the margin. */
  const Bfloat16* row(const Bfloat16* large, long line, long parity, long row) const {
    const long column = 2 * (row / shape.pictures) - 1 + parity;
    if (row >= each || column < 0 || column >= 2 * shape.width) return nullptr;
    return large + ((row % shape.pictures * 2 * shape.height + line) * 2 * shape.width + column) * shape.largeChannels;
  }
};

/** Lines of the large pictures that a tap of 4 sees from a small one. */
long lineOf(long small, long tap) { return 2 * small + tap - 1; }
bool isLine(const Shape& shape, long line) { return line >= 0 && line < 2 * shape.height; }

}  // namespace

void convolve(const Shape& shape, const Bfloat16* large, const float* filter, const LowEnding& ending, Bfloat16* small) {
  const auto [n, height, width, c, k] = shape;
  const Lines lines(shape);
  const long deep = whole(c), depth = deep / panel;
  const LowRoom packed(16 * deep * whole(k)), room(4 * height * lines.each * deep);
  // Tiles [k / 16][tap][c / 32], pairs of rows of the filter in turn.
  inPieces(16 * depth, [&, c = c, k = k](long piece) {
    for (long column = 0; column < whole(k); column += rows)
      for (long row = 0; row < panel; row += 2) {
        const long channel = piece % depth * panel + row;
        const float* from = filter + (piece / depth * c + channel) * k + column;
        interleave(from, channel < c ? k - column : 0, from + k, channel + 1 < c ? k - column : 0, packed.numbers + (column / rows * 16 * depth + piece) * tileSize + row * rows);
      }
  });
  inPieces(4 * height, [&, c = c](long piece) {
    for (long row = 0; row < lines.each; row++) put(lines.row(large, piece / 2, piece % 2, row), c, room.numbers + (piece * lines.each + row) * deep);
  });
  const long across = width * n / panel;
  inPieces(height * across, [&, n = n, height = height, width = width, k = k](long piece) {
    const Tiles tiles;
    alignas(64) float sums[panel * panel];
    const long line = piece / across, first = piece % across * panel;
    for (long column = 0; column < k; column += panel) {
      const Bfloat16* b = packed.numbers + column / rows * 16 * depth * tileSize;
      Sums sum;
      for (long tap = 0; tap < 16; tap++) {
        const long y = lineOf(line, tap / 4), x = tap % 4;
        if (!isLine(shape, y)) continue;
        const Bfloat16* a = room.numbers + ((2 * y + Lines::parity(x)) * lines.each + lines.firstRow(x) + first) * deep;
        for (long d = 0; d < depth; d++) sum.add(a + d * panel, deep, b + (tap * depth + d) * tileSize, 16 * depth * tileSize);
      }
      sum.store(sums, panel);
      for (long row = 0; row < panel; row++) {
        const long picture = (first + row) % n, place = (first + row) / n;
        finish(sums + row * panel, ending, column, k - column, ((picture * height + line) * width + place) * k + column, small);
      }
    }
  });
}

void convolveBack(const Shape& shape, const Bfloat16* small, const float* filter, const LowEnding& ending, Bfloat16* large) {
  const auto [n, height, width, c, k] = shape;
  const long deep = whole(k), depth = deep / panel, columns = whole(c) / rows, each = (width + 2) * n;
  const LowRoom packed(16 * deep * whole(c)), room(height * each * deep);
  // Tiles [c / 16][tap][k / 32]: the filter turned round, which has its pairs already.
  inPieces(16 * columns, [&, c = c, k = k](long piece) {
    const long tap = piece / columns, column = piece % columns;
    for (long d = 0; d < depth; d++)
      turn(filter + (tap * c + column * rows) * k + d * panel, c - column * rows, k - d * panel, k, packed.numbers + ((column * 16 + tap) * depth + d) * tileSize, panel);
  });
  // By lines, with a column of margin on both sides, each with a row for each picture.
  inPieces(height, [&, n = n, height = height, width = width, k = k](long line) {
    for (long row = 0; row < each; row++) {
      const long column = row / n - 1;
      put(column < 0 || column >= width ? nullptr : small + ((row % n * height + line) * width + column) * k, k, room.numbers + (line * each + row) * deep);
    }
  });
  const long across = width * n / panel;
  inPieces(4 * height * across, [&, n = n, height = height, width = width, c = c](long piece) {
    const Tiles tiles;
    alignas(64) float sums[panel * panel];
    const long y = piece / (2 * across), parity = piece / across % 2, first = piece % across * panel;
    for (long column = 0; column < c; column += panel) {
      const Bfloat16* b = packed.numbers + column / rows * 16 * depth * tileSize;
      Sums sum;
      // Two taps of four each way see a place.
      for (long i = (y + 1) % 2; i < 4; i += 2) {
        const long line = (y + 1 - i) / 2;
        if (y + 1 < i || line >= height) continue;
        for (long j = (parity + 1) % 2; j < 4; j += 2) {
          // The small column is that of the large one's pair, or its neighbour on either side; the margin is one.
          const long aside = 1 + (parity + 1 - j) / 2;
          const Bfloat16* a = room.numbers + (line * each + aside * n + first) * deep;
          for (long d = 0; d < depth; d++) sum.add(a + d * panel, deep, b + ((4 * i + j) * depth + d) * tileSize, 16 * depth * tileSize);
        }
      }
      sum.store(sums, panel);
      for (long row = 0; row < panel; row++) {
        const long picture = (first + row) % n, x = 2 * ((first + row) / n) + parity;
        finish(sums + row * panel, ending, column, c - column, ((picture * 2 * height + y) * 2 * width + x) * c + column, large);
      }
    }
  });
}

void filterGradient(const Shape& shape, const Bfloat16* large, const Bfloat16* small, float* filter) {
  const auto [n, height, width, c, k] = shape;
  const Lines lines(shape);
  // Rows are what is summed up over: whole tiles of them.
  const long length = (lines.each + panel - 1) / panel * panel, blocks = width * n / panel, deep = whole(c);
  const LowRoom larges(4 * height * deep * length), smalls(height * width * n * whole(k));
  // [line][parity][c][rows]
  inPieces(4 * height, [&, c = c](long piece) {
    for (long first = 0; first < length; first += panel) {
      const Bfloat16* from[panel];
      for (long row = 0; row < panel; row++) from[row] = lines.row(large, piece / 2, piece % 2, first + row);
      for (long column = 0; column < deep; column += rows) {
        alignas(64) Bfloat16 pairs[tileSize];
        const auto at = [&](long row) { return from[row] == nullptr ? large : from[row] + column; };
        const auto count = [&, c = c](long row) { return from[row] == nullptr ? 0 : c - column; };
        for (long row = 0; row < panel; row += 2) interleave(at(row), count(row), at(row + 1), count(row + 1), pairs + row * rows);
        turn(pairs, rows, panel, panel, larges.numbers + (piece * deep + column) * length + first, length);
      }
    }
  });
  // Tiles [k / 16][line][rows / 32].
  inPieces(height * blocks, [&, n = n, height = height, width = width, k = k](long piece) {
    const auto row = [&](long i) {
      const long place = piece % blocks * panel + i;
      return small + ((place % n * height + piece / blocks) * width + place / n) * k;
    };
    for (long i = 0; i < panel; i += 2)
      for (long column = 0; column < whole(k); column += rows) interleave(row(i) + column, k - column, row(i + 1) + column, k - column, smalls.numbers + (column / rows * height * blocks + piece) * tileSize + i * rows);
  });
  inPieces(16 * (deep / panel), [&, height = height, c = c, k = k](long piece) {
    const Tiles tiles;
    alignas(64) float sums[panel * panel];
    const long tap = piece / (deep / panel), x = tap % 4, from = piece % (deep / panel) * panel;
    for (long column = 0; column < k; column += panel) {
      const Bfloat16* b = smalls.numbers + column / rows * height * blocks * tileSize;
      Sums sum;
      for (long line = 0; line < height; line++) {
        const long y = lineOf(line, tap / 4);
        if (!isLine(shape, y)) continue;
        const Bfloat16* a = larges.numbers + ((2 * y + Lines::parity(x)) * deep + from) * length + lines.firstRow(x);
        for (long block = 0; block < blocks; block++) sum.add(a + block * panel, length, b + (line * blocks + block) * tileSize, height * blocks * tileSize);
      }
      float* to = filter + (tap * c + from) * k + column;
      if (from + panel <= c && column + panel <= k) {
        sum.store(to, k);
        continue;
      }
      sum.store(sums, panel);
      for (long row = 0; row < std::min<long>(panel, c - from); row++) std::memcpy(to + row * k, sums + row * panel, 4 * std::min<long>(panel, k - column));
    }
  });
}

#else

bool amxHere() { return false; }
void convolve(const Shape&, const Bfloat16*, const float*, const LowEnding&, Bfloat16*) {}
void convolveBack(const Shape&, const Bfloat16*, const float*, const LowEnding&, Bfloat16*) {}
void filterGradient(const Shape&, const Bfloat16*, const Bfloat16*, float*) {}

#endif
