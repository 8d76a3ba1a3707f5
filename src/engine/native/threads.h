/** Pieces of work for this process's processors. */
#pragma once
#include <algorithm>
#include <functional>

/** Processors that this process might use when it first asked. */
int processors();

/**
 * Runs pieces 0 to count - 1, taken one by one by this thread and by those that have nothing else to do, and returns when
 * all are done. A thread that sleeps is never waited for. May be called from several threads at once.
 * @throws what a piece threw first; pieces that were not begun are left out then
 */
void inPieces(long count, const std::function<void(long)>& piece);

/** Numbers from 0 to count in pieces of `each`: `range` is given the first of one, and the first after it. */
template <typename Do>
void inRanges(long count, long each, Do range) {
  inPieces((count + each - 1) / each, [&](long i) { range(i * each, std::min(count, (i + 1) * each)); });
}
