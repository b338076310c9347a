#include "engines/plan/reading/schedule.h"

#include <algorithm>

#include "core/base/text.h"
#include "engines/plan/reading/citations.h"
#include "engines/plan/reading/departments.h"

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

struct Text {  // one paragraph of a group, behind its mark
  View text;
  Mark mark;
  Line line = 0, end_line = 0;
};

struct Group {  // one second-level heading with what follows it
  Chars title;
  std::vector<Text> texts;
  Line line = 0, end_line = 0;
};

std::string phase_name(View title, View text) {
  static const Words kStart = {U"启动", U"部署", U"动员", U"准备", U"发动"};
  static const Words kEnd = {U"总结", U"验收", U"终期", U"评估"};
  if (!title.empty()) {
    if (has_any(title, kStart)) return "启动";
    if (has_any(title, kEnd) && !has(title, U"中期") && !has(title, U"监测")) return "总结评估";
    return "实施";
  }
  const View head = text.substr(0, 80);
  if (has(head, U"启动")) return "启动";
  if (has(head, U"中期")) return "实施";
  if (has_any(head, {U"总结", U"验收", U"终期"})) return "总结评估";
  if (has(head, U"评估") && !has_any(head, {U"监测", U"推进", U"实施"})) return "总结评估";
  if (has(head, U"制定") && has(head, U"方案")) return "启动";
  return has_any(head.substr(0, 30), {U"动员", U"部署", U"发动"}) ? "启动" : "实施";
}

// Years at the beginnings of clauses and in the title; those inside 《》 belong to a document's name.
std::optional<std::pair<int, int>> phase_years(View title, View text) {
  int from = 0, to = 0;
  const auto take = [&](View t) {
    for (std::size_t i = 0, n = 0; i < t.size() && n < 4; ++i) {
      const auto joined = joined_years_at(t, i);
      const auto y = year_at(t, i);
      if (!y && !joined) continue;
      const int first = joined ? joined->first : static_cast<int>(y->value);
      from = from == 0 ? first : std::min(from, first);
      to = std::max(to, joined ? joined->second : first);
      i = joined ? i + 8 : y->to;
      ++n;
    }
  };
  take(title);
  const bool titled = from > 0;
  for (const Span& s : clauses(text.substr(0, 1500))) {
    View clause = trimmed(text.substr(s.from, s.to - s.from));
    while (!clause.empty() && (one_of(clause.front(), U"到至从自在（(“由") || is_blank(clause.front())))
      clause.remove_prefix(1);
    if (!year_at(clause, 0) && !joined_years_at(clause, 0)) continue;
    if (titled && s.from > 0) continue;
    std::size_t end = 0;  // the years at its beginning: 2021年到2022年, 2022—2025年, 2021年1月至2021年12月
    while (end < clause.size() && end < 26 &&
           (is_digit(clause[end]) || is_numeral_char(clause[end]) || is_year_dash(clause[end]) ||
            is_blank(clause[end]) || one_of(clause[end], U"年月初底末中上下半季度、第日")))
      ++end;
    take(clause.substr(0, end));
  }
  if (from == 0) return std::nullopt;
  return std::pair(from, to);
}

std::optional<Phase> phase_of(View title, View text, Line line) {
  const auto years = phase_years(title, text);
  if (!years) return std::nullopt;
  Phase p;
  p.phase = phase_name(title, text);
  p.title = utf8(title);
  p.from = years->first;
  p.to = years->second;
  p.summary = utf8(trimmed(text));
  p.line = line;
  return p;
}

// 宣传发动（2022年7月—9月）
bool names_time(View title) {
  for (std::size_t i = title.find_first_of(U"（("); i < title.size(); ++i)
    if (year_at(title, i)) return true;
  return false;
}

Chars title_without_years(View title) {
  Chars t(title);
  const std::size_t open = t.find_first_of(U"（(");
  if (open != Chars::npos && open > 0) t.resize(open);
  return t;
}

