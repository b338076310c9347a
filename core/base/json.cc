#include "core/base/json.h"

#include <charconv>
#include <cmath>

#include "core/base/text.h"

namespace kepu::base {

std::string json_quote(std::string_view raw) {
  const std::string fixed = is_valid_utf8(raw) ? std::string() : valid_utf8(raw);
  const std::string_view text = fixed.empty() ? raw : std::string_view(fixed);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out = "\"";
  out.reserve(text.size() + 2);
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '<':  // so that JSON inside a page can never close its element
        out += "\\u003c";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += "\\u00";
          out += kDigits[static_cast<unsigned char>(c) >> 4];
          out += kDigits[c & 15];
        } else {
          out += c;
        }
    }
  }
  return out += '"';
}

void Json::line() {
  if (!indented_) return;
  out_ += '\n';
  out_.append(open_.size() * 2, ' ');
}

void Json::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (open_.empty()) return;
  if (filled_.back()) out_ += ',';
  filled_.back() = true;
  line();
}

Json& Json::object() {
  before_value();
  out_ += '{';
  open_.push_back('{');
  filled_.push_back(false);
  return *this;
}

Json& Json::array() {
  before_value();
  out_ += '[';
  open_.push_back('[');
  filled_.push_back(false);
  return *this;
}

Json& Json::end() {
  const bool filled = filled_.back();
  const char closing = open_.back() == '{' ? '}' : ']';
  open_.pop_back();
  filled_.pop_back();
  if (filled) line();
  out_ += closing;
  return *this;
}

Json& Json::key(std::string_view name) {
  before_value();
  out_ += json_quote(name);
  out_ += indented_ ? ": " : ":";
  after_key_ = true;
  return *this;
}

Json& Json::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

Json& Json::value(std::string_view text) { return raw(json_quote(text)); }
Json& Json::value(bool flag) { return raw(flag ? "true" : "false"); }
Json& Json::null() { return raw("null"); }
Json& Json::id(Id id) { return id > 0 ? value(std::to_string(id)) : null(); }

Json& Json::value(double number) {
  if (!std::isfinite(number)) return null();
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, number);
  return raw({buffer, static_cast<std::size_t>(end - buffer)});
}

Json& Json::value(const std::vector<std::string>& texts) {
  array();
  for (const auto& text : texts) value(text);
  return end();
}

}  // namespace kepu::base
