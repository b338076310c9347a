// A form's values for programs, out and in.
#include "core/base/json.h"

#include <boost/json.hpp>
#include <cmath>

#include "core/form/form.h"

namespace kepu::form {

namespace {

constexpr std::size_t kMaxJson = 4u << 20;

tl::unexpected<base::Error> refuse(const std::string& message, std::string field = {}) {
  return base::refuse(base::Code::invalid, "form.json", message, std::move(field));
}

void write_value(base::Json& json, const Field& field, const Values& values) {
  const std::string text = values.text(field.name);
  switch (field.kind) {
    case Kind::checkbox:
      json.value(text == "1");
      return;
    case Kind::multi_select:
      json.value(values.texts(field.name));
      return;
    case Kind::integer:
      if (const auto n = values.integer(field.name)) return void(json.value(*n));
      break;
    case Kind::number:
      if (const auto n = values.number(field.name)) return void(json.value(*n));
      break;
    default:
      if (!text.empty()) return void(json.value(text));
  }
  json.null();
}

std::optional<std::string> scalar(const boost::json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "1" : "0";
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  if (value.is_null()) return std::string();
  if (!value.is_double() || !std::isfinite(value.get_double())) return std::nullopt;
  std::string text;
  html::put(text, value.get_double());
  return text;
}

}  // namespace

std::string Form::json(const Values& values) const {
  base::Json json;
  json.object();
  for (const Field& field : fields_) {
    if (field.kind == Kind::password) continue;
    json.key(field.name);
    write_value(json, field, values);
  }
  json.end();
  return std::move(json).text();
}

base::Result<Pairs> Form::typed_from_json(std::string_view json) const {
  if (json.size() > kMaxJson) return refuse("JSON 太大，最多 4 MB");
  boost::system::error_code failed;
  const boost::json::value parsed = boost::json::parse({json.data(), json.size()}, failed, {},
                                                       {.max_depth = 8, .allow_invalid_utf8 = false});
  if (failed || !parsed.is_object()) return refuse("正文不是一个 JSON 对象");
  Pairs typed;
  for (const auto& [key, value] : parsed.get_object()) {
    const std::string name(key);
    if (value.is_array()) {
      for (const auto& one : value.get_array()) {
        const auto text = scalar(one);
        if (!text || one.is_null()) return refuse("“" + name + "”应是文字的列表", name);
        typed.emplace_back(name, *text);
      }
      continue;
    }
    const auto text = scalar(value);
    if (!text) return refuse("“" + name + "”不能是对象", name);
    typed.emplace_back(name, *text);
  }
  return typed;
}

}  // namespace kepu::form
