// Reading catalog/appraisal.toml: texts and lists under keys, refusals that name the line.
#pragma once

#include <fmt/format.h>
#include <toml++/toml.h>

#include <string>
#include <vector>

#include "core/base/result.h"

namespace kepu::appraisal {

inline tl::unexpected<base::Error> wrong_at(const toml::source_region& where, std::string_view what) {
  return base::refuse(base::Code::invalid, "appraisal.catalog",
                      fmt::format("catalog/appraisal.toml 第 {} 行：{}", where.begin.line, what));
}

inline base::Result<toml::table> parse_toml(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return wrong_at(error.source(), error.description());
  }
}

inline base::Result<std::string> text_under(const toml::table& table, std::string_view key,
                                            bool needed = true) {
  const toml::node* node = table.get(key);
  if (node == nullptr && !needed) return std::string();
  const auto* text = node == nullptr ? nullptr : node->as_string();
  if (text == nullptr || (needed && text->get().empty()))
    return wrong_at((node == nullptr ? table.source() : node->source()),
                    fmt::format("“{}”应是引号里的文字，且不能为空。", key));
  return text->get();
}

inline base::Result<std::vector<std::string>> texts_under(const toml::table& table, std::string_view key) {
  std::vector<std::string> out;
  const toml::node* node = table.get(key);
  if (node == nullptr) return out;
  const auto* list = node->as_array();
  if (list == nullptr) return wrong_at(node->source(), fmt::format("“{}”应是一列文字。", key));
  for (const auto& each : *list) {
    const auto* text = each.as_string();
    if (text == nullptr || text->get().empty())
      return wrong_at(each.source(), fmt::format("“{}”里应是非空文字。", key));
    out.push_back(text->get());
  }
  return out;
}

// The tables of [[name]], in order.
inline std::vector<const toml::table*> tables_under(const toml::table& table, std::string_view name) {
  std::vector<const toml::table*> out;
  if (const auto* list = table.get_as<toml::array>(name)) {
    for (const auto& each : *list) {
      if (const auto* one = each.as_table()) out.push_back(one);
    }
  }
  return out;
}

}  // namespace kepu::appraisal
