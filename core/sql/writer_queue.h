// Write requests that wait for the writer. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "core/sql/sql.h"

namespace kepu::sql {

struct WriteRequest {
  std::function<bool(Session&)> work;
  std::function<void(std::exception_ptr)> done;
  std::exception_ptr failure = nullptr;
};

class WriterQueue {
 public:
  void push(WriteRequest request);
  // Waits for requests and takes the oldest, `most` of them at most. Nothing once the queue was closed and is
  // empty.
  std::vector<WriteRequest> take(std::size_t most);
  void close();

 private:
  std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<WriteRequest> waiting_;
  bool closed_ = false;
};

// Where a thread waits for its own request.
class Answer {
 public:
  void give(std::exception_ptr failure);
  void wait();  // rethrows the failure

 private:
  std::mutex mutex_;
  std::condition_variable given_cv_;
  bool given_ = false;
  std::exception_ptr failure_;
};

}  // namespace kepu::sql
