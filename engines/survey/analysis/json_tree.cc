#include "engines/survey/analysis/json_tree.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::survey::analysis {

namespace {

constexpr int kDeepest = 32;

class Parser {
 public:
  Parser(std::string_view text, const std::string& rule) : text_(text), rule_(rule) {}

  base::Result<JsonValue> run() {
    JsonValue out;
    const bool ok = value(out, 0);
    blanks();
    if (ok && at_ < text_.size()) fail("文件到这里应当结束");
    if (!why_.empty()) {
      return base::refuse(
          base::Code::invalid, rule_,
          fmt::format("第 {} 行不是正确的 JSON：{}。文件可能没有存全或被改坏。", line_, why_));
    }
    return out;
  }

 private:
  bool fail(const char* why) {
    if (why_.empty()) why_ = why;
    return false;
  }
  void blanks() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n') return;
    }
  }
  bool next_is(char c) {
    blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) return fail("不认识的词");
    at_ += w.size();
    return true;
  }

  bool value(JsonValue& out, int depth) {
    blanks();
    out.line = line_;
    if (depth > kDeepest) return fail("嵌套太深");
    if (at_ >= text_.size()) return fail("少了一个值");
    switch (text_[at_]) {
      case '{':
        return object(out, depth);
      case '[':
        return array(out, depth);
      case '"':
        out.kind = JsonValue::Kind::text;
        return string(out.text);
      case 't':
        out.kind = JsonValue::Kind::boolean;
        out.flag = true;
        return word("true");
      case 'f':
        out.kind = JsonValue::Kind::boolean;
        return word("false");
      case 'n':
        return word("null");
      default:
        out.kind = JsonValue::Kind::number;
        return number(out.text);
    }
  }

  bool object(JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::object;
    ++at_;
    if (next_is('}')) return true;
    do {
      blanks();
      std::string name;
      if (at_ >= text_.size() || text_[at_] != '"') return fail("这里要有一个带引号的名称");
      if (!string(name)) return false;
      if (!next_is(':')) return fail("名称后面要有冒号");
      if (out.find(name) != nullptr) return fail("同一个名称出现了两次");
      out.members.emplace_back(std::move(name), JsonValue{});
      if (!value(out.members.back().second, depth + 1)) return false;
    } while (next_is(','));
    return next_is('}') || fail("这里要有逗号或 }");
  }

  bool array(JsonValue& out, int depth) {
    out.kind = JsonValue::Kind::array;
    ++at_;
    if (next_is(']')) return true;
    do {
      out.items.emplace_back();
      if (!value(out.items.back(), depth + 1)) return false;
    } while (next_is(','));
    return next_is(']') || fail("这里要有逗号或 ]");
  }

  std::size_t digits() {
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
    return at_ - from;
  }
  bool number(std::string& out) {
    const std::size_t from = at_;
    if (text_[at_] == '-') ++at_;
    const std::size_t first = at_;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text_[first] == '0')) return fail("这里要有一个值");
    if (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      if (digits() == 0) return fail("小数点后面要有数字");
    }
    if (at_ < text_.size() && (text_[at_] == 'e' || text_[at_] == 'E')) {
      ++at_;
      if (at_ < text_.size() && (text_[at_] == '+' || text_[at_] == '-')) ++at_;
      if (digits() == 0) return fail("指数后面要有数字");
    }
    out = std::string(text_.substr(from, at_ - from));
    return true;
  }

  bool hex4(char32_t& out) {
    out = 0;
    for (int k = 0; k < 4; ++k, ++at_) {
      if (at_ >= text_.size()) return fail("\\u 后面要有四位十六进制数");
      const char c = text_[at_];
      const int d = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
      if (d < 0) return fail("\\u 后面要有四位十六进制数");
      out = out * 16 + static_cast<char32_t>(d);
    }
    return true;
  }
  bool escape(std::string& out) {
    if (at_ >= text_.size()) return fail("引号没有结束");
    const char c = text_[at_++];
    static constexpr std::string_view kFrom = "\"\\/bfnrt", kTo = "\"\\/\b\f\n\r\t";
    if (const auto k = kFrom.find(c); k != std::string_view::npos) {
      out += kTo[k];
      return true;
    }
    if (c != 'u') return fail("不认识的转义");
    char32_t code = 0;
    if (!hex4(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      char32_t low = 0;
      at_ += 2;
      if (!hex4(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return fail("半个字符");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xD800 && code < 0xE000) {
      return fail("半个字符");
    }
    base::append_utf8(out, code);
    return true;
  }
  bool string(std::string& out) {
    for (++at_; at_ < text_.size();) {
      const char c = text_[at_++];
      if (c == '"') return base::is_valid_utf8(out) || fail("文字不是 UTF-8");
      if (static_cast<unsigned char>(c) < 0x20) return fail("引号没有结束");
      if (c != '\\') {
        out += c;
      } else if (!escape(out)) {
        return false;
      }
    }
    return fail("引号没有结束");
  }

  std::string_view text_;
  std::string rule_, why_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view name) const {
  for (const auto& [n, v] : members) {
    if (n == name) return &v;
  }
  return nullptr;
}

base::Result<JsonValue> parse_json(std::string_view text, const std::string& rule) {
  return Parser(text, rule).run();
}

}  // namespace kepu::survey::analysis
