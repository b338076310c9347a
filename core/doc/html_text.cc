#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/text.h"
#include "core/doc/decode.h"
#include "core/doc/html_entities.h"
#include "core/doc/number_format.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/shape.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kMaxLists = 64;
constexpr int kMaxBadQuotes = 100;
constexpr std::size_t kMaxTag = 1u << 16;

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
bool letter(char c) { return lower(c) >= 'a' && lower(c) <= 'z'; }

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

template <std::size_t N>
bool among(std::string_view name, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_block(std::string_view name) {
  static constexpr std::array<std::string_view, 34> kBlocks = {
      "p",       "div",    "h1",    "h2",         "h3",       "h4",         "h5",     "h6",      "ul",
      "ol",      "dl",     "dt",    "dd",         "pre",      "section",    "main",   "article", "header",
      "footer",  "nav",    "aside", "blockquote", "figure",   "figcaption", "form",   "address", "hr",
      "caption", "center", "body",  "html",       "fieldset", "legend",     "details"};
  return among(name, kBlocks);
}

// Elements whose content is no text of the page.
bool is_apart(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kApart = {"script",   "style",    "title",  "noscript",
                                                              "template", "svg",      "iframe", "select",
                                                              "button",   "textarea", "object"};
  return among(name, kApart);
}

bool is_void(std::string_view name) {
  static constexpr std::array<std::string_view, 9> kVoid = {"br",   "hr",   "img", "input", "meta",
                                                            "link", "area", "col", "wbr"};
  return among(name, kVoid);
}

struct Tag {
  std::string name;
  std::string_view attributes;
  bool closing = false;
};

// The value of an attribute with its entities as they are; "" where it is missing.
std::string_view attribute(std::string_view rest, std::string_view wanted, bool* present = nullptr) {
  while (true) {
    while (!rest.empty() && (blank(rest.front()) || rest.front() == '/')) rest.remove_prefix(1);
    if (rest.empty()) return {};
    std::size_t end = 0;
    while (end < rest.size() && !blank(rest[end]) && rest[end] != '=') ++end;
    const std::string name = lowered(rest.substr(0, end));
    rest.remove_prefix(std::max<std::size_t>(end, 1));
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    std::string_view value;
    if (!rest.empty() && rest.front() == '=') {
      rest.remove_prefix(1);
      while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
      const bool quoted = !rest.empty() && (rest.front() == '"' || rest.front() == '\'');
      end = quoted ? rest.find(rest.front(), 1)
                   : static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), blank) - rest.begin());
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

// Reads a page tag by tag; what is not closed, or closed twice, does no harm.
class Page {
 public:
  Page(std::string_view html, bool leave_out_hidden, Shape& shape)
      : html_(html), leave_out_hidden_(leave_out_hidden), shape_(shape) {}
  void read();
  bool hidden_open() const { return !hidden_.empty(); }
  int pictures() const { return pictures_; }

 private:
  struct List {
    bool ordered = false;
    int next = 1;
    std::string format;
    std::string behind;
  };

  void markup();
  bool take_tag(Tag& tag);
  void skip_apart(const std::string& name);
  void open(const Tag& tag);
  void close(const std::string& name);
  void open_list(const Tag& tag);
  void open_item(const Tag& tag);
  void text(std::string_view piece);
  void add(std::string_view characters);
  void end_line(bool even_if_empty);

  std::string_view html_;
  bool leave_out_hidden_;
  Shape& shape_;
  std::size_t at_ = 0;
  std::string line_, label_;
  std::vector<List> lists_;
  std::set<std::string> without_end_;
  std::string hidden_;  // name of the element that hides, "" for none
  int hidden_depth_ = 0;
  int pre_ = 0;
  int bad_quotes_ = 0;
  int pictures_ = 0;
  bool pre_begins_ = false, space_ = false, space_has_break_ = false;
};

void Page::read() {
  while (at_ < html_.size() && !shape_.overflow()) {
    const std::size_t next = std::min(html_.find('<', at_), html_.size());
    if (next > at_ && hidden_.empty()) text(html_.substr(at_, next - at_));
    at_ = next;
    if (at_ < html_.size()) markup();
  }
  end_line(false);
}

// At '<': a comment, a tag, or a sign that is none.
void Page::markup() {
  const std::string_view rest = html_.substr(at_);
  if (base::starts_with(rest, "<!--")) {
    const std::size_t end = rest.find("-->", 4);
    at_ = end == std::string_view::npos ? html_.size() : at_ + end + 3;
    return;
  }
  if (rest.size() > 1 && (rest[1] == '!' || rest[1] == '?')) {
    const std::size_t end = rest.find('>');
    at_ = end == std::string_view::npos ? html_.size() : at_ + end + 1;
    return;
  }
  Tag tag;
  if (!take_tag(tag)) {
    if (hidden_.empty()) add("<");
    ++at_;
    return;
  }
  if (!hidden_.empty()) {
    if (tag.name == hidden_) hidden_depth_ += tag.closing ? -1 : 1;
    if (hidden_depth_ == 0) hidden_.clear();
    return;
  }
  if (tag.closing) {
    close(tag.name);
  } else {
    open(tag);
  }
}

bool Page::take_tag(Tag& tag) {
  const std::string_view rest = html_.substr(at_);
  std::size_t i = 1;
  if (i < rest.size() && rest[i] == '/') {
    tag.closing = true;
    ++i;
  }
  if (i >= rest.size() || !letter(rest[i])) return false;
  const std::size_t first = i;
  while (i < rest.size() && !blank(rest[i]) && rest[i] != '>' && rest[i] != '/' && i < first + 40) ++i;
  tag.name = lowered(rest.substr(first, i - first));
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
  return true;
}

void Page::skip_apart(const std::string& name) {
  if (without_end_.count(name) > 0) return;
  for (std::size_t end = html_.find("</", at_); end != std::string_view::npos;
       end = html_.find("</", end + 2)) {
    if (lowered(html_.substr(end + 2, name.size())) != name) continue;
    const std::size_t close_at = html_.find('>', end);
    at_ = close_at == std::string_view::npos ? html_.size() : close_at + 1;
    return;
  }
  without_end_.insert(name);
  if (name == "script" || name == "style") at_ = html_.size();
}

void Page::open(const Tag& tag) {
  const std::string& name = tag.name;
  if (is_apart(name)) {
    // `<svg/>` ends where it begins.
    if (tag.attributes.empty() || tag.attributes.back() != '/') skip_apart(name);
    return;
  }
  if (leave_out_hidden_ && !is_void(name)) {
    bool hidden = false;
    attribute(tag.attributes, "hidden", &hidden);
    std::string style = lowered(attribute(tag.attributes, "style"));
    std::erase_if(style, blank);
    if (hidden || base::contains(style, "display:none")) {
      hidden_ = name;
      hidden_depth_ = 1;
      return;
    }
  }
  const auto number = [&](std::string_view which, int otherwise) {
    const auto n = base::parse_int(attribute(tag.attributes, which));
    return n && *n > -100'000 && *n < 100'000 ? static_cast<int>(*n) : otherwise;
  };
  if (name == "br") {
    end_line(true);
  } else if (name == "img") {
    ++pictures_;
  } else if (name == "table") {
    end_line(false);
    shape_.open_table();
  } else if (name == "tr") {
    end_line(false);
    shape_.open_row();
  } else if (name == "td" || name == "th") {
    end_line(false);
    shape_.open_cell(number("colspan", 1), number("rowspan", 1));
  } else if (name == "li") {
    open_item(tag);
  } else if (is_block(name)) {
    end_line(false);
    if (name == "ul" || name == "ol") open_list(tag);
    if (name == "pre") {
      ++pre_;
      pre_begins_ = true;
    }
  }
}

void Page::open_list(const Tag& tag) {
  if (lists_.size() >= kMaxLists) return;
  List list;
  list.ordered = tag.name == "ol";
  const auto start = base::parse_int(attribute(tag.attributes, "start"));
  if (start && *start > -100'000 && *start < 100'000) list.next = static_cast<int>(*start);
  const std::string_view type = attribute(tag.attributes, "type");
  const std::string style = lowered(attribute(tag.attributes, "style"));
  list.behind = ".";
  list.format = type == "a"   ? "lowerLetter"
                : type == "A" ? "upperLetter"
                : type == "i" ? "lowerRoman"
                : type == "I" ? "upperRoman"
                              : "decimal";
  if (base::contains(style, "ideographic") || base::contains(style, "chinese-informal")) {
    list.format = "chineseCountingThousand";
    list.behind = "、";
  }
  if (base::contains(style, "list-style:none") || base::contains(style, "list-style-type:none"))
    list.format = "none";
  lists_.push_back(std::move(list));
}

void Page::open_item(const Tag& tag) {
  end_line(false);
  if (lists_.empty()) return;
  List& list = lists_.back();
  if (list.format == "none") return;
  if (!list.ordered) {
    label_ = "• ";
    return;
  }
  const auto value = base::parse_int(attribute(tag.attributes, "value"));
  if (value && *value > -100'000 && *value < 100'000) list.next = static_cast<int>(*value);
  label_ = format_number(list.next++, list.format) + list.behind;
}

void Page::close(const std::string& name) {
  if (name == "table") {
    end_line(false);
    shape_.close_table();
  } else if (name == "tr") {
    end_line(false);
    shape_.close_row();
  } else if (name == "td" || name == "th") {
    end_line(false);
    shape_.close_cell();
  } else if (name == "li" || is_block(name)) {
    end_line(false);
    if (name == "li") label_.clear();
    if ((name == "ul" || name == "ol") && !lists_.empty()) lists_.pop_back();
    if (name == "pre" && pre_ > 0) --pre_;
  } else if (name == "br") {
    end_line(true);  // a mistake that browsers forgive
  }
}

void Page::end_line(bool even_if_empty) {
  space_ = space_has_break_ = false;
  if (!line_.empty()) {
    shape_.line(std::exchange(line_, {}));
  } else if (even_if_empty) {
    shape_.line("");
  }
}

// Characters of the text itself; the blank before them is decided here.
void Page::add(std::string_view characters) {
  if (characters.empty()) return;
  if (space_ && !line_.empty()) {
    // A line break in the source of Chinese text is no blank.
    const bool chinese = static_cast<unsigned char>(line_.back()) >= 0x80 &&
                         static_cast<unsigned char>(characters.front()) >= 0x80;
    if (!(space_has_break_ && chinese)) line_ += ' ';
  }
  space_ = space_has_break_ = false;
  if (line_.empty() && !label_.empty()) line_ = std::exchange(label_, {});
  line_ += characters;
}

void Page::text(std::string_view piece) {
  std::size_t i = 0;
  if (pre_ > 0 && pre_begins_) i = base::starts_with(piece, "\r\n") ? 2 : piece[0] == '\n' ? 1 : 0;
  pre_begins_ = false;
  while (i < piece.size()) {
    const char c = piece[i];
    if (pre_ > 0 && (c == '\n' || c == '\r')) {
      if (c == '\n') end_line(true);
      ++i;
    } else if (pre_ > 0 && (c == ' ' || c == '\t')) {
      line_ += c;
      ++i;
    } else if (blank(c)) {
      space_ = true;
      space_has_break_ = space_has_break_ || c == '\n' || c == '\r';
      ++i;
    } else if (c == '&') {
      std::string decoded;
      const std::size_t used = append_entity(decoded, piece.substr(i));
      add(used == 0 ? "&" : std::string_view(decoded));
      i += std::max<std::size_t>(used, 1);
    } else {
      std::size_t end = i;
      while (end < piece.size() && !blank(piece[end]) && piece[end] != '&') ++end;
      add(piece.substr(i, end - i));
      i = end;
    }
  }
}

// The encoding that a page names in its head.
std::string declared_encoding(std::string_view bytes) {
  const std::string head = lowered(bytes.substr(0, 4096));
  std::size_t at = head.find("charset=");
  std::size_t skip = 8;
  if (at == std::string::npos && head.rfind("<?xml", 0) == 0) {
    at = head.find("encoding=");
    skip = 9;
  }
  if (at == std::string::npos) return "";
  at += skip;
  while (at < head.size() && (head[at] == '"' || head[at] == '\'' || blank(head[at]))) ++at;
  const std::size_t end = head.find_first_of("\"'; >/\r\n?", at);
  return head.substr(at, std::min(end - at, std::size_t{40}));
}

}  // namespace

base::Result<Text> read_html(std::string_view bytes, const Limits& limits) {
  Text text;
  text.kind = Kind::html;
  const std::string html = decode_text(bytes, declared_encoding(bytes), text.warnings);
  for (const bool leave_out_hidden : {true, false}) {
    Shape shape(limits.text_bytes);
    Page page(html, leave_out_hidden, shape);
    page.read();
    if (shape.overflow()) return too_large(fmt::format("文件的文字超过 {} MB", limits.text_bytes >> 20));
    // A hiding element that is never closed hides the page by mistake.
    if (page.hidden_open()) continue;
    text.lines = shape.finish();
    if (page.pictures() > 0) {
      text.warnings.push_back(fmt::format("网页中有 {} 幅图片，图片里的文字没有读取。", page.pictures()));
    }
    break;
  }
  return text;
}

}  // namespace kepu::doc
