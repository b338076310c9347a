// Units and people from Excel: template, upload, preview of all that is wrong, then everything or nothing.
#include <filesystem>
#include <iterator>

#include "core/auth/import.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/doc/workbook.h"
#include "core/file/file.h"
#include "core/file/office.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

constexpr std::uint64_t kUploadLimit = 32u << 20;

// What is imported, and what differs between the two.
struct Kind {
  std::string path, title, back, back_title, unit;
  std::vector<auth::ImportColumn> (*columns)(const auth::Roles&);
  base::Result<auth::ImportReport> (*run)(auth::Directory&, const auth::Actor&, const auth::SheetRows&, bool);
};

const Kind& units() {
  static const Kind kKind{"/import/units",   "导入单位",
                          "/organisation",   "组织机构",
                          "个单位",          [](const auth::Roles&) { return auth::unit_columns(); },
                          auth::import_units};
  return kKind;
}

const Kind& people() {
  static const Kind kKind{"/import/people",     "导入人员",         "/people", "人员账号", "人",
                          auth::person_columns, auth::import_people};
  return kKind;
}

const form::Form& upload_form() {
  static const form::Form kForm({{.name = "file",
                                  .label = "填好的 Excel 文件",
                                  .kind = form::Kind::file,
                                  .required = true,
                                  .hint = "只读第一个工作表；.xlsx 格式，最大 32 MB、5000 行",
                                  .accept = ".xlsx"}});
  return kForm;
}

// Between preview and confirmation a file waits here, apart for each tenant; lists of people are personal, so
// it is removed when it was imported, and after a day in any case.
std::string waiting_folder(const Context& context) {
  return fmt::format("{}/imports/{}", context.app.work_folder, context.tenant.id);
}

void remove_old(const std::string& folder) {
  std::error_code failed;
  const auto limit = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24);
  std::vector<std::filesystem::path> old;
  for (std::filesystem::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    if (at->is_regular_file(failed) && at->last_write_time(failed) < limit) old.push_back(at->path());
  }
  for (const auto& path : old) std::filesystem::remove(path, failed);
}

base::Result<auth::SheetRows> rows_of(std::string_view bytes) {
  doc::SheetLimits limits;
  limits.file_bytes = kUploadLimit;
  auto sheets = TRY(doc::read_workbook(bytes, limits));
  if (sheets.empty())
    return refuse(Code::invalid, "import.no_sheet", "文件里没有工作表，请用模板重新填写", "file");
  return std::move(sheets.front().rows);
}

void write_steps(Out& h, int now) {
  html::Steps steps;
  const char* names[] = {"下载模板并填写", "上传核对", "确认导入"};
  for (int i = 0; i < 3; ++i) {
    steps.steps.push_back({names[i], "",
                           i < now    ? html::Step::State::done
                           : i == now ? html::Step::State::now
                                      : html::Step::State::next});
  }
  h("{}", steps);
}

site::Page frame_of(const Kind& kind, std::string title) {
  site::Page page;
  page.title = std::move(title);
  page.path = {{kind.back_title, kind.back}, {kind.title, ""}};
  return page;
}

void write_columns(Out& h, const std::vector<auth::ImportColumn>& columns) {
  std::vector<std::pair<std::string, html::Content>> items;
  for (const auto& c : columns) {
    std::vector<std::string> how;
    if (c.required) how.emplace_back("必填");
    if (!c.hint.empty()) how.push_back(c.hint);
    if (!c.choices.empty()) how.push_back("可填：" + base::join(c.choices, "、"));
    items.emplace_back(c.title, how.empty() ? "选填" : base::join(how, "。"));
  }
  h("{}", html::Definitions{std::move(items)});
}

http::Response start_page(Context& context, const Kind& kind, const base::Errors& errors) {
  site::Page page = frame_of(kind, kind.title);
  page.note = "先核对、后导入；有一处错误就一行也不导入";
  page.actions = [&](Out& h) { h("{}", html::button_link("下载模板", kind.path + "/template", "download")); };
  form::View view{.action = kind.path, .csrf = context.csrf, .errors = errors};
  view.submit = "上传并核对";
  view.cancel_url = kind.back;
  const auto columns = kind.columns(*context.app.directory.roles());
  page.body = [&](Out& h) {
    write_steps(h, 0);
    h("{}{}", html::panel("上传", [&](Out& o) { upload_form().write(o, view); }),
      html::panel("模板的列", [&](Out& o) { write_columns(o, columns); },
                  {.note = "列的先后不限，多余的列不读；已有的单位或人员按内容更新"}));
  };
  return site::page(context, std::move(page), status_of(errors));
}

