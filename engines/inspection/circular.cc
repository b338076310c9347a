#include "engines/inspection/circular.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/base/text.h"
#include "engines/inspection/checklist.h"

namespace kepu::inspection {
namespace {

std::string name_of(const auth::UnitTree& units, Id unit) {
  const auto* found = units.find(unit);
  return found == nullptr ? "（已撤销单位）" : found->name;
}

void count_answers(const std::vector<Question>& checklist, const Body& body, std::vector<QuestionResult>& out,
                   std::vector<double>& sums) {
  for (std::size_t i = 0; i < checklist.size(); ++i) {
    const auto at = body.answers.find(checklist[i].number);
    if (at == body.answers.end() || at->second.value.empty() || at->second.value == "none") continue;
    ++out[i].answered;
    if (checklist[i].kind == QuestionKind::yes_no) (at->second.value == "yes" ? out[i].yes : out[i].no) += 1;
    if (checklist[i].kind == QuestionKind::score || checklist[i].kind == QuestionKind::number)
      sums[i] += base::parse_number(at->second.value).value_or(0);
  }
}

std::string result_text(const QuestionResult& r) {
  if (r.answered == 0) return "—";
  switch (r.question.kind) {
    case QuestionKind::yes_no:
      return fmt::format("是 {}，否 {}", r.yes, r.no);
    case QuestionKind::score:
      return fmt::format("平均 {:.1f} 分（满分 {}）", *r.mean, r.question.most);
    case QuestionKind::number:
      return fmt::format("平均 {:.1f}{}", *r.mean, r.question.unit.empty() ? "" : " " + r.question.unit);
    case QuestionKind::text:
      return fmt::format("{} 个单位作答", r.answered);
  }
  return "";
}

}  // namespace

std::string percent_text(const std::optional<double>& share) {
  return share ? fmt::format("{:.1f}%", *share * 100) : std::string("—");
}

std::optional<double> share_of(const std::vector<Question>& checklist, const Body& body) {
  double points = 0, possible = 0;
  for (const auto& q : checklist) {
    const auto at = body.answers.find(q.number);
    if (at == body.answers.end() || at->second.value.empty() || at->second.value == "none") continue;
    if (q.kind == QuestionKind::yes_no) {
      points += at->second.value == "yes" ? 1 : 0;
      possible += 1;
    } else if (q.kind == QuestionKind::score) {
      points += base::parse_number(at->second.value).value_or(0);
      possible += q.most;
    }
  }
  if (possible <= 0) return std::nullopt;
  return points / possible;
}

Circular circular_of(const RoundWhole& whole,
                     const std::vector<std::pair<const Visit*, const Body*>>& records,
                     const std::vector<Problem>& problems, const auth::UnitTree& units, base::Millis as_of) {
  Circular out;
  std::map<Id, std::pair<int, int>> by_unit;
  for (const auto& p : problems) {
    const bool ended = p.ended_at != 0 && p.ended_at <= as_of;
    if (p.opened_at > as_of || (ended && p.state == ProblemState::withdrawn)) continue;
    const bool closed = ended && p.state == ProblemState::closed;
    ++by_unit[p.unit].first;
    by_unit[p.unit].second += closed ? 1 : 0;
    out.closed += closed ? 1 : 0;
    out.problems.push_back(p);
  }
  std::stable_sort(out.problems.begin(), out.problems.end(),
                   [](const Problem& a, const Problem& b) { return a.severity > b.severity; });
  const auto& checklist = whole.round.checklist;
  for (const auto& q : checklist) out.questions.push_back({q, 0, 0, 0, std::nullopt});
  std::vector<double> sums(checklist.size(), 0);
  for (const auto& [visit, body] : records) {
    if (body == nullptr) {
      ++out.not_visited;
      continue;
    }
    ++out.visited;
    count_answers(checklist, *body, out.questions, sums);
    const auto& count = by_unit[visit->unit];
    out.units.push_back(
        {visit->unit, name_of(units, visit->unit), share_of(checklist, *body), count.first, count.second});
  }
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto kind = checklist[i].kind;
    if (out.questions[i].answered > 0 && (kind == QuestionKind::score || kind == QuestionKind::number))
      out.questions[i].mean = sums[i] / out.questions[i].answered;
  }
  std::stable_sort(out.units.begin(), out.units.end(), [](const UnitResult& a, const UnitResult& b) {
    return a.share.value_or(-1) > b.share.value_or(-1);
  });
  return out;
}

