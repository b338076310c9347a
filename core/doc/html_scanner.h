// A pull reader over an HTML page: tags and the text between them, forgiving as browsers are.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace kepu::doc {

struct HtmlTag {
  std::string name;  // in lower case
  std::string_view attributes;
  bool closing = false;
};

bool is_html_blank(char c);
// ASCII letters in lower case.
std::string html_lower(std::string_view text);
// Elements that begin a line of their own.
bool is_html_block(std::string_view name);
// Elements whose content is no text of the page: scripts, pictures, controls.
bool is_html_apart(std::string_view name);
// Elements without content or end.
bool is_html_void(std::string_view name);
// The value of an attribute with its entities as they are; "" where it is missing.
std::string_view html_attribute(std::string_view attributes, std::string_view wanted,
                                bool* present = nullptr);

// Not thread-safe; `html` must outlive it. Comments and declarations are passed over; what is not closed does
// no harm, and the work stays proportional to the page.
class HtmlScanner {
 public:
  enum class Event { text, tag, end };

  explicit HtmlScanner(std::string_view html) : html_(html) {}
  Event next();
  const HtmlTag& tag() const { return tag_; }
  std::string_view text() const { return text_; }  // a lone "<" is text, too
  // Behind the end of this element, whose content is read over; where it has none, only of scripts and styles
  // the rest of the page is.
  void skip_element(const std::string& name);

 private:
  bool take_tag();

  std::string_view html_, text_;
  std::size_t at_ = 0;
  HtmlTag tag_;
  std::set<std::string> without_end_;
  int bad_quotes_ = 0;
};

}  // namespace kepu::doc
