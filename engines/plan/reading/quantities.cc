#include "engines/plan/reading/quantities.h"

#include <algorithm>

#include "engines/plan/reading/quantity_words.h"

namespace kepu::plan::grammar {
namespace {

struct Context {
  bool past = false;  // told of what was, not of what shall be
  bool aim = false;
  int initiative = -1, task = -1;
  Line line = 0;
};

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
      const Context context = context_of(i, p.line);
      const Mark mark = mark_of(p.text);
      text_ = behind_mark(p.text, mark);
      std::size_t sentence_from = 0;
      for (const Span& s : clauses(text_)) {
        if (s.from > 0 && one_of(text_[s.from - 1], U"。！？")) sentence_from = s.from;
        if (s.from - sentence_from > kWindow) sentence_from = s.from - kWindow;
        // A clause of prose is short; a hostile one is read in pieces, so that the work grows with the text
        // only.
        for (std::size_t at = s.from; at < s.to; at += kWindow)
          take_clause({at, std::min(s.to, at + kWindow)}, at == s.from ? sentence_from : at, context);
      }
    }
    choose_headline();
    return std::move(announced_);
  }

 private:
  Context context_of(std::size_t i, Line line) {
    Context c;
    c.line = line;
    while (part_ < outline_.parts.size() && outline_.parts[part_].last <= i) ++part_;
    if (part_ < outline_.parts.size() && outline_.parts[part_].first <= i) {
      c.past = outline_.parts[part_].kind == SectionKind::background;
      c.aim = outline_.parts[part_].kind == SectionKind::aim;
    }
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

  void take_clause(const Span& s, std::size_t sentence_from, const Context& context) {
    const View clause = text_.substr(s.from, s.to - s.from);
    if (clause.size() < 2) return;
    const View sentence = text_.substr(sentence_from, s.to - sentence_from);
    Context c = context;
    literacy_ = speaks_of_literacy(sentence);
    deadline_ = deadline_in(sentence);
    // An aim for the last year of the plan is an aim wherever it stands.
    if (literacy_ && deadline_ && *deadline_ == out_.to) c.past = false;
    c.past |= tells_of_past(clause, c.initiative >= 0);
    if (!c.past && find_relative_headline(clause, sentence, c)) return;
    const auto periods = c.past ? std::vector<std::pair<std::size_t, const Period*>>{} : periods_in(clause);
    frequency_done_ = false;
    bool any_number = false;
    int quoted = 0;
    for (std::size_t i = 0; i < clause.size(); ++i) {
      const char32_t ch = clause[i];
      if (one_of(ch, U"《“‘「")) ++quoted;
      if (one_of(ch, U"》”’」") && quoted > 0) --quoted;
      if (quoted > 0) continue;
      if (const auto to = blank_at(clause, i, c)) {
        i = *to;
        continue;
      }
      if (!is_digit(ch) && !is_numeral_char(ch)) continue;
      const std::size_t to = number_at(clause, sentence, i, periods, c, any_number);
      i = std::max(i, to - 1);
    }
    if (!periods.empty() && !frequency_done_ && !any_number)
      implied_frequency(clause, *periods.front().second, periods.front().first, c);
    if (!c.past) implied_coverage(clause, c);
  }

  bool tells_of_past(View clause, bool in_initiative) const {
    if (has_any(clause, {U"截至", U"截止", U"现有", U"目前", U"十三五", U"十二五", U"以来"})) return true;
    constexpr int kFifteenth = 2026;  // first year of the plan after the fourteenth
    if (out_.from >= kFifteenth && has(clause, U"十四五")) return true;
    // 五年累计培训…: a sum to come, where the clause looks ahead.
    if (has(clause, U"累计") && !in_initiative && !looks_ahead(clause)) return true;
    // 已建成, 已达: but not 已有的… as what work starts from.
    if (has_any(clause, {U"已建", U"已达", U"已有", U"达到了", U"提高了", U"增长了", U"增加了"})) return true;
    const auto year = deadline_in(clause);
    const auto spoken = year ? year : deadline_;
    return spoken && out_.from > 0 && *spoken < out_.from &&
           !has_any(clause, {U"提高到", U"提升到", U"提升至", U"提高至"});
  }

  bool looks_ahead(View clause) const {
    if (deadline_ && out_.from > 0 && *deadline_ >= out_.to) return true;
    return has_any(clause,
                   {U"五年", U"5年", U"期末", U"期间", U"力争", U"计划", U"不少于", U"不低于", U"以上"});
  }

  static std::vector<std::pair<std::size_t, const Period*>> periods_in(View clause) {
    std::vector<std::pair<std::size_t, const Period*>> out;
    if (!has(clause, U"每") && !has(clause, U"一年一")) return out;
    for (const Period& p : periods_of_time())
      if (const std::size_t at = clause.find(p.word); at != View::npos) {
        out.emplace_back(at, &p);
        break;
      }
    return out;
  }

  Quantity make(QuantityKind kind, View clause, const Context& c) const {
    Quantity q;
    q.kind = kind;
    q.text = utf8(trimmed(clause.substr(0, 120)));
    q.initiative = c.initiative;
    q.task = c.task;
    q.line = c.line;
    return q;
  }

  // A gap before a unit: 达     人次, ___名, ××个.
  std::optional<std::size_t> blank_at(View clause, std::size_t i, const Context& c) {
    const char32_t ch = clause[i];
    const bool rule = one_of(ch, U"_＿×✕□▁"), crosses = ch == U'X' || ch == U'x' || ch == U'*';
    if (!rule && !crosses && !is_blank(ch)) return std::nullopt;
    if (i == 0 || (crosses && (i + 1 >= clause.size() || clause[i + 1] != ch))) return std::nullopt;
    std::size_t to = i;
    while (to < clause.size() && (clause[to] == ch || is_blank(clause[to]) || one_of(clause[to], U"_＿×□")))
      ++to;
    const std::size_t gap = to - i;
    std::size_t at = to;
    if (at < clause.size() && clause[at] == U'万') ++at;
    const View unit = unit_at(clause, at);
    if (unit.empty() || begins_word(unit, clause.substr(at + unit.size()))) return std::nullopt;
    const char32_t before = clause[i - 1];
    if (!is_han(before) && !is_close(before)) return std::nullopt;
    const bool blanks_only = is_blank(ch) && gap == static_cast<std::size_t>(std::count_if(
                                                        clause.begin() + static_cast<long>(i),
                                                        clause.begin() + static_cast<long>(to), is_blank));
    // One blank may be an accident of typing; then only an unmistakable place counts.
    if (blanks_only && gap == 1 &&
        !(one_of(before, U"达到于训建设树派") && (unit == U"人次" || unit == U"名" || unit == U"个" ||
                                                  unit == U"场" || unit == U"家" || unit == U"人")))
      return std::nullopt;
    Quantity q = make(QuantityKind::blank, clause, c);
    q.unit = utf8(unit);
    q.op = operator_at(clause, i, at + unit.size());
    if (c.past || out_.quantities.size() >= kMostQuantities) return at;
    out_.quantities.push_back(std::move(q));
    return at + unit.size() - 1;
  }

  // Reads the number at `i`; gives the position behind it.
  std::size_t number_at(View clause, View sentence, std::size_t i,
                        const std::vector<std::pair<std::size_t, const Period*>>& periods, const Context& c,
                        bool& any_number) {
    if (const auto year = year_at(clause, i);
        year && !year->chinese && year->to < clause.size() &&
        (clause[year->to] == U'年' || is_year_dash(clause[year->to]) || is_blank(clause[year->to]))) {
      return year->to;
    }
    bool percent = false;
    std::size_t from = i;
    if (starts(clause.substr(i), U"百分之")) {
      percent = true;
      from = i + 3;
    }
    const auto number = numeral_at(clause, from);
    if (!number) return i + 1;
    std::size_t at = number->to;
    double value = number->value;
    const std::size_t digits = number->to - from;
    while (at < clause.size() && (is_blank(clause[at]) || one_of(clause[at], U"余多来几"))) ++at;
    for (const auto& [word, scale] : {std::pair{U'百', 1e2}, {U'千', 1e3}, {U'万', 1e4}, {U'亿', 1e8}})
      while (!number->chinese && at < clause.size() && clause[at] == word) {
        value *= scale;
        ++at;
      }
    while (at < clause.size() && (is_blank(clause[at]) || one_of(clause[at], U"余多"))) ++at;
    bool at_least = false;
    if (starts(clause.substr(at), U"以上")) {
      at_least = true;
      at += 2;
      while (at < clause.size() && is_blank(clause[at])) ++at;
    }
    const View unit = percent ? View(U"%") : unit_at(clause, at);
    const std::size_t end = percent ? at : at + unit.size();
    if (i > 0 && (one_of(clause[i - 1], U"第“+＋-－.") ||
                  (clause[i - 1] < 0x80 && !is_blank(clause[i - 1]) && !one_of(clause[i - 1], U"(<>=~"))))
      return number->to;
    if (unit.empty()) {
      note_announced(clause, i, at, value, c);
      return number->to;
    }
    if (!percent && begins_word(unit, clause.substr(end))) return number->to;
    if (unit == U"项" || unit == U"个" || unit == U"种")
      if (const auto s = structure_at(clause, end)) {
        if (unit == U"项") announce(clause.substr(i, s->to - i), value, *s, c);
        return s->to;
      }
    if (number->chinese && !percent &&
        !counts_in_words(clause, i, digits, value, unit, end, !periods.empty()))
      return number->to;
    if (!number->chinese && one_of(unit.front(), U"届天面片条门") &&
        operator_at(clause, i, end) == Operator::equal && !at_least)
      return number->to;
    if (unit == U"小时" && operator_at(clause, i, end) == Operator::equal && !at_least) return number->to;
    any_number = true;
    add_number(clause, sentence, i, end, value, percent || unit == U"％" ? View(U"%") : unit, at_least,
               periods, c);
    return end;
  }

  void note_announced(View clause, std::size_t from, std::size_t at, double value, const Context& c) {
    if (at >= clause.size() || clause[at] != U'大') return;
    if (const auto s = structure_at(clause, at + 1))
      announce(clause.substr(from, s->to - from), value, *s, c);
  }
  void announce(View text, double value, const Structure& s, const Context& c) {
    if (value < 1 || value > 50 || c.past || announced_.size() >= kMostQuantities) return;
    announced_.push_back({static_cast<int>(value), utf8(text), s.actions, s.projects, c.line});
  }

  void add_number(View clause, View sentence, std::size_t i, std::size_t end, double value, View unit,
                  bool at_least, const std::vector<std::pair<std::size_t, const Period*>>& periods,
                  const Context& c) {
    const bool literacy = literacy_;
    const View before = clause.substr(i > 4 ? i - 4 : 0, i > 4 ? 4 : i);
    const View after = clause.substr(std::min(end, clause.size()), 3);
    bool baseline = c.past;
    if (!baseline && (has_any(before, {U"从", U"由"}) || starts(before, U"比")) &&
        has_any(clause.substr(end), {U"提高", U"提升", U"增加", U"增长", U"到", U"至"}))
      baseline = true;
    if (!baseline && unit == U"%" && starts(after, U"的基础")) baseline = true;
    if (!baseline && unit == U"%" && previous_year_right_before(clause, i)) baseline = true;
    // What was achieved before counts only where it is the base of the headline target.
    if (baseline && !(literacy && unit == U"%")) return;
    Quantity q = make(baseline ? QuantityKind::baseline : QuantityKind::target, clause, c);
    q.value = value;
    q.unit = utf8(unit);
    q.op = at_least ? Operator::at_least : operator_at(clause, i, end);
    q.year = deadline_;
    const bool event =
        unit == U"次" || unit == U"场" || unit == U"期" || unit == U"场次" || unit == U"届" || unit == U"班";
    if (!baseline && !periods.empty() && event && periods.front().first < i) {
      q.kind = QuantityKind::frequency;
      q.unit += "/" + utf8(periods.front().second->unit);
      frequency_done_ = true;
    }
    if (!baseline && q.kind == QuantityKind::target && literacy && unit == U"%" && c.initiative < 0) {
      q.headline = true;
      q.text = utf8(trimmed(sentence.substr(sentence.size() > 160 ? sentence.size() - 160 : 0)));
    }
    if (repeats(q) || out_.quantities.size() >= kMostQuantities) return;
    out_.quantities.push_back(std::move(q));
  }

  bool previous_year_right_before(View clause, std::size_t i) const {
    const View before = clause.substr(i > 14 ? i - 14 : 0, i > 14 ? 14 : i);
    const auto year = deadline_in(before);
    const std::size_t risen = before.find_last_of(U"到至");  // 2020年的9%提高到12%
    if (risen != View::npos && risen > 6) return false;
    return year && out_.from > 0 && *year < out_.from;
  }

  // The share is repeated in many sections; it is one target.
  bool repeats(const Quantity& q) const {
    const bool share = q.headline || q.kind == QuantityKind::baseline;
    return share && std::any_of(out_.quantities.begin(), out_.quantities.end(), [&](const Quantity& other) {
             return other.kind == q.kind && other.value == q.value && other.unit == q.unit;
           });
  }

  bool find_relative_headline(View clause, View sentence, const Context& c) {
    if (!speaks_of_literacy(clause) && !(literacy_ && has(clause, U"平均水平"))) return false;
    if (!has_any(clause, {U"平均水平", U"平均值"}) || has_any(clause, {U"%", U"％", U"百分之"})) return false;
    if (!has_any(clause, {U"达到", U"高于", U"不低于", U"超过", U"达", U"接近", U"赶上"}) ||
        c.initiative >= 0)
      return false;
    const Chars other = level_of_others(clause);
    if (other.empty()) return false;
    const bool again = std::any_of(out_.quantities.begin(), out_.quantities.end(),
                                   [](const Quantity& q) { return q.headline; });
    if (again) return true;
    Quantity q = make(QuantityKind::target, clause, c);
    q.op = Operator::relative;
    q.relative_to = utf8(other);
    q.year = deadline_;
    q.headline = true;
    q.text = utf8(trimmed(sentence));
    out_.quantities.push_back(std::move(q));
    return true;
  }

  void implied_frequency(View clause, const Period& period, std::size_t at, const Context& c) {
    const View behind = trimmed(clause.substr(at + period.word.size()));
    if (behind.size() < 3 || starts(behind, U"的") || is_digit(behind.front())) return;
    if (has_any(clause, {U"递增", U"增长", U"经费", U"人均", U"期间", U"增加", U"提高"})) return;
    if (at > 0 && one_of(clause[at - 1], U"“《")) return;
    Quantity q = make(QuantityKind::frequency, clause, c);
    q.value = 1;
    q.unit = utf8(Chars(U"次/") + Chars(period.unit));
    q.confidence = 0.7;
    out_.quantities.push_back(std::move(q));
  }

  void implied_coverage(View clause, const Context& c) {
    for (View word : {View(U"全覆盖"), View(U"全面普及"), View(U"全面覆盖")}) {
      const std::size_t at = clause.find(word);
      if (at == View::npos) continue;
      Quantity q = make(QuantityKind::target, clause, c);
      q.value = 100;
      q.unit = "%";
      q.implicit = true;
      q.confidence = 0.7;
      out_.quantities.push_back(std::move(q));
      return;
    }
  }

  // The share by the end of the period; a later vision (2035) or another share stays an ordinary target.
  void choose_headline() {
    Quantity* best = nullptr;
    for (Quantity& q : out_.quantities) {
      if (!q.headline) continue;
      const bool at_end = q.year && *q.year == out_.to;
      const bool best_at_end = best && best->year && *best->year == out_.to;
      if (!best || (at_end && !best_at_end)) best = &q;
    }
    for (Quantity& q : out_.quantities)
      if (&q != best) q.headline = false;
    if (!best) return;
    if (!best->year && out_.to > 0) best->year = out_.to;
    out_.headline = *best;
  }

  const Source& source_;
  const Outline& outline_;
  Reading& out_;
  View text_;
  std::size_t part_ = 0, initiative_ = 0;
  static constexpr std::size_t kWindow = 400;
  static constexpr std::size_t kMostQuantities = 10000;  // far more than a plan has
  bool frequency_done_ = false, literacy_ = false;       // of the clause at hand, and of its sentence
  std::optional<int> deadline_;
  std::vector<Announced> announced_;
};

}  // namespace

std::vector<Announced> read_quantities(const Source& source, const Outline& outline, Reading& out) {
  return Scanner(source, outline, out).scan();
}

}  // namespace kepu::plan::grammar