doc::Paper paper_of(const Round& round, const Circular& c, const auth::UnitTree& units,
                    const std::string& issuer, const std::string& words, base::Date day) {
  using doc::Style;
  doc::Paper paper;
  paper.paragraph(Style::title, "关于" + round.title + "情况的通报");
  paper.paragraph(Style::recipient, "各有关单位：");
  paper.paragraph(
      Style::body,
      fmt::format("{}{}至{}，对 {} 个单位开展了现场督查{}。现将情况通报如下。",
                  round.basis.empty() ? "" : "根据" + round.basis + "，", base::to_chinese(round.from),
                  base::to_chinese(round.until), c.visited,
                  c.not_visited > 0 ? fmt::format("（另有 {} 个单位未能走访）", c.not_visited) : ""));
  paper.paragraph(Style::heading1, "一、总体情况");
  std::vector<std::vector<doc::TableCell>> rows = {{{"序号", 1, 1, true, true},
                                                    {"单位", 1, 1, true, true},
                                                    {"得分率", 1, 1, true, true},
                                                    {"问题", 1, 1, true, true},
                                                    {"已销号", 1, 1, true, true}}};
  int number = 0;
  for (const auto& u : c.units) {
    rows.push_back({{std::to_string(++number), 1, 1, false, true},
                    {u.name},
                    {percent_text(u.share), 1, 1, false, true},
                    {std::to_string(u.problems), 1, 1, false, true},
                    {std::to_string(u.closed), 1, 1, false, true}});
  }
  paper.table({10, 42, 18, 15, 15}, rows, 1);
  paper.paragraph(Style::note, "得分率：评分题得分与“是否”题答“是”之和，占可得分之比；“不适用”不计。");
  paper.paragraph(Style::heading1, "二、各项检查结果");
  rows = {{{"检查内容", 1, 1, true, true}, {"结果", 1, 1, true, true}}};
  for (const auto& q : c.questions) rows.push_back({{q.question.text}, {result_text(q)}});
  paper.table({64, 36}, rows, 1);
  paper.paragraph(Style::heading1, "三、发现的问题");
  paper.paragraph(Style::body, c.problems.empty()
                                   ? std::string("本次督查没有发现需要整改的问题。")
                                   : fmt::format("共发现问题 {} 个，截至{}已销号 {} 个。", c.problems.size(),
                                                 base::to_chinese(day), c.closed));
  if (!c.problems.empty()) {
    rows = {{{"编号", 1, 1, true, true},
             {"单位", 1, 1, true, true},
             {"问题", 1, 1, true, true},
             {"程度", 1, 1, true, true},
             {"整改期限", 1, 1, true, true}}};
    for (const auto& p : c.problems) {
      rows.push_back({{p.number},
                      {name_of(units, p.unit)},
                      {p.what},
                      {std::string(title_of(p.severity)), 1, 1, false, true},
                      {p.due ? base::to_iso(*p.due) : std::string("待定"), 1, 1, false, true}});
    }
    paper.table({16, 20, 36, 10, 18}, rows, 1);
  }
  if (!base::trim(words).empty()) {
    paper.paragraph(Style::heading1, "四、有关要求");
    for (const auto& line : base::split(words, "\n")) {
      if (!base::trim(line).empty()) paper.paragraph(Style::body, base::trim(line));
    }
  }
  paper.paragraph(Style::signature, issuer);
  paper.paragraph(Style::signature, base::to_chinese(day));
  return paper;
}

}  // namespace kepu::inspection
