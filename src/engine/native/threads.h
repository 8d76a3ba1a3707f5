/** Pieces of work for this process's processors. */
#pragma once
#include <algorithm>
#include <functional>

/** While it lives, what is next to nothing is 0, as in TensorFlow's threads: it would take a hundred times as long, and give other sums by another thread. */
class WithoutDenormals {
 public:
  WithoutDenormals() : before_(__builtin_ia32_stmxcsr()) { __builtin_ia32_ldmxcsr(before_ | 0x8040); }
  ~WithoutDenormals() { __builtin_ia32_ldmxcsr(before_); }
  WithoutDenormals(const WithoutDenormals&) = delete;
  WithoutDenormals& operator=(const WithoutDenormals&) = delete;

 private:
  const unsigned before_;
};

/** Processors that this process might use when it first asked. */
int processors();

/** Is given numbers of pieces, or of blocks of a result, by several threads. */
using Each = std::function<void(long)>;

/**
 * Runs pieces 0 to count - 1, fewer than 2^31, by this thread and those that have nothing else to do, neighbouring pieces by one as far as
 * can be, and returns when all are done. A thread that sleeps is never waited for. May be called from several threads at once.
 * @throws what a piece threw first; pieces that were not begun are left out then
 */
void inPieces(long count, const Each& piece, bool backwards = false);

/** Numbers from 0 to count in pieces of `each`: `range` is given the first of one, and the first after it. */
template <typename Do>
void inRanges(long count, long each, Do range) {
  inPieces((count + each - 1) / each, [&](long i) { range(i * each, std::min(count, (i + 1) * each)); });
}
