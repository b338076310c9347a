#include "core/api/schema/schema.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/base/time.h"

namespace kepu::api {

using base::Code;
using base::Error;

namespace {

std::string_view name_of(Type type) {
  switch (type) {
    case Type::text:
      return "string";
    case Type::integer:
      return "integer";
    case Type::flag:
      return "boolean";
    case Type::list:
      return "array";
    case Type::object:
      return "object";
  }
  return "string";
}

void write_limits(base::Json& json, const Schema& s) {
  const auto write = [&](std::string_view least, std::string_view most) {
    if (s.min) json.field(least, *s.min);
    if (s.max) json.field(most, *s.max);
  };
  if (s.type == Type::text) write("minLength", "maxLength");
  if (s.type == Type::integer) write("minimum", "maximum");
  if (s.type == Type::list) write("minItems", "maxItems");
}

Error wrong(std::string rule, const std::string& field, std::string message) {
  return {Code::invalid, "api." + rule, field, std::move(message)};
}

std::string between(const Schema& s, std::string_view unit) {
  if (s.min && s.max) return fmt::format("应在 {} 到 {}{}之间", *s.min, *s.max, unit);
  if (s.max) return fmt::format("不能超过 {}{}", *s.max, unit);
  return fmt::format("至少 {}{}", s.min.value_or(0), unit);
}

bool within(std::int64_t value, const Schema& s) {
  return (!s.min || value >= *s.min) && (!s.max || value <= *s.max);
}

}  // namespace

void write_schema(base::Json& json, const Schema& s) {
  json.object();
  if (!s.ref.empty()) {
    json.field("$ref", "#/components/schemas/" + s.ref);
    if (!s.about.empty()) json.field("description", s.about);
    json.end();
    return;
  }
  if (s.nullable) {
    json.key("type").array().value(name_of(s.type)).value("null").end();
  } else {
    json.field("type", name_of(s.type));
  }
  if (!s.about.empty()) json.field("description", s.about);
  if (!s.format.empty()) json.field("format", s.format);
  if (!s.words.empty()) json.field("enum", s.words);
  write_limits(json, s);
  if (!s.example.empty() && s.type != Type::list) {
    json.key("examples").array();
    s.type == Type::text ? json.value(s.example) : json.raw(s.example);
    json.end();
  }
  if (!s.items.empty()) {
    json.key("items");
    write_schema(json, s.items.front());
  }
  if (s.type == Type::object) {
    json.key("properties").object();
    for (const auto& p : s.properties) {
      json.key(p.name);
      write_schema(json, p.schema);
    }
    json.end();
    std::vector<std::string> required;
    for (const auto& p : s.properties) {
      if (p.required) required.push_back(p.name);
    }
    if (!required.empty()) json.field("required", required);
    json.field("additionalProperties", false);
  }
  json.end();
}

void write_example(base::Json& json, const Schema& s,
                   const std::map<std::string, Schema, std::less<>>& named) {
  if (!s.ref.empty()) {
    if (const auto at = named.find(s.ref); at != named.end()) return write_example(json, at->second, named);
    json.null();
    return;
  }
  switch (s.type) {
    case Type::object:
      json.object();
      for (const auto& p : s.properties) {
        json.key(p.name);
        write_example(json, p.schema, named);
      }
      json.end();
      return;
    case Type::list:
      json.array();
      if (!s.items.empty()) {
        Schema item = s.items.front();
        if (item.example.empty()) item.example = s.example;
        write_example(json, item, named);
      }
      json.end();
      return;
    case Type::text:
      if (s.example.empty() && s.nullable) {
        json.null();
      } else {
        json.value(!s.example.empty() ? s.example : !s.words.empty() ? s.words.front() : std::string());
      }
      return;
    case Type::integer:
    case Type::flag:
      if (s.example.empty() && s.nullable) {
        json.null();
      } else {
        json.raw(!s.example.empty() ? s.example : s.type == Type::flag ? "true" : "0");
      }
      return;
  }
}

std::optional<Error> check_text(std::string_view text, const Schema& s, const std::string& field) {
  if (s.type == Type::integer) {
    const auto number = base::parse_int(text);
    if (!number) return wrong("type", field, "应是整数。");
    if (!within(*number, s)) return wrong("range", field, between(s, "") + "。");
    return std::nullopt;
  }
  if (s.type == Type::flag) {
    if (text == "true" || text == "false") return std::nullopt;
    return wrong("type", field, "应是 true 或 false。");
  }
  if (!base::is_valid_utf8(text) || text.find('\0') != text.npos)
    return wrong("format", field, "应是 UTF-8 文字。");
  if (!within(static_cast<std::int64_t>(base::length(text)), s))
    return wrong("range", field, "字数" + between(s, " 个字") + "。");
  if (!s.words.empty() && std::find(s.words.begin(), s.words.end(), text) == s.words.end())
    return wrong("words", field, "应是 " + base::join(s.words, "、") + " 之一。");
  if (s.format == "date" && !base::parse_date(text))
    return wrong("format", field, "应是日期，如 2026-03-09。");
  return std::nullopt;
}

std::string Body::text(std::string_view name) const {
  const auto at = members_.find(name);
  const auto* value = at == members_.end() ? nullptr : std::get_if<std::string>(&at->second);
  return value == nullptr ? std::string() : *value;
}
std::int64_t Body::integer(std::string_view name) const {
  const auto at = members_.find(name);
  const auto* value = at == members_.end() ? nullptr : std::get_if<std::int64_t>(&at->second);
  return value == nullptr ? 0 : *value;
}
bool Body::flag(std::string_view name) const {
  const auto at = members_.find(name);
  const auto* value = at == members_.end() ? nullptr : std::get_if<bool>(&at->second);
  return value != nullptr && *value;
}
std::vector<std::string> Body::texts(std::string_view name) const {
  const auto at = members_.find(name);
  const auto* value = at == members_.end() ? nullptr : std::get_if<std::vector<std::string>>(&at->second);
  return value == nullptr ? std::vector<std::string>() : *value;
}

}  // namespace kepu::api
