#include "engines/plan/reading/clause_quantities.h"

#include <algorithm>

#include "engines/plan/reading/quantity_words.h"

namespace kepu::plan::grammar {
namespace {

// A number with what belongs to it: 近10万余名 … 以上.
struct Number {
  double value = 0;
  bool chinese = false, percent = false, at_least = false;
  bool scaled = false;     // 10万
  std::size_t digits = 0;  // of the bare numeral
  std::size_t bare_end = 0;
  std::size_t unit_at = 0;
};

class ClauseReader {
 public:
  ClauseReader(const Clause& clause, std::vector<Quantity>& out, std::vector<Announced>& announced)
      : c_(clause), text_(clause.text), out_(out), announced_(announced) {
    if (c_.past) return;
    period_ = period_in(text_);
    // 每年扶持作品20件，举办大赛1次: the period of the clause before goes on.
    const View before = clause_before();
    if (!period_ && !has_any(text_, {U"累计", U"五年", U"5年", U"期间", U"到20"}))
      if (const auto above = period_in(before)) period_ = FoundPeriod{0, above->period, true};
  }

  void read() {
    int quoted = 0;
    for (std::size_t i = 0; i < text_.size(); ++i) {
      const char32_t ch = text_[i];
      if (one_of(ch, U"《“‘「")) ++quoted;
      if (one_of(ch, U"》”’」") && quoted > 0) --quoted;
      if (quoted > 0) continue;
      if (const auto to = blank_at(i)) {
        i = *to;
        continue;
      }
      if (!is_digit(ch) && !is_numeral_char(ch)) continue;
      i = std::max(i, number_from(i) - 1);
    }
    if (period_ && !period_->carried && !any_number_) implied_frequency();
    if (!c_.past) implied_coverage();
  }

 private:
  struct FoundPeriod {
    std::size_t at = 0;
    const Period* period = nullptr;
    bool carried = false;  // named in an earlier clause of the sentence
  };
  static std::optional<FoundPeriod> period_in(View clause) {
    if (!has_any(clause, {U"每", U"一年一", U"全年"})) return std::nullopt;
    for (const Period& p : periods_of_time())
      if (const std::size_t at = clause.find(p.word); at != View::npos) return FoundPeriod{at, &p};
    return std::nullopt;
  }

  // Of the same part of the sentence; empty behind a semicolon.
  View clause_before() const {
    View before = trimmed(c_.sentence.substr(0, c_.sentence.size() - text_.size()));
    if (before.empty() || !one_of(before.back(), U"，,")) return {};
    before.remove_suffix(1);
    const std::size_t cut = before.find_last_of(U"，,；;");
    return cut == View::npos ? before : before.substr(cut + 1);
  }

  Quantity make(QuantityKind kind) const {
    Quantity q;
    q.kind = kind;
    q.text = utf8(trimmed(text_.substr(0, 120)));
    q.initiative = c_.initiative;
    q.task = c_.task;
    q.line = c_.line;
    return q;
  }
  void push(Quantity q) {
    if (out_.size() < kMostQuantities) out_.push_back(std::move(q));
  }

  // A gap before a unit: 达     人次, ___名, ××个.
  std::optional<std::size_t> blank_at(std::size_t i) {
    const char32_t ch = text_[i];
    const bool rule = one_of(ch, U"_＿×✕□▁"), crosses = ch == U'X' || ch == U'x' || ch == U'*';
    if (!rule && !crosses && !is_blank(ch)) return std::nullopt;
    if (i == 0 || (crosses && (i + 1 >= text_.size() || text_[i + 1] != ch))) return std::nullopt;
    std::size_t to = i, blanks = 0;
    while (to < text_.size() && (text_[to] == ch || is_blank(text_[to]) || one_of(text_[to], U"_＿×□")))
      blanks += is_blank(text_[to++]) ? 1 : 0;
    std::size_t at = to;
    if (at < text_.size() && text_[at] == U'万') ++at;
    const View unit = unit_at(text_, at);
    if (unit.empty() || begins_word(unit, text_.substr(at + unit.size()))) return std::nullopt;
    const char32_t before = text_[i - 1];
    if (!is_han(before) && !is_close(before)) return std::nullopt;
    // One blank may be an accident of typing; then only an unmistakable place counts.
    static const Words kSure = {U"人次", U"名", U"个", U"场", U"家", U"人"};
    const bool sure =
        one_of(before, U"达到于训建设树派") && std::find(kSure.begin(), kSure.end(), unit) != kSure.end();
    if (is_blank(ch) && blanks == to - i && blanks == 1 && !sure) return std::nullopt;
    any_number_ = true;  // 每年征集   件: the gap is the number of the period
    if (c_.past) return at;
    Quantity q = make(QuantityKind::blank);
    q.unit = utf8(unit);
    q.op = operator_at(text_, i, at + unit.size());
    push(std::move(q));
    return at + unit.size() - 1;
  }

