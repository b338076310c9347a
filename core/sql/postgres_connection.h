// One libpq connection: transactions, prepared statements, pipelining. Not thread-safe.
// A transaction costs few round trips: its begin travels with the first statement, a new statement is
// prepared and run in one trip, and nobody waits for the end of a transaction that changed nothing.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql/named_parameters.h"
#include "core/sql/session_guard.h"
#include "core/sql/sql.h"
#include "core/sql/statement_cache.h"

namespace kepu::sql {

// A failure after which the same transaction may well succeed: a deadlock, a serialisation failure, a plan
// that a new schema made invalid, a lost connection before the commit was sent.
class Transient : public Failure {
 public:
  using Failure::Failure;
};
class ConnectionLost : public Transient {
 public:
  using Transient::Transient;
};

class PostgresConnection {
 public:
  enum class Mode { read, write };
  struct Settings {
    std::string url;    // with the password
    std::string shown;  // without
    std::chrono::seconds patience{30};
  };
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  using Result = std::unique_ptr<PGresult, Clear>;

  // Connects; Failure with a message that names what to check.
  explicit PostgresConnection(Settings settings);
  // Refuses a database whose encoding or order of text is not the one that all code relies on.
  void check_database();

  // Begins a transaction with the next statement; connects again when the connection is known to be lost.
  void begin(Mode mode);
  Result execute(std::string_view sql, const Args& args);
  void script(std::string_view sql);
  // Waits until the changes are on disk.
  void commit();
  // Ends the transaction without keeping changes, and without waiting. Never throws.
  void leave() noexcept;

 private:
  // One statement, prepared once for each combination of argument types.
  struct Prepared {
    Parameters parameters;
    struct Form {
      std::string types, name;
    };
    std::vector<Form> forms;
  };
  enum class Sent { control, prepare, execute };
  struct Close {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };

  void connect();
  PGconn* raw() const { return connection_.get(); }
  Result attempt(std::string_view sql, const Args& args);
  Prepared& find_or_add(std::string_view sql);
  const std::string& form_of(Prepared& prepared, const std::vector<const Arg*>& ordered);
  void send_begin();
  void send_control(const std::string& sql);
  void send_prepared(const std::string& name, const std::vector<const Arg*>& ordered);
  void sent(int ok, Sent what);
  // Reads the answers to all that was sent; the result of the last.
  Result collect(std::string_view sql);
  Result read_answers(std::string_view sql);
  void settle();
  [[noreturn]] void lose();
  [[noreturn]] void fail(const PGresult* result, std::string_view sql);

  const Settings settings_;
  std::unique_ptr<PGconn, Close> connection_;
  StatementCache<Prepared> cache_;
  std::vector<Sent> sent_;     // without an answer yet
  bool begin_is_due_ = false;  // begin() was called, no statement yet
  bool in_transaction_ = false;
  bool unsettled_ = false;  // leave() was sent and its answer not read
  bool broken_ = false;
  Mode mode_ = Mode::read;
  std::int64_t prepared_count_ = 0;
};

class PostgresSession final : public Session {
 public:
  explicit PostgresSession(PostgresConnection& connection) : connection_(connection) {}
  Dialect dialect() const override { return Dialect::postgresql; }
  void each(std::string_view sql, const Args& args, const std::function<void(const Row&)>& each) override;
  std::int64_t run(std::string_view sql, const Args& args) override;
  void script(std::string_view sql) override;
  const SessionGuard& guard() const { return guard_; }

 private:
  PostgresConnection& connection_;
  SessionGuard guard_;
};

}  // namespace kepu::sql
