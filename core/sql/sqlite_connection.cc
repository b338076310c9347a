#include "core/sql/sqlite_connection.h"

#include <fmt/format.h>

#include <mutex>
#include <thread>

#include "core/sql/named_parameters.h"

namespace kepu::sql {
namespace {

std::shared_ptr<sqlite3_stmt> compile(const SqliteConnection& connection, std::string_view sql) {
  sqlite3_stmt* made = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(connection.raw(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &made, &tail);
  if (code != SQLITE_OK) connection.fail(sql);
  std::shared_ptr<sqlite3_stmt> statement(made, sqlite3_finalize);
  const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
  if (!made || rest.find_first_not_of(" \t\r\n;") != std::string_view::npos)
    throw std::invalid_argument(fmt::format("每次只能执行一条语句：{}", for_message(sql)));
  return statement;
}

}  // namespace

SqliteConnection::SqliteConnection(const Settings& settings) {
  static std::once_flag once;
  // Without the shared memory statistics, connections do not meet at one lock.
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(settings.path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(opened);
  if (code != SQLITE_OK)
    throw Failure(fmt::format("打不开数据库文件 {}：{}。请检查路径、磁盘空间和读写权限", settings.path,
                              opened ? sqlite3_errmsg(opened) : sqlite3_errstr(code)));
  sqlite3_extended_result_codes(raw(), 1);
  set_up(settings);
}

void SqliteConnection::set_up(const Settings& settings) {
  sqlite3_busy_timeout(raw(), static_cast<int>(std::chrono::milliseconds(settings.patience).count()));
  try {
    if (settings.role == Role::writer) enter_wal(settings.patience);
    remember_case_and_limits(settings);
  } catch (const Failure& failure) {
    throw Failure(fmt::format("数据库文件 {} 不能使用：{}。请确认它是本程序的数据库且没有损坏", settings.path,
                              failure.what()));
  }
}

// The switch to WAL wants the file for itself and does not wait for it, so that two programs which start at
// once would trip over each other.
void SqliteConnection::enter_wal(std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    sqlite3_stmt* made = nullptr;
    int code = sqlite3_prepare_v2(raw(), "pragma journal_mode = wal", -1, &made, nullptr);
    std::shared_ptr<sqlite3_stmt> statement(made, sqlite3_finalize);
    if (code == SQLITE_OK) code = sqlite3_step(made);
    if (code == SQLITE_ROW) {
      const std::string mode = reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
      if (mode == "wal") return;
      throw Failure(fmt::format("文件系统不支持 WAL（{}），请把数据库放在本机磁盘上", mode));
    }
    if ((code & 0xff) != SQLITE_BUSY || std::chrono::steady_clock::now() > until)
      fail("pragma journal_mode = wal");
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

void SqliteConnection::remember_case_and_limits(const Settings& settings) {
  const bool writer = settings.role == Role::writer;
  // like is case-sensitive, as in PostgreSQL. Caches are small: the operating system holds the file anyway,
  // and mapped pages count as the program's memory once per connection.
  execute(
      fmt::format("pragma foreign_keys = on; pragma trusted_schema = off; pragma case_sensitive_like = on;"
                  "pragma synchronous = {}; pragma cache_size = {}; pragma mmap_size = {};"
                  "pragma journal_size_limit = 16777216; pragma query_only = {};",
                  settings.durable ? "full" : "off", writer ? -4096 : -2048, writer ? 0 : 4 << 20,
                  writer ? "off" : "on"));
}

void SqliteConnection::execute(const std::string& sql) {
  if (sqlite3_exec(raw(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(sql);
}

SqliteConnection::Prepared SqliteConnection::prepare_once(std::string_view text) {
  Parameters numbered = number_parameters(text, Dialect::sqlite);
  Prepared prepared{compile(*this, numbered.text), std::move(numbered.names), false};
  const auto count = static_cast<std::size_t>(sqlite3_bind_parameter_count(prepared.statement.get()));
  if (count != prepared.names.size())
    throw std::invalid_argument(fmt::format("参数须写成 :名称：{}", for_message(text)));
  return prepared;
}

SqliteConnection::Prepared& SqliteConnection::prepare(std::string_view text) {
  if (Prepared* known = cache_.find(text)) return *known;
  Prepared prepared = prepare_once(text);
  cache_.shrink([](const Prepared& p) { return !p.in_use; }, [](const Prepared&) {});
  return *cache_.add(std::string(text), std::move(prepared));
}

void SqliteConnection::control(const char* sql) {
  std::shared_ptr<sqlite3_stmt>* known = controls_.find(sql);
  if (!known) known = controls_.add(sql, compile(*this, sql));
  const int code = sqlite3_step(known->get());
  if (code != SQLITE_DONE) {
    // The message first: the reset may replace it.
    try {
      fail(sql);
    } catch (...) {
      sqlite3_reset(known->get());
      throw;
    }
  }
  sqlite3_reset(known->get());
}

void SqliteConnection::roll_back() noexcept {
  if (in_transaction()) sqlite3_exec(raw(), "rollback", nullptr, nullptr, nullptr);
}

void SqliteConnection::fail(std::string_view sql) const {
  const int code = sqlite3_extended_errcode(raw());
  const std::string message =
      fmt::format("数据库操作失败：{}（{}）；语句：{}", sqlite3_errmsg(raw()), code, for_message(sql));
  if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
      code == SQLITE_CONSTRAINT_ROWID)
    throw UniqueViolation(message);
  throw Failure(message);
}

}  // namespace kepu::sql
