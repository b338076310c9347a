#include "core/form/kinds.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <regex>

#include "core/base/text.h"
#include "core/html/format.h"

namespace kepu::form {

namespace {

using base::Result;

tl::unexpected<base::Error> refuse(const Field& field, std::string rule, std::string message) {
  return base::refuse(base::Code::invalid, "form." + rule, std::move(message), field.name);
}

std::string quoted(const Field& field) { return "“" + field.label + "”"; }

std::size_t longest(const Field& field) {
  if (field.max_length > 0) return field.max_length;
  return field.kind == Kind::long_text ? 20'000 : 200;
}

// Control characters come from pasted binary data and break Excel and Word files; line breaks only in long
// text.
bool has_control_characters(const std::string& text, bool line_breaks) {
  return std::any_of(text.begin(), text.end(), [&](unsigned char c) {
    return (c < 0x20 && c != '\t' && !(line_breaks && c == '\n')) || c == 0x7F;
  });
}

Result<std::string> keep_text(const Field& field, const std::string& typed) {
  const bool many_lines = field.kind == Kind::long_text;
  std::string text = base::replace_all(base::valid_utf8(typed), "\r\n", "\n");
  text = base::trim(many_lines ? text : base::replace_all(text, "\n", " "));
  if (has_control_characters(text, many_lines)) {
    return refuse(field, "characters", quoted(field) + "含有不可见的控制字符，请删去后重新输入");
  }
  const std::size_t length = base::length(text);
  if (length > longest(field)) {
    return refuse(field, "too_long",
                  quoted(field) + "最多 " + std::to_string(longest(field)) + " 个字，现在是 " +
                      std::to_string(length) + " 个，请缩短");
  }
  if (!field.pattern.empty() && !std::regex_match(text, std::regex(field.pattern))) {
    return refuse(field, "pattern",
                  field.pattern_message.empty() ? quoted(field) + "格式不对" : field.pattern_message);
  }
  return text;
}

std::string plain(double value) {
  return value == std::floor(value) && std::fabs(value) < 1e15 ? html::fixed(value, 0)
                                                               : html::fixed(value, 2);
}

std::string range_message(const Field& field) {
  if (field.min && field.max)
    return quoted(field) + "应在 " + plain(*field.min) + " 到 " + plain(*field.max) + " 之间";
  if (field.min) return quoted(field) + "不能小于 " + plain(*field.min);
  return quoted(field) + "不能大于 " + plain(*field.max);
}

Result<std::string> keep_number(const Field& field, const std::string& typed) {
  std::string digits = base::without_space(base::to_narrow(typed));
  std::erase(digits, ',');
  if (!digits.empty() && digits[0] == '+') digits.erase(0, 1);
  digits = base::replace_all(digits, "−", "-");
  double value = 0;
  const auto end =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  if (end.ec != std::errc{} || end.ptr != digits.data() + digits.size() || !std::isfinite(value)) {
    return refuse(field, "not_a_number", quoted(field) + "应填数字，不带单位，例如 120");
  }
  if (field.kind == Kind::integer && (value != std::floor(value) || std::fabs(value) > 9e15)) {
    return refuse(field, "not_an_integer", quoted(field) + "应填整数");
  }
  if ((field.min && value < *field.min) || (field.max && value > *field.max))
    return refuse(field, "range", range_message(field));
  if (field.kind == Kind::integer) return std::to_string(static_cast<std::int64_t>(value));
  char out[64];
  return std::string(out, std::to_chars(out, out + sizeof out, value, std::chars_format::fixed).ptr);
}

// 2026-01-31, 2026/1/31, 2026.1.31, 2026年1月31日, 20260131
std::optional<base::Date> read_date(const std::string& typed) {
  static const std::regex kShape(
      R"((\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})(?:日)?|(\d{4})(\d{2})(\d{2}))");
  const std::string text = base::without_space(base::to_narrow(typed));
  std::smatch m;
  if (text.size() > 32 || !std::regex_match(text, m, kShape)) return std::nullopt;
  const int from = m[1].matched ? 1 : 4;
  const auto two = [](const std::string& s) { return s.size() < 2 ? "0" + s : s; };
  return base::parse_date(m[from].str() + "-" + two(m[from + 1].str()) + "-" + two(m[from + 2].str()));
}

Result<std::string> keep_date(const Field& field, const std::string& typed) {
  const auto date = read_date(typed);
  if (!date) return refuse(field, "date", quoted(field) + "应填真实的日期，例如 2026-01-31");
  if (field.earliest && *date < *field.earliest) {
    return refuse(field, "range", quoted(field) + "不能早于 " + base::to_iso(*field.earliest));
  }
  if (field.latest && *date > *field.latest) {
    return refuse(field, "range", quoted(field) + "不能晚于 " + base::to_iso(*field.latest));
  }
  return base::to_iso(*date);
}

Result<std::string> keep_phone(const Field& field, const std::string& typed) {
  static const std::regex kMobile(R"(1[3-9]\d{9})"), kLandline(R"(0\d{2,3}-?\d{7,8}(-\d{1,6})?|[48]00\d{7})");
  std::string text = base::without_space(base::to_narrow(typed));
  if (base::starts_with(text, "+86")) text.erase(0, 3);
  std::string digits = text;
  std::erase(digits, '-');
  if (text.size() > 40) return refuse(field, "phone", quoted(field) + "应填手机号或带区号的固定电话");
  if (std::regex_match(digits, kMobile)) return digits;
  if (std::regex_match(text, kLandline)) return text;
  const bool only_digits =
      std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  if (only_digits && !digits.empty() && digits[0] == '1' && digits.size() != 11) {
    return refuse(field, "phone", "手机号是 11 位数字，现在是 " + std::to_string(digits.size()) + " 位");
  }
  return refuse(field, "phone", quoted(field) + "应填 11 位手机号，或带区号的固定电话，例如 0791-1234567");
}

Result<std::string> keep_email(const Field& field, const std::string& typed) {
  static const std::regex kShape(R"([A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8})");
  const std::string text = base::without_space(base::to_narrow(typed));
  if (text.size() > 254 || !std::regex_match(text, kShape)) {
    return refuse(field, "email", quoted(field) + "应填完整的邮箱地址，例如 name@example.cn");
  }
  return text;
}

Result<std::string> keep_option(const Field& field, const std::string& typed) {
  const std::string text = base::trim(typed);
  for (const Option& option : field.options) {
    if (option.value == text) return text;
  }
  return refuse(field, "option", quoted(field) + "请从给出的选项中选择");
}

Result<std::string> keep_flag(const Field& field, const std::string& typed) {
  const std::string text = base::trim(typed);
  for (const auto* yes : {"1", "on", "true", "是", "√", "✓"}) {
    if (text == yes) return std::string("1");
  }
  for (const auto* no : {"0", "off", "false", "否", "×"}) {
    if (text == no) return std::string();
  }
  return refuse(field, "option", quoted(field) + "应填“是”或“否”");
}

}  // namespace

bool is_blank(const std::string& typed) { return base::trim(typed).empty(); }

Result<std::string> keep(const Field& field, const std::string& typed) {
  switch (field.kind) {
    case Kind::integer:
    case Kind::number:
      return keep_number(field, typed);
    case Kind::date:
      return keep_date(field, typed);
    case Kind::phone:
      return keep_phone(field, typed);
    case Kind::email:
      return keep_email(field, typed);
    case Kind::select:
    case Kind::radio:
    case Kind::multi_select:
      return keep_option(field, typed);
    case Kind::checkbox:
      return keep_flag(field, typed);
    case Kind::password:
      // Blanks belong to a password; its length is bounded since hashing costs.
      if (base::length(typed) > longest(field)) return refuse(field, "too_long", quoted(field) + "太长");
      return typed;
    case Kind::text:
    case Kind::long_text:
    case Kind::hidden:
    case Kind::file:
      break;
  }
  return keep_text(field, typed);
}

}  // namespace kepu::form