  std::optional<Number> number_at(std::size_t i) const {
    Number n;
    std::size_t from = i;
    if (starts(text_.substr(i), U"百分之")) {
      n.percent = true;
      from = i + 3;
    }
    const auto numeral = numeral_at(text_, from);
    if (!numeral) return std::nullopt;
    n.value = numeral->value;
    n.chinese = numeral->chinese;
    n.digits = numeral->to - from;
    n.bare_end = numeral->to;
    std::size_t at = numeral->to;
    const auto skip = [&](View marks) {
      while (at < text_.size() && (is_blank(text_[at]) || one_of(text_[at], marks))) ++at;
    };
    skip(U"余多来几");
    for (const auto& [word, scale] : {std::pair{U'百', 1e2}, {U'千', 1e3}, {U'万', 1e4}, {U'亿', 1e8}})
      while (!n.chinese && at < text_.size() && text_[at] == word) {
        n.value *= scale;
        n.scaled = true;
        ++at;
      }
    skip(U"余多");
    if (starts(text_.substr(at), U"以上")) {
      n.at_least = true;
      at += 2;
      skip(U"");
    }
    n.unit_at = at;
    return n;
  }

  // Reads the number at `i`; gives the position behind it.
  std::size_t number_from(std::size_t i) {
    if (const auto year = year_at(text_, i);
        year && !year->chinese && year->to < text_.size() &&
        (text_[year->to] == U'年' || is_year_dash(text_[year->to]) || is_blank(text_[year->to])))
      return year->to;
    const auto n = number_at(i);
    if (!n) return i + 1;
    const View unit = n->percent ? View(U"%") : unit_at(text_, n->unit_at);
    const std::size_t end = n->percent ? n->unit_at : n->unit_at + unit.size();
    const char32_t before = i > 0 ? text_[i - 1] : U' ';
    const bool glued = before < 0x80 && !is_blank(before) && !one_of(before, U"(<>=~");
    if (glued || one_of(before, U"第“+＋-－.每")) return n->bare_end;  // 每10万人: by how many it is counted
    if (ends(text_.substr(0, i), U"为期")) return n->bare_end;         // how long one of them takes
    if (unit.empty()) {
      note_announced(i, n->unit_at, n->value);
      if (!n->scaled || !trimmed(text_.substr(n->unit_at)).empty() || !is_reached(i)) return n->bare_end;
    }
    if (!n->percent && begins_word(unit, text_.substr(end))) return n->bare_end;
    if (unit == U"项" || unit == U"个" || unit == U"种")
      if (const auto s = structure_at(text_, end)) {
        if (unit == U"项") announce(text_.substr(i, s->to - i), n->value, *s);
        return s->to;
      }
    if (!counts(*n, i, unit, end)) return n->bare_end;
    any_number_ = true;
    add(*n, i, end, n->percent || unit == U"％" ? View(U"%") : unit);
    return end;
  }

  // 粉丝数突破10万: a count without a unit.
  bool is_reached(std::size_t i) const {
    const View before = trimmed(text_.substr(0, i));
    return ends_any(before, {U"突破", U"超过", U"达到", U"不少于", U"达"});
  }

  // Whether it is a count at all: 三级, 24小时, 第5届 are none.
  bool counts(const Number& n, std::size_t i, View unit, std::size_t end) const {
    if (n.percent) return true;
    if (n.chinese)
      return counts_in_words(text_, i, n.digits, n.value, unit, end, period_ && !period_->carried);
    const bool bounded = n.at_least || operator_at(text_, i, end) != Operator::equal;
    if (unit == U"小时" || unit == U"分钟") return bounded;
    if (unit.empty()) return true;
    if (!one_of(unit.front(), U"届天面片条门批")) return true;
    const View behind = trimmed(text_.substr(end));
    const bool last = behind.empty() || one_of(behind.front(), U"、（(");     // 精品线路8条
    const bool first = i > 0 && one_of(text_[i - 1], U"有建设成造通增辟置");  // 都有1条宣传栏
    return bounded || first || (last && i > 1 && is_han(text_[i - 1])) || (period_ && period_->at < i);
  }

  void note_announced(std::size_t from, std::size_t at, double value) {
    if (at >= text_.size() || text_[at] != U'大') return;
    if (const auto s = structure_at(text_, at + 1)) announce(text_.substr(from, s->to - from), value, *s);
  }
  void announce(View text, double value, const Structure& s) {
    if (value < 1 || value > 50 || c_.past || announced_.size() >= kMostQuantities) return;
    announced_.push_back({static_cast<int>(value), utf8(text), s.actions, s.projects, c_.line});
  }

