#include "core/http/head.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "core/base/text.h"

namespace kepu::http {
namespace {

constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_token_char(char c) {
  return is_digit(c) || is_alpha(c) || kTokenMarks.find(c) != std::string_view::npos;
}
bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}
bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= 19 && std::all_of(text.begin(), text.end(), is_digit);
}
bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return out;
}

bool equal_lower(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(), [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a | 0x20) : a) == b;
  });
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

int check_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
  if (second == std::string_view::npos) return 400;
  const std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (!is_token(line.substr(0, first)) || first > 32 || target.empty()) return 400;
  for (const char c : target) {
    if (c <= 0x20 || c == 0x7F) return 400;  // also whatever is not ASCII
  }
  if (version == "HTTP/1.1" || version == "HTTP/1.0") return 0;
  const bool well_formed = version.size() == 8 && version.substr(0, 5) == "HTTP/" && is_digit(version[5]) &&
                           version[6] == '.' && is_digit(version[7]);
  return well_formed ? 505 : 400;
}

// What the fields of a head say about where the body ends and whom it is for.
struct Framing {
  int lengths = 0;
  int codings = 0;
  int hosts = 0;
};

int check_field(std::string_view line, Framing& framing) {
  const std::size_t colon = line.find(':');
  // A blank before the colon or at the beginning of the line (obs-fold) is no token character.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return 400;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = trim_blanks(line.substr(colon + 1));
  for (const char c : value) {
    if (is_control(c) && c != '\t') return 400;
  }
  if (equal_lower(name, "content-length")) {
    if (++framing.lengths > 1 || !is_number(value)) return 400;
  } else if (equal_lower(name, "transfer-encoding")) {
    if (++framing.codings > 1) return 400;
    if (!equal_lower(value, "chunked")) return 501;
  } else if (equal_lower(name, "host")) {
    if (++framing.hosts > 1 || !parse_host(value)) return 400;
  }
  return 0;
}

std::optional<std::string> decode_path(std::string_view raw) {
  for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
    // An escaped slash would change which segments there are.
    if (equal_lower(raw.substr(at, 3), "%2f")) return std::nullopt;
  }
  std::optional<std::string> path = url_decode(raw, false);
  if (!path || path->empty() || path->front() != '/') return std::nullopt;
  if (std::any_of(path->begin(), path->end(), is_control) || !base::is_valid_utf8(*path)) return std::nullopt;
  for (std::size_t begin = 1; begin <= path->size();) {
    const std::size_t end = std::min(path->find_first_of("/\\", begin), path->size());
    const std::string_view segment = std::string_view(*path).substr(begin, end - begin);
    if (segment == "." || segment == "..") return std::nullopt;
    begin = end + 1;
  }
  return path;
}

bool is_address(const std::string& text) {
  unsigned char buffer[16];
  return inet_pton(AF_INET, text.c_str(), buffer) == 1 || inet_pton(AF_INET6, text.c_str(), buffer) == 1;
}

// "10.0.0.1:5000" and "[2001:db8::1]:5000" without their port and brackets.
std::string bare_address(std::string_view entry) {
  entry = trim_blanks(entry);
  if (!entry.empty() && entry.front() == '[') return std::string(entry.substr(1, entry.find(']') - 1));
  if (std::count(entry.begin(), entry.end(), ':') == 1) entry = entry.substr(0, entry.find(':'));
  return std::string(entry);
}

}  // namespace

HeadEnd find_head_end(std::string_view received, std::size_t& scanned) {
  while (scanned < received.size()) {
    const void* found = std::memchr(received.data() + scanned, '\n', received.size() - scanned);
    if (!found) {
      scanned = received.size();
      break;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - received.data());
    if (at == 0 || received[at - 1] != '\r') return {HeadEnd::State::malformed, 0};
    scanned = at + 1;
    if (at >= 3 && received[at - 2] == '\n') return {HeadEnd::State::complete, at + 1};
  }
  return {};
}

int check_head(std::string_view head) {
  if (head.size() < 4 || head.substr(head.size() - 4) != "\r\n\r\n") return 400;
  head.remove_suffix(2);
  Framing framing;
  bool first = true, old = false;
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    if (end == std::string_view::npos) return 400;
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end + 2);
    if (const int status = first ? check_request_line(line) : check_field(line, framing)) return status;
    if (first) old = line.back() == '0';
    first = false;
  }
  if (framing.lengths && framing.codings) return 400;
  if (old && framing.codings) return 400;      // HTTP/1.0 has no chunks: the next hop may see another end
  if (!old && framing.hosts == 0) return 400;  // RFC 9112 §3.2
  return 0;
}

