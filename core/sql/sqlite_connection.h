// One sqlite3 connection with its prepared statements, and the session on it. Not thread-safe.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/session_guard.h"
#include "core/sql/sql.h"
#include "core/sql/statement_cache.h"

namespace kepu::sql {

class SqliteConnection {
 public:
  enum class Role { reader, writer };
  struct Settings {
    std::string path;
    Role role = Role::reader;
    std::chrono::seconds patience{30};
    bool durable = true;  // false: no fsync, for the throw-away database of tests
  };
  struct Prepared {
    std::shared_ptr<sqlite3_stmt> statement;
    std::vector<std::string> names;
    bool in_use = false;
  };

  // Opens an existing file; Failure with a message that names what to check.
  explicit SqliteConnection(const Settings& settings);

  // Runs statements that are not prepared for reuse and give no rows.
  void execute(const std::string& sql);
  // The prepared form of `text`, out of the cache or made now.
  Prepared& prepare(std::string_view text);
  // A statement that is already in use is prepared once more, outside of the cache.
  Prepared prepare_once(std::string_view text);
  bool in_transaction() const { return sqlite3_get_autocommit(raw()) == 0; }
  sqlite3* raw() const { return handle_.get(); }

  // begin, commit, rollback, savepoint … without the layers of a session.
  void control(const char* sql);
  // Ends a transaction whatever its state; never throws.
  void roll_back() noexcept;
  [[noreturn]] void fail(std::string_view sql) const;

 private:
  void set_up(const Settings& settings);
  void enter_wal(std::chrono::seconds patience);
  void remember_case_and_limits(const Settings& settings);

  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
  StatementCache<Prepared> cache_;
  StatementCache<std::shared_ptr<sqlite3_stmt>> controls_;
};

class SqliteSession final : public Session {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::sqlite; }
  void each(std::string_view sql, const Args& args, const std::function<void(const Row&)>& each) override;
  std::int64_t run(std::string_view sql, const Args& args) override;
  void script(std::string_view sql) override;
  const SessionGuard& guard() const { return guard_; }

 private:
  class Running;

  SqliteConnection& connection_;
  SessionGuard guard_;
};

}  // namespace kepu::sql
