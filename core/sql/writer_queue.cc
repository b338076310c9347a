#include "core/sql/writer_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace kepu::sql {

void WriterQueue::push(WriteRequest request) {
  {
    std::lock_guard lock(mutex_);
    if (closed_) throw std::logic_error("数据库正在关闭，不再接受写入");
    waiting_.push_back(std::move(request));
  }
  filled_.notify_one();
}

std::vector<WriteRequest> WriterQueue::take(std::size_t most) {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
  const auto end = waiting_.begin() +
                   static_cast<std::ptrdiff_t>(std::min(std::max<std::size_t>(most, 1), waiting_.size()));
  std::vector<WriteRequest> taken(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return taken;
}

void WriterQueue::close() {
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
  }
  filled_.notify_all();
}

void Answer::give(std::exception_ptr failure) {
  // Told under the lock: the waiting thread destroys this object as soon as it has the lock again.
  std::lock_guard lock(mutex_);
  given_ = true;
  failure_ = std::move(failure);
  given_cv_.notify_one();
}

void Answer::wait() {
  std::unique_lock lock(mutex_);
  given_cv_.wait(lock, [&] { return given_; });
  if (failure_) std::rethrow_exception(failure_);
}

}  // namespace kepu::sql
