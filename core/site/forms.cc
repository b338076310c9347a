#include "core/site/forms.h"

#include <fstream>
#include <iterator>

namespace kepu::site {

using base::Code;

form::View view_of(const Context& context, std::string action, std::string submit, const Typed& typed,
                   form::Values stored) {
  form::View view;
  view.action = std::move(action);
  view.csrf = context.csrf;
  view.submit = std::move(submit);
  view.values = typed.empty() ? std::move(stored) : typed.values;
  view.errors = typed.errors;
  return view;
}

bool belongs_to_form(const base::Error& error) {
  return error.code == Code::invalid || error.code == Code::conflict || error.code == Code::too_large ||
         error.code == Code::unsupported;
}

int status_of(const base::Errors& errors) {
  return errors.empty() ? 200 : http::status_of(errors.front().code);
}

std::vector<std::pair<std::string, std::string>> as_filter(const std::vector<form::Option>& options) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& option : options) out.emplace_back(option.value, option.label);
  return out;
}

std::string bytes_of(const http::Upload& upload) {
  std::ifstream in(upload.path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace kepu::site
