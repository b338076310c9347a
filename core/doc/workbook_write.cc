#include <xlsxwriter.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <stdexcept>

#include "core/base/text.h"
#include "core/doc/workbook.h"

namespace kepu::doc {
namespace {

constexpr std::size_t kMaxCellText = 32'767;
constexpr std::size_t kMaxSheetName = 31;
// In bytes: the format allows 255 characters, but the library copies them into a buffer of as many bytes.
constexpr std::size_t kMaxChoices = 255;
constexpr lxw_row_t kLastRow = 1'048'575;
constexpr std::int64_t kExact = 999'999'999'999'999;  // Excel keeps 15 digits

// Unique, short, without the characters that Excel forbids.
std::string sheet_name(const std::string& wanted, std::set<std::string>& used) {
  std::u32string name = base::to_code_points(wanted);
  std::replace_if(
      name.begin(), name.end(),
      [](char32_t c) {
        return std::u32string_view(U"[]:*?/\\").find(c) != std::u32string_view::npos || c < 0x20;
      },
      U' ');
  while (!name.empty() && name.front() == U'\'') name.erase(0, 1);
  while (!name.empty() && name.back() == U'\'') name.pop_back();
  if (base::trim(base::to_utf8(name)).empty()) name = U"工作表";
  for (int n = 1;; ++n) {
    const std::u32string tail = n == 1 ? U"" : base::to_code_points("(" + std::to_string(n) + ")");
    const std::string candidate = base::to_utf8(name.substr(0, kMaxSheetName - tail.size()) + tail);
    if (used.insert(candidate).second) return candidate;
  }
}

std::string cell_text(const std::string& text) {
  std::string out = base::is_valid_utf8(text) ? text : base::valid_utf8(text);
  std::erase_if(out, [](char c) { return c >= 0 && c < 0x20 && c != '\n' && c != '\t'; });
  return base::length(out) > kMaxCellText ? base::shorten(out, kMaxCellText - 1) : out;
}

}  // namespace

struct WorkbookWriter::State {
  lxw_workbook* book = nullptr;
  lxw_worksheet* sheet = nullptr;
  lxw_format* header = nullptr;
  lxw_format* caption = nullptr;
  lxw_row_t header_row = 0, row = 0;
  lxw_col_t columns = 0;
  std::set<std::string> names;

  // The filter reaches to the last row, so it is set when that is known.
  void finish_sheet() {
    if (sheet && columns > 0) {
      worksheet_autofilter(sheet, header_row, 0, std::max(header_row, row == 0 ? row : row - 1),
                           static_cast<lxw_col_t>(columns - 1));
    }
  }
};

WorkbookWriter::WorkbookWriter(const std::string& path) : state_(std::make_unique<State>()) {
  lxw_workbook_options options = {};
  options.constant_memory = LXW_TRUE;
  state_->book = workbook_new_opt(path.c_str(), &options);
  if (!state_->book) throw std::runtime_error("cannot write workbook " + path);
  state_->header = workbook_add_format(state_->book);
  format_set_bold(state_->header);
  format_set_text_wrap(state_->header);
  format_set_align(state_->header, LXW_ALIGN_VERTICAL_CENTER);
  format_set_bg_color(state_->header, 0xE8EEF4);
  format_set_border(state_->header, LXW_BORDER_THIN);
  state_->caption = workbook_add_format(state_->book);
  format_set_bold(state_->caption);
  format_set_font_size(state_->caption, 14);
}

WorkbookWriter::~WorkbookWriter() {
  if (state_->book) lxw_workbook_free(state_->book);
}

void WorkbookWriter::sheet(const std::string& name, const std::vector<Column>& columns,
                           const std::string& caption) {
  State& s = *state_;
  s.finish_sheet();
  s.sheet = workbook_add_worksheet(s.book, sheet_name(name, s.names).c_str());
  if (!s.sheet) throw std::runtime_error("cannot add a sheet to the workbook");
  s.row = 0;
  s.columns = static_cast<lxw_col_t>(columns.size());
  if (!caption.empty()) worksheet_write_string(s.sheet, s.row++, 0, cell_text(caption).c_str(), s.caption);
  s.header_row = s.row;
  for (lxw_col_t i = 0; i < s.columns; ++i) {
    const Column& column = columns[i];
    worksheet_set_column(s.sheet, i, i, std::clamp(column.width, 1.0, 255.0), nullptr);
    worksheet_write_string(s.sheet, s.row, i, cell_text(column.title).c_str(), s.header);
    std::string note = column.note;
    const std::string all = base::join(column.choices, ",");
    if (!column.choices.empty() && all.size() <= kMaxChoices) {
      // The library's structure is not const, but it only reads.
      std::vector<char*> list;
      for (const auto& choice : column.choices) list.push_back(const_cast<char*>(choice.c_str()));
      list.push_back(nullptr);
      lxw_data_validation validation = {};
      validation.validate = LXW_VALIDATION_TYPE_LIST;
      validation.value_list = list.data();
      validation.error_title = const_cast<char*>("填写有误");
      validation.error_message = const_cast<char*>("请从下拉列表中选择。");
      worksheet_data_validation_range(s.sheet, s.row + 1, i, kLastRow, i, &validation);
    } else if (!column.choices.empty()) {
      // Too long for a list of its own: the person still sees what may be filled in.
      note += (note.empty() ? "" : "\n") + ("可填：" + base::join(column.choices, "、"));
    }
    if (!note.empty()) worksheet_write_comment(s.sheet, s.row, i, cell_text(note).c_str());
  }
  worksheet_freeze_panes(s.sheet, s.row + 1, 0);
  ++s.row;
}

void WorkbookWriter::row(const std::vector<Cell>& cells) {
  State& s = *state_;
  if (!s.sheet) throw std::logic_error("a workbook needs a sheet before its rows");
  if (s.row > kLastRow) throw std::length_error("a sheet holds at most 1,048,576 rows");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const auto column = static_cast<lxw_col_t>(i);
    if (const auto* text = std::get_if<std::string>(&cells[i])) {
      if (!text->empty()) worksheet_write_string(s.sheet, s.row, column, cell_text(*text).c_str(), nullptr);
    } else if (const auto* number = std::get_if<double>(&cells[i])) {
      if (std::isfinite(*number)) worksheet_write_number(s.sheet, s.row, column, *number, nullptr);
    } else if (const auto* integer = std::get_if<std::int64_t>(&cells[i])) {
      if (*integer <= kExact && *integer >= -kExact) {
        worksheet_write_number(s.sheet, s.row, column, static_cast<double>(*integer), nullptr);
      } else {
        worksheet_write_string(s.sheet, s.row, column, std::to_string(*integer).c_str(), nullptr);
      }
    }
  }
  ++s.row;
}

void WorkbookWriter::close() {
  State& s = *state_;
  if (!s.book) return;
  s.finish_sheet();
  const lxw_error error = workbook_close(std::exchange(s.book, nullptr));
  s.sheet = nullptr;
  if (error != LXW_NO_ERROR)
    throw std::runtime_error(std::string("cannot write workbook: ") + lxw_strerror(error));
}

}  // namespace kepu::doc
