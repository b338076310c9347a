#include "core/http/worker_pool.h"

#include <algorithm>

namespace kepu::http {

WorkerPool::WorkerPool(int threads) {
  for (int i = 0; i < std::max(threads, 1); ++i) threads_.emplace_back([this] { work(); });
}

WorkerPool::~WorkerPool() { stop(); }

void WorkerPool::post(std::function<void()> job) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return;
    jobs_.push_back(std::move(job));
    wake = idle_ > 0 && !waking_;
    if (wake) waking_ = true;
  }
  if (wake) something_.notify_one();
}

void WorkerPool::stop() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    dropped.swap(jobs_);
  }
  something_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    while (jobs_.empty() && !stopped_) {
      ++idle_;
      something_.wait(lock);
      --idle_;
      waking_ = false;
    }
    if (stopped_) return;
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    const bool wake = !jobs_.empty() && idle_ > 0 && !waking_;
    if (wake) waking_ = true;
    lock.unlock();
    if (wake) something_.notify_one();
    job();
    job = nullptr;  // what it holds is given up outside the lock
    lock.lock();
  }
}

}  // namespace kepu::http
