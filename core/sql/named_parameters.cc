#include "core/sql/named_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/base/text.h"

namespace kepu::sql {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool in_name(char c) { return starts_name(c) || (c >= '0' && c <= '9'); }

// The end of the quoted text or comment that begins at `at`, or `at` where none begins. A doubled quote needs
// no care: it reads as the end of one text and the begin of the next.
std::size_t skip_opaque(std::string_view sql, std::size_t at) {
  auto past = [&](std::string_view end, std::size_t from) {
    const std::size_t found = sql.find(end, from);
    return found == std::string_view::npos ? sql.size() : found + end.size();
  };
  if (sql[at] == '\'') return past("'", at + 1);
  if (sql[at] == '"') return past("\"", at + 1);
  if (sql.substr(at, 2) == "--") return past("\n", at + 2);
  if (sql.substr(at, 2) == "/*") return past("*/", at + 2);
  return at;
}

std::string first_word(std::string_view sql) {
  std::size_t at = 0;
  while (at < sql.size() && !starts_name(sql[at])) {
    const std::size_t next = skip_opaque(sql, at);
    at = next == at ? at + 1 : next;
  }
  std::string word;
  for (; at < sql.size() && starts_name(sql[at]); ++at) word += static_cast<char>(sql[at] | 0x20);
  return word;
}

void refuse_transaction_control(std::string_view sql) {
  static constexpr std::string_view kWords[] = {"begin",    "start",     "commit",  "end",
                                                "rollback", "savepoint", "release", "abort"};
  const std::string word = first_word(sql);
  if (std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) return;
  throw std::invalid_argument(
      fmt::format("语句不得自行控制事务，请改用 Database::read/write：{}", for_message(sql)));
}

}  // namespace

Parameters number_parameters(std::string_view sql, Dialect dialect) {
  refuse_transaction_control(sql);
  Parameters out;
  out.text.reserve(sql.size());
  const char mark = dialect == Dialect::sqlite ? '?' : '$';
  for (std::size_t at = 0; at < sql.size();) {
    const std::size_t opaque = skip_opaque(sql, at);
    if (opaque > at) {
      out.text += sql.substr(at, opaque - at);
      at = opaque;
    } else if (sql.substr(at, 2) == "::") {
      out.text += "::";
      at += 2;
    } else if (sql[at] == ':' && at + 1 < sql.size() && starts_name(sql[at + 1])) {
      std::size_t end = at + 1;
      while (end < sql.size() && in_name(sql[end])) ++end;
      const std::string_view name = sql.substr(at + 1, end - at - 1);
      auto known = std::find(out.names.begin(), out.names.end(), name);
      if (known == out.names.end()) known = out.names.insert(known, std::string(name));
      out.text += mark + std::to_string(known - out.names.begin() + 1);
      at = end;
    } else {
      out.text += sql[at++];
    }
  }
  return out;
}

std::vector<const Arg*> order_arguments(const std::vector<std::string>& names, const Args& args,
                                        std::string_view sql) {
  std::vector<const Arg*> ordered(names.size(), nullptr);
  for (std::size_t i = 0; i < args.size(); ++i) {
    // Arguments mostly come in the order of the statement.
    const auto found = i < names.size() && names[i] == args[i].name
                           ? names.begin() + static_cast<std::ptrdiff_t>(i)
                           : std::find(names.begin(), names.end(), args[i].name);
    if (found == names.end())
      throw std::invalid_argument(
          fmt::format("参数 :{} 在语句中没有用到：{}", args[i].name, for_message(sql)));
    const Arg*& place = ordered[static_cast<std::size_t>(found - names.begin())];
    if (place)
      throw std::invalid_argument(fmt::format("参数 :{} 给了两次：{}", args[i].name, for_message(sql)));
    place = &args[i];
  }
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!ordered[i])
      throw std::invalid_argument(fmt::format("参数 :{} 没有给值：{}", names[i], for_message(sql)));
  return ordered;
}

void check_argument(const Arg& arg) {
  if (const auto* number = std::get_if<double>(&arg.value)) {
    if (std::isnan(*number)) throw Failure(fmt::format("参数 :{} 不是数（NaN），不能存入数据库", arg.name));
  } else if (const auto* text = std::get_if<std::string_view>(&arg.value)) {
    if (!text->empty() && std::memchr(text->data(), 0, text->size()))
      throw Failure(fmt::format("参数 :{} 的文字里有 NUL 字节，不能存入数据库", arg.name));
    const bool ascii = std::all_of(text->begin(), text->end(), [](char c) { return (c & 0x80) == 0; });
    if (!ascii && !base::is_valid_utf8(*text))
      throw Failure(fmt::format("参数 :{} 的文字不是有效的 UTF-8，不能存入数据库", arg.name));
  }
}

std::string for_message(std::string_view sql) { return base::shorten(base::squeeze(sql), 200); }

}  // namespace kepu::sql
