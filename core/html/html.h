// HTML as fragments that are checked at compile time: tags balanced, attributes quoted, as many {} as
// arguments, no {} as a tag or attribute name. Arguments are escaped by their type, so a page reads as HTML
// with the Chinese text in place.
//   h("<td class=\"r\">{}</td>", count);   h("<ul>{}</ul>", [&](Out& h) { for (…) h("<li>{}</li>", name); });
// Strict CSP: there are no style attributes and no inline scripts; html_error names what is wrong at compile
// time.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace kepu::html {

class Out;

// Text that is HTML already (made by this kit, never from a user).
struct Raw {
  std::string_view html;
};
// For href, src and action: only "/…", "#…", "?…", "https:", "http:", "mailto:", "tel:" pass; else "#" is
// written.
struct Url {
  std::string_view url;
};
// Writes `text` where `on`, else nothing: Attr{selected, " selected"} stands inside a tag as {}.
// With AttrValue the only thing allowed as {} outside quotes in a tag.
struct Attr {
  bool on;
  std::string_view text;  // " selected", " checked", " aria-current=\"page\""
};

// Writes ` name="value"`, escaped, where `value` is not empty. Also for a {} outside quotes in a tag.
struct AttrValue {
  std::string_view name;
  std::string_view value;
};

void escape_to(std::string& out, std::string_view text);
bool is_safe_url(std::string_view url);

void html_error(const char*);  // never defined: reaching it at compile time is the error message

inline void put(std::string& o, std::string_view text) { escape_to(o, text); }
inline void put(std::string& o, const char* text) { escape_to(o, text); }
inline void put(std::string& o, const std::string& text) { escape_to(o, text); }
inline void put(std::string& o, Raw raw) { o += raw.html; }
void put(std::string& o, Url url);
inline void put(std::string& o, Attr attr) {
  if (attr.on) o += attr.text;
}
inline void put(std::string& o, AttrValue attr) {
  if (attr.value.empty()) return;
  o.append(" ").append(attr.name).append("=\"");
  escape_to(o, attr.value);
  o += '"';
}
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) void put(std::string& o, T value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  o.append(digits, end.ptr);
}
void put(std::string& o, double value);         // shortest form
void put(std::string& o, bool value) = delete;  // say in Chinese what is true: 是, 否
void put(std::string& o, char value) = delete;
template <class T>
void put(std::string& o, const std::optional<T>& value) {
  if (value) put(o, *value);
}
// A component: any callable that writes.
template <class F>
requires std::invocable<F, Out&>
void put(std::string& o, F&& write);

template <class... A>
struct Fragment {
  std::string_view text;
  template <class S>
  requires std::convertible_to<const S&, std::string_view>
  consteval Fragment(const S& s);  // NOLINT(google-explicit-constructor)
};

// Appends to a string. Not thread-safe.
class Out {
 public:
  explicit Out(std::string& buffer) : buffer_(buffer) {}
  template <class... A>
  void operator()(Fragment<std::type_identity_t<A>...> fragment, const A&... args) {
    std::size_t from = 0;
    [[maybe_unused]] const auto next = [&](const auto& arg) {
      const std::size_t hole = fragment.text.find("{}", from);
      buffer_.append(fragment.text.substr(from, hole - from));
      put(buffer_, arg);
      from = hole + 2;
    };
    (next(args), ...);
    buffer_.append(fragment.text.substr(from));
  }
  void text(std::string_view t) { escape_to(buffer_, t); }
  std::string& buffer() { return buffer_; }

 private:
  std::string& buffer_;
};

// Renders a component to a string.
template <class F>
std::string render(F&& write) {
  std::string out;
  Out h(out);
  write(h);
  return out;
}

template <class F>
requires std::invocable<F, Out&>
void put(std::string& o, F&& write) {
  Out h(o);
  write(h);
}

namespace detail {
constexpr bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}
constexpr bool is_void(std::string_view t) {
  return t == "br" || t == "img" || t == "input" || t == "meta" || t == "link" || t == "hr" || t == "col" ||
         t == "wbr";
}
// Counts the holes of a fragment, or reaches html_error.
consteval std::size_t check(std::string_view s) {
  std::size_t holes = 0, i = 0;
  std::string_view open[48];
  int depth = 0;
  while (i < s.size()) {
    if (s[i] == '{') {
      if (i + 1 >= s.size() || s[i + 1] != '}') html_error("lone {");
      ++holes;
      i += 2;
      continue;
    }
    if (s[i] != '<') {
      ++i;
      continue;
    }
    if (s.substr(i, 2) == "<!") {
      i = s.find('>', i);
      continue;
    }
    const bool closing = i + 1 < s.size() && s[i + 1] == '/';
    const std::size_t begin = i + 1 + (closing ? 1 : 0);
    std::size_t end = begin;
    while (end < s.size() && is_name(s[end])) ++end;
    if (end == begin) html_error("bad tag");
    const auto name = s.substr(begin, end - begin);
    i = end;
    if (closing) {
      if (depth == 0 || open[--depth] != name) html_error("unbalanced tag");
      if (i >= s.size() || s[i] != '>') html_error("bad closing tag");
      ++i;
      continue;
    }
    bool quoted = false;
    while (i < s.size() && (quoted || s[i] != '>')) {
      if (s[i] == '"') {
        quoted = !quoted;
      } else if (s[i] == '=' && !quoted && (i + 1 >= s.size() || s[i + 1] != '"')) {
        html_error("unquoted attribute");
      } else if (s[i] == '{') {
        if (i + 1 >= s.size() || s[i + 1] != '}') html_error("lone {");
        ++holes;
        ++i;
      } else if (!quoted && s.substr(i, 7) == " style=") {
        html_error("style attribute: use a class");
      } else if (!quoted && s.substr(i, 3) == " on") {
        html_error("event attribute: use kp.ts");
      }
      ++i;
    }
    if (i >= s.size()) html_error("tag not closed");
    ++i;
    if (!is_void(name) && s[i - 2] != '/') open[depth++] = name;
  }
  if (depth != 0) html_error("unclosed element");
  return holes;
}
}  // namespace detail

template <class... A>
template <class S>
requires std::convertible_to<const S&, std::string_view>
consteval Fragment<A...>::Fragment(const S& s) : text(s) {
  if (detail::check(text) != sizeof...(A)) html_error("number of {} and of arguments differ");
}

}  // namespace kepu::html
