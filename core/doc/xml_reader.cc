#include "core/doc/xml_reader.h"

#include <algorithm>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// A character reference between '&' and ';', or 0.
char32_t reference(std::string_view name) {
  if (name == "lt") return '<';
  if (name == "gt") return '>';
  if (name == "amp") return '&';
  if (name == "quot") return '"';
  if (name == "apos") return '\'';
  if (name.size() < 2 || name[0] != '#') return 0;
  const bool hex = name[1] == 'x';
  char32_t value = 0;
  for (const char c : name.substr(hex ? 2 : 1)) {
    const int digit = c >= '0' && c <= '9'          ? c - '0'
                      : hex && c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : hex && c >= 'A' && c <= 'F' ? c - 'A' + 10
                                                    : -1;
    if (digit < 0 || value > 0x10FFFF) return 0;
    value = value * (hex ? 16 : 10) + static_cast<char32_t>(digit);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  return value > 0x10FFFF || surrogate ? 0xFFFD : value;
}

}  // namespace

void append_unescaped(std::string& out, std::string_view text) {
  while (true) {
    const std::size_t amp = text.find('&');
    out += text.substr(0, amp);
    if (amp == std::string_view::npos) return;
    text.remove_prefix(amp);
    const std::size_t semicolon = text.substr(0, 12).find(';');
    const char32_t c = semicolon == std::string_view::npos ? 0 : reference(text.substr(1, semicolon - 1));
    if (c != 0) {
      base::append_utf8(out, c);
      text.remove_prefix(semicolon + 1);
    } else {
      out += '&';
      text.remove_prefix(1);
    }
  }
}

XmlReader::XmlReader(std::string_view xml) : xml_(xml) {
  if (xml_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
}

XmlReader::Event XmlReader::fail() {
  broken_ = true;
  return Event::broken;
}

XmlReader::Event XmlReader::next() {
  if (broken_) return Event::broken;
  if (pending_close_) {
    pending_close_ = false;
    open_.pop_back();
    return Event::close;
  }
  while (at_ < xml_.size()) {
    if (xml_[at_] != '<') {
      const std::size_t end = std::min(xml_.find('<', at_), xml_.size());
      text_ = xml_.substr(at_, end - at_);
      raw_text_ = false;
      at_ = end;
      if (!open_.empty()) return Event::text;
      continue;
    }
    const std::string_view rest = xml_.substr(at_);
    if (rest.substr(0, 9) == "<![CDATA[") {
      const std::size_t end = rest.find("]]>");
      if (end == std::string_view::npos) return fail();
      text_ = rest.substr(9, end - 9);
      raw_text_ = true;
      at_ += end + 3;
      return Event::text;
    }
    if (rest.size() > 1 && (rest[1] == '?' || rest[1] == '!')) {
      if (!pass_markup()) return fail();
      continue;
    }
    return tag();
  }
  return open_.empty() ? Event::end : fail();
}

// Comments, processing instructions, document type declarations.
bool XmlReader::pass_markup() {
  const std::string_view rest = xml_.substr(at_);
  if (rest.substr(0, 4) == "<!--") {
    const std::size_t end = rest.find("-->", 4);
    at_ += end == std::string_view::npos ? rest.size() : end + 3;
    return end != std::string_view::npos;
  }
  if (rest[1] == '?') {
    const std::size_t end = rest.find("?>");
    at_ += end == std::string_view::npos ? rest.size() : end + 2;
    return end != std::string_view::npos;
  }
  int brackets = 0;
  char quote = 0;
  for (std::size_t i = 2; i < rest.size(); ++i) {
    const char c = rest[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[') {
      ++brackets;
    } else if (c == ']') {
      --brackets;
    } else if (c == '>' && brackets <= 0) {
      at_ += i + 1;
      return true;
    }
  }
  return false;
}

XmlReader::Event XmlReader::tag() {
  std::size_t i = at_ + 1;
  char quote = 0;
  for (; i < xml_.size(); ++i) {
    const char c = xml_[i];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      break;
    } else if (c == '<') {
      return fail();
    }
  }
  if (i >= xml_.size()) return fail();
  std::string_view inside = xml_.substr(at_ + 1, i - at_ - 1);
  at_ = i + 1;
  if (!inside.empty() && inside.front() == '/') return close_tag(inside.substr(1));
  if (!inside.empty() && inside.back() == '/') {
    pending_close_ = true;
    inside.remove_suffix(1);
  }
  const auto name_end = std::find_if(inside.begin(), inside.end(), blank);
  const std::string_view full = inside.substr(0, static_cast<std::size_t>(name_end - inside.begin()));
  if (full.empty() || open_.size() >= kMaxDepth) return fail();
  attributes_ = inside.substr(full.size());
  const std::size_t colon = full.find(':');
  prefix_ = colon == std::string_view::npos ? std::string_view() : full.substr(0, colon);
  local_ = colon == std::string_view::npos ? full : full.substr(colon + 1);
  open_.push_back(full);
  return Event::open;
}

XmlReader::Event XmlReader::close_tag(std::string_view full) {
  while (!full.empty() && blank(full.back())) full.remove_suffix(1);
  if (open_.empty() || open_.back() != full) return fail();
  open_.pop_back();
  const std::size_t colon = full.find(':');
  prefix_ = colon == std::string_view::npos ? std::string_view() : full.substr(0, colon);
  local_ = colon == std::string_view::npos ? full : full.substr(colon + 1);
  return Event::close;
}

bool XmlReader::find_attribute(std::string_view local, std::string_view* value) const {
  std::string_view rest = attributes_;
  while (true) {
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    const std::size_t equals = rest.find('=');
    if (equals == std::string_view::npos) return false;
    std::string_view name = rest.substr(0, equals);
    while (!name.empty() && blank(name.back())) name.remove_suffix(1);
    rest.remove_prefix(equals + 1);
    while (!rest.empty() && blank(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || (rest.front() != '"' && rest.front() != '\'')) return false;
    const std::size_t end = rest.find(rest.front(), 1);
    if (end == std::string_view::npos) return false;
    const std::size_t colon = name.find(':');
    if (colon != std::string_view::npos) name.remove_prefix(colon + 1);
    if (name == local) {
      *value = rest.substr(1, end - 1);
      return true;
    }
    rest.remove_prefix(end + 1);
  }
}

std::string XmlReader::attribute(std::string_view local) const {
  std::string_view raw;
  std::string out;
  if (find_attribute(local, &raw)) append_unescaped(out, raw);
  return out;
}

bool XmlReader::has_attribute(std::string_view local) const {
  std::string_view raw;
  return find_attribute(local, &raw);
}

void XmlReader::append_text(std::string& out) const {
  if (raw_text_) {
    out += text_;
  } else {
    append_unescaped(out, text_);
  }
}

bool XmlReader::skip() {
  const std::size_t parent = open_.size() - 1;
  while (true) {
    const Event event = next();
    if (event == Event::broken || event == Event::end) return false;
    if (event == Event::close && open_.size() == parent) return true;
  }
}

}  // namespace kepu::doc
