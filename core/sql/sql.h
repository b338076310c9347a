// One small interface over sqlite3 and libpq, chosen by URL. SQL is written once, in what both engines accept
// (bigint, text, double precision; named parameters ":name"; no "::"), in a store and nowhere else. Both
// engines order and compare text by its bytes, also in "like"; "/" of two integers is an integer.
// A failure of the database is an exception: Failure, or UniqueViolation where a unique key was hit (stores
// turn that into a conflict). Rules never depend on which engine runs.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace kepu::sql {

enum class Dialect { sqlite, postgresql };

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
class UniqueViolation : public Failure {
 public:
  using Failure::Failure;
};

// A parameter value. Texts are not copied: they must live until the statement has run (temporaries in the
// call do). Refused with Failure on both engines, because one of them could not hold it: text with a NUL byte
// or that is not valid UTF-8 (bytes go in as base64url), and NaN.
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view>;

enum class Kind { unknown, integer, real, text };

struct Arg {
  std::string_view name;  // without the colon
  Value value;
  // What a null would be if it were something: PostgreSQL wants to know in "(:a is null or x = :a)", so pass
  // an empty std::optional there rather than nullptr.
  Kind kind = Kind::unknown;
  Arg(std::string_view n, std::nullptr_t) : name(n), value(nullptr) {}
  template <class T>
  requires std::is_integral_v<T> Arg(std::string_view n, T v)
      : name(n), value(static_cast<std::int64_t>(v)), kind(Kind::integer) {}
  Arg(std::string_view n, double v) : name(n), value(v), kind(Kind::real) {}
  Arg(std::string_view n, std::string_view v) : name(n), value(v), kind(Kind::text) {}
  Arg(std::string_view n, const std::string& v) : Arg(n, std::string_view(v)) {}
  Arg(std::string_view n, const char* v) : Arg(n, std::string_view(v)) {}
  template <class T>
  Arg(std::string_view n, const std::optional<T>& v) : name(n), value(nullptr), kind(kind_of<T>()) {
    if (v) value = Arg(n, *v).value;
  }

 private:
  template <class T>
  static constexpr Kind kind_of() {
    if constexpr (std::is_integral_v<T>) return Kind::integer;
    if constexpr (std::is_floating_point_v<T>) return Kind::real;
    return Kind::text;
  }
};
using Args = std::vector<Arg>;

// One row of a result; valid inside the callback only. Columns from 0. A null reads as 0, 0.0 or "".
class Row {
 public:
  virtual ~Row() = default;
  virtual bool null(int column) const = 0;
  virtual std::int64_t integer(int column) const = 0;
  virtual double real(int column) const = 0;
  virtual std::string_view view(int column) const = 0;
  std::string text(int column) const { return std::string(view(column)); }
  bool flag(int column) const { return integer(column) != 0; }
  std::optional<double> optional_real(int column) const {
    return null(column) ? std::nullopt : std::optional(real(column));
  }
  std::optional<std::int64_t> optional_integer(int column) const {
    return null(column) ? std::nullopt : std::optional(integer(column));
  }
};

// Statements on one connection, inside a read snapshot or a write transaction. Not thread-safe; valid in its
// callback only. Prepared statements are cached per connection by their text. One statement a call; begin,
// commit and the like are refused. Named parameters must all be given, once, and be used
// (std::invalid_argument names the one that is not).
// After a statement has failed the session can do no more and a write rolls back, on both engines: every
// later statement, and a write that would keep its changes, throws that failure again. A store that expects a
// key to exist says "on conflict do nothing" and looks at the number of rows, or catches UniqueViolation and
// returns a refusal.
class Session {
 public:
  virtual ~Session() = default;
  virtual Dialect dialect() const = 0;
  // Runs a query (or a change with "returning"); `each` sees every row in order. `each` may not run
  // statements on the same session.
  virtual void each(std::string_view sql, const Args& args, const std::function<void(const Row&)>& each) = 0;
  // Runs a statement; the number of rows it inserted, updated or deleted.
  virtual std::int64_t run(std::string_view sql, const Args& args = {}) = 0;
  // Runs several statements separated by ";" without parameters (schemas only).
  virtual void script(std::string_view sql) = 0;

  template <class F>
  auto rows(std::string_view sql, const Args& args, F&& make) {
    std::vector<std::invoke_result_t<F, const Row&>> out;
    each(sql, args, [&](const Row& row) { out.push_back(make(row)); });
    return out;
  }
  template <class F>
  auto one(std::string_view sql, const Args& args, F&& make) {
    std::optional<std::invoke_result_t<F, const Row&>> out;
    each(sql, args, [&](const Row& row) {
      if (!out) out = make(row);
    });
    return out;
  }
  std::int64_t integer(std::string_view sql, const Args& args = {}) {
    return one(sql, args, [](const Row& row) { return row.integer(0); }).value_or(0);
  }
};

