// A form's fields as the columns of an Excel template, and its rows read back.
#include <algorithm>

#include "core/base/text.h"
#include "core/form/form.h"

namespace kepu::form {

namespace {

constexpr const char* kMark = "＊";  // behind the title of a required column

bool is_column(const Field& f) {
  return f.in_template && f.kind != Kind::file && f.kind != Kind::password && f.kind != Kind::hidden;
}

std::string plain_title(std::string_view title) {
  std::string text = base::without_space(base::to_narrow(title));
  text = base::replace_all(text, "*", "");
  return base::replace_all(text, kMark, "");
}

// Excel shows at most 255 characters of a list; a longer list is left to the note.
std::vector<std::string> choices_of(const Field& f) {
  if (f.kind == Kind::checkbox) return {"是", "否"};
  if (f.kind != Kind::select && f.kind != Kind::radio) return {};
  std::vector<std::string> labels;
  std::size_t length = 0;
  for (const Option& option : f.options) {
    labels.push_back(option.label);
    length += base::length(option.label) + 1;
  }
  return length <= 255 ? labels : std::vector<std::string>{};
}

// Labels become values; what is no label stays, so that the check can refuse it with its own words.
std::string value_of(const Field& f, const std::string& typed) {
  const std::string wanted = base::without_space(typed);
  for (const Option& option : f.options) {
    if (base::without_space(option.label) == wanted || option.value == wanted) return option.value;
  }
  return typed;
}

std::vector<std::string> split_list(const std::string& cell) {
  std::string text = cell;
  for (const auto* separator : {"，", ",", "；", ";", "\n"}) text = base::replace_all(text, separator, "、");
  std::vector<std::string> parts;
  for (const auto& part : base::split(text, "、")) {
    if (!base::trim(part).empty()) parts.push_back(base::trim(part));
  }
  return parts;
}

}  // namespace

std::vector<doc::WorkbookWriter::Column> Form::template_columns() const {
  std::vector<doc::WorkbookWriter::Column> columns;
  for (const Field& f : fields_) {
    if (!is_column(f)) continue;
    std::string note = f.hint;
    if (f.kind == Kind::multi_select)
      note += (note.empty() ? "" : "；") + std::string("可填多个，用“、”隔开");
    if (f.kind == Kind::date) note += (note.empty() ? "" : "；") + std::string("日期写作 2026-01-31");
    const double width = std::clamp(static_cast<double>(base::length(f.label)) * 2 + 6, 12.0, 40.0);
    columns.push_back(
        {f.label + (f.required ? kMark : ""), f.kind == Kind::long_text ? 40 : width, note, choices_of(f)});
  }
  return columns;
}

base::Result<std::vector<int>> Form::match_columns(const std::vector<std::string>& titles) const {
  std::vector<int> columns;
  std::vector<std::string> missing;
  for (const Field& f : fields_) {
    int found = -1;
    for (std::size_t i = 0; is_column(f) && i < titles.size() && found < 0; ++i) {
      if (plain_title(titles[i]) == plain_title(f.label)) found = static_cast<int>(i);
    }
    if (found < 0 && is_column(f) && f.required) missing.push_back("“" + f.label + "”");
    columns.push_back(found);
  }
  if (!missing.empty()) {
    return base::refuse(base::Code::invalid, "form.columns",
                        "表头缺少" + base::join(missing, "、") + "列，请用下载的模板填写，不要改表头");
  }
  return columns;
}

Checked Form::read_row(const std::vector<int>& columns, const std::vector<std::string>& row,
                       int row_number) const {
  Pairs typed;
  for (std::size_t i = 0; i < fields_.size() && i < columns.size(); ++i) {
    const Field& f = fields_[i];
    const auto at = static_cast<std::size_t>(columns[i]);
    if (columns[i] < 0 || at >= row.size()) continue;
    if (f.kind == Kind::multi_select) {
      for (const auto& part : split_list(row[at])) typed.emplace_back(f.name, value_of(f, part));
    } else {
      typed.emplace_back(f.name, f.options.empty() ? row[at] : value_of(f, row[at]));
    }
  }
  Checked checked = check(typed);
  for (auto& error : checked.errors) {
    const Field* field = find(error.field);
    error.message = "第 " + std::to_string(row_number) + " 行「" + (field ? field->label : error.field) +
                    "」：" + error.message;
  }
  return checked;
}

}  // namespace kepu::form
