#include "engines/survey/xlsform.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"

namespace kepu::survey {

using base::Code;

namespace {

const std::vector<std::string> kSurveyColumns = {
    "type",        "name",       "label",          "relevant",   "constraint",  "constraint_message",
    "required",    "parameters", "kepu_dimension", "kepu_right", "kepu_anchor", "kepu_item",
    "kepu_shuffle"};
const std::vector<std::string> kChoiceColumns = {"list_name", "name", "label"};
const std::vector<std::string> kSettingColumns = {"form_title", "form_id", "version"};

const doc::Sheet* sheet_of(const std::vector<doc::Sheet>& sheets, std::string_view name) {
  for (const auto& s : sheets) {
    if (s.name == name && !s.rows.empty()) return &s;
  }
  return nullptr;
}

// Rows by the names of their columns.
class Table {
 public:
  explicit Table(const doc::Sheet& sheet) : sheet_(sheet) {
    for (std::size_t i = 0; i < sheet.rows[0].size(); ++i) {
      auto title = base::trim(sheet.rows[0][i]);
      if (base::starts_with(title, "label::")) title = "label";  // the first language counts
      columns_.emplace(title, i);
    }
  }
  std::size_t rows() const { return sheet_.rows.size(); }
  std::string at(std::size_t row, const std::string& column) const {
    const auto c = columns_.find(column);
    const auto& cells = sheet_.rows[row];
    return c == columns_.end() || c->second >= cells.size() ? std::string() : base::trim(cells[c->second]);
  }
  bool yes(std::size_t row, const std::string& column) const {
    const auto v = at(row, column);
    return v == "yes" || v == "true" || v == "TRUE" || v == "true()" || v == "1" || v == "是";
  }

 private:
  const doc::Sheet& sheet_;
  std::map<std::string, std::size_t> columns_;
};

class Reader {
 public:
  ReadForm read(const std::vector<doc::Sheet>& sheets) {
    const auto* survey = sheet_of(sheets, "survey");
    if (survey == nullptr) {
      error("这不是 XLSForm 问卷：没有名为 survey 的工作表。");
      return std::move(out_);
    }
    if (const auto* choices = sheet_of(sheets, "choices")) read_choices(Table(*choices));
    if (const auto* settings = sheet_of(sheets, "settings")) {
      const Table t(*settings);
      if (t.rows() > 1) out_.questionnaire.title = t.at(1, "form_title");
    }
    const Table t(*survey);
    for (std::size_t row = 1; row < t.rows(); ++row) read_row(t, row);
    if (in_group_) error("begin_group 没有对应的 end_group。");
    std::erase_if(out_.questionnaire.blocks, [](const Block& b) { return b.questions.empty(); });
    return std::move(out_);
  }

