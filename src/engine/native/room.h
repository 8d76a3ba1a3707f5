#pragma once
#include <algorithm>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>
#include "threads.h"

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
