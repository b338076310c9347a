#include "core/http/multipart.h"

#include <algorithm>

#include "core/http/http.h"

namespace kepu::http {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

bool same_text(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// One parameter `; name=value` off the front of `rest`; false at the end or where it is malformed.
bool next_parameter(std::string_view& rest, std::string_view& name, std::string& value) {
  rest = trim(rest);
  if (rest.empty() || rest.front() != ';') return false;
  rest = trim(rest.substr(1));
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos) return false;
  name = trim(rest.substr(0, equals));
  rest = trim(rest.substr(equals + 1));
  value.clear();
  if (rest.empty() || rest.front() != '"') {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    value = trim(rest.substr(0, end));
    rest.remove_prefix(end);
    return true;
  }
  std::size_t i = 1;
  for (; i < rest.size() && rest[i] != '"'; ++i) {
    // Only an escaped quote is an escape: old browsers send "C:\folder\file" as it is.
    if (rest[i] == '\\' && i + 1 < rest.size() && rest[i + 1] == '"') ++i;
    value += rest[i];
  }
  if (i >= rest.size()) return false;
  rest.remove_prefix(i + 1);
  return true;
}

// Browsers write quote, CR and LF inside names as %22, %0D, %0A and nothing else (WHATWG HTML, "multipart
// form data"); so only these are decoded.
std::string decode_name(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view three = text.substr(i, 3);
    const char c = three == "%22"            ? '"'
                   : same_text(three, "%0D") ? '\r'
                   : same_text(three, "%0A") ? '\n'
                                             : '\0';
    out += c ? c : text[i];
    if (c) i += 2;
  }
  return clean_text(std::move(out));
}

std::string base_name(std::string name) {
  const std::size_t slash = name.find_last_of("/\\");
  if (slash != std::string::npos) name.erase(0, slash + 1);
  std::erase_if(name, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
  if (name == "." || name == "..") name.clear();
  return name;
}

// RFC 8187: UTF-8''%E8%A1%A8.docx
std::optional<std::string> extended_value(std::string_view value) {
  const std::size_t first = value.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : value.find('\'', first + 1);
  if (second == std::string_view::npos || !same_text(value.substr(0, first), "utf-8")) return std::nullopt;
  std::optional<std::string> text = url_decode(value.substr(second + 1), false);
  if (text) text = clean_text(std::move(*text));
  return text;
}

bool read_disposition(std::string_view value, PartHead& part) {
  const std::size_t end = std::min(value.find(';'), value.size());
  if (!same_text(trim(value.substr(0, end)), "form-data")) return false;
  std::string_view rest = value.substr(end), name;
  std::string text;
  bool named = false, extended = false;
  while (next_parameter(rest, name, text)) {
    if (same_text(name, "name")) {
      part.name = decode_name(text);
      named = true;
    } else if (same_text(name, "filename") && !extended) {
      part.file_name = base_name(decode_name(text));
    } else if (same_text(name, "filename*")) {
      const std::optional<std::string> decoded = extended_value(text);
      if (!decoded) return false;
      part.file_name = base_name(*decoded);
      extended = true;
    }
  }
  return named && trim(rest).empty();
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
  const std::size_t end = std::min(content_type.find(';'), content_type.size());
  if (!same_text(trim(content_type.substr(0, end)), "multipart/form-data")) return std::nullopt;
  std::string_view rest = content_type.substr(end), name;
  std::string value;
  while (next_parameter(rest, name, value)) {
    if (!same_text(name, "boundary")) continue;
    const bool printable =
        std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
    if (value.empty() || value.size() > 70 || !printable || value.back() == ' ') return std::nullopt;
    return value;
  }
  return std::nullopt;
}

std::optional<PartHead> parse_part_head(std::string_view head) {
  PartHead part;
  bool named = false;
  while (!head.empty()) {
    const std::size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) return std::nullopt;
    const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
    if (same_text(name, "content-disposition")) {
      if (named || !read_disposition(value, part)) return std::nullopt;
      named = true;
    } else if (same_text(name, "content-type")) {
      part.content_type = value;
    }
  }
  if (!named) return std::nullopt;
  return part;
}

// The bytes begin as if a line had just ended, so that a delimiter at the very beginning is one like the
// others.
MultipartParser::MultipartParser(std::string_view boundary, MultipartReceiver& receiver)
    : delimiter_("\r\n--" + std::string(boundary)), receiver_(receiver), kept_("\r\n") {}

int MultipartParser::add(std::string_view bytes) {
  if (!kept_.empty()) {
    kept_ += bytes;
    bytes = kept_;
  }
  bool more = false;
  int status = 0;
  while (!more && status == 0) {
    switch (state_) {
      case State::preamble:
      case State::data:
        status = take_content(bytes, more);
        break;
      case State::after_delimiter:
        status = take_delimiter_end(bytes, more);
        break;
      case State::head:
        status = take_head(bytes, more);
        break;
      case State::epilogue:
        bytes = {};
        more = true;
        break;
    }
  }
  kept_ = std::string(bytes);
  return status;
}

int MultipartParser::take_content(std::string_view& bytes, bool& more) {
  std::size_t at = bytes.find(delimiter_);
  const bool found = at != std::string_view::npos;
  if (!found) {
    // Whatever cannot be the beginning of a delimiter is content.
    at = bytes.size() - std::min(bytes.size(), delimiter_.size() - 1);
    while (at < bytes.size() && delimiter_.compare(0, bytes.size() - at, bytes.substr(at)) != 0) ++at;
  }
  if (state_ == State::data && at > 0) {
    if (const int status = receiver_.part_data(bytes.substr(0, at))) return status;
  }
  bytes.remove_prefix(at);
  more = !found;
  if (!found) return 0;
  bytes.remove_prefix(delimiter_.size());
  const bool ends_part = state_ == State::data;
  state_ = State::after_delimiter;
  return ends_part ? receiver_.end_part() : 0;
}

int MultipartParser::take_delimiter_end(std::string_view& bytes, bool& more) {
  while (!bytes.empty() && (bytes.front() == ' ' || bytes.front() == '\t')) bytes.remove_prefix(1);
  more = bytes.size() < 2;
  if (more) return 0;
  const std::string_view two = bytes.substr(0, 2);
  if (two != "\r\n" && two != "--") return 400;
  bytes.remove_prefix(2);
  state_ = two == "--" ? State::epilogue : State::head;
  return 0;
}

int MultipartParser::take_head(std::string_view& bytes, bool& more) {
  const std::size_t end = bytes.substr(0, kMaxPartHead).find("\r\n\r\n");
  if (end == std::string_view::npos) {
    more = bytes.size() < kMaxPartHead;
    return more ? 0 : 413;
  }
  if (++parts_ > kMaxParts) return 413;
  std::optional<PartHead> head = parse_part_head(bytes.substr(0, end));
  if (!head) return 400;
  bytes.remove_prefix(end + 4);
  state_ = State::data;
  return receiver_.begin_part(std::move(*head));
}

}  // namespace kepu::http