  bool is_base(std::size_t i, std::size_t end, View unit) const {
    if (c_.past) return true;
    const View before = text_.substr(i > 4 ? i - 4 : 0, i > 4 ? 4 : i);
    if ((has_any(before, {U"从", U"由"}) || starts(before, U"比")) &&
        has_any(text_.substr(end), {U"提高", U"提升", U"增加", U"增长", U"到", U"至"}))
      return true;
    if (unit != U"%") return false;
    return starts(text_.substr(std::min(end, text_.size())), U"的基础") || previous_year_right_before(i);
  }

  void add(const Number& n, std::size_t i, std::size_t end, View unit) {
    const bool baseline = is_base(i, end, unit);
    // What was achieved before counts only where it is the base of the headline target.
    if (baseline && !(c_.literacy && unit == U"%")) return;
    Quantity q = make(baseline ? QuantityKind::baseline : QuantityKind::target);
    q.value = n.value;
    q.unit = utf8(unit);
    q.op = n.at_least ? Operator::at_least : operator_at(text_, i, end);
    q.year = c_.deadline;
    if (!baseline && period_ && (period_->at < i || period_->carried) && happens(unit, *period_)) {
      q.kind = QuantityKind::frequency;
      q.unit += "/" + utf8(period_->period->unit);
    }
    if (q.kind == QuantityKind::target && c_.literacy && unit == U"%" && c_.initiative < 0) {
      const View s = c_.sentence;
      q.headline = true;
      q.text = utf8(trimmed(s.substr(s.size() > 160 ? s.size() - 160 : 0)));
    }
    if (!repeats(q)) push(std::move(q));
  }
  // 每年2场 is how often; 每年培训200人 is how many in a year.
  static bool happens(View unit, const FoundPeriod& found) {
    static const Words kEvents = {U"次", U"场", U"期", U"场次", U"届", U"班"};
    static const Words kHours = {U"课时", U"学时", U"小时", U"分钟"};
    static const Words kPieces = {U"条", U"篇", U"部", U"件"};
    const auto in = [&](const Words& words) {
      return std::find(words.begin(), words.end(), unit) != words.end();
    };
    if (in(kEvents) || found.carried) return in(kEvents);
    return in(kHours) || (!has(found.period->unit, U"年") && in(kPieces));
  }

  bool previous_year_right_before(std::size_t i) const {
    const View before = text_.substr(i > 14 ? i - 14 : 0, i > 14 ? 14 : i);
    if (has_any(before, {U"增加", U"增长", U"提高", U"提升"})) return false;  // 较2020年提高3个百分点
    const auto year = deadline_in(before);
    const std::size_t risen = before.find_last_of(U"到至");  // 2020年的9%提高到12%
    if (risen != View::npos && risen > 6) return false;
    return year && c_.first_year > 0 && *year < c_.first_year;
  }

  // The share is repeated in many sections; it is one target.
  bool repeats(const Quantity& q) const {
    const bool share = q.headline || q.kind == QuantityKind::baseline;
    return share && std::any_of(out_.begin(), out_.end(), [&](const Quantity& other) {
             return other.kind == q.kind && other.value == q.value && other.unit == q.unit;
           });
  }

  void implied_frequency() {
    const std::size_t at = period_->at;
    const Period& period = *period_->period;
    const View behind = trimmed(text_.substr(at + period.word.size()));
    if (behind.size() < 3 || starts(behind, U"的") || is_digit(behind.front())) return;
    if (has_any(text_, {U"递增", U"增长", U"经费", U"人均", U"期间", U"增加", U"提高"})) return;
    if (at > 0 && one_of(text_[at - 1], U"“《")) return;
    Quantity q = make(QuantityKind::frequency);
    q.value = 1;
    q.unit = utf8(Chars(U"次/") + Chars(period.unit));
    q.confidence = 0.7;
    push(std::move(q));
  }

  void implied_coverage() {
    if (!has_any(text_, {U"全覆盖", U"全面普及", U"全面覆盖"})) return;
    Quantity q = make(QuantityKind::target);
    q.value = 100;
    q.unit = "%";
    q.implicit = true;
    q.confidence = 0.7;
    push(std::move(q));
  }

  const Clause& c_;
  const View text_;
  std::vector<Quantity>& out_;
  std::vector<Announced>& announced_;
  std::optional<FoundPeriod> period_;
  bool any_number_ = false;
};

}  // namespace

void read_clause(const Clause& clause, std::vector<Quantity>& out, std::vector<Announced>& announced) {
  ClauseReader(clause, out, announced).read();
}

}  // namespace kepu::plan::grammar
