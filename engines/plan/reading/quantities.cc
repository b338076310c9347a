#include "engines/plan/reading/quantities.h"

#include <algorithm>

#include "engines/plan/reading/clause_quantities.h"
#include "engines/plan/reading/quantity_words.h"

namespace kepu::plan::grammar {
namespace {

class Scanner {
 public:
  Scanner(const Source& source, const Outline& outline, Reading& out)
      : source_(source), outline_(outline), out_(out) {}

  std::vector<Announced> scan() {
    for (std::size_t i = 0; i < outline_.body_end; ++i) {
      const Paragraph& p = source_.paragraphs[i];
      // Short lines of the front are title, date, signature; its prose may hold the target where headings are
      // lost.
      if (i < outline_.front_end && p.text.size() < 30 && !has(p.text, U"。")) continue;
      const Clause place = place_of(i, p.line);
      const Mark mark = mark_of(p.text);
      text_ = behind_mark(p.text, mark);
      std::size_t sentence_from = 0;
      for (const Span& s : clauses(text_)) {
        if (s.from > 0 && one_of(text_[s.from - 1], U"。！？")) sentence_from = s.from;
        if (s.from - sentence_from > kWindow) sentence_from = s.from - kWindow;
        // A clause of prose is short; a hostile one is read in pieces, so that the work grows with the text
        // only.
        for (std::size_t at = s.from; at < s.to; at += kWindow)
          take_clause({at, std::min(s.to, at + kWindow)}, at == s.from ? sentence_from : at, place);
      }
    }
    choose_headline();
    return std::move(announced_);
  }

 private:
  // Where the clauses of a paragraph stand.
  Clause place_of(std::size_t i, Line line) {
    Clause c;
    c.line = line;
    c.first_year = out_.from;
    while (part_ < outline_.parts.size() && outline_.parts[part_].last <= i) ++part_;
    if (part_ < outline_.parts.size() && outline_.parts[part_].first <= i)
      c.past = outline_.parts[part_].kind == SectionKind::background;
    while (initiative_ < out_.initiatives.size() && outline_.initiatives[initiative_].last <= i)
      ++initiative_;
    if (initiative_ < out_.initiatives.size() && outline_.initiatives[initiative_].heading <= i) {
      c.initiative = static_cast<int>(initiative_);
      c.past = false;
      const auto& tasks = out_.initiatives[initiative_].tasks;
      const auto behind = std::upper_bound(tasks.begin(), tasks.end(), line,
                                           [](Line l, const Task& t) { return l < t.line; });
      c.task = static_cast<int>(behind - tasks.begin()) - 1;
    }
    return c;
  }

  void take_clause(const Span& s, std::size_t sentence_from, const Clause& place) {
    Clause c = place;
    c.text = text_.substr(s.from, s.to - s.from);
    if (c.text.size() < 2) return;
    c.sentence = text_.substr(sentence_from, s.to - sentence_from);
    c.literacy = speaks_of_literacy(c.sentence);
    c.deadline = deadline_in(c.sentence);
    // An aim for the last year of the plan is an aim wherever it stands.
    if (c.literacy && c.deadline && *c.deadline == out_.to) c.past = false;
    c.past |= tells_of_past(c);
    if (!c.past && find_relative_headline(c)) return;
    read_clause(c, out_.quantities, announced_);
  }

  bool tells_of_past(const Clause& c) const {
    if (has_any(c.text, {U"截至", U"截止", U"现有", U"目前", U"以来"}) || names_earlier_plan(c.text))
      return true;
    // 五年累计培训…: a sum to come, where the clause looks ahead.
    if (has(c.text, U"累计") && c.initiative < 0 && !looks_ahead(c)) return true;
    // 已建成, 已达: but not 已有的… as what work starts from.
    if (has_any(c.text, {U"已建", U"已达", U"已有", U"达到了", U"提高了", U"增长了", U"增加了"})) return true;
    const auto year = deadline_in(c.text);
    const auto spoken = year ? year : c.deadline;
    if (measures_rise(c)) return false;
    return spoken && out_.from > 0 && *spoken < out_.from &&
           !has_any(c.text, {U"提高到", U"提升到", U"提升至", U"提高至"});
  }

