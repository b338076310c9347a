#include "engines/appraisal/paper.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/word.h"

namespace kepu::appraisal {
namespace {

using doc::Style;

std::string points(std::optional<Points> p) { return p ? points_text(*p) : std::string("—"); }

std::string grades_sentence(const PaperParts& parts, const std::vector<ResultRow>& rows) {
  std::vector<std::string> out;
  for (const auto& grade : parts.table.grades) {
    std::vector<std::string> names;
    for (const auto& r : rows) {
      if (r.grade == grade.title) names.push_back(r.name);
    }
    if (!names.empty())
      out.push_back(fmt::format("{} {} 个：{}", grade.title, names.size(), base::join(names, "、")));
  }
  return base::join(out, "；");
}

void add_group(doc::Paper& paper, const PaperParts& parts, const Group& group, const char* number) {
  std::vector<ResultRow> rows;
  for (const auto& r : parts.results) {
    if (r.group == group.id) rows.push_back(r);
  }
  if (rows.empty()) return;
  paper.paragraph(Style::heading1,
                  std::string(number) + "、" + group.title + "（" + std::to_string(rows.size()) + " 个）");
  paper.paragraph(Style::body, grades_sentence(parts, rows) + "。");
  const auto head = [](const char* text) { return doc::TableCell{text, 1, 1, true, true}; };
  const auto cell = [](std::string text) { return doc::TableCell{std::move(text), 1, 1, false, true}; };
  std::vector<std::vector<doc::TableCell>> table = {
      {head("单位"), head("自评"), head("评委"), head("加分"), head("扣分"), head("总分"), head("等次")}};
  for (const auto& r : rows)
    table.push_back({{r.name},
                     cell(points(r.self)),
                     cell(points(r.assessed)),
                     cell(points_text(r.bonus)),
                     cell(points_text(r.deduction)),
                     cell(points(r.total)),
                     cell(r.grade)});
  paper.table({30, 12, 12, 10, 10, 13, 13}, std::move(table), 1);
}

void add_missing(doc::Paper& paper, const PaperParts& parts, const char* number) {
  std::vector<std::string> names;
  for (const auto& r : parts.results) {
    if (r.missing > 0) names.push_back(fmt::format("{}（{} 项）", r.name, r.missing));
  }
  paper.paragraph(Style::heading1, std::string(number) + "、说明");
  paper.paragraph(
      Style::body,
      fmt::format("满分 {} 分，加分最多 {} 分，扣分最多 {} "
                  "分；不适用的考核项分子分母都不计入。单位按名录顺序排列，不排名次。{}",
                  points_text(parts.table.full), points_text(parts.table.bonus_cap),
                  points_text(parts.table.deduction_cap),
                  parts.head.frozen_at == 0
                      ? std::string()
                      : "平台数据截至 " + base::to_chinese(base::date_of(parts.head.frozen_at)) + "。"));
  paper.paragraph(Style::body, names.empty() ? std::string("没有缺数据、缺评分的考核项。")
                                             : "有考核项既没有数据也没有评分、按零分计入的：" +
                                                   base::join(names, "、") + "。");
  if (!parts.appeals.empty()) {
    const auto upheld = std::count_if(parts.appeals.begin(), parts.appeals.end(),
                                      [](const Appeal& a) { return a.state == AppealState::upheld; });
    const auto open = std::count_if(parts.appeals.begin(), parts.appeals.end(),
                                    [](const Appeal& a) { return a.state == AppealState::open; });
    paper.paragraph(Style::body, fmt::format("公示期间收到申诉 {} 件，支持 {} 件，维持原分 {} 件{}。",
                                             parts.appeals.size(), upheld,
                                             static_cast<std::int64_t>(parts.appeals.size()) - upheld - open,
                                             open > 0 ? fmt::format("，待裁定 {} 件", open) : std::string()));
  }
  if (parts.head.state == State::final)
    paper.paragraph(Style::body, "本结果已定稿。输入数据的 SHA-256 散列值：" + parts.head.inputs_hash +
                                     "；得分的 SHA-256 散列值：" + parts.head.scores_hash + "。");
}

}  // namespace

std::string results_docx(const PaperParts& parts) {
  doc::Paper paper;
  paper.paragraph(Style::title,
                  fmt::format("{}{} 年度{}结果{}", parts.county, parts.head.year, parts.head.title,
                              parts.head.state == State::final ? "" : "（公示）"));
  if (parts.head.notice_from && parts.head.notice_until && parts.head.state != State::final)
    paper.paragraph(
        Style::body,
        fmt::format("现将考核结果公示如下，公示期为 {}至 {}。对本单位得分有异议的，请在公示期内提出申诉。",
                    base::to_chinese(*parts.head.notice_from), base::to_chinese(*parts.head.notice_until)));
  int number = 0;
  for (const auto& group : parts.table.groups)
    add_group(paper, parts, group, base::chinese_numeral(++number).c_str());
  add_missing(paper, parts, base::chinese_numeral(++number).c_str());
  paper.paragraph(
      Style::signature,
      base::to_chinese(parts.head.finished_at != 0 ? base::date_of(parts.head.finished_at) : parts.today));
  return paper.docx();
}

}  // namespace kepu::appraisal
