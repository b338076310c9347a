#include "engines/survey/expression.h"

#include <fmt/format.h>

#include <cctype>
#include <charconv>
#include <optional>

#include "core/base/json.h"
#include "core/base/text.h"

namespace kepu::survey {

using Kind = Expression::Kind;

namespace {

constexpr std::size_t kMostBytes = 1000;
constexpr int kMostDepth = 30;

// A decimal number and nothing else: the page's script reads the same form.
std::optional<double> as_number(std::string_view text) {
  if (text.empty() || text.size() > 30) return std::nullopt;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool sign = text[i] == '-' && i == 0;
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (!digit && !sign && text[i] != '.') return std::nullopt;
    digits += digit ? 1 : 0;
  }
  double out = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), out);
  return digits > 0 && end.ptr == text.data() + text.size() && end.ec == std::errc() ? std::optional(out)
                                                                                     : std::nullopt;
}

bool is_name_byte(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-'; }

}  // namespace

class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : text_(text) {}

  base::Result<Expression> whole() {
    if (base::trim(text_).empty()) return Expression();
    if (text_.size() > kMostBytes)
      return base::refuse(base::Code::invalid, "expression.long", "条件太长，请改短，或拆成两题。");
    out_.root_ = TRY(any(0));
    blank();
    if (at_ != text_.size()) return wrong("这里不该再有内容");
    return std::move(out_);
  }

 private:
  tl::unexpected<base::Error> wrong(std::string_view what) const {
    return base::refuse(base::Code::invalid, "expression.syntax",
                        fmt::format("条件“{}”在第 {} 个字符处读不懂：{}。", base::shorten(text_, 60),
                                    base::length(text_.substr(0, at_)) + 1, what));
  }
  void blank() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r'))
      ++at_;
  }
  bool take(std::string_view token) {
    blank();
    if (text_.substr(at_, token.size()) != token) return false;
    const bool word = std::isalpha(static_cast<unsigned char>(token[0])) != 0;
    if (word && at_ + token.size() < text_.size() && is_name_byte(text_[at_ + token.size()])) return false;
    at_ += token.size();
    return true;
  }
  int add(Kind kind, std::string text, int left = -1, int right = -1) {
    out_.nodes_.push_back({kind, std::move(text), left, right});
    return static_cast<int>(out_.nodes_.size()) - 1;
  }

  base::Result<int> any(int depth) {
    if (depth > kMostDepth)
      return base::refuse(base::Code::invalid, "expression.deep", "条件的括号套得太深，请改简单。");
    int left = TRY(all(depth));
    while (take("or")) {
      const int right = TRY(all(depth));
      left = add(Kind::any, "", left, right);
    }
    return left;
  }
  base::Result<int> all(int depth) {
    int left = TRY(one(depth));
    while (take("and")) {
      const int right = TRY(one(depth));
      left = add(Kind::all, "", left, right);
    }
    return left;
  }
  base::Result<int> one(int depth) {
    if (take("not")) {
      if (!take("(")) return wrong("not 后面要有括号");
      const int inner = TRY(any(depth + 1));
      if (!take(")")) return wrong("缺右括号");
      return add(Kind::none_of, "", inner);
    }
    if (take("selected")) {
      if (!take("(")) return wrong("selected 后面要有括号");
      const int list = TRY(operand());
      if (!take(",")) return wrong("selected 要有两个值，用逗号隔开");
      const int code = TRY(operand());
      if (!take(")")) return wrong("缺右括号");
      return add(Kind::selected, "", list, code);
    }
    if (take("(")) {
      const int inner = TRY(any(depth + 1));
      if (!take(")")) return wrong("缺右括号");
      return inner;
    }
    const int left = TRY(operand());
    const std::optional<Kind> kind = take("!=")   ? std::optional(Kind::unequal)
                                     : take("<=") ? std::optional(Kind::less_equal)
                                     : take(">=") ? std::optional(Kind::more_equal)
                                     : take("=")  ? std::optional(Kind::equal)
                                     : take("<")  ? std::optional(Kind::less)
                                     : take(">")  ? std::optional(Kind::more)
                                                  : std::nullopt;
    if (!kind) return wrong("要有比较符 = != < <= > >=");
    const int right = TRY(operand());
    return add(*kind, "", left, right);
  }
  base::Result<int> operand() {
    blank();
    if (take("${")) {
      const auto from = at_;
      while (at_ < text_.size() && is_name_byte(text_[at_])) ++at_;
      const std::string name(text_.substr(from, at_ - from));
      if (name.empty() || !take("}")) return wrong("题号写作 ${题号}");
      return add(Kind::name, name);
    }
    if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      const char quote = text_[at_];
      const auto end = text_.find(quote, at_ + 1);
      if (end == std::string_view::npos) return wrong("引号没有成对");
      const std::string value(text_.substr(at_ + 1, end - at_ - 1));
      at_ = end + 1;
      return add(Kind::text, value);
    }
    const auto from = at_;
    while (at_ < text_.size() && ((text_[at_] >= '0' && text_[at_] <= '9') || text_[at_] == '.' ||
                                  (text_[at_] == '-' && at_ == from)))
      ++at_;
    const std::string value(text_.substr(from, at_ - from));
    if (value == ".") return add(Kind::self, "");
    if (!as_number(value)) return wrong("要有 ${题号}、数字、带引号的文字或“.”");
    return add(Kind::text, value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Expression out_;
};