 private:
  void error(std::string message) {
    if (out_.errors.size() < 50)
      out_.errors.push_back({Code::invalid, "xlsform.row", "file", std::move(message)});
  }
  void read_choices(const Table& t) {
    for (std::size_t row = 1; row < t.rows(); ++row) {
      const auto list = t.at(row, "list_name");
      if (!list.empty()) lists_[list].push_back({t.at(row, "name"), t.at(row, "label")});
    }
  }
  Block& block() {
    auto& blocks = out_.questionnaire.blocks;
    if (!in_group_ && !loose_) {
      blocks.push_back({fmt::format("part{}", blocks.size() + 1), "", "", false, {}});
      loose_ = true;
    }
    return blocks.back();
  }
  void read_row(const Table& t, std::size_t row) {
    const auto type = base::squeeze(t.at(row, "type"));
    if (type.empty()) return;
    const auto where = fmt::format("survey 第 {} 行：", row + 1);
    if (type == "begin_group" || type == "begin group") {
      if (in_group_) return error(where + "组里不能再套组。");
      out_.questionnaire.blocks.push_back(
          {t.at(row, "name"), t.at(row, "label"), t.at(row, "relevant"), t.yes(row, "kepu_shuffle"), {}});
      in_group_ = true;
      loose_ = false;
      return;
    }
    if (type == "end_group" || type == "end group") {
      if (!in_group_) return error(where + "end_group 没有对应的 begin_group。");
      in_group_ = false;
      return;
    }
    // Times are kept by the program itself.
    if (type == "start" || type == "end" || type == "today" || type == "deviceid") return;
    if (auto q = question_of(t, row, type, where)) block().questions.push_back(std::move(*q));
  }
  std::optional<Question> question_of(const Table& t, std::size_t row, const std::string& type,
                                      const std::string& where) {
    Question q;
    const auto parts = base::split(type, " ");
    const bool one = parts[0] == "select_one", several = parts[0] == "select_multiple";
    if ((one || several) && parts.size() >= 2) {
      q.kind = one ? QuestionKind::single : QuestionKind::multi;
      const auto list = lists_.find(parts[1]);
      if (list == lists_.end())
        error(where + "choices 工作表里没有选项表“" + parts[1] + "”。");
      else
        q.options = list->second;
    } else if (type == "integer" || type == "decimal") {
      q.kind = QuestionKind::number;
    } else if (type == "text") {
      q.kind = QuestionKind::text;
    } else if (type == "note") {
      q.kind = QuestionKind::note;
    } else {
      error(where + "题型“" + base::shorten(type, 30) + "”这里不能问，请改成单选、多选、数字、文字或说明。");
      return std::nullopt;
    }
    q.name = t.at(row, "name");
    q.text = t.at(row, "label");
    q.relevant = t.at(row, "relevant");
    q.constraint = t.at(row, "constraint");
    q.constraint_message = t.at(row, "constraint_message");
    q.required = t.yes(row, "required") && q.kind != QuestionKind::note;
    q.shuffle = base::contains(base::without_space(t.at(row, "parameters")), "randomize=true");
    const auto dimension = t.at(row, "kepu_dimension");
    q.dimension = parse_dimension(dimension);
    if (!dimension.empty() && !q.dimension)
      error(where + "kepu_dimension 只能是 knowledge、method、spirit、application，或它们的中文名。");
    q.right = base::squeeze(t.at(row, "kepu_right"));
    q.anchor = t.yes(row, "kepu_anchor");
    q.item = t.at(row, "kepu_item");
    return q;
  }

  ReadForm out_;
  std::map<std::string, std::vector<Option>> lists_;
  bool in_group_ = false, loose_ = false;
};

std::string type_of(const Question& q) {
  switch (q.kind) {
    case QuestionKind::single:
      return "select_one " + q.name;
    case QuestionKind::multi:
      return "select_multiple " + q.name;
    case QuestionKind::number:
      return "decimal";
    case QuestionKind::text:
      return "text";
    case QuestionKind::note:
      return "note";
  }
  return "note";
}
const char* yes(bool flag) { return flag ? "yes" : ""; }

}  // namespace

ReadForm read_xlsform(const std::vector<doc::Sheet>& sheets) { return Reader().read(sheets); }

std::vector<doc::Sheet> to_sheets(const Questionnaire& q) {
  doc::Sheet survey{"survey", {kSurveyColumns}}, choices{"choices", {kChoiceColumns}};
  for (const auto& b : q.blocks) {
    survey.rows.push_back(
        {"begin_group", b.name, b.title, b.relevant, "", "", "", "", "", "", "", "", yes(b.shuffle)});
    for (const auto& x : b.questions) {
      survey.rows.push_back({type_of(x), x.name, x.text, x.relevant, x.constraint, x.constraint_message,
                             yes(x.required), x.shuffle ? "randomize=true" : "",
                             x.dimension ? std::string(to_text(*x.dimension)) : "", x.right, yes(x.anchor),
                             x.item, ""});
      for (const auto& o : x.options) choices.rows.push_back({x.name, o.code, o.text});
    }
    survey.rows.push_back({"end_group"});
  }
  return {survey, choices, {"settings", {kSettingColumns, {q.title, "kepu_survey", "1"}}}};
}

void write_xlsform(const Questionnaire& q, const std::string& path) {
  doc::WorkbookWriter out(path);
  for (const auto& sheet : to_sheets(q)) {
    std::vector<doc::WorkbookWriter::Column> columns;
    for (const auto& title : sheet.rows[0])
      columns.push_back({title, title == "label" ? 50.0 : 16.0, "", {}});
    out.sheet(sheet.name, columns);
    for (std::size_t i = 1; i < sheet.rows.size(); ++i)
      out.row(std::vector<doc::Cell>(sheet.rows[i].begin(), sheet.rows[i].end()));
  }
  out.close();
}

}  // namespace kepu::survey
