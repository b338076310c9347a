// The threads on which handlers run.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kepu::http {

// Jobs start in the order of post(). A job must not throw.
class WorkerPool {
 public:
  explicit WorkerPool(int threads);
  ~WorkerPool();  // as stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  void post(std::function<void()> job);  // from any thread; after stop() the job is dropped
  // Waits for the jobs that run; those that have not begun are dropped.
  void stop();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable something_;
  std::deque<std::function<void()>> jobs_;
  int idle_ = 0;
  // One sleeping thread at a time is being woken; it wakes the next while there is more. Waking a thread for
  // every job costs two context switches a request when the threads would have come by anyway.
  bool waking_ = false;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace kepu::http
