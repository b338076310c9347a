// Connections lent to one thread at a time, made when first needed, at most `capacity` of them. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "core/sql/sql.h"

namespace kepu::sql {

template <class Connection>
class Pool {
 public:
  using Made = std::unique_ptr<Connection>;

  Pool(int capacity, std::chrono::seconds patience, std::function<Made()> make)
      : capacity_(capacity < 1 ? 1 : capacity), patience_(patience), make_(std::move(make)) {}

  // Gives the connection back when it goes.
  class Lease {
   public:
    Lease(Pool& pool, Made made) : pool_(pool), made_(std::move(made)) {}
    ~Lease() { pool_.give_back(std::move(made_)); }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *made_; }
    Connection* operator->() { return made_.get(); }
    void drop() { made_.reset(); }  // it is not fit for use again

   private:
    Pool& pool_;
    Made made_;
  };

  // Waits while all are lent; Failure when that takes too long or a new connection cannot be made.
  Lease take() {
    std::unique_lock lock(mutex_);
    if (!returned_.wait_for(lock, patience_, [&] { return !idle_.empty() || lent_ < capacity_; }))
      throw Failure("数据库连接全部被占用，等待超时：请检查是否有长时间不结束的操作，或调大连接数");
    ++lent_;
    if (!idle_.empty()) {
      Made made = std::move(idle_.back());
      idle_.pop_back();
      return Lease(*this, std::move(made));
    }
    lock.unlock();
    try {
      return Lease(*this, make_());
    } catch (...) {
      give_back(nullptr);
      throw;
    }
  }

 private:
  void give_back(Made made) {
    {
      std::lock_guard lock(mutex_);
      --lent_;
      if (made) idle_.push_back(std::move(made));
    }
    returned_.notify_one();
  }

  const int capacity_;
  const std::chrono::seconds patience_;
  const std::function<Made()> make_;
  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<Made> idle_;  // the last returned is taken first: its caches are warm
  int lent_ = 0;
};

}  // namespace kepu::sql
