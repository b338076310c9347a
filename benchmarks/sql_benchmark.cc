// What core/sql costs and what its group commit gives, as ratios within one run.
//   sql_benchmark [folder]     the folder's disk is what is measured
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>

#include "core/sql/sql.h"

namespace {

using namespace kepu;
using Clock = std::chrono::steady_clock;

constexpr int kRows = 200'000, kSelects = 200'000;
constexpr const char* kPointSelect = "select name from item where id = :id";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Durable inserts per second with all requests waiting at once.
double inserts_per_second(const std::string& folder, std::size_t batch, int count) {
  const std::string file = folder + "/batch" + std::to_string(batch) + ".db";
  sql::Options options;
  options.batch = batch;
  const auto db = sql::Database::open("sqlite:" + file, options);
  db->write([](sql::Session& s) { s.run("create table item (id bigint primary key, name text)"); });
  std::mutex mutex;
  std::condition_variable all;
  int answered = 0;
  const auto start = Clock::now();
  for (int i = 0; i < count; ++i)
    db->submit(
        [i](sql::Session& s) {
          return s.run("insert into item (id, name) values (:id, :name)",
                       {{"id", i}, {"name", "科普活动登记"}}) == 1;
        },
        [&](std::exception_ptr) {
          std::lock_guard lock(mutex);
          if (++answered == count) all.notify_one();
        });
  std::unique_lock lock(mutex);
  all.wait(lock, [&] { return answered == count; });
  return count / seconds_since(start);
}

double raw_selects(const std::string& file) {
  sqlite3* db = nullptr;
  sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(db, kPointSelect, -1, &statement, nullptr);
  sqlite3_exec(db, "begin", nullptr, nullptr, nullptr);
  std::size_t bytes = 0;
  const auto start = Clock::now();
  for (int i = 0; i < kSelects; ++i) {
    sqlite3_bind_int64(statement, 1, i * 7919LL % kRows);
    if (sqlite3_step(statement) == SQLITE_ROW)
      bytes += std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0))).size();
    sqlite3_reset(statement);
  }
  const double rate = kSelects / seconds_since(start);
  sqlite3_exec(db, "commit", nullptr, nullptr, nullptr);
  sqlite3_finalize(statement);
  sqlite3_close(db);
  return bytes > 0 ? rate : 0;
}

std::size_t select_one(sql::Session& s, int i) {
  return s.one(kPointSelect, {{"id", i * 7919LL % kRows}}, [](const sql::Row& row) { return row.text(0); })
      ->size();
}

void point_selects(const std::string& file) {
  const double raw = raw_selects(file);
  const auto db = sql::Database::open("sqlite:" + file);
  auto start = Clock::now();
  db->read([](sql::Session& s) {
    for (int i = 0; i < kSelects; ++i) select_one(s, i);
  });
  const double within = kSelects / seconds_since(start);
  start = Clock::now();
  for (int i = 0; i < kSelects; ++i) db->read([i](sql::Session& s) { return select_one(s, i); });
  const double each = kSelects / seconds_since(start);
  fmt::print(
      "point select: raw sqlite3 {:.0f}/s; core/sql in one snapshot {:.0f}/s (cost × {:.2f}); a snapshot "
      "each "
      "{:.0f}/s (cost × {:.2f})\n",
      raw, within, raw / within, each, raw / each);
}

void resident_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.rfind("VmHWM", 0) == 0) fmt::print("most memory resident: {}\n", line.substr(6));
}

}  // namespace

int main(int count, char** arguments) {
  std::string folder =
      (count > 1 ? std::filesystem::path(arguments[1]) : std::filesystem::temp_directory_path()) /
      "kepu-sql-benchmark-XXXXXX";
  if (!mkdtemp(folder.data())) return 1;
  const double single = inserts_per_second(folder, 1, kRows / 100);
  const double grouped = inserts_per_second(folder, 512, kRows);
  fmt::print("durable inserts: one transaction each {:.0f}/s; group commit {:.0f}/s (× {:.1f})\n", single,
             grouped, grouped / single);
  point_selects(folder + "/batch512.db");
  resident_memory();
  std::filesystem::remove_all(folder);
}
