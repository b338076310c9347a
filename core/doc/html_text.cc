#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/decode.h"
#include "core/doc/html_entities.h"
#include "core/doc/html_scanner.h"
#include "core/doc/number_format.h"
#include "core/doc/readers.h"
#include "core/doc/refusals.h"
#include "core/doc/shape.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kMaxLists = 64;

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

  void take(const HtmlTag& tag);
  void open(const HtmlTag& tag);
  void close(const std::string& name);
  void open_list(const HtmlTag& tag);
  void open_item(const HtmlTag& tag);
  void text(std::string_view piece);
  void add(std::string_view characters);
  void end_line(bool even_if_empty);

  HtmlScanner html_;
  bool leave_out_hidden_;
  Shape& shape_;
  std::string line_, label_;
  std::vector<List> lists_;
  std::string hidden_;  // name of the element that hides, "" for none
  int hidden_depth_ = 0;
  int pre_ = 0;
  int pictures_ = 0;
  bool pre_begins_ = false, space_ = false, space_has_break_ = false;
};

void Page::read() {
  while (!shape_.overflow()) {
    switch (html_.next()) {
      case HtmlScanner::Event::text:
        if (hidden_.empty()) text(html_.text());
        break;
      case HtmlScanner::Event::tag:
        take(html_.tag());
        break;
      case HtmlScanner::Event::end:
        end_line(false);
        return;
    }
  }
  end_line(false);
}

void Page::take(const HtmlTag& tag) {
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

void Page::open(const HtmlTag& tag) {
  const std::string& name = tag.name;
  if (is_html_apart(name)) {
    // `<svg/>` ends where it begins.
    if (tag.attributes.empty() || tag.attributes.back() != '/') html_.skip_element(name);
    return;
  }
  if (leave_out_hidden_ && !is_html_void(name)) {
    bool hidden = false;
    html_attribute(tag.attributes, "hidden", &hidden);
    std::string style = html_lower(html_attribute(tag.attributes, "style"));
    std::erase_if(style, is_html_blank);
    if (hidden || base::contains(style, "display:none")) {
      hidden_ = name;
      hidden_depth_ = 1;
      return;
    }
  }
  const auto number = [&](std::string_view which, int otherwise) {
    const auto n = base::parse_int(html_attribute(tag.attributes, which));
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
  } else if (is_html_block(name)) {
    end_line(false);
    if (name == "ul" || name == "ol") open_list(tag);
    if (name == "pre") {
      ++pre_;
      pre_begins_ = true;
    }
  }
}

void Page::open_list(const HtmlTag& tag) {
  if (lists_.size() >= kMaxLists) return;
  List list;
  list.ordered = tag.name == "ol";
  const auto start = base::parse_int(html_attribute(tag.attributes, "start"));
  if (start && *start > -100'000 && *start < 100'000) list.next = static_cast<int>(*start);
  const std::string_view type = html_attribute(tag.attributes, "type");
  const std::string style = html_lower(html_attribute(tag.attributes, "style"));
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

void Page::open_item(const HtmlTag& tag) {
  end_line(false);
  if (lists_.empty()) return;
  List& list = lists_.back();
  if (list.format == "none") return;
  if (!list.ordered) {
    label_ = "• ";
    return;
  }
  const auto value = base::parse_int(html_attribute(tag.attributes, "value"));
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
  } else if (name == "li" || is_html_block(name)) {
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
    } else if (is_html_blank(c)) {
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
      while (end < piece.size() && !is_html_blank(piece[end]) && piece[end] != '&') ++end;
      add(piece.substr(i, end - i));
      i = end;
    }
  }
}

// The encoding that a page names in its head.
std::string declared_encoding(std::string_view bytes) {
  const std::string head = html_lower(bytes.substr(0, 4096));
  std::size_t at = head.find("charset=");
  std::size_t skip = 8;
  if (at == std::string::npos && head.rfind("<?xml", 0) == 0) {
    at = head.find("encoding=");
    skip = 9;
  }
  if (at == std::string::npos) return "";
  at += skip;
  while (at < head.size() && (head[at] == '"' || head[at] == '\'' || is_html_blank(head[at]))) ++at;
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