Answer send_template(Context& context, const Kind& kind) {
  std::filesystem::create_directories(context.app.work_folder);
  const std::string path =
      fmt::format("{}/template-{}.xlsx", context.app.work_folder, base::random_token(12));
  std::vector<doc::WorkbookWriter::Column> columns;
  for (const auto& c : kind.columns(*context.app.directory.roles())) {
    columns.push_back(
        {c.title + (c.required ? "＊" : ""), 18, c.required ? "必填。" + c.hint : c.hint, c.choices});
  }
  doc::WorkbookWriter out(path);
  out.sheet(kind.title, columns);
  out.close();
  return http::attachment(path, kind.title + "模板.xlsx", file::kWorkbook, true);
}

// ---------------------------------------------------------------- preview

void write_counts(Out& h, const Kind& kind, const auth::ImportReport& report) {
  html::StatStrip strip;
  strip.label = "导入的数量";
  strip.stats = {{"新增", std::to_string(report.added), kind.unit},
                 {"更新", std::to_string(report.changed), kind.unit},
                 {"没有变化", std::to_string(report.unchanged), kind.unit},
                 {"问题", std::to_string(report.problems.size()), "处"}};
  h("{}", strip);
}

void write_problems(Out& h, const auth::ImportReport& report) {
  html::SimpleTable view{"需要改正的地方", {{"行"}, {"列"}, {"问题"}}, {}};
  for (const auto& p : report.problems) {
    view.rows.push_back({p.row == 0 ? std::string("整表") : fmt::format("第 {} 行", p.row),
                         p.column.empty() ? std::string("—") : p.column, p.message});
  }
  h("{}", html::panel("需要改正的地方", view, {.note = "改好后重新上传；最多列出 200 处", .alarm = true}));
}

http::Response preview_page(Context& context, const Kind& kind, const auth::ImportReport& report,
                            const std::string& sha256, const std::string& name) {
  const bool good = report.problems.empty();
  site::Page page = frame_of(kind, kind.title + "：核对");
  page.note = "文件：" + name;
  page.body = [&](Out& h) {
    write_steps(h, good ? 2 : 1);
    write_counts(h, kind, report);
    if (!good) {
      write_problems(h, report);
      form::View view{.action = kind.path, .csrf = context.csrf};
      view.submit = "重新上传并核对";
      view.cancel_url = kind.back;
      h("{}", html::panel("改好后再传", [&](Out& o) { upload_form().write(o, view); }));
    } else if (report.added + report.changed == 0) {
      h("{}", html::EmptyState{"没有要导入的内容", "文件里的内容与系统中的完全一样。",
                               html::button_link("返回", kind.back)});
    } else {
      h("{}", html::Confirm{"确认导入",
                            fmt::format("将新增 {} {}、更新 {} {}。没有发现问题。", report.added, kind.unit,
                                        report.changed, kind.unit),
                            "导入",
                            kind.path + "/confirm",
                            context.csrf,
                            kind.back,
                            false,
                            {{"file", sha256}, {"name", name}}});
    }
  };
  return site::page(context, std::move(page), good ? 200 : 422);
}

base::Result<http::Response> preview_of(Context& context, const Kind& kind, const http::Upload& upload) {
  if (upload.size > kUploadLimit) {
    return refuse(Code::too_large, "import.too_large", "文件超过 32 MB，请拆成几个文件分次导入", "file");
  }
  const std::string bytes = site::bytes_of(upload);
  const auto rows = TRY(rows_of(bytes));
  const auto report = TRY(kind.run(context.app.directory, context.actor, rows, true));
  const std::string folder = waiting_folder(context);
  remove_old(folder);
  const auto stored = TRY(file::Store(folder).put(bytes));
  return preview_page(context, kind, report, stored.sha256, upload.name);
}

Answer upload_sheet(Context& context, const Kind& kind) {
  const auto* upload = context.request.upload("file");
  if (upload == nullptr || upload->size == 0) {
    return start_page(context, kind, {{Code::invalid, "form.required", "file", "请选择填好的 Excel 文件"}});
  }
  auto answer = preview_of(context, kind, *upload);
  if (answer) return answer;
  base::Error error = answer.error();
  error.field = "file";
  return start_page(context, kind, {std::move(error)});
}

