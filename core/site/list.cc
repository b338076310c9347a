#include "core/site/list.h"

#include <filesystem>

#include "core/base/secret.h"
#include "core/file/office.h"

namespace kepu::site::detail {

std::string export_path(const Services& app, std::string_view extension) {
  std::filesystem::create_directories(app.work_folder);
  return fmt::format("{}/export-{}.{}", app.work_folder, base::random_token(12), extension);
}

table::View view_of(const Context& context, const ListOptions& options) {
  table::View view;
  const std::string& path = context.request.path;
  view.url = path;
  view.xlsx = path + "?as=xlsx";
  view.csv = path + "?as=csv";
  view.json = path + "?as=json";
  view.empty_hint = options.empty_hint;
  view.empty_action = options.empty_action;
  return view;
}

namespace {

void log_export(Context& context, const ListOptions& options, std::string_view form) {
  if (!context.actor.signed_in()) return;
  context.log(fmt::format("export.{}", form), options.subject,
              fmt::format("导出“{}”（{}）", options.file_name, form));
}

}  // namespace

http::Response bytes_answer(Context& context, const ListOptions& options, std::string bytes,
                            std::string_view form) {
  if (form == "json") return http::json(std::move(bytes));
  log_export(context, options, form);
  return http::attachment_bytes(std::move(bytes), options.file_name + ".csv", "text/csv; charset=utf-8");
}

http::Response file_answer(Context& context, const ListOptions& options, std::string path) {
  log_export(context, options, "xlsx");
  return http::attachment(std::move(path), options.file_name + ".xlsx", file::kWorkbook, true);
}

}  // namespace kepu::site::detail
