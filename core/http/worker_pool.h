// The threads on which handlers run.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kepu::http {

// Jobs start in the order of post(), but for reading ones, which go before those that write: a writer waits
// on its thread for the commit that it shares with others, and whoever only reads should not wait with it.
// After kReadsInARow of them one that writes has its turn. A job must not throw.
class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();  // as stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  static constexpr int kReadsInARow = 8;
  // From any thread; after stop() the job is dropped.
  void post(std::function<void()> job, bool reads = false);
  // Waits for the jobs that run; those that have not begun are dropped.
  void stop();

 private:
  using Queue = std::deque<std::function<void()>>;
  void work();
  bool empty() const { return jobs_.empty() && reading_.empty(); }
  Queue& next();

  std::mutex mutex_;
  std::condition_variable something_;
  Queue jobs_, reading_;
  int in_a_row_ = 0;  // reading ones that have gone before a waiting one
  int idle_ = 0;
  // One sleeping thread at a time is being woken; it wakes the next while there is more. Waking a thread for
  // every job costs two context switches a request when the threads would have come by anyway.
  bool waking_ = false;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kepu::http
