// Internal: one description of a struct serves writing it as JSON and reading it back. A description is
//   template <class A, Is<Item> T> void describe(A& a, T& x) { a("code", x.code); … }
// Every field is required and none else is allowed, so that a slip in a name is found.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "engines/survey/analysis/json_tree.h"

namespace kepu::survey::analysis {

template <class T, class X>
concept Is = std::same_as<std::remove_const_t<T>, X>;

class JsonWriter {
 public:
  template <class T>
  void operator()(const char* name, const T& value) {
    json_.key(name);
    put(value);
  }
  template <class T>
  std::string whole(const T& value) {
    put(value);
    return std::move(json_).text();
  }

 private:
  void put(const std::string& v) { json_.value(v); }
  void put(double v) { json_.value(v); }
  void put(int v) { json_.value(v); }
  void put(bool v) { json_.value(v); }
  void put(std::int64_t v) { json_.id(v); }
  void put(signed char v) { json_.value(static_cast<int>(v)); }
  void put(const base::Date& v) { json_.value(base::to_iso(v)); }
  template <class T>
  requires std::is_enum_v<T>
  void put(T v) { json_.value(json_words(T{})[static_cast<std::size_t>(v)]); }
  template <class T>
  void put(const std::optional<T>& v) {
    if (v) {
      put(*v);
    } else {
      json_.null();
    }
  }
  template <class T>
  void put(const std::vector<T>& v) {
    json_.array();
    for (const auto& x : v) put(x);
    json_.end();
  }
  template <class T>
  requires(std::is_class_v<T>) void put(const T& v) {
    json_.object();
    describe(*this, v);
    json_.end();
  }

  base::Json json_;
};

// Reads what JsonWriter wrote; the first thing that is wrong is kept with its path.
class JsonReader {
 public:
  explicit JsonReader(std::string rule) : rule_(std::move(rule)) {}

  template <class T>
  base::Result<T> whole(std::string_view text) {
    const auto value = TRY(parse_json(text, rule_));
    T out{};
    get(value, out);
    if (error_) return tl::unexpected(*error_);
    return out;
  }

  template <class T>
  void operator()(const char* name, T& value) {
    ++asked_;
    if (error_) return;
    const auto* found = object_->find(name);
    const std::size_t length = path_.size();
    if (!path_.empty()) path_ += '.';
    path_ += name;
    if (found == nullptr) {
      fail(*object_, "缺少这一项。");
    } else {
      get(*found, value);
    }
    path_.resize(length);
  }

 private:
  using Value = JsonValue;
  using Kind = JsonValue::Kind;

  void fail(const Value& where, const std::string& what) {
    if (error_) return;
    error_ = base::Error{
        base::Code::invalid, rule_, path_,
        fmt::format("第 {} 行“{}”{}", where.line, path_.empty() ? std::string("整个文件") : path_, what)};
  }
  template <class T>
  bool parsed(const Value& v, T& out) const {
    if (v.kind != Kind::number) return false;
    const auto* end = v.text.data() + v.text.size();
    const auto [at, bad] = std::from_chars(v.text.data(), end, out);
    return bad == std::errc() && at == end;
  }
  void get(const Value& v, std::string& out) {
    if (v.kind != Kind::text) return fail(v, "要是文字。");
    out = v.text;
  }
  void get(const Value& v, double& out) {
    if (!parsed(v, out)) fail(v, "要是数字。");
  }
  void get(const Value& v, int& out) {
    if (!parsed(v, out)) fail(v, "要是整数。");
  }
  void get(const Value& v, signed char& out) {
    int whole = 0;
    get(v, whole);
    if (whole < -1 || whole > 1) return fail(v, "只能是 1、0 或 -1。");
    out = static_cast<signed char>(whole);
  }
  void get(const Value& v, bool& out) {
    if (v.kind != Kind::boolean) return fail(v, "要是 true 或 false。");
    out = v.flag;
  }
  void get(const Value& v, std::int64_t& out) {
    if (v.kind == Kind::null) {
      out = 0;
      return;
    }
    const auto id = v.kind == Kind::text ? base::parse_id(v.text) : std::nullopt;
    if (!id) return fail(v, "要是编号（写成文字的数字）或 null。");
    out = *id;
  }
  void get(const Value& v, base::Date& out) {
    const auto date = v.kind == Kind::text ? base::parse_date(v.text) : std::nullopt;
    if (!date) return fail(v, "要是日期，例如 2026-09-01。");
    out = *date;
  }
  template <class T>
  requires std::is_enum_v<T>
  void get(const Value& v, T& out) {
    const auto known = json_words(T{});
    std::string list;
    for (std::size_t k = 0; k < known.size(); ++k) {
      if (v.kind == Kind::text && v.text == known[k]) {
        out = static_cast<T>(k);
        return;
      }
      list += (k > 0 ? "、" : "") + std::string(known[k]);
    }
    fail(v, "只能是 " + list + "。");
  }
  template <class T>
  void get(const Value& v, std::optional<T>& out) {
    if (v.kind == Kind::null) {
      out.reset();
      return;
    }
    out.emplace();
    get(v, *out);
  }
  template <class T>
  void get(const Value& v, std::vector<T>& out) {
    if (v.kind != Kind::array) return fail(v, "要是数组。");
    out.reserve(v.items.size());
    const std::size_t length = path_.size();
    for (const auto& x : v.items) {
      if (error_) return;
      path_ += fmt::format("[{}]", out.size());
      out.emplace_back();
      get(x, out.back());
      path_.resize(length);
    }
  }
  template <class T>
  requires(std::is_class_v<T>) void get(const Value& v, T& out) {
    if (v.kind != Kind::object) return fail(v, "要是对象。");
    const auto* outer = object_;
    const std::size_t outer_asked = asked_;
    object_ = &v;
    asked_ = 0;
    describe(*this, out);
    if (!error_ && asked_ != object_->members.size()) unknown_field();
    object_ = outer;
    asked_ = outer_asked;
  }
  void unknown_field() {
    fail(*object_, fmt::format("有 {} 项，应有 {} 项，有不认识的项。", object_->members.size(), asked_));
  }

  std::string rule_, path_;
  const JsonValue* object_ = nullptr;
  std::size_t asked_ = 0;
  std::optional<base::Error> error_;
};

}  // namespace kepu::survey::analysis
