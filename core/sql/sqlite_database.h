// SQLite: one writer thread that commits many requests at once, and pooled readers.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/sql/pool.h"
#include "core/sql/sql.h"
#include "core/sql/sqlite_connection.h"
#include "core/sql/url.h"
#include "core/sql/writer_queue.h"

namespace kepu::sql {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(Target target, const Options& options);
  // Answers all waiting writes first.
  ~SqliteDatabase() override;
  Dialect dialect() const override { return Dialect::sqlite; }
  const std::string& url() const override { return url_; }
  void submit(std::function<bool(Session&)> work, std::function<void(std::exception_ptr)> done) override;
  Counters counters() const override;
  void backup_to(const std::string& path) override;
  std::optional<std::uint64_t> stamp() override;

 protected:
  void read_with(const std::function<void(Session&)>& work) override;
  void write_with(const std::function<bool(Session&)>& work) override;

 private:
  // The folder of an in-memory database: WAL and its snapshots want a file, which nobody else sees and which
  // goes with this object.
  class TemporaryFolder;

  void write_forever();
  void run_batch(std::vector<WriteRequest>& batch);
  bool run_together(std::vector<WriteRequest>& batch);
  void run_in_savepoint(WriteRequest& request);
  void run_alone(WriteRequest& request);
  bool call(const WriteRequest& request);

  const std::string url_;
  const Options options_;
  std::unique_ptr<TemporaryFolder> folder_;
  SqliteConnection::Settings settings_;
  std::atomic<std::int64_t> reads_{0}, writes_{0}, commits_{0}, failures_{0};
  std::unique_ptr<SqliteConnection> writer_;
  std::unique_ptr<Pool<SqliteConnection>> readers_;
  std::mutex watch_mutex_;
  std::unique_ptr<SqliteConnection> watcher_;  // writes nothing, so that it sees every commit as another's
  std::atomic<std::int64_t> watched_{-1};      // the millisecond in which it looked last
  std::atomic<std::uint32_t> version_{0};      // what it saw
  WriterQueue queue_;
  std::thread thread_;
};

}  // namespace kepu::sql
