#include "core/sql/postgres_connection.h"

#include <fmt/format.h>

#include <cstring>

#include "core/base/text.h"

namespace kepu::sql {
namespace {

// Object identifiers of built-in types (PostgreSQL's pg_type.dat).
constexpr Oid kInt8 = 20, kText = 25, kFloat8 = 701, kInferred = 0;

Oid type_of(char letter) {
  switch (letter) {
    case 'i':
      return kInt8;
    case 'r':
      return kFloat8;
    case 't':
      return kText;
    default:
      return kInferred;
  }
}

char letter_of(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return 'i';
    case Kind::real:
      return 'r';
    case Kind::text:
      return 't';
    case Kind::unknown:
      return '?';
  }
  return '?';
}

std::uint64_t big_endian(std::uint64_t v) {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ || __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? __builtin_bswap64(v) : v;
}

// Values in libpq's binary form, which needs no copy of a text and no formatting of a number.
struct Binary {
  explicit Binary(const std::vector<const Arg*>& ordered)
      : numbers(ordered.size()), values(ordered.size()), lengths(ordered.size()), formats(ordered.size(), 1) {
    for (std::size_t i = 0; i < ordered.size(); ++i) {
      const Value& value = ordered[i]->value;
      if (const auto* text = std::get_if<std::string_view>(&value)) {
        values[i] = text->data() ? text->data() : "";
        lengths[i] = static_cast<int>(text->size());
      } else if (!std::holds_alternative<std::nullptr_t>(value)) {
        std::uint64_t bits = 0;
        if (const auto* integer = std::get_if<std::int64_t>(&value))
          bits = static_cast<std::uint64_t>(*integer);
        if (const auto* real = std::get_if<double>(&value)) std::memcpy(&bits, real, sizeof bits);
        numbers[i] = big_endian(bits);
        values[i] = reinterpret_cast<const char*>(&numbers[i]);
        lengths[i] = sizeof bits;
      }
    }
  }
  std::vector<std::uint64_t> numbers;
  std::vector<const char*> values;
  std::vector<int> lengths, formats;
};

}  // namespace

PostgresConnection::PostgresConnection(Settings settings) : settings_(std::move(settings)) { connect(); }

void PostgresConnection::connect() {
  // What stands after the URL wins over it, what stands before only fills gaps.
  const char* const keys[] = {"connect_timeout",           "keepalives_idle", "dbname",
                              "fallback_application_name", "client_encoding", nullptr};
  const char* const values[] = {"10", "30", settings_.url.c_str(), "kepu", "UTF8", nullptr};
  cache_.clear();
  sent_.clear();
  begin_is_due_ = in_transaction_ = unsettled_ = false;
  broken_ = true;
  connection_.reset(PQconnectdbParams(keys, values, 1));
  if (!connection_ || PQstatus(raw()) != CONNECTION_OK)
    throw Failure(
        fmt::format("连不上 PostgreSQL（{}）：{}。请检查地址、端口、用户、密码，以及服务器是否在运行",
                    settings_.shown, base::squeeze(PQerrorMessage(raw()))));
  PQsetNoticeProcessor(
      raw(), [](void*, const char*) {}, nullptr);
  // An answer of success means that it is on disk, so asynchronous commit is not for us; stricter is welcome.
  const std::string set_up = fmt::format(
      "select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = "
      "'off';"
      "set lock_timeout = {}; set jit = off",
      std::chrono::milliseconds(settings_.patience).count());
  const Result result(PQexec(raw(), set_up.c_str()));
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) fail(result.get(), set_up);
  if (!PQenterPipelineMode(raw())) lose();
  broken_ = false;
}

