// Threads that share a loop. They wait without using the processor, so that TensorFlow's own have it.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#ifdef __linux__
#include <sched.h>
#endif

namespace whetstone {

// Cores that this process may use, as TensorFlow counts them.
inline int CoreCount() {
#ifdef __linux__
  cpu_set_t cores;
  if (sched_getaffinity(0, sizeof(cores), &cores) == 0) return std::max(1, CPU_COUNT(&cores));
#endif
  return std::max(1u, std::thread::hardware_concurrency());
}

class Threads {
 public:
  // One a core. They live as long as the process, which ends without waiting for them.
  static Threads& Shared() {
    static Threads* threads = new Threads(CoreCount());
    return *threads;
  }

  int count() const { return static_cast<int>(workers_.size()) + 1; }

  // Calls work(part) for every part from 0 to count() - 1, one on each thread, and returns when all are done.
  void Run(const std::function<void(int)>& work) {
    std::lock_guard<std::mutex> one_at_a_time(running_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      waiting_for_ = static_cast<int>(workers_.size());
      round_ += 1;
    }
    begin_.notify_all();
    work(0);
    std::unique_lock<std::mutex> lock(mutex_);
    end_.wait(lock, [this] { return waiting_for_ == 0; });
  }

 private:
  explicit Threads(int count) {
    for (int part = 1; part < count; part += 1) workers_.emplace_back([this, part] { Serve(part); });
  }

  void Serve(int part) {
    int64_t served = 0;
    for (;;) {
      const std::function<void(int)>* work;
      {
        std::unique_lock<std::mutex> lock(mutex_);
        begin_.wait(lock, [&] { return round_ != served; });
        served = round_;
        work = work_;
      }
      (*work)(part);
      std::lock_guard<std::mutex> lock(mutex_);
      waiting_for_ -= 1;
      if (waiting_for_ == 0) end_.notify_one();
    }
  }

  std::vector<std::thread> workers_;
  std::mutex running_;
  std::mutex mutex_;
  std::condition_variable begin_;
  std::condition_variable end_;
  const std::function<void(int)>* work_ = nullptr;
  int waiting_for_ = 0;
  int64_t round_ = 0;
};

// Calls work(part, from, to) on each thread for its share of `count`.
inline void ForShares(int64_t count, const std::function<void(int, int64_t, int64_t)>& work) {
  Threads& threads = Threads::Shared();
  const int64_t parts = threads.count();
  threads.Run([&](int part) { work(part, count * part / parts, count * (part + 1) / parts); });
}

}  // namespace whetstone
