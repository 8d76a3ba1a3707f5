#include "threads.h"
#include <sched.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace {

struct Work {
  const long count;
  const std::function<void(long)>& piece;
  std::atomic<long> next{0};
  /** Helpers that are at it. */
  std::atomic<int> helpers{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure{};

  bool open() const { return next.load(std::memory_order_relaxed) < count; }
  void help() {
    for (long i; (i = next.fetch_add(1)) < count;) try {
        piece(i);
      } catch (...) {
        // For whoever brought the work; the rest of it is in vain.
        if (!failed.exchange(true)) failure = std::current_exception();
        next.store(count);
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
    work.help();
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
    for (int i = 0; i < count; i++) std::thread([this] { serve(); }).detach();
  }

  void serve() {
    for (;;) {
      Work* work = join();
      if (work == nullptr) {
        rest();
        continue;
      }
      work->help();
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

void inPieces(long count, const std::function<void(long)>& piece) {
  if (processors() == 1 || count < 2) {
    for (long i = 0; i < count; i++) piece(i);
    return;
  }
  Work work{count, piece};
  Helpers::all().run(work);
}