// 第一阶段：…。第二阶段：…。 in one paragraph: each from behind its ordinal; none where fewer than two stand
// there.
std::vector<View> stages_in(View text) {
  std::vector<std::size_t> begins, bodies;
  for (std::size_t at = text.find(U'第'); at != View::npos; at = text.find(U'第', at + 1)) {
    const auto number = numeral_at(text, at + 1);
    if (!number || number->value != static_cast<double>(begins.size() + 1) ||
        !starts(text.substr(number->to), U"阶段"))
      continue;
    if (at > 0 && !one_of(text[at - 1], U"。；;：:") && !is_blank(text[at - 1])) continue;
    std::size_t body = number->to + 2;
    while (body < text.size() && (one_of(text[body], U"：:，、是为") || is_blank(text[body]))) ++body;
    begins.push_back(at);
    bodies.push_back(body);
  }
  std::vector<View> out;
  for (std::size_t i = 0; begins.size() > 1 && i < begins.size(); ++i) {
    const std::size_t to = i + 1 < begins.size() ? begins[i + 1] : text.size();
    if (bodies[i] < to) out.push_back(text.substr(bodies[i], to - bodies[i]));
  }
  if (!out.empty()) return out;
  // 启动阶段（2022年）：…。实施阶段（2023年至2025年）：…。
  for (const Span& s : sentences(text)) {
    const View sentence = trimmed(text.substr(s.from, s.to - s.from));
    const Heading h = heading_of(sentence);
    if (h.closed && names_time(h.title) && h.rest < sentence.size()) out.push_back(sentence);
  }
  if (out.size() < 2) out.clear();
  return out;
}

bool names_phase(View text) {
  return has_any(text, {U"启动", U"部署", U"实施", U"推进", U"总结", U"评估", U"验收", U"中期"});
}

// Sentences, cut also where a year begins the next phase: 2021年，…；2022—2024年，… or
// 2022年启动，2023年全面推进，2025年总结评估.
std::vector<View> sentences_of_years(View text) {
  std::vector<View> out;
  for (const Span& s : sentences(text)) {
    std::size_t from = s.from;
    for (std::size_t i = s.from; i < s.to; ++i) {
      if (!one_of(text[i], U"；;，,")) continue;
      std::size_t next = i + 1;
      while (next < s.to && (is_blank(text[next]) || one_of(text[next], U"到至从自在"))) ++next;
      if (!year_at(text, next)) continue;
      const View before = text.substr(from, i - from),
                 behind = text.substr(next, std::min<std::size_t>(s.to - next, 40));
      if (one_of(text[i], U"，,") && (!names_phase(before) || !names_phase(behind))) continue;
      out.push_back(trimmed(before));
      from = i + 1;
    }
    out.push_back(trimmed(text.substr(from, s.to - from)));
  }
  return out;
}

// Sentences that begin with a year: 2022年，…。2023年，…。
std::vector<Phase> phases_by_sentence(View text, Line line) {
  std::vector<Phase> out;
  for (const View sentence : sentences_of_years(text)) {
    View bare = sentence;
    while (!bare.empty() && one_of(bare.front(), U"到至从自在（(")) bare.remove_prefix(1);
    if (year_at(bare, 0) || joined_years_at(bare, 0)) {
      if (auto p = phase_of({}, sentence, line)) out.push_back(std::move(*p));
    } else if (!out.empty()) {
      out.back().summary += utf8(sentence);
    }
  }
  return out;
}

