// Reading a body, with all that is wrong with it at once.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "core/api/schema/schema.h"
#include "core/base/text.h"

namespace kepu::api {

namespace json = boost::json;
using base::Code;
using base::Errors;

struct Reader {
  Errors errors;
  Body out;

  void wrong(std::string rule, std::string field, std::string message) {
    errors.push_back({Code::invalid, "api." + rule, std::move(field), std::move(message)});
  }

  void read_text(const std::string& name, const json::value& value, const Schema& s,
                 const std::string& pointer) {
    const auto* text = value.if_string();
    if (text == nullptr) return wrong("type", pointer, "应是文字（加引号）。");
    if (auto error = check_text({text->data(), text->size()}, s, pointer)) {
      errors.push_back(std::move(*error));
      return;
    }
    out.members_[name] = std::string(text->data(), text->size());
  }

  void read_list(const std::string& name, const json::value& value, const Schema& s,
                 const std::string& pointer) {
    const auto* list = value.if_array();
    if (list == nullptr) return wrong("type", pointer, "应是数组（方括号）。");
    const auto size = static_cast<std::int64_t>(list->size());
    if ((s.min && size < *s.min) || (s.max && size > *s.max))
      return wrong("range", pointer,
                   fmt::format("应有 {} 到 {} 项。", s.min.value_or(0), s.max.value_or(size)));
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < list->size(); ++i) {
      const std::string at = fmt::format("{}/{}", pointer, i);
      const auto* text = (*list)[i].if_string();
      if (text == nullptr) {
        wrong("type", at, "应是文字（加引号）。");
      } else if (auto error = check_text({text->data(), text->size()}, s.items.front(), at)) {
        errors.push_back(std::move(*error));
      } else {
        texts.emplace_back(text->data(), text->size());
      }
    }
    out.members_[name] = std::move(texts);
  }

  void read_member(const Property& p, const json::value& value) {
    const std::string pointer = "/" + p.name;
    switch (p.schema.type) {
      case Type::text:
        return read_text(p.name, value, p.schema, pointer);
      case Type::list:
        return read_list(p.name, value, p.schema, pointer);
      case Type::flag:
        if (!value.is_bool()) return wrong("type", pointer, "应是 true 或 false。");
        out.members_[p.name] = value.get_bool();
        return;
      case Type::integer:
        if (!value.is_int64()) return wrong("type", pointer, "应是整数。");
        if (auto error = check_text(std::to_string(value.get_int64()), p.schema, pointer)) {
          errors.push_back(std::move(*error));
          return;
        }
        out.members_[p.name] = static_cast<std::int64_t>(value.get_int64());
        return;
      case Type::object:
        return wrong("type", pointer, "这里不接受对象。");
    }
  }

  void read(const json::object& object, const Schema& schema) {
    for (const auto& member : object) {
      const std::string_view name(member.key().data(), member.key().size());
      const auto at = std::find_if(schema.properties.begin(), schema.properties.end(),
                                   [&](const Property& p) { return p.name == name; });
      if (at == schema.properties.end()) {
        wrong("unknown", "/" + base::shorten(std::string(name), 60), "没有这个字段，请核对字段名。");
      } else if (!member.value().is_null()) {  // null says as much as nothing
        read_member(*at, member.value());
      }
    }
    for (const auto& p : schema.properties) {
      if (!p.required) continue;
      const auto* found = object.if_contains({p.name.data(), p.name.size()});
      if (found == nullptr || found->is_null()) wrong("required", "/" + p.name, "缺少这个字段。");
    }
  }
};

tl::expected<Body, Errors> Body::read(std::string_view text, const Schema& schema) {
  json::parse_options options;
  options.max_depth = kDepth;
  boost::system::error_code error;
  const json::value value = json::parse({text.data(), text.size()}, error, {}, options);
  Reader reader;
  if (error) {
    reader.wrong("json", "",
                 fmt::format("请求正文不是有效的 JSON，或嵌套超过 {} 层（{}）。", kDepth, error.message()));
  } else if (const auto* object = value.if_object()) {
    reader.read(*object, schema);
  } else {
    reader.wrong("json", "", "请求正文应是一个 JSON 对象（花括号）。");
  }
  if (!reader.errors.empty()) return tl::unexpected(std::move(reader.errors));
  return std::move(reader.out);
}

}  // namespace kepu::api