  // 较2020年增加50%: a rise to come over the year before the plan.
  bool measures_rise(const Clause& c) const {
    const std::size_t than = c.text.find_first_of(U"较比");
    const auto year = than == View::npos ? std::nullopt : year_at(c.text, than + 1);
    if (!year || static_cast<int>(year->value) + 1 != out_.from || has(c.text, U"了")) return false;
    if (c.deadline && *c.deadline < out_.from && *c.deadline + 1 != out_.from) return false;
    return has_any(c.text.substr(year->to), {U"增加", U"增长", U"提高", U"提升", U"翻"});
  }

  // 十三五 in a plan for 2021–2025; in one for 2016–2020 it is the plan's own time.
  bool names_earlier_plan(View text) const {
    constexpr std::pair<View, int> kPlans[] = {
        {U"十一五", 2006}, {U"十二五", 2011}, {U"十三五", 2016}, {U"十四五", 2021}};
    constexpr int kUnknown = 2021;  // a plan without a period is read as one of these years
    const int first = out_.from > 0 ? out_.from : kUnknown;
    return std::any_of(std::begin(kPlans), std::end(kPlans),
                       [&](const auto& plan) { return plan.second + 4 < first && has(text, plan.first); });
  }

  bool looks_ahead(const Clause& c) const {
    if (c.deadline && out_.from > 0 && *c.deadline >= out_.to) return true;
    return has_any(c.text,
                   {U"五年", U"5年", U"期末", U"期间", U"力争", U"计划", U"不少于", U"不低于", U"以上"});
  }

  bool find_relative_headline(const Clause& c) {
    if (!speaks_of_literacy(c.text) && !(c.literacy && has(c.text, U"平均水平"))) return false;
    if (!has_any(c.text, {U"平均水平", U"平均值"}) || has_any(c.text, {U"%", U"％", U"百分"})) return false;
    if (!has_any(c.text, {U"达到", U"高于", U"不低于", U"超过", U"达", U"接近", U"赶上"}) ||
        c.initiative >= 0)
      return false;
    const Chars other = level_of_others(c.text);
    if (other.empty()) return false;
    const bool again = std::any_of(out_.quantities.begin(), out_.quantities.end(),
                                   [](const Quantity& q) { return q.headline; });
    if (again) return true;
    Quantity q;
    q.op = Operator::relative;
    q.relative_to = utf8(other);
    q.year = c.deadline;
    q.headline = true;
    q.text = utf8(trimmed(c.sentence));
    q.initiative = c.initiative;
    q.task = c.task;
    q.line = c.line;
    out_.quantities.push_back(std::move(q));
    return true;
  }

  // The share by the end of the period; a later vision (2035) or another share stays an ordinary target. Of
  // a title that names the years of the national outline the first aim is the plan's own.
  void choose_headline() {
    constexpr int kLongestPlan = 10;  // years
    const bool own_years = out_.to - out_.from < kLongestPlan;
    Quantity* best = nullptr;
    for (Quantity& q : out_.quantities) {
      if (!q.headline) continue;
      const bool at_end = q.year && *q.year == out_.to;
      const bool best_at_end = best && best->year && *best->year == out_.to;
      if (!best || (own_years && at_end && !best_at_end)) best = &q;
    }
    for (Quantity& q : out_.quantities)
      if (&q != best) q.headline = false;
    if (!best) return;
    if (!best->year && out_.to > 0) best->year = out_.to;
    out_.headline = *best;
  }

  static constexpr std::size_t kWindow = 400;
  const Source& source_;
  const Outline& outline_;
  Reading& out_;
  View text_;
  std::size_t part_ = 0, initiative_ = 0;
  std::vector<Announced> announced_;
};

}  // namespace

std::vector<Announced> read_quantities(const Source& source, const Outline& outline, Reading& out) {
  return Scanner(source, outline, out).scan();
}

}  // namespace kepu::plan::grammar