std::vector<Phase> phases_in(const Group& g) {
  std::vector<Phase> out;
  for (std::size_t i = 0; i < g.texts.size(); ++i) {
    const Text& t = g.texts[i];
    const std::vector<View> stages = stages_in(t.text);
    for (View stage : stages) {
      const Heading h = heading_of(stage);
      const View behind = stage.substr(std::min(h.rest, stage.size()));
      if (auto p = phase_of(h.title, behind, t.line)) {
        p->title = utf8(title_without_years(h.title));
        out.push_back(std::move(*p));
      }
    }
    if (!stages.empty()) continue;
    const Heading h = heading_of(t.text);
    const bool alone = h.rest >= t.text.size() && !h.cut;
    const bool titled =
        !h.cut && h.title.size() <= 34 && (h.closed || alone) && !year_at(trimmed(t.text), 0) &&
        (names_time(h.title) || has_any(h.title, {U"启动", U"实施", U"总结", U"评估", U"部署", U"动员",
                                                  U"推进", U"阶段", U"准备", U"验收", U"检查"}));
    if (titled) {
      Chars text(t.text.substr(std::min(h.rest, t.text.size())));
      while (alone && i + 1 < g.texts.size() && g.texts[i + 1].mark.level == Level::none &&
             !phase_of(heading_of(g.texts[i + 1].text).title, {}, 0))
        text += g.texts[++i].text;
      if (auto p = phase_of(h.title, text, t.line)) {
        p->title = utf8(title_without_years(h.title));
        out.push_back(std::move(*p));
        continue;
      }
    }
    for (Phase& p : phases_by_sentence(t.text, t.line)) out.push_back(std::move(p));
  }
  return out;
}

bool is_schedule(const std::vector<Phase>& phases) {
  if (phases.size() < 2) return false;
  return std::any_of(phases.begin(), phases.end(), [](const Phase& p) { return p.phase != "实施"; });
}

class SafeguardReader {
 public:
  SafeguardReader(const Source& source, const Outline& outline, Reading& out)
      : all_(source.paragraphs), outline_(outline), out_(out) {}

  void read() {
    for (const Part& part : outline_.parts) {
      if (part.kind == SectionKind::other) read_flat_phases(split(part));
      if (part.kind != SectionKind::safeguards && part.kind != SectionKind::schedule) continue;
      const std::vector<Group> groups = split(part);
      if (part.kind == SectionKind::schedule && read_phases_of(groups)) continue;
      const bool flat = out_.phases.empty() && read_flat_phases(groups);
      for (const Group& g : groups)
        if (!flat || !is_phase_group(g)) read_group(g, part.kind == SectionKind::schedule);
    }
  }

 private:
  // The level of a section's groups: （一）, else 1., else lines that stand alone or begin with a short
  // sentence.
  Level level_of(const Part& part) const {
    bool item = false, sub_item = false, bare = false;
    for (std::size_t i = part.first; i < part.last; ++i) {
      const Level level = mark_of(all_[i].text).level;
      if (level == Level::part || level == Level::sub) return level;
      bare |= level == Level::none && is_bare_title(all_[i].text);
      item |= level == Level::item;
      sub_item |= level == Level::sub_item;
    }
    return bare ? Level::none : item ? Level::item : sub_item ? Level::sub_item : Level::none;
  }

  static bool is_bare_title(View text) {
    const Heading h = heading_of(text);
    return h.rest >= text.size() && !h.cut && !h.closed && h.title.size() <= 16 &&
           (is_safeguard_title(h.title) || is_schedule_title(h.title));
  }

  std::vector<Group> split(const Part& part) const {
    std::vector<Group> out;
    const Level level = level_of(part);
    for (std::size_t i = part.first; i < part.last; ++i) {
      const Paragraph& p = all_[i];
      Mark mark = mark_of(p.text);
      View body = behind_mark(p.text, mark);
      if (mark.level == Level::section) {  // text in the paragraph of the section's heading
        const Heading h = heading_of(body);
        body = trimmed(body.substr(std::min(h.rest, body.size())));
        mark = {};
        if (body.empty()) continue;
      }
      if (opens(level, mark, body) || (part.kind == SectionKind::schedule && is_phase_title(mark, body))) {
        const Heading h = heading_of(body);
        Group g;
        g.title = h.title;
        g.line = p.line;
        g.end_line = p.end_line;
        if (h.rest < body.size()) g.texts.push_back({trimmed(body.substr(h.rest)), {}, p.line, p.end_line});
        out.push_back(std::move(g));
      } else if (!out.empty()) {
        out.back().texts.push_back({body, mark, p.line, p.end_line});
        out.back().end_line = p.end_line;
      } else {
        lead_in_.push_back({body, mark, p.line, p.end_line});
      }
    }
    // A section of a schedule without second level: its paragraphs are the phases.
    if (out.empty() && !lead_in_.empty())
      out.push_back({part.title, lead_in_, part.line, lead_in_.back().end_line});
    lead_in_.clear();
    return out;
  }
  // Its number lost among phases that bear one: 启动实施。2022年，…
  static bool is_phase_title(const Mark& mark, View body) {
    const Heading h = heading_of(body);
    return mark.level == Level::none && h.closed && h.title.size() <= 24 && h.rest < body.size() &&
           has_any(h.title, {U"启动", U"实施", U"总结", U"评估", U"部署", U"动员", U"推进", U"阶段"});
  }
  static bool opens(Level level, const Mark& mark, View body) {
    if (level != Level::none && mark.level == level) return true;
    if (mark.level != Level::none) return false;
    if (is_bare_title(body)) return true;
    const Heading h = heading_of(body);
    // Numbers lost: 加强组织领导。各乡镇…
    return level == Level::none && h.closed && h.title.size() <= 16 &&
           (is_safeguard_title(h.title) || is_schedule_title(h.title));
  }

