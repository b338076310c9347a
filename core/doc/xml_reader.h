// A pull reader over XML in memory: one pass, no tree, no recursion, memory bounded by depth. For the large
// parts of office documents. There are no entities but the five of XML and character references; a document
// type declaration is passed over and nothing in it is ever expanded or fetched.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kepu::doc {

// Not thread-safe; `xml` must outlive it. Views returned are valid until the next call of next().
class XmlReader {
 public:
  enum class Event { open, close, text, end, broken };

  explicit XmlReader(std::string_view xml);

  // An element without content gives open, then close. Mismatched tags, more than kMaxDepth levels or a cut
  // end are `broken`, and stay so.
  Event next();

  std::string_view name() const { return local_; }     // of open and close, without its prefix
  std::string_view prefix() const { return prefix_; }  // "" where there is none
  std::size_t depth() const {
    return open_.size();
  }  // after open: of that element, from 1; after close: of its parent
  // Value of the attribute with this local name at an open element; empty where it is missing.
  std::string attribute(std::string_view local) const;
  bool has_attribute(std::string_view local) const;
  // Appends the text of a `text` event, decoded.
  void append_text(std::string& out) const;
  // After open: passes over the whole element, so that its close is consumed. False where the XML is broken.
  bool skip();

  static constexpr std::size_t kMaxDepth = 1024;

 private:
  Event fail();
  Event tag();
  Event close_tag(std::string_view full);
  bool pass_markup();
  bool find_attribute(std::string_view local, std::string_view* value) const;

  std::string_view xml_;
  std::size_t at_ = 0;
  std::vector<std::string_view> open_;  // full names
  std::string_view local_, prefix_, attributes_, text_;
  bool raw_text_ = false;       // CDATA
  bool pending_close_ = false;  // of an element without content
  bool broken_ = false;
};

// Appends XML text with entities and character references replaced; an unknown entity stays as it is written.
void append_unescaped(std::string& out, std::string_view text);

}  // namespace kepu::doc
