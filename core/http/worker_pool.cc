#include "core/http/worker_pool.h"

#include <algorithm>

namespace kepu::http {

WorkerPool::WorkerPool(int threads) {
  for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::post(std::function<void()> job, bool reads) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    (reads ? reading_ : jobs_).push_back(std::move(job));
    wake = idle_ > 0 && !waking_;
    if (wake) waking_ = true;
  }
  if (wake) something_.notify_one();
}

void WorkerPool::stop() {
  Queue dropped, dropped_reading;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(jobs_);
    dropped_reading.swap(reading_);
  }
  something_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

WorkerPool::Queue& WorkerPool::next() {
  const bool turn = reading_.empty() || (!jobs_.empty() && in_a_row_ >= kReadsInARow);
  in_a_row_ = turn || jobs_.empty() ? 0 : in_a_row_ + 1;
  return turn ? jobs_ : reading_;
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (empty() && !stopped_) {
      ++idle_;
      something_.wait(lock);
      --idle_;
      waking_ = false;
    }
    if (stopped_) return;
    Queue& queue = next();
    std::function<void()> job = std::move(queue.front());
    queue.pop_front();
    const bool wake = !empty() && idle_ > 0 && !waking_;
    if (wake) waking_ = true;
    lock.unlock();
    if (wake) something_.notify_one();
    job();
    job = nullptr;  // what it holds is given up outside the lock
    lock.lock();
  }
}

}  // namespace kepu::http
