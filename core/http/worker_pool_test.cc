#include "core/http/worker_pool.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

namespace kepu::http {
namespace {

// One thread that is held until all jobs have been posted; what has run, in order.
class Held {
 public:
  Held() {
    pool_.post([this] {
      begun_.set_value();
      go_.get_future().wait();
    });
    begun_.get_future().wait();
  }
  void post(char name, bool reads) {
    pool_.post([this, name] { ran_ += name; }, reads);
  }
  std::string run() {
    std::promise<void> last;
    // Behind all others: of those that write, and one that reads has gone before.
    pool_.post([&] { last.set_value(); });
    go_.set_value();
    last.get_future().wait();
    pool_.stop();
    return ran_;
  }

 private:
  std::promise<void> begun_, go_;
  std::string ran_;
  WorkerPool pool_{1};
};

TEST(WorkerPool, JobsOfOneSort_RunInOrder) {
  Held held;
  for (const char name : {'a', 'b', 'c', 'd'}) held.post(name, false);
  EXPECT_EQ(held.run(), "abcd");
}

TEST(WorkerPool, ReadingGoesFirst_InOrder) {
  Held held;
  held.post('a', false);
  held.post('b', false);
  held.post('1', true);
  held.post('2', true);
  EXPECT_EQ(held.run(), "12ab");
}

TEST(WorkerPool, ManyReaders_KeepNoWriterWaiting) {
  Held held;
  for (const char name : {'a', 'b'}) held.post(name, false);
  for (int i = 0; i < 3 * WorkerPool::kReadsInARow; ++i) held.post('.', true);
  const std::string reads(WorkerPool::kReadsInARow, '.');
  EXPECT_EQ(held.run(), reads + "a" + reads + "b" + reads);
}

TEST(WorkerPool, AfterStop_NothingRuns) {
  WorkerPool pool(2);
  pool.stop();
  bool ran = false;
  pool.post([&] { ran = true; });
  pool.post([&] { ran = true; }, true);
  pool.stop();
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace kepu::http
