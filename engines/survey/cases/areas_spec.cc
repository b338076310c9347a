#include "engines/survey/cases/areas_spec.h"

#include <fmt/format.h>

#include <boost/json.hpp>

namespace kepu::survey {

namespace {

const boost::json::value* find(const boost::json::object& from, std::string_view key) {
  const auto* value = from.if_contains(key);
  return value && !value->is_null() ? value : nullptr;
}

std::optional<double> number_of(const boost::json::value& value) {
  if (!value.is_number()) return {};
  boost::system::error_code error;
  const double number = value.to_number<double>(error);
  return error ? std::nullopt : std::optional(number);
}

}  // namespace

tl::unexpected<base::Error> bad_spec(std::string message) {
  return base::refuse(base::Code::invalid, "case.spec", std::move(message));
}

tl::unexpected<base::Error> not_computed(const statistics::Refusal& refusal) {
  return base::refuse(base::Code::invalid, refusal.rule, "算不出：" + refusal.detail);
}

base::Result<const boost::json::object*> object_at(const boost::json::object& from, std::string_view key) {
  const auto* value = find(from, key);
  if (!value || !value->is_object()) return bad_spec(fmt::format("spec.json 的“{}”应当是一个对象。", key));
  return &value->get_object();
}

base::Result<std::string> text_at(const boost::json::object& from, std::string_view key) {
  const auto* value = find(from, key);
  if (!value || !value->is_string()) return bad_spec(fmt::format("spec.json 的“{}”应当是文字。", key));
  return std::string(value->get_string());
}

base::Result<double> number_at(const boost::json::object& from, std::string_view key) {
  const auto number = TRY(optional_number_at(from, key));
  if (!number) return bad_spec(fmt::format("spec.json 缺少数字“{}”。", key));
  return *number;
}

base::Result<std::optional<double>> optional_number_at(const boost::json::object& from,
                                                       std::string_view key) {
  const auto* value = find(from, key);
  if (!value) return std::optional<double>();
  const auto number = number_of(*value);
  if (!number) return bad_spec(fmt::format("spec.json 的“{}”应当是数字。", key));
  return number;
}

base::Result<std::vector<std::string>> texts_at(const boost::json::object& from, std::string_view key) {
  std::vector<std::string> texts;
  const auto* value = find(from, key);
  if (!value) return texts;
  if (value->is_string()) return std::vector{std::string(value->get_string())};
  if (!value->is_array()) return bad_spec(fmt::format("spec.json 的“{}”应当是一列文字。", key));
  for (const auto& one : value->get_array()) {
    if (!one.is_string()) return bad_spec(fmt::format("spec.json 的“{}”应当是一列文字。", key));
    texts.emplace_back(one.get_string());
  }
  return texts;
}

base::Result<std::vector<double>> numbers_at(const boost::json::object& from, std::string_view key) {
  std::vector<double> numbers;
  const auto* value = find(from, key);
  if (!value) return numbers;
  const boost::json::array one{*value};
  for (const auto& entry : value->is_array() ? value->get_array() : one) {
    const auto number = number_of(entry);
    if (!number) return bad_spec(fmt::format("spec.json 的“{}”应当是一列数字。", key));
    numbers.push_back(*number);
  }
  return numbers;
}

bool flag_at(const boost::json::object& from, std::string_view key, bool otherwise) {
  const auto* value = find(from, key);
  return value && value->is_bool() ? value->get_bool() : otherwise;
}

base::Result<CaseTable> table_at(const boost::json::object& from, std::string_view key,
                                 const std::string& folder) {
  const std::string name = TRY(text_at(from, key));
  if (name.empty() || name.find('/') != std::string::npos || name.find('\\') != std::string::npos) {
    return bad_spec(fmt::format("spec.json 的“{}”应当是算例文件夹里的文件名：{}", key, name));
  }
  return read_table(folder + "/" + name);
}

void write_numbers(base::Json& json, std::string_view key, std::span<const double> numbers) {
  json.key(key).array();
  for (const double number : numbers) json.value(number);
  json.end();
}

}  // namespace kepu::survey
