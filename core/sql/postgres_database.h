// PostgreSQL: a pool; each write request is one transaction, tried again when the server says that it may.
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/sql/pool.h"
#include "core/sql/postgres_connection.h"
#include "core/sql/sql.h"
#include "core/sql/url.h"
#include "core/sql/writer_queue.h"

namespace kepu::sql {

class PostgresDatabase final : public Database {
 public:
  // Connects once, so that a wrong URL shows at the start.
  PostgresDatabase(const std::string& url, Target target, const Options& options);
  ~PostgresDatabase() override;
  Dialect dialect() const override { return Dialect::postgresql; }
  const std::string& url() const override { return url_; }
  void submit(std::function<bool(Session&)> work, std::function<void(std::exception_ptr)> done) override;
  Counters counters() const override;
  void backup_to(const std::string& path) override;

 protected:
  void read_with(const std::function<void(Session&)>& work) override;
  void write_with(const std::function<bool(Session&)>& work) override;

 private:
  struct Attempt {
    std::exception_ptr failure;
    bool again = false;
  };
  void write_now(const std::function<bool(Session&)>& work);
  Attempt attempt(const std::function<bool(Session&)>& work);
  void start_workers();
  void work_forever();

  const std::string url_;
  const Options options_;
  Pool<PostgresConnection> pool_;
  std::atomic<std::int64_t> reads_{0}, writes_{0}, commits_{0}, failures_{0};
  WriterQueue queue_;  // of submit()
  std::once_flag workers_started_;
  std::vector<std::thread> workers_;
};

}  // namespace kepu::sql
