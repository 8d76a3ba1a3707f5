#include "threads.h"
#include <sched.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace {

/** Pieces from `begin` to `end` that are still to be taken, in one word. */
struct alignas(64) Share {
  std::atomic<std::uint64_t> left;

  void begin(long begin, long end) { left.store(word(begin, end), std::memory_order_relaxed); }
  bool open() const {
    const std::uint64_t now = left.load(std::memory_order_relaxed);
    return now >> 32 < (now & 0xffffffff);
  }
  /** The first piece, or the last; -1 where there is none. */
  long take(bool first) {
    for (std::uint64_t now = left.load(std::memory_order_relaxed);;) {
      const long begin = now >> 32, end = now & 0xffffffff;
      if (begin >= end) return -1;
      if (left.compare_exchange_weak(now, first ? word(begin + 1, end) : word(begin, end - 1))) return first ? begin : end - 1;
    }
  }

 private:
  static std::uint64_t word(std::uint64_t begin, std::uint64_t end) { return begin << 32 | end; }
};

/**
 * Every thread has a share of neighbouring pieces, the same of all work: what it finds in its cache is what it left there. When it has
 * done its own it takes the last ones of others.
 */
struct Work {
  const Each& piece;
  const bool backwards;
  std::vector<Share> shares;
  /** Helpers that are at it. */
  std::atomic<int> helpers{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure{};

  Work(long count, const Each& piece, bool backwards) : piece(piece), backwards(backwards), shares(processors()) {
    const long all = shares.size();
    for (long i = 0; i < all; i++) shares[i].begin(i * count / all, (i + 1) * count / all);
  }

  bool open() const {
    return std::any_of(shares.begin(), shares.end(), [](const Share& share) { return share.open(); });
  }
  void help(int own) {
    for (std::size_t i = 0; i < shares.size(); i++) {
      Share& share = shares[(own + i) % shares.size()];
      for (long at; (at = share.take((i == 0) != backwards)) >= 0;) try {
          piece(at);
        } catch (...) {
          // For whoever brought the work; the rest of it is in vain.
          if (!failed.exchange(true)) failure = std::current_exception();
          for (Share& each : shares) each.begin(0, 0);
        }
    }
  }
};

/** A kernel takes about a millisecond: the next piece of work comes sooner than a sleeping thread wakes. */
constexpr auto patience = std::chrono::microseconds(60);

class Helpers {
 public:
  static Helpers& all() {
    // Never destroyed: its threads live as long as the process.
    static Helpers* helpers = new Helpers(processors() - 1);
    return *helpers;
  }

  void run(Work& work) {
    {
      std::lock_guard lock(mutex_);
      works_.push_back(&work);
      busy_++;
    }
    if (sleepers_.load() > 0 && busy_.load() < most_) wake_.notify_one();
    work.help(0);
    {
      std::lock_guard lock(mutex_);
      works_.erase(std::find(works_.begin(), works_.end(), &work));
      busy_--;
    }
    // A processor is free for what another thread is at.
    if (sleepers_.load() > 0 && anyOpen()) wake_.notify_one();
    for (int turns = 0; work.helpers.load() > 0; turns++)
      if (turns > 1000) std::this_thread::yield();
    if (work.failure) std::rethrow_exception(work.failure);
  }

 private:
  explicit Helpers(int count) : most_(count + 1) {
    for (int i = 0; i < count; i++) std::thread([this, i] { serve(i + 1); }).detach();
  }

  void serve(int own) {
    const WithoutDenormals throughout;
    for (;;) {
      Work* work = join();
      if (work == nullptr) {
        rest();
        continue;
      }
      work->help(own);
      busy_--;
      work->helpers--;
    }
  }

  /** Work with pieces left; its owner waits until we are out again. More threads than processors would wait for each other. */
  Work* join() {
    std::lock_guard lock(mutex_);
    if (busy_.load() >= most_) return nullptr;
    const auto open = std::find_if(works_.begin(), works_.end(), [](const Work* work) { return work->open(); });
    if (open == works_.end()) return nullptr;
    busy_++;
    (*open)->helpers++;
    return *open;
  }

  void rest() {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < until) {
      if (wanted()) return;
      __builtin_ia32_pause();
    }
    std::unique_lock lock(mutex_);
    sleepers_++;
    wake_.wait(lock, [this] { return openHere() && busy_.load() < most_; });
    sleepers_--;
  }

  bool openHere() const {
    return std::any_of(works_.begin(), works_.end(), [](const Work* work) { return work->open(); });
  }
  bool anyOpen() {
    std::lock_guard lock(mutex_);
    return openHere();
  }
  bool wanted() {
    const int busy = busy_.load();
    return busy > 0 && busy < most_ && anyOpen();
  }

  const int most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Work*> works_;
  /** Threads at work, those that brought it among them. */
  std::atomic<int> busy_{0};
  std::atomic<int> sleepers_{0};
};

}  // namespace

int processors() {
  static const int count = [] {
    cpu_set_t mine;
    return sched_getaffinity(0, sizeof mine, &mine) == 0 ? std::max(1, CPU_COUNT(&mine)) : 1;
  }();
  return count;
}

void inPieces(long count, const Each& piece, bool backwards) {
  if (processors() == 1 || count < 2) {
    for (long i = 0; i < count; i++) piece(backwards ? count - 1 - i : i);
    return;
  }
  Work work(count, piece, backwards);
  Helpers::all().run(work);
}
