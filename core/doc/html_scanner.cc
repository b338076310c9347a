#include "core/doc/html_scanner.h"

#include <algorithm>
#include <array>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

constexpr int kMaxBadQuotes = 100;
constexpr std::size_t kMaxTag = 1u << 16;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace

bool is_html_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string html_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

bool is_html_block(std::string_view name) {
  static constexpr std::array<std::string_view, 34> kBlocks = {
      "p",       "div",    "h1",    "h2",         "h3",       "h4",         "h5",     "h6",      "ul",
      "ol",      "dl",     "dt",    "dd",         "pre",      "section",    "main",   "article", "header",
      "footer",  "nav",    "aside", "blockquote", "figure",   "figcaption", "form",   "address", "hr",
      "caption", "center", "body",  "html",       "fieldset", "legend",     "details"};
  return among(name, kBlocks);
}

bool is_html_apart(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kApart = {"script",   "style",    "title",  "noscript",
                                                              "template", "svg",      "iframe", "select",
                                                              "button",   "textarea", "object"};
  return among(name, kApart);
}

bool is_html_void(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kVoid = {"br",   "hr",   "img", "input", "meta",
                                                            "link", "area", "col", "wbr"};
  return among(name, kVoid);
}

std::string_view html_attribute(std::string_view rest, std::string_view wanted, bool* present) {
  while (true) {
    while (!rest.empty() && (is_html_blank(rest.front()) || rest.front() == '/')) rest.remove_prefix(1);
    if (rest.empty()) return {};
    std::size_t end = 0;
    while (end < rest.size() && !is_html_blank(rest[end]) && rest[end] != '=') ++end;
    const std::string name = html_lower(rest.substr(0, end));
    rest.remove_prefix(std::max<std::size_t>(end, 1));
    while (!rest.empty() && is_html_blank(rest.front())) rest.remove_prefix(1);
    std::string_view value;
    if (!rest.empty() && rest.front() == '=') {
      rest.remove_prefix(1);
      while (!rest.empty() && is_html_blank(rest.front())) rest.remove_prefix(1);
      const bool quoted = !rest.empty() && (rest.front() == '"' || rest.front() == '\'');
      end = quoted ? rest.find(rest.front(), 1)
                   : static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), is_html_blank) -
                                              rest.begin());
      end = std::min(end, rest.size());
      value = quoted ? rest.substr(1, end - 1) : rest.substr(0, end);
      rest.remove_prefix(std::min(end + (quoted ? 1 : 0), rest.size()));
    }
    if (name == wanted) {
      if (present) *present = true;
      return value;
    }
  }
}

HtmlScanner::Event HtmlScanner::next() {
  while (at_ < html_.size()) {
    const std::size_t sign = std::min(html_.find('<', at_), html_.size());
    if (sign > at_) {
      text_ = html_.substr(at_, sign - at_);
      at_ = sign;
      return Event::text;
    }
    const std::string_view rest = html_.substr(at_);
    const bool comment = base::starts_with(rest, "<!--");
    if (comment || (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?'))) {
      const std::size_t end = comment ? rest.find("-->", 4) : rest.find('>');
      at_ = end == std::string_view::npos ? html_.size() : at_ + end + (comment ? 3 : 1);
      continue;
    }
    if (take_tag()) return Event::tag;
    text_ = rest.substr(0, 1);
    ++at_;
    return Event::text;
  }
  return Event::end;
}

bool HtmlScanner::take_tag() {
  HtmlTag tag;
  const std::string_view rest = html_.substr(at_);
  std::size_t i = 1;
  if (i < rest.size() && rest[i] == '/') {
    tag.closing = true;
    ++i;
  }
  if (i >= rest.size() || !letter(rest[i])) return false;
  const std::size_t first = i;
  while (i < rest.size() && !is_html_blank(rest[i]) && rest[i] != '>' && rest[i] != '/' && i < first + 40)
    ++i;
  tag.name = html_lower(rest.substr(first, i - first));
  const std::size_t after_name = i;
  char quote = 0;
  const std::size_t most = std::min(rest.size(), kMaxTag);
  for (; i < most && (quote != 0 || rest[i] != '>'); ++i) {
    if (quote != 0) {
      if (rest[i] == quote) quote = 0;
    } else if ((rest[i] == '"' || rest[i] == '\'') && bad_quotes_ < kMaxBadQuotes) {
      quote = rest[i];
    }
  }
  if (i >= most) {  // an unclosed quote has swallowed the rest
    ++bad_quotes_;
    i = std::min(rest.find('>', after_name), rest.size());
  }
  tag.attributes = rest.substr(after_name, i - after_name);
  at_ = std::min(at_ + i + 1, html_.size());
  tag_ = std::move(tag);
  return true;
}

void HtmlScanner::skip_element(const std::string& name) {
  if (without_end_.count(name) > 0) return;
  for (std::size_t end = html_.find("</", at_); end != std::string_view::npos;
       end = html_.find("</", end + 2)) {
    if (html_lower(html_.substr(end + 2, name.size())) != name) continue;
    const std::size_t close_at = html_.find('>', end);
    at_ = close_at == std::string_view::npos ? html_.size() : close_at + 1;
    return;
  }
  without_end_.insert(name);
  if (name == "script" || name == "style") at_ = html_.size();
}

}  // namespace kepu::doc