void PostgresConnection::check_database() {
  begin(Mode::read);
  const Result result = execute(
      "select current_setting('server_encoding'), cast('B' as text) < cast('a' as text), "
      "cast(current_setting('server_version_num') as bigint) >= 120000",
      {});
  const auto is = [&](int column, std::string_view value) {
    return value == PQgetvalue(result.get(), 0, column);
  };
  leave();
  if (!is(2, "t")) throw Failure("PostgreSQL 版本太旧：需要 12 或更新的版本");
  if (!is(0, "UTF8") || !is(1, "t"))
    throw Failure(
        fmt::format("数据库 {} 的编码须为 UTF8、排序规则须为 C。请这样新建数据库：create database 库名 "
                    "encoding 'UTF8' lc_collate 'C' lc_ctype 'C.UTF-8' template template0",
                    settings_.shown));
}

void PostgresConnection::begin(Mode mode) {
  if (broken_ || PQstatus(raw()) != CONNECTION_OK) connect();
  mode_ = mode;
  begin_is_due_ = true;
}

PostgresConnection::Result PostgresConnection::execute(std::string_view sql, const Args& args) {
  const bool nothing_seen = begin_is_due_ && mode_ == Mode::read;
  try {
    return attempt(sql, args);
  } catch (const Transient&) {
    if (!nothing_seen) throw;
  }
  // The first statement of a snapshot: the caller has seen nothing yet and need not know.
  connect();
  begin_is_due_ = true;
  return attempt(sql, args);
}

PostgresConnection::Result PostgresConnection::attempt(std::string_view sql, const Args& args) {
  settle();
  Prepared& prepared = find_or_add(sql);
  const std::vector<const Arg*> ordered = order_arguments(prepared.parameters.names, args, sql);
  for (const Arg* arg : ordered) check_argument(*arg);
  send_begin();
  send_prepared(form_of(prepared, ordered), ordered);
  return collect(sql);
}

PostgresConnection::Prepared& PostgresConnection::find_or_add(std::string_view sql) {
  if (Prepared* known = cache_.find(sql)) return *known;
  Prepared fresh{number_parameters(sql, Dialect::postgresql), {}};
  send_begin();
  cache_.shrink([](const Prepared&) { return true; },
                [&](const Prepared& old) {
                  for (const Prepared::Form& form : old.forms) send_control("deallocate " + form.name);
                });
  return *cache_.add(std::string(sql), std::move(fresh));
}

const std::string& PostgresConnection::form_of(Prepared& prepared, const std::vector<const Arg*>& ordered) {
  std::string letters;
  for (const Arg* arg : ordered) letters += letter_of(arg->kind);
  for (const Prepared::Form& form : prepared.forms)
    if (form.types == letters) return form.name;
  std::vector<Oid> types;
  for (char letter : letters) types.push_back(type_of(letter));
  prepared.forms.push_back({letters, fmt::format("s{}", ++prepared_count_)});
  const std::string& name = prepared.forms.back().name;
  sent(PQsendPrepare(raw(), name.c_str(), prepared.parameters.text.c_str(), static_cast<int>(types.size()),
                     types.data()),
       Sent::prepare);
  return name;
}

void PostgresConnection::send_begin() {
  if (!begin_is_due_) return;
  begin_is_due_ = false;
  in_transaction_ = true;
  send_control(mode_ == Mode::read ? "begin isolation level repeatable read, read only"
                                   : "begin isolation level read committed, read write");
}