std::optional<Target> parse_target(std::string_view raw) {
  Target target;
  if (raw == "*") {
    target.origin = target.path = "/";
    return target;
  }
  if (raw.empty()) return std::nullopt;
  if (raw.front() != '/') {
    const std::size_t scheme = raw.find("://");
    if (scheme == std::string_view::npos) return std::nullopt;
    if (!equal_lower(raw.substr(0, scheme), "http") && !equal_lower(raw.substr(0, scheme), "https")) {
      return std::nullopt;
    }
    raw.remove_prefix(scheme + 3);
    const std::size_t end = std::min(raw.find_first_of("/?#"), raw.size());
    const std::optional<std::string> host = parse_host(raw.substr(0, end));
    if (!host) return std::nullopt;
    target.authority = *host;
    raw.remove_prefix(end);
    if (raw.empty() || raw.front() != '/') target.origin = "/";
  }
  if (raw.find('#') != std::string_view::npos) return std::nullopt;
  target.origin += raw;
  const std::string_view origin = target.origin;
  const std::size_t mark = std::min(origin.find('?'), origin.size());
  std::optional<std::string> path = decode_path(origin.substr(0, mark));
  if (!path) return std::nullopt;
  target.path = std::move(*path);
  if (mark < origin.size()) target.query = origin.substr(mark + 1);
  return target;
}

std::optional<std::string> parse_host(std::string_view value) {
  if (value.empty() || value.size() > 255 + 6) return std::nullopt;
  const std::string_view name = without_port(value);
  std::string_view port = value.substr(name.size());
  if (!port.empty()) port.remove_prefix(1);
  if (port.size() > 5 || !std::all_of(port.begin(), port.end(), is_digit)) return std::nullopt;
  if (name.front() == '[') {
    if (name.size() < 4 || name.back() != ']' || !is_address(std::string(name.substr(1, name.size() - 2))))
      return std::nullopt;
  } else {
    const auto is_host_char = [](char c) {
      return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_';
    };
    if (name.empty() || !std::all_of(name.begin(), name.end(), is_host_char)) return std::nullopt;
  }
  return lower(value);
}

std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return host;
    // What follows the bracket must be a port: anything else stays and is refused as part of the name.
    return close + 1 == host.size() || host[close + 1] == ':' ? host.substr(0, close + 1) : host;
  }
  return host.substr(0, host.find(':'));
}

Method parse_method(std::string_view name) {
  for (int i = 0; i < static_cast<int>(Method::other); ++i) {
    if (name == to_text(static_cast<Method>(i))) return static_cast<Method>(i);
  }
  return Method::other;
}

std::string all_values(const Pairs& headers, std::string_view lower_case_name, std::string_view separator) {
  std::string all;
  for (const auto& [name, value] : headers) {
    if (name != lower_case_name) continue;
    if (!all.empty()) all += separator;
    all += value;
  }
  return all;
}

Pairs parse_cookies(std::string_view value) {
  Pairs cookies;
  while (!value.empty()) {
    const std::size_t end = value.find(';');
    const std::string_view item = trim_blanks(value.substr(0, end));
    value = end == std::string_view::npos ? std::string_view() : value.substr(end + 1);
    const std::size_t equals = item.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    std::string_view content = item.substr(equals + 1);
    if (content.size() >= 2 && content.front() == '"' && content.back() == '"') {
      content = content.substr(1, content.size() - 2);
    }
    cookies.emplace_back(item.substr(0, equals), content);
  }
  return cookies;
}

std::string client_address(const std::string& remote, std::string_view forwarded_for,
                           const std::vector<std::string>& trusted) {
  std::string client = remote;
  const auto is_trusted = [&](const std::string& address) {
    return std::find(trusted.begin(), trusted.end(), address) != trusted.end();
  };
  while (is_trusted(client) && !forwarded_for.empty()) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::size_t begin = comma == std::string_view::npos ? 0 : comma + 1;
    std::string entry = bare_address(forwarded_for.substr(begin));
    if (!is_address(entry)) break;
    client = std::move(entry);
    forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
  }
  return client;
}

}  // namespace kepu::http
