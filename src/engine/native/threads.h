/** Pieces of work for this process's processors. */
#pragma once
#include <functional>

/** Processors that this process might use when it first asked. */
int processors();

/**
 * Runs pieces 0 to count - 1, taken one by one by this thread and by those that have nothing else to do, and returns when
 * all are done. A thread that sleeps is never waited for. May be called from several threads at once.
 * @throws what a piece threw first; pieces that were not begun are left out then
 */
void inPieces(long count, const std::function<void(long)>& piece);