void PostgresConnection::send_control(const std::string& sql) {
  sent(PQsendQueryParams(raw(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0), Sent::control);
}

void PostgresConnection::send_prepared(const std::string& name, const std::vector<const Arg*>& ordered) {
  const Binary binary(ordered);
  sent(PQsendQueryPrepared(raw(), name.c_str(), static_cast<int>(ordered.size()), binary.values.data(),
                           binary.lengths.data(), binary.formats.data(), 0),
       Sent::execute);
}

void PostgresConnection::sent(int ok, Sent what) {
  if (!ok) lose();
  sent_.push_back(what);
}

PostgresConnection::Result PostgresConnection::collect(std::string_view sql) {
  if (!PQpipelineSync(raw())) lose();
  return read_answers(sql);
}

PostgresConnection::Result PostgresConnection::read_answers(std::string_view sql) {
  Result last, failed;
  bool spoilt = false;
  for (const Sent what : std::exchange(sent_, {})) {
    Result result(PQgetResult(raw()));
    if (!result) lose();
    const ExecStatusType status = PQresultStatus(result.get());
    const bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    if (!ok && what == Sent::prepare) spoilt = true;
    if (!ok && !failed) failed = std::move(result);
    if (ok) last = std::move(result);
    if (PQgetResult(raw()) != nullptr) lose();
  }
  const Result end(PQgetResult(raw()));
  if (!end || PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC) lose();
  // A statement that was not prepared must not be found in the cache.
  if (spoilt) broken_ = true;
  if (failed) fail(failed.get(), sql);
  return last;
}

void PostgresConnection::settle() {
  if (!std::exchange(unsettled_, false)) return;
  sent_.push_back(Sent::control);
  read_answers("rollback");
}

void PostgresConnection::script(std::string_view sql) {
  settle();
  send_begin();
  if (!sent_.empty()) collect("begin");
  if (!PQexitPipelineMode(raw())) lose();
  const Result result(PQexec(raw(), std::string(sql).c_str()));
  const ExecStatusType status = PQresultStatus(result.get());
  const bool in_transaction = PQtransactionStatus(raw()) == PQTRANS_INTRANS;
  if (!PQenterPipelineMode(raw())) lose();
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    fail(result.get(), sql);
  if (!in_transaction) throw std::invalid_argument("脚本不得自行结束事务");
}

void PostgresConnection::commit() {
  begin_is_due_ = false;
  if (!std::exchange(in_transaction_, false)) return;
  send_control("commit");
  Result result;
  try {
    result = collect("commit");
  } catch (const ConnectionLost& lost) {
    throw Failure(
        fmt::format("提交时与数据库的连接中断，不能确定是否已经保存，请核对后再试：{}", lost.what()));
  }
  if (std::string_view(PQcmdStatus(result.get())) != "COMMIT")
    throw Failure("数据库没有接受提交，修改已全部撤销");
}

void PostgresConnection::leave() noexcept {
  begin_is_due_ = false;
  if (broken_) connection_.reset();  // at once: the server lets go of what the transaction holds
  if (!std::exchange(in_transaction_, false) || broken_) return;
  const bool ok = PQsendQueryParams(raw(), "rollback", 0, nullptr, nullptr, nullptr, nullptr, 0) &&
                  PQpipelineSync(raw()) && PQflush(raw()) >= 0;
  (ok ? unsettled_ : broken_) = true;
}

void PostgresConnection::lose() {
  broken_ = true;
  throw ConnectionLost(
      fmt::format("与数据库 {} 的连接中断：{}", settings_.shown, base::squeeze(PQerrorMessage(raw()))));
}

void PostgresConnection::fail(const PGresult* result, std::string_view sql) {
  if (PQstatus(raw()) != CONNECTION_OK) lose();
  const auto field = [&](int code) {
    const char* text = PQresultErrorField(result, code);
    return std::string(text ? text : "");
  };
  const std::string state = field(PG_DIAG_SQLSTATE);
  // The primary message alone: the detail of a unique violation would hold the values.
  const std::string message = fmt::format("数据库操作失败：{}（{}）；语句：{}",
                                          field(PG_DIAG_MESSAGE_PRIMARY), state, for_message(sql));
  if (state.substr(0, 4) == "57P0") {  // the server is going down, or ended this connection
    broken_ = true;
    throw ConnectionLost(message);
  }
  const bool stale =
      state == "26000" || (state == "0A000" && message.find("cached plan") != std::string::npos);
  if (stale) broken_ = true;  // prepared for another schema: a new connection knows none of it
  if (stale || state == "40001" || state == "40P01") throw Transient(message);
  if (state == "23505") throw UniqueViolation(message);
  throw Failure(message);
}

}  // namespace kepu::sql
