// A small JSON writer (RFC 8259). It writes; reading is done where it is needed with Boost.JSON inside a .cc
// file.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"

namespace kepu::base {

// Builds one JSON text. Keys are written in the order of the calls. Not thread-safe.
//   Json j; j.object().key("title").value(t).key("tasks").array(); … j.end().end(); std::move(j).text()
// Bad UTF-8 becomes U+FFFD; numbers that are not finite become null.
class Json {
 public:
  explicit Json(bool indented = false) : indented_(indented) {}
  Json& object();
  Json& array();
  Json& end();  // closes the innermost object or array
  Json& key(std::string_view name);
  Json& value(std::string_view text);
  Json& value(const char* text) { return value(std::string_view(text)); }
  Json& value(const std::string& text) { return value(std::string_view(text)); }
  Json& value(bool flag);
  Json& value(double number);
  template <std::integral T>
  requires(!std::same_as<T, bool>) Json& value(T number) { return raw(std::to_string(number)); }
  Json& null();
  Json& id(Id id);  // a decimal string, null for 0
  template <class T>
  Json& value(const std::optional<T>& v) {
    return v ? value(*v) : null();
  }
  Json& value(const std::vector<std::string>& texts);
  Json& raw(std::string_view json);  // already JSON
  template <class T>
  Json& field(std::string_view name, const T& v) {
    return key(name).value(v);
  }
  std::string text() && { return std::move(out_); }
  const std::string& peek() const { return out_; }

 private:
  void before_value();
  void line();
  std::string out_;
  std::vector<char> open_;    // '{' or '['
  std::vector<bool> filled_;  // whether the innermost already holds something
  bool after_key_ = false;
  bool indented_;
};

std::string json_quote(std::string_view text);

}  // namespace kepu::base
