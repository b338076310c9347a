#include "core/sql/named_parameters.h"
#include "core/sql/sqlite_connection.h"

namespace kepu::sql {
namespace {

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  bool null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::int64_t integer(int column) const override { return sqlite3_column_int64(statement_, column); }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view view(int column) const override {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (!text) return {};
    return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* statement_;
};

void bind(sqlite3_stmt* statement, int number, const Arg& arg) {
  check_argument(arg);
  struct Binder {
    sqlite3_stmt* statement;
    int number;
    int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, number); }
    int operator()(std::int64_t v) const { return sqlite3_bind_int64(statement, number, v); }
    int operator()(double v) const { return sqlite3_bind_double(statement, number, v); }
    int operator()(std::string_view v) const {
      // A null pointer would bind null instead of the empty text.
      return sqlite3_bind_text64(statement, number, v.data() ? v.data() : "", v.size(), SQLITE_STATIC,
                                 SQLITE_UTF8);
    }
  };
  const int code = std::visit(Binder{statement, number}, arg.value);
  if (code == SQLITE_TOOBIG) throw Failure("文字太长，超过了数据库的上限");
  if (code != SQLITE_OK) throw Failure(sqlite3_errstr(code));
}

}  // namespace

// A statement between its binding and its reset.
class SqliteSession::Running {
 public:
  Running(SqliteConnection& connection, std::string_view sql, const Args& args)
      : connection_(connection), sql_(sql), prepared_(&connection.prepare(sql)) {
    if (prepared_->in_use) {  // by an outer loop over its rows
      own_ = connection.prepare_once(sql);
      prepared_ = &own_;
    }
    const std::vector<const Arg*> ordered = order_arguments(prepared_->names, args, sql);
    for (std::size_t i = 0; i < ordered.size(); ++i) bind(statement(), static_cast<int>(i) + 1, *ordered[i]);
    prepared_->in_use = true;
  }
  ~Running() {
    sqlite3_reset(statement());
    prepared_->in_use = false;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool step() {
    const int code = sqlite3_step(statement());
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) connection_.fail(sql_);
    return false;
  }
  sqlite3_stmt* statement() const { return prepared_->statement.get(); }

 private:
  SqliteConnection& connection_;
  std::string_view sql_;
  SqliteConnection::Prepared* prepared_;
  SqliteConnection::Prepared own_;
};

void SqliteSession::each(std::string_view sql, const Args& args,
                         const std::function<void(const Row&)>& each) {
  std::optional<Running> running;
  bool more = false;
  guard_.run([&] {
    running.emplace(connection_, sql, args);
    more = running->step();
  });
  const SqliteRow row(running->statement());
  while (more) {
    each(row);  // what it throws is the caller's own and not a failure of the statement
    guard_.run([&] { more = running->step(); });
  }
}

std::int64_t SqliteSession::run(std::string_view sql, const Args& args) {
  std::int64_t changed = 0;
  guard_.run([&] {
    Running running(connection_, sql, args);
    const std::int64_t before = sqlite3_total_changes64(connection_.raw());
    while (running.step()) {
    }
    // The count of the last change stays where a statement changes no row at all.
    if (sqlite3_total_changes64(connection_.raw()) != before) changed = sqlite3_changes64(connection_.raw());
  });
  return changed;
}

void SqliteSession::script(std::string_view sql) {
  guard_.run([&] {
    connection_.execute(std::string(sql));
    if (!connection_.in_transaction()) throw std::invalid_argument("脚本不得自行结束事务");
  });
}

}  // namespace kepu::sql