// ---------------------------------------------------------------- result

// Cells that a spreadsheet would run as a formula are disarmed.
std::string csv_cell(const std::string& text) {
  const bool formula = !text.empty() && base::contains("=+-@\t\r", text.substr(0, 1));
  return "\"" + base::replace_all((formula ? "'" : "") + text, "\"", "\"\"") + "\"";
}

std::string csv_of(const std::vector<auth::IssuedPassword>& passwords) {
  std::string out = "\xEF\xBB\xBF姓名,登录名,一次性密码\r\n";
  for (const auto& p : passwords)
    out += csv_cell(p.name) + "," + csv_cell(p.login) + "," + csv_cell(p.password) + "\r\n";
  return out;
}

void write_passwords(Out& h, const Context& context, const std::vector<auth::IssuedPassword>& passwords) {
  html::SimpleTable view{"一次性密码", {{"姓名"}, {"登录名"}, {"一次性密码"}}, {}};
  for (const auto& p : passwords) {
    view.rows.push_back({p.name, p.login, [text = p.password](Out& o) { o("<code>{}</code>", text); }});
  }
  h("{}", html::panel("新开账号的一次性密码",
                      [&](Out& o) {
                        o("{}<div class=\"mt\">{}</div>", view,
                          html::PostButton{"下载 CSV",
                                           "/import/people/passwords",
                                           context.csrf,
                                           html::Look::primary,
                                           "download",
                                           {{"csv", csv_of(passwords)}}});
                      },
                      {.note = "只显示这一次，离开本页后不能再看；本人首次登录时必须修改", .alarm = true}));
}

http::Response result_page(Context& context, const Kind& kind, const auth::ImportReport& report) {
  site::Page page = frame_of(kind, kind.title + "：完成");
  page.body = [&](Out& h) {
    write_counts(h, kind, report);
    if (!report.passwords.empty()) write_passwords(h, context, report.passwords);
    h("<div class=\"mt\">{}</div>", html::button_link("到" + kind.back_title, kind.back, "arrow-right"));
  };
  context.messages_now.emplace_back(html::Tone::green, "导入完成。");
  return site::page(context, std::move(page));
}

Answer confirm(Context& context, const Kind& kind) {
  const file::Store waiting(waiting_folder(context));
  const auto path = waiting.path_of(context.field("file"));
  if (!path) {
    return start_page(context, kind,
                      {{Code::not_found, "import.gone", "file", "核对过的文件已不在，请重新上传核对"}});
  }
  const std::string bytes = TRY(waiting.read(context.field("file")));
  const auto rows = TRY(rows_of(bytes));
  const auto report = TRY(kind.run(context.app.directory, context.actor, rows, false));
  if (!report.applied) {
    return preview_page(context, kind, report, std::string(context.field("file")),
                        std::string(context.field("name")));
  }
  std::error_code failed;
  std::filesystem::remove(*path, failed);
  return result_page(context, kind, report);
}

// Sends back what the page of the result holds, so that the passwords are kept nowhere.
Answer send_passwords(Context& context) {
  context.log("export.passwords", "people", "下载新开账号的一次性密码");
  return http::attachment_bytes(std::string(context.field("csv")), "一次性密码.csv",
                                "text/csv; charset=utf-8");
}

void add_kind(site::Site& site, const Kind& kind, const std::string& right) {
  using http::Method;
  using site::Access;
  site.add({Method::get, kind.path, Access::right, right,
            [&](Context& c) -> Answer { return start_page(c, kind, {}); }});
  site.add({Method::get, kind.path + "/template", Access::right, right,
            [&](Context& c) { return send_template(c, kind); }});
  site.add({Method::post, kind.path, Access::right, right, [&](Context& c) { return upload_sheet(c, kind); },
            kUploadLimit + (1u << 20), true});
  site.add({Method::post, kind.path + "/confirm", Access::right, right,
            [&](Context& c) { return confirm(c, kind); }});
}

}  // namespace

void add_import_pages(site::Site& site) {
  add_kind(site, units(), "organisation.manage");
  add_kind(site, people(), "person.manage");
  site.add({http::Method::post, "/import/people/passwords", site::Access::right, "person.manage",
            send_passwords, 4u << 20});
}

}  // namespace kepu::administration
