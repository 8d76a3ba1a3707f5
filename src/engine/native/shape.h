/** What the kernels of every instruction set share. */
#pragma once

/** Columns of a matrix that lie side by side in memory. */
constexpr int panel = 32;

/**
 * A convolution by 4x4 taps at steps of 2, one place of padding on each side: from large pictures
 * [pictures, 2*height, 2*width, largeChannels] to small ones [pictures, height, width, smallChannels],
 * by a filter [4, 4, largeChannels, smallChannels]. Height and width are even.
 */
struct Shape {
  long pictures, height, width, largeChannels, smallChannels;

  /** A tile is 2x2 places of a small picture. */
  long tilesAcross() const { return width / 2; }
  long tilesEach() const { return tilesAcross() * (height / 2); }
  long tiles() const { return pictures * tilesEach(); }
  /** Rows of a filter as a matrix: a channel of the large pictures in one of four phases. */
  long depth() const { return 4 * largeChannels; }
  long largeSize() const { return 4 * pictures * height * width * largeChannels; }
  long filterSize() const { return 16 * largeChannels * smallChannels; }
  bool fewChannels() const { return largeChannels <= 4; }
  /** Floats of one large picture with a margin of one place. */
  long paddedSize() const { return (2 * height + 2) * (2 * width + 2) * largeChannels; }
};

/** Nine matrices of one size in panels: [nine][columns / 32][rows][32]. */
struct Nine {
  float* at;
  long rows, columns;
  /** Floats from one matrix to the next. */
  long apart;

  Nine(float* at, long rows, long columns) : Nine(at, rows, columns, rows * columns) {}
  /** Column `column` of row `row` of the i-th. */
  float* place(int i, long row, long column) const { return at + i * apart + column / panel * rows * panel + row * panel + column % panel; }
  /** Columns from `from` to `to`, multiples of 32. */
  Nine range(long from, long to) const { return {at + from * rows, rows, to - from, apart}; }

 private:
  Nine(float* at, long rows, long columns, long apart) : at(at), rows(rows), columns(columns), apart(apart) {}
};

/** What a thread does at a time: its processor's own caches hold all of it. `from` is the first of the columns that are meant. */
struct Kernels {
  /** Floats of a vector; channels of large pictures are a multiple of it. */
  int lanes;
  /** The filter as nine matrices [depth, smallChannels] for `down`, and turned round, [smallChannels, depth], for `up`. */
  void (*packDown)(const Shape&, const float* filter, long from, const Nine& packed);
  void (*packUp)(const Shape&, const float* filter, long from, const Nine& packed);
  /** Large pictures to small ones, and what is added to each channel, or null: `count` tiles from `first` on. `room` holds 9 * count * (depth + 32) floats. */
  void (*down)(const Shape&, const float* large, const Nine& packed, long from, const float* bias, float* small, long first, long count, float* room);
  /**
   * Its transpose, added to `large`: neighbouring tiles overlap, so one thread does all of a picture in these columns. Room for
   * 9 * count * (smallChannels + 32) floats.
   */
  void (*up)(const Shape&, const float* small, const Nine& packed, long from, float* large, long first, long count, float* room);
  /** Tiles from `first` on as rows of nine matrices: of large pictures, and of gradients by small ones. */
  void (*takeApart)(const Shape&, const float* large, long first, long from, const Nine& to);
  void (*spread)(const Shape&, const float* small, long first, const Nine& to);
  /** Adds up (or begins) the products of 32 columns of each over all rows: `sums` is [nine][32][32]. */
  void (*multiply)(const Nine& large, const Nine& small, long largeColumn, long smallColumn, bool begin, float* sums);
  /** The sums as taps of the filter's gradient. */
  void (*gather)(const Shape&, const float* sums, long largeColumn, long smallColumn, float* filter);
  /** For large pictures of one to four channels, whole pictures at a time: the filter in panels, `down`, and the filter's gradient. */
  void (*packFew)(const Shape&, const float* filter, float* packed);
  void (*downFew)(const Shape&, const float* large, const float* packed, const float* bias, float* small, long from, long to, float* room);
  void (*gradientFew)(const Shape&, const float* large, const float* small, long from, long to, float* sums, float* room);
};

extern const Kernels kernels16, kernels8;