  bool read_phases_of(const std::vector<Group>& groups) {
    std::vector<Phase> phases;
    for (const Group& g : groups) {
      if (auto p = phase_of(g.title, text_of(g), g.line); p && groups.size() > 1) {
        p->title = utf8(title_without_years(g.title));
        phases.push_back(std::move(*p));
      } else {
        for (Phase& q : phases_in(g)) phases.push_back(std::move(q));
      }
    }
    if (phases.size() < 2) return false;
    for (Phase& p : phases) out_.phases.push_back(std::move(p));
    return true;
  }

  static Chars text_of(const Group& g) {
    Chars text;
    for (const Text& t : g.texts) text += t.text;
    return text;
  }
  static bool is_phase_group(const Group& g) {
    return has_any(g.title, {U"启动", U"实施", U"总结", U"评估", U"部署", U"阶段", U"动员"}) &&
           !has_any(g.title, {U"保障", U"组织", U"机制"}) && phase_years(g.title, text_of(g));
  }
  // Phases that stand beside the safeguards without a heading of their own.
  bool read_flat_phases(const std::vector<Group>& groups) {
    if (!out_.phases.empty()) return false;
    std::vector<Phase> phases;
    for (const Group& g : groups)
      if (is_phase_group(g)) phases.push_back(*phase_of(g.title, text_of(g), g.line));
    if (!is_schedule(phases)) return false;
    out_.phases = std::move(phases);
    return true;
  }

  void read_group(const Group& g, bool in_schedule) {
    std::vector<Phase> phases = phases_in(g);
    const bool named = in_schedule || is_schedule_title(g.title);
    // Elsewhere two years, of the evaluation in the middle and of that at the end, are no schedule.
    const bool begins =
        std::any_of(phases.begin(), phases.end(), [](const Phase& p) { return p.phase == "启动"; });
    if (out_.phases.empty() && ((named && !phases.empty()) || (phases.size() >= 2 && begins))) {
      out_.phases = std::move(phases);
      return;
    }
    Safeguard s;
    s.title = utf8(g.title);
    s.line = g.line;
    s.end_line = g.end_line;
    bool marked = false;
    for (const Text& t : g.texts) marked |= t.mark.level != Level::none;
    for (const Text& t : g.texts) {
      if (marked && t.mark.level == Level::none) continue;
      const Heading h = heading_of(t.text);
      if (!marked && (h.cut || !h.closed || h.rest >= t.text.size() || h.title.size() > 20)) continue;
      if (!h.title.empty()) s.items.push_back(utf8(h.title));
    }
    out_.safeguards.push_back(std::move(s));
  }

  const std::vector<Paragraph>& all_;
  const Outline& outline_;
  Reading& out_;
  mutable std::vector<Text> lead_in_;
};

}  // namespace

void read_safeguards(const Source& source, const Outline& outline, Reading& out) {
  SafeguardReader(source, outline, out).read();
}

}  // namespace kepu::plan::grammar
