#include "core/form/form.h"

#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>

#include "core/base/text.h"
#include "core/form/kinds.h"

namespace kepu::form {

namespace {

bool has_options(Kind kind) {
  return kind == Kind::select || kind == Kind::multi_select || kind == Kind::radio;
}

std::string missing_message(const Field& field) {
  if (field.kind == Kind::file) return "请选择" + field.label;
  if (has_options(field.kind)) return "请选择“" + field.label + "”";
  if (field.kind == Kind::checkbox) return "请勾选“" + field.label + "”";
  return "请填写“" + field.label + "”";
}

}  // namespace

Form::Form(std::vector<Field> fields) : fields_(std::move(fields)) {
  std::set<std::string> names;
  for (const Field& field : fields_) {
    if (field.name.empty() || !names.insert(field.name).second)
      throw std::logic_error("form: name of field " + field.name);
    if (!field.pattern.empty()) std::regex(field.pattern);  // throws std::regex_error, a std::runtime_error
  }
}

const Field* Form::find(std::string_view name) const {
  for (const Field& field : fields_) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

Form Form::with_options(std::string_view name, std::vector<Option> options) const {
  Form copy = *this;
  for (Field& field : copy.fields_) {
    if (field.name == name) {
      field.options = std::move(options);
      return copy;
    }
  }
  throw std::logic_error("form: no field " + std::string(name));
}

Checked Form::check(const Pairs& typed) const {
  const Values given(typed);
  Checked result;
  Values as_typed;
  for (const Field& field : fields_) {
    std::vector<std::string> values = field.kind == Kind::multi_select
                                          ? given.texts(field.name)
                                          : std::vector<std::string>{given.text(field.name)};
    bool any = false;
    std::set<std::string> seen;
    for (const std::string& value : values) {
      as_typed.add(field.name, value);
      if (field.kind == Kind::password ? value.empty() : is_blank(value)) continue;
      auto kept = keep(field, value);
      if (!kept) {
        result.errors.push_back(kept.error());
        any = true;
        break;
      }
      any = any || !kept->empty();
      if (seen.insert(*kept).second) result.values.add(field.name, *kept);
    }
    if (!any && field.required) {
      result.errors.push_back({base::Code::invalid, "form.required", field.name, missing_message(field)});
    }
    if (!result.values.has(field.name) && field.kind != Kind::multi_select) result.values.add(field.name, "");
  }
  if (!result.ok()) result.values = std::move(as_typed);
  return result;
}

}  // namespace kepu::form
