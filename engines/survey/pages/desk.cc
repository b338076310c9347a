#include "engines/survey/pages/desk.h"

#include <filesystem>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/file/office.h"

namespace kepu::survey::field {

using base::Code;
using base::refuse;

std::string round_url(Id id) { return fmt::format("/survey/rounds/{}", id); }
std::string case_url(Id id) { return fmt::format("/survey/cases/{}", id); }
std::string questionnaire_url(Id id) { return fmt::format("/survey/questionnaires/{}", id); }

html::Light light_of(RoundState state) {
  switch (state) {
    case RoundState::draft:
    case RoundState::cancelled:
      return html::Light::idle;
    case RoundState::drawn:
    case RoundState::closed:
      return html::Light::watch;
    case RoundState::approved:
    case RoundState::field:
      return html::Light::ok;
    case RoundState::frozen:
      return html::Light::done;
  }
  return html::Light::idle;
}

html::Light light_of(const FieldCase& c) {
  if (c.waiting > 0 || c.replacement == ReplacementState::asked) return html::Light::watch;
  if (c.interview != 0) return html::Light::done;
  return is_open(c) ? html::Light::ok : html::Light::idle;
}

std::string word_of(const FieldCase& c) {
  if (c.waiting > 0) return "有记录待定";
  if (c.replacement != ReplacementState::none && c.replacement != ReplacementState::refused)
    return std::string(title_of(c.replacement));
  const auto* d = find_disposition(c.code);
  return d == nullptr ? c.code : std::string(d->title);
}

std::string percent_text(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f}%", *share * 100) : "—";
}

base::Result<std::vector<doc::Sheet>> read_upload(Context& context, std::string_view field) {
  const auto* upload = context.request.upload(field);
  if (upload == nullptr || upload->size == 0)
    return refuse(Code::invalid, "survey.file", "请选择 .xlsx 文件。", std::string(field));
  const std::string bytes = site::bytes_of(*upload);
  auto sheets = doc::read_workbook(bytes);
  if (!sheets) {
    auto error = sheets.error();
    error.field = std::string(field);
    return tl::unexpected(error);
  }
  return sheets;
}

http::Response workbook_answer(Context& context, const std::string& name,
                               const std::function<void(const std::string& path)>& write) {
  std::filesystem::create_directories(context.app.work_folder);
  const std::string path = context.app.work_folder + "/" + base::random_token(12) + ".xlsx";
  write(path);
  return http::attachment(path, name + ".xlsx", file::kWorkbook, true);
}

std::vector<form::Option> surveyors(Context& context) {
  auto& directory = context.app.directory;
  const auto people =
      directory.holders(context.tenant.id, kInterview, directory.units(context.tenant.id)->root());
  std::vector<form::Option> out;
  for (const auto& [id, name] : directory.names(context.tenant.id, people))
    out.push_back({std::to_string(id), name});
  std::sort(out.begin(), out.end(), [](const form::Option& a, const form::Option& b) {
    return base::compare_pinyin(a.label, b.label) < 0;
  });
  return out;
}

}  // namespace kepu::survey::field
