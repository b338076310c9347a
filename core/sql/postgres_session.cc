#include <fmt/format.h>

#include <charconv>

#include "core/sql/postgres_connection.h"

namespace kepu::sql {
namespace {

constexpr Oid kBool = 16;

class PostgresRow final : public Row {
 public:
  PostgresRow(const PGresult* result, int row) : result_(result), row_(row) {}
  bool null(int column) const override { return PQgetisnull(result_, row_, column) != 0; }

  std::int64_t integer(int column) const override {
    const std::string_view text = view(column);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const std::string_view rest = text.substr(static_cast<std::size_t>(end - text.data()));
    if (error == std::errc::result_out_of_range) out_of_range(text);
    if (rest.find_first_of("eE") == std::string_view::npos) return value;  // "12", "12.50", "" and words
    const double real_value = real(column);
    if (!(real_value >= -0x1p63 && real_value < 0x1p63)) out_of_range(text);
    return static_cast<std::int64_t>(real_value);
  }

  double real(int column) const override {
    const std::string_view text = view(column);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
  }

  // Truth values as SQLite has them.
  std::string_view view(int column) const override {
    const std::string_view text(PQgetvalue(result_, row_, column),
                                static_cast<std::size_t>(PQgetlength(result_, row_, column)));
    if (PQftype(result_, column) != kBool || text.empty()) return text;
    return text == "t" ? "1" : "0";
  }

 private:
  [[noreturn]] static void out_of_range(std::string_view text) {
    throw Failure(fmt::format("数据库中的数 {} 超出 64 位整数的范围", text));
  }

  const PGresult* result_;
  int row_;
};

}  // namespace

void PostgresSession::each(std::string_view sql, const Args& args,
                           const std::function<void(const Row&)>& each) {
  PostgresConnection::Result result;
  guard_.run([&] { result = connection_.execute(sql, args); });
  const int rows = PQntuples(result.get());
  for (int row = 0; row < rows; ++row) each(PostgresRow(result.get(), row));
}

std::int64_t PostgresSession::run(std::string_view sql, const Args& args) {
  PostgresConnection::Result result;
  guard_.run([&] { result = connection_.execute(sql, args); });
  const std::string_view tag = PQcmdStatus(result.get());
  const bool changes =
      tag.substr(0, 6) == "INSERT" || tag.substr(0, 6) == "UPDATE" || tag.substr(0, 6) == "DELETE";
  const std::string_view count = PQcmdTuples(result.get());
  std::int64_t changed = 0;
  if (changes) std::from_chars(count.data(), count.data() + count.size(), changed);
  return changed;
}

void PostgresSession::script(std::string_view sql) {
  guard_.run([&] { connection_.script(sql); });
}

}  // namespace kepu::sql