struct Options {
  int readers = 4;          // connections for reading (PostgreSQL: for reading and writing)
  int busy_seconds = 30;    // how long to wait for a lock of another process
  std::size_t batch = 512;  // write requests that one SQLite transaction takes at most
};

// Thread-safe. SQLite: one writer thread takes waiting write requests together, each in a savepoint, commits
// once (WAL, synchronous=FULL) and answers each only after the commit; reads see a snapshot on pooled
// connections. PostgreSQL: a pool; each write request is one transaction (read committed), retried on
// serialisation failures.
class Database {
 public:
  virtual ~Database() = default;
  // "sqlite:var/kepu.db" (the folder is made), "sqlite::memory:" (tests; shared by all connections of this
  // object) or "postgresql://user@host:port/name". Throws Failure with a message that names what to check.
  static std::unique_ptr<Database> open(const std::string& url, const Options& options = {});
  virtual Dialect dialect() const = 0;
  // As it was opened, but without a password: for logs.
  virtual const std::string& url() const = 0;

  // Calls f(Session&) on a read snapshot and returns what it returns; exceptions pass through. The snapshot
  // is that of the first statement. Inside read() of the same thread it joins the outer snapshot; inside
  // write() it throws std::logic_error.
  template <class F>
  auto read(F&& f) -> std::invoke_result_t<F, Session&>;
  // Calls f(Session&) in a write transaction and returns what it returned, after the commit is on disk. When
  // f throws, or returns a Result that holds an error, its changes are rolled back (those of others in the
  // same batch are not). f may be called again after a roll-back of the whole batch, so it must have no
  // effect outside the database. Inside read(), write() or `done` of the same thread it throws
  // std::logic_error.
  template <class F>
  auto write(F&& f) -> std::invoke_result_t<F, Session&>;

  // The same without waiting: `work` returns whether to keep its changes; `done` is called once after the
  // commit (or the failure: then with the exception), on the writer's thread; it must be quick and must not
  // throw.
  virtual void submit(std::function<bool(Session&)> work, std::function<void(std::exception_ptr)> done) = 0;

  // Equal as long as nothing was committed to the database: what was read after one stamp still stands while
  // the next is the same. A commit of this object changes it at once, one of another program within a
  // millisecond. None where the database cannot tell cheaply (PostgreSQL).
  virtual std::optional<std::uint64_t> stamp() { return std::nullopt; }

  struct Counters {
    std::int64_t reads = 0, writes = 0, commits = 0, failures = 0;
  };
  virtual Counters counters() const = 0;
  // Copies the whole database consistently to the new file `path` (SQLite: online backup; nobody waits for
  // it). Throws Failure when the file exists or cannot be written; PostgreSQL always throws: pg_dump does it.
  virtual void backup_to(const std::string& path) = 0;

 protected:
  virtual void read_with(const std::function<void(Session&)>& work) = 0;
  virtual void write_with(const std::function<bool(Session&)>& work) = 0;  // waits; rethrows
};

// One step of a schema. Numbers rise from 1 without a gap within one part ("auth", "plan"); steps are only
// ever added. `sqlite`/`postgresql` replace `sql` on that engine where the two must differ; empty: the same
// for both.
struct Migration {
  std::string_view part;
  int number;
  std::string_view title;
  std::string_view sql;
  std::string_view sqlite = {};
  std::string_view postgresql = {};
};

struct Migrated {
  int applied = 0;
  int present = 0;
};
// Applies what is missing, each step in one transaction, in the given order, and records it with the hash of
// its SQL. Refuses by Failure when an applied step was changed afterwards, when numbers have gaps, or when
// the database is newer than the program.
Migrated migrate(Database& db, const std::vector<Migration>& steps);

// ---------------------------------------------------------------- implementation of the templates

namespace detail {
template <class T>
concept HoldsError = requires(const T& t) {
  t.has_value();
  t.error();
};
}  // namespace detail

template <class F>
auto Database::read(F&& f) -> std::invoke_result_t<F, Session&> {
  using R = std::invoke_result_t<F, Session&>;
  if constexpr (std::is_void_v<R>) {
    read_with([&](Session& s) { f(s); });
  } else {
    std::optional<R> out;
    read_with([&](Session& s) { out.emplace(f(s)); });
    return std::move(*out);
  }
}

template <class F>
auto Database::write(F&& f) -> std::invoke_result_t<F, Session&> {
  using R = std::invoke_result_t<F, Session&>;
  if constexpr (std::is_void_v<R>) {
    write_with([&](Session& s) {
      f(s);
      return true;
    });
  } else {
    std::optional<R> out;
    write_with([&](Session& s) {
      out.emplace(f(s));
      if constexpr (detail::HoldsError<R>) return out->has_value();
      return true;
    });
    return std::move(*out);
  }
}

}  // namespace kepu::sql