base::Result<Expression> Expression::parse(std::string_view text) { return ExpressionParser(text).whole(); }

bool Expression::holds(const Answers& answers, std::string_view self) const {
  return root_ < 0 || test(root_, answers, self);
}

std::string Expression::value(int node, const Answers& answers, std::string_view self) const {
  const auto& n = nodes_[static_cast<std::size_t>(node)];
  if (n.kind == Kind::self) return std::string(self);
  if (n.kind == Kind::text) return n.text;
  const auto at = answers.find(n.text);
  return at == answers.end() ? std::string() : at->second;
}

bool Expression::test(int node, const Answers& answers, std::string_view self) const {
  const auto& n = nodes_[static_cast<std::size_t>(node)];
  if (n.kind == Kind::any) return test(n.left, answers, self) || test(n.right, answers, self);
  if (n.kind == Kind::all) return test(n.left, answers, self) && test(n.right, answers, self);
  if (n.kind == Kind::none_of) return !test(n.left, answers, self);
  const auto a = value(n.left, answers, self), b = value(n.right, answers, self);
  if (n.kind == Kind::selected) {
    for (const auto& code : base::split(a, " ")) {
      if (!code.empty() && code == b) return true;
    }
    return false;
  }
  const auto x = as_number(a), y = as_number(b);
  if (n.kind == Kind::equal) return x && y ? *x == *y : a == b;
  if (n.kind == Kind::unequal) return x && y ? *x != *y : a != b;
  if (!x || !y) return false;
  return n.kind == Kind::less         ? *x < *y
         : n.kind == Kind::less_equal ? *x <= *y
         : n.kind == Kind::more       ? *x > *y
                                      : *x >= *y;
}

std::set<std::string> Expression::names() const {
  std::set<std::string> out;
  for (const auto& n : nodes_) {
    if (n.kind == Kind::name) out.insert(n.text);
  }
  return out;
}

std::set<std::string> Expression::compared_with(std::string_view name) const {
  std::set<std::string> out;
  for (const auto& n : nodes_) {
    if (n.left < 0 || n.right < 0 || n.kind == Kind::any || n.kind == Kind::all) continue;
    const auto& a = nodes_[static_cast<std::size_t>(n.left)];
    const auto& b = nodes_[static_cast<std::size_t>(n.right)];
    const auto is_it = [&](const Node& x) {
      return name.empty() ? x.kind == Kind::self : x.kind == Kind::name && x.text == name;
    };
    if (is_it(a) && b.kind == Kind::text) out.insert(b.text);
    if (is_it(b) && a.kind == Kind::text) out.insert(a.text);
  }
  return out;
}

std::string Expression::json() const {
  if (root_ < 0) return "";
  constexpr std::string_view kNames[] = {"or", "and", "not", "=", "!=", "<", "<=", ">", ">=", "in"};
  const std::function<std::string(int)> write = [&](int node) -> std::string {
    const auto& n = nodes_[static_cast<std::size_t>(node)];
    if (n.kind == Kind::name) return base::json_quote("$" + n.text);
    if (n.kind == Kind::self) return base::json_quote("$");
    if (n.kind == Kind::text) return base::json_quote("'" + n.text);
    std::string out = "[" + base::json_quote(kNames[static_cast<std::size_t>(n.kind)]) + "," + write(n.left);
    if (n.right >= 0) out += "," + write(n.right);
    return out + "]";
  };
  return write(root_);
}

}  // namespace kepu::survey
