// A register from Excel: template by the type, upload, preview of all that is wrong, then everything or
// nothing.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/auth/sheet.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/doc/workbook.h"
#include "core/file/file.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;
using base::refuse;

namespace {

constexpr std::uint64_t kUploadLimit = 32u << 20;
constexpr int kHeadRows = 10;
constexpr const char* kWorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const form::Form& upload_form() {
  static const form::Form kForm({{.name = "file",
                                  .label = "填好的 Excel 文件",
                                  .kind = form::Kind::file,
                                  .required = true,
                                  .hint = "只读第一个工作表；.xlsx 格式，最大 32 MB、5000 行",
                                  .accept = ".xlsx"}});
  return kForm;
}

// Lists of people wait apart for each tenant between preview and confirmation, a day at most.
std::string waiting_folder(const Context& context) {
  return fmt::format("{}/register-imports/{}", context.app.work_folder, context.tenant.id);
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

// The columns of the sheet: what every entry has, as text that is matched to units, then the type's fields.
form::Form sheet_form(const Type& type) {
  std::vector<form::Field> fields;
  const bool person = type.subject == Subject::person;
  fields.push_back({.name = "name",
                    .label = person ? "姓名" : "名称",
                    .required = true,
                    .max_length = person ? 30u : 80u});
  if (person) fields.push_back({.name = "phone", .label = "联系电话", .kind = form::Kind::phone});
  fields.push_back({.name = "unit",
                    .label = "管理单位",
                    .required = true,
                    .hint = "单位全称或简称；村（社区）写作 柳溪镇/大坪村"});
  fields.push_back({.name = "place",
                    .label = "所在地",
                    .required = type.cover == Cover::village,
                    .hint = "乡镇（街道）或村（社区），村写作 柳溪镇/大坪村"});
  fields.push_back({.name = "from",
                    .label = "起始日期",
                    .kind = form::Kind::date,
                    .hint = "已在册的从哪天起；不填为今天"});
  if (type.term_months > 0) {
    fields.push_back({.name = "until",
                      .label = "有效期至",
                      .kind = form::Kind::date,
                      .hint = fmt::format("不填按 {} 个月计算", type.term_months)});
  }
  for (const auto& f : type.fields) fields.push_back(f.field);
  if (person) {
    fields.push_back({.name = "consent",
                      .label = "已取得本人同意",
                      .kind = form::Kind::checkbox,
                      .required = true,
                      .hint = "填“是”：已告知用途“" + type.purpose + "”并取得本人同意"});
    fields.push_back({.name = "age",
                      .label = "未满14周岁",
                      .kind = form::Kind::checkbox,
                      .hint = type.minors ? "填“是”的，要填监护人" : "未满 14 周岁的不能登记"});
    if (type.minors)
      fields.push_back({.name = "guardian", .label = "监护人", .hint = "姓名、关系和同意的方式"});
  }
  return form::Form(std::move(fields));
}

base::Result<std::vector<std::vector<std::string>>> rows_of(std::string_view bytes) {
  doc::SheetLimits limits;
  limits.file_bytes = kUploadLimit;
  auto sheets = TRY(doc::read_workbook(bytes, limits));
  if (sheets.empty())
    return refuse(Code::invalid, "import.no_sheet", "文件里没有工作表，请用模板重新填写。", "file");
  return std::move(sheets.front().rows);
}

bool is_empty(const std::vector<std::string>& row) {
  for (const auto& cell : row) {
    if (!base::trim(cell).empty()) return false;
  }
  return true;
}

// The unit that a cell means, or what is wrong.
Id unit_of(const auth::UnitTree& units, const std::string& cell, int row, std::string_view column,
           base::Errors& errors) {
  if (base::trim(cell).empty()) return 0;
  const auto meant = auth::units_meant(units, cell);
  if (meant.size() == 1) return meant.front()->id;
  errors.push_back(
      {Code::invalid, "register.unit", "file",
       fmt::format("第 {} 行「{}」：{}“{}”", row, column,
                   meant.empty() ? "没有这个单位" : "有几个单位叫这个名称，请写作 乡镇/村：", cell)});
  return 0;
}

struct Sheet {
  std::vector<ImportRow> rows;
  base::Errors errors;
};

base::Result<Sheet> read(const Type& type, const auth::UnitTree& units,
                         const std::vector<std::vector<std::string>>& rows) {
  const auto form = sheet_form(type);
  std::size_t head = 0;
  auto columns = base::Result<std::vector<int>>(
      refuse(Code::invalid, "import.no_head", "没有找到表头，请用下载的模板填写。", "file"));
  for (; head < rows.size() && head < kHeadRows; ++head) {
    columns = form.match_columns(rows[head]);
    if (columns) break;
  }
  if (!columns) {
    auto error = columns.error();
    error.field = "file";
    return tl::unexpected(error);
  }
  Sheet out;
  for (std::size_t i = head + 1; i < rows.size(); ++i) {
    if (is_empty(rows[i])) continue;
    const int number = static_cast<int>(i) + 1;
    const auto in = form.read_row(*columns, rows[i], number);
    out.errors.insert(out.errors.end(), in.errors.begin(), in.errors.end());
    ImportRow row;
    row.row = number;
    row.application = application_of(type, in.values, false);
    row.application.entry.unit = unit_of(units, in.values.text("unit"), number, "管理单位", out.errors);
    row.application.entry.place = unit_of(units, in.values.text("place"), number, "所在地", out.errors);
    row.application.entry.minor = in.values.flag("age");
    row.application.entry.valid_from = in.values.date("from");
    row.application.entry.valid_until = in.values.date("until");
    out.rows.push_back(std::move(row));
  }
  if (out.rows.empty() && out.errors.empty())
    return refuse(Code::invalid, "import.empty", "表里没有内容，请填好后再上传。", "file");
  return out;
}

base::Result<ImportReport> run(Context& context, RegistersEngine& engine, const Type& type,
                               const std::string& bytes, bool preview) {
  const auto rows = TRY(rows_of(bytes));
  const auto units = context.app.directory.units(context.tenant.id);
  const auto sheet = TRY(read(type, *units, rows));
  if (!sheet.errors.empty()) {
    ImportReport report;
    report.problems = sheet.errors;
    return report;
  }
  return engine.store().import(by(context), type.key, sheet.rows, preview);
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

site::Page frame_of(const Type& type, std::string title) {
  site::Page page;
  page.title = std::move(title);
  page.path = {{"名录", "/registers"}, {type.title, register_url(type.key)}, {"导入", ""}};
  return page;
}

form::View upload_view(Context& context, const Type& type, const base::Errors& errors, std::string submit) {
  form::View view{.action = register_url(type.key) + "/import", .csrf = context.csrf, .errors = errors};
  view.submit = std::move(submit);
  view.cancel_url = register_url(type.key);
  return view;
}

http::Response start_page(Context& context, const Type& type, const base::Errors& errors) {
  site::Page page = frame_of(type, "导入" + type.title);
  page.note = "先核对、后导入；有一处错误就一行也不导入";
  page.actions = [&](Out& h) {
    h("{}", html::button_link("下载模板", register_url(type.key) + "/import/template", "download"));
  };
  const auto columns = sheet_form(type).template_columns();
  page.body = [&](Out& h) {
    write_steps(h, 0);
    html::Definitions list;
    for (const auto& c : columns) {
      std::string how = base::contains(c.title, "＊") ? "必填" : "选填";
      if (!c.note.empty()) how += "。" + c.note;
      if (!c.choices.empty()) how += "。可填：" + base::join(c.choices, "、");
      list.items.emplace_back(base::replace_all(c.title, "＊", ""), how);
    }
    h("{}{}",
      html::panel("上传",
                  [&](Out& o) { upload_form().write(o, upload_view(context, type, errors, "上传并核对")); }),
      html::panel("模板的列", list, {.note = "有维护权的直接进入在册（录入已有台账），其他的进入审核"}));
  };
  return site::page(context, std::move(page), errors.empty() ? 200 : 422);
}

PageAnswer send_template(Context& context, const Type& type) {
  std::filesystem::create_directories(context.app.work_folder);
  const std::string path =
      fmt::format("{}/template-{}.xlsx", context.app.work_folder, base::random_token(12));
  doc::WorkbookWriter out(path);
  out.sheet(type.title, sheet_form(type).template_columns());
  out.close();
  return http::attachment(path, type.title + "导入模板.xlsx", kWorkbookType, true);
}

http::Response preview_page(Context& context, const Type& type, const ImportReport& report,
                            const std::string& sha256, const std::string& name) {
  const bool good = report.problems.empty();
  site::Page page = frame_of(type, "导入" + type.title + "：核对");
  page.note = "文件：" + name;
  page.body = [&](Out& h) {
    write_steps(h, good ? 2 : 1);
    if (good) {
      std::string what = fmt::format("将新增 {} {}。", report.added, type.unit);
      if (report.known_people > 0)
        what += fmt::format("其中 {} 人已有档案，归到同一个人名下。", report.known_people);
      h("{}", html::Confirm{"确认导入",
                            what,
                            "导入",
                            register_url(type.key) + "/import/confirm",
                            context.csrf,
                            register_url(type.key),
                            false,
                            {{"file", sha256}, {"name", name}}});
      return;
    }
    h("{}", html::panel(fmt::format("需要改正的地方：{} 处", report.problems.size()),
                        [&](Out& o) {
                          o("<ul>{}</ul>", [&](Out& list) {
                            std::size_t shown = 0;
                            for (const auto& p : report.problems) {
                              if (++shown > 200) break;
                              list("<li>{}</li>", p.message);
                            }
                          });
                        },
                        {.note = "改好后重新上传；最多列出 200 处", .alarm = true}));
    h("{}", html::panel("改好后再传", [&](Out& o) {
        upload_form().write(o, upload_view(context, type, {}, "重新上传并核对"));
      }));
  };
  return site::page(context, std::move(page), good ? 200 : 422);
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

PageAnswer upload(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const auto refused = [&](base::Error error) {
    error.field = "file";
    return start_page(context, type, {std::move(error)});
  };
  const auto* file = context.request.upload("file");
  if (file == nullptr || file->size == 0)
    return refused({Code::invalid, "form.required", "file", "请选择填好的 Excel 文件。"});
  if (file->size > kUploadLimit)
    return refused({Code::too_large, "import.too_large", "file", "文件超过 32 MB，请拆成几个文件分次导入。"});
  const std::string bytes = read_file(file->path);
  const auto report = run(context, engine, type, bytes, true);
  if (!report) return refused(report.error());
  const std::string folder = waiting_folder(context);
  remove_old(folder);
  const auto stored = TRY(file::Store(folder).put(bytes));
  return preview_page(context, type, *report, stored.sha256, file->name);
}

PageAnswer confirm(Context& context, RegistersEngine& engine) {
  const Type type = TRY(type_of(context, engine));
  const file::Store waiting(waiting_folder(context));
  const auto path = waiting.path_of(context.field("file"));
  if (!path)
    return start_page(context, type,
                      {{Code::not_found, "import.gone", "file", "核对过的文件已不在，请重新上传核对。"}});
  const std::string bytes = TRY(waiting.read(context.field("file")));
  const auto report = TRY(run(context, engine, type, bytes, false));
  if (!report.applied) {
    return preview_page(context, type, report, std::string(context.field("file")),
                        std::string(context.field("name")));
  }
  std::error_code failed;
  std::filesystem::remove(*path, failed);
  context.say(html::Tone::green, fmt::format("已导入 {} {}。", report.added, type.unit));
  return site::redirect(register_url(type.key));
}

}  // namespace

void add_import_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/registers/{register}/import", Access::right, "register.apply",
            [&](Context& c) -> PageAnswer { return start_page(c, TRY(type_of(c, engine)), {}); }});
  site.add({Method::get, "/registers/{register}/import/template", Access::right, "register.apply",
            [&](Context& c) -> PageAnswer { return send_template(c, TRY(type_of(c, engine))); }});
  site.add({Method::post, "/registers/{register}/import", Access::right, "register.apply",
            [&](Context& c) { return upload(c, engine); }, kUploadLimit + (1u << 20), true});
  site.add({Method::post, "/registers/{register}/import/confirm", Access::right, "register.apply",
            [&](Context& c) { return confirm(c, engine); }});
}

}  // namespace kepu::registers
