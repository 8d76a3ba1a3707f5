/** Pictures and matrices as the kernels of every instruction set know them. */
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
  /** Lines of tiles of a small picture that are done together: about 32 tiles. */
  long linesTogether() const {
    long lines = height / 2;
    while (lines > 1 && (lines * tilesAcross() > 32 || (height / 2) % lines)) lines--;
    return lines;
  }
  /** Floats of one large picture with a margin of one place. */
  long paddedSize() const { return (2 * height + 2) * (2 * width + 2) * largeChannels; }
  /** Taps of few channels, in whole panels. */
  long fewColumns() const { return (16 * largeChannels + panel - 1) / panel * panel; }
};

/** What a convolution ends in. */
struct Ending {
  /** Added to each channel, or null. */
  const float* bias;
  /** Of the leaky rectifier below 0; 1 where there is none. */
  float slope = 1;
  /** The hyperbolic tangent, of large pictures of few channels; they have no rectifier. */
  bool tanh = false;
  /** Null, or what the rectifier or the tangent made of values of the result's shape: the result is the gradient by those values. */
  const float* behind = nullptr;
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
