#include "engines/plan/reading/outline.h"

#include <algorithm>
#include <array>
#include <set>

#include "engines/plan/reading/citations.h"
#include "engines/plan/reading/departments.h"
#include "engines/plan/reading/paper.h"

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

struct Seen {  // a paragraph as the outline sees it
  Mark mark;
  View body;
  Heading heading;
  bool alone = false;  // nothing behind the title
};

// A long text of prose needs no closer look: no heading is that long.
Seen look(const Paragraph& p) {
  Seen s;
  s.mark = mark_of(p.text);
  s.body = behind_mark(p.text, s.mark);
  s.heading = heading_of(s.body);
  // 标题（牵头单位：…）: the bracket is no part of the title.
  if (s.heading.title.size() > 8 && one_of(s.heading.title.back(), U"）)〕]】")) {
    if (const auto tail = departments_at_end(s.heading.title)) {
      const std::size_t open = s.body.find(s.heading.title[tail->from]);
      if (open != View::npos) s.heading.rest = std::min(s.heading.rest, open);
      s.heading.title.resize(tail->from);
      s.heading.closed = true;
    }
  }
  s.alone = s.heading.rest >= s.body.size() && !s.heading.cut;
  return s;
}

// A line of a table of contents: 一、指导思想……3.
bool is_contents_line(View text) {
  return text.size() < 60 && is_digit(text.back()) && has_any(text, {U"……", U"...", U"···", U"．．．"});
}

bool begins_annex(View text) {
  const Chars t = without_blanks(text);
  if (!starts(t, U"附件") && !starts(t, U"附表") && !starts(t, U"附：")) return false;
  const View rest = View(t).substr(2);
  if (rest.empty()) return true;
  std::size_t at = 0;
  while (at < rest.size() && (is_digit(rest[at]) || is_numeral_char(rest[at]))) ++at;
  return at == rest.size() || one_of(rest[at], U"：:、.．");
}

class Outliner {
 public:
  explicit Outliner(Source& source) : source_(source) {}

  Outline make() {
    const auto& all = source_.paragraphs;
    seen_.reserve(all.size());
    for (const Paragraph& p : all) seen_.push_back(look(p));
    out_.level = vote();
    out_.front_end = out_.body_end = all.size();
    for (std::size_t i = paper_begin(all); i < all.size(); ++i) {
      if (begun_ && (begins_annex(all[i].text) || ends_paper(all[i].text))) {
        out_.body_end = i;
        break;
      }
      take(i);
    }
    for (std::size_t i = out_.body_end; i < all.size(); ++i) source_.paragraphs[i].annex = true;
    close_initiative(out_.body_end);
    close_part(out_.body_end);
    if (!begun_) out_.front_end = out_.body_end;
    note_mixed_numbering();
    return std::move(out_);
  }

 private:
  // The level that most different themes stand at is the level of the initiatives. Titles that end in 行动 or
  // 工程 decide; where there are hardly any, all that name a theme: 着力提升青少年科学素质.
  Level vote() const {
    constexpr std::size_t kEnough = 4;
    const auto [best, most] = vote_of([](View title) { return is_initiative_like(title); });
    if (most >= kEnough) return best;
    const auto [wider, more] =
        vote_of([](View title) { return is_initiative_like(title) || names_theme(title); });
    return more >= kEnough ? wider : best;
  }

  static bool names_theme(View title) {
    return title.size() <= 24 && !has(title, U"，") && has_any(title, {U"科学素质", U"科普"});
  }

  template <class Counts>
  std::pair<Level, std::size_t> vote_of(Counts counts) const {
    std::array<std::set<Theme>, 9> themes;
    std::size_t all = 0;
    for (std::size_t i = 0; i < seen_.size(); ++i) {
      const Seen& s = seen_[i];
      // The annex lists the initiatives again, in its own numbering.
      if (all >= 3 && begins_annex(source_.paragraphs[i].text)) break;
      if (!counts(s.heading.title)) continue;
      const Theme theme = theme_of(s.heading.title);
      if (theme == Theme::none) continue;
      if (s.mark.level == Level::none &&
          !(is_plain_initiative(s.heading.title) && (s.alone || s.heading.closed)))
        continue;
      themes[static_cast<std::size_t>(s.mark.level)].insert(theme);
      ++all;
    }
    Level best = Level::sub;
    std::size_t most = themes[static_cast<std::size_t>(best)].size();
    for (Level level : {Level::section, Level::part, Level::none, Level::item, Level::sub_item, Level::dash})
      if (const auto n = themes[static_cast<std::size_t>(level)].size(); n > most) {
        most = n;
        best = level;
      }
    return {best, most};
  }

  bool in_initiatives() const {
    return zone_ == SectionKind::actions || zone_ == SectionKind::projects || zone_ == SectionKind::tasks;
  }

  void take(std::size_t i) {
    const Seen& s = seen_[i];
    if (is_contents_line(source_.paragraphs[i].text)) return;
    if (const auto sure = initiative_confidence(s)) return open_initiative(i, *sure);
    if (is_section(s)) return open_part(i, section_kind(s.heading.title), true);
    const bool second_level = s.mark.level == out_.level && s.mark.level != Level::none;
    if (in_initiatives() && s.mark.level == Level::sub && groups_below(Level::sub) && s.alone) {
      // （二）实施重点工程 above initiatives numbered 1.: it ends the one before and says what kind follows.
      close_initiative(i);
      const SectionKind kind = section_kind(s.heading.title);
      if (kind == SectionKind::actions || kind == SectionKind::projects) zone_ = kind;
      return;
    }
    const bool bare_line = s.mark.level == Level::none && s.alone && !s.heading.closed;
    if (in_initiatives() && open_initiative_ && (second_level || bare_line) &&
        (is_safeguard_title(s.heading.title) || is_schedule_title(s.heading.title))) {
      open_part(i, SectionKind::safeguards, false);
    }
  }

  bool groups_below(Level level) const {
    return level < out_.level && out_.level != Level::dash && out_.level != Level::ordinal;
  }

  bool is_section(const Seen& s) const {
    const View title = s.heading.title;
    if (title.size() < 2 || title.size() > 45) return false;
    if (s.mark.level == Level::section) return s.mark.number <= 15 && !s.heading.cut && section_shaped(s);
    if (s.mark.level == Level::part)
      return out_.level != Level::part && s.alone && section_kind(title) != SectionKind::other;
    const bool before_initiatives = !in_initiatives();
    if (s.mark.level == Level::item && s.alone && is_bare_section(title) && out_.level != Level::item) {
      const bool first = s.mark.number == 1 && out_.parts.empty();
      const bool next = section_.level == Level::item && s.mark.number == section_.number + 1;
      const bool mistaken = s.mark.sign == U'、' && before_initiatives && zone_ != SectionKind::safeguards;
      return first || next || mistaken;
    }
    if (s.mark.level != Level::none || !s.alone || s.heading.closed) return false;
    if (is_bare_section(title)) return true;
    if (title.size() > 26 || !one_of_sections(title)) return false;
    return true;
  }
  // 一、标题 stands alone, or its body follows a full stop; a sentence such as "一、二、三产业…" is no
  // heading.
  static bool section_shaped(const Seen& s) {
    return s.alone || s.heading.closed || section_kind(s.heading.title) != SectionKind::other;
  }
  static bool one_of_sections(View title) {
    if (theme_of(title) != Theme::none) return false;
    return ends_any(title, {U"组织实施", U"保障措施", U"组织保障", U"实施保障"}) ||
           (has_any(title, {U"五项", U"四项", U"六项", U"5项", U"4项", U"6项", U"五大", U"六大"}) &&
            ends_any(title, {U"提升行动", U"重点工程", U"行动", U"工程"}));
  }

  std::optional<Confidence> initiative_confidence(const Seen& s) const {
    const View title = s.heading.title;
    if (title.size() < 4 || title.size() > 34) return std::nullopt;
    const bool plain = is_plain_initiative(title), like = is_initiative_like(title);
    const bool named = s.alone || s.heading.closed;
    const Level level = s.mark.level;
    if (!named) return std::nullopt;
    if (level == out_.level && level != Level::none) {
      if (level == Level::section)
        return like && theme_of(title) != Theme::none ? std::optional(1.0) : std::nullopt;
      if (plain && zone_ != SectionKind::safeguards) return 1.0;
      if (in_initiatives() && !is_safeguard_title(title) && !is_schedule_title(title)) {
        if (zone_ == SectionKind::tasks && head_of(title) != Head::none) return std::nullopt;
        return like ? 0.95 : 0.7;
      }
      if (zone_ == SectionKind::other && begun_ && like && theme_of(title) != Theme::none) return 0.8;
      return std::nullopt;
    }
    if (zone_ == SectionKind::safeguards || zone_ == SectionKind::schedule) return std::nullopt;
    // A task may sound like an initiative; a second one for the same theme stands alone on its line or is
    // none.
    const bool named_theme = themes_.count(theme_of(title)) > 0;
    const bool known =
        titles_.count(wording(title)) > 0 || (named_theme && (!s.alone || level == Level::none));
    if (plain && !known && may_stand_for_initiative(s.mark))
      return out_.level == Level::none ? 0.75 : level == Level::sub_item ? 0.9 : 0.7;
    if (out_.level == Level::none && level == Level::none && s.alone && !s.heading.closed && like &&
        theme_of(title) != Theme::none && !named_theme && begun_)
      return 0.6;
    return std::nullopt;
  }

  // A mark of another level than the initiatives bear: none at all, or （1） among （二）（三）.
  bool may_stand_for_initiative(const Mark& mark) const {
    if (mark.level == Level::none || mark.level < out_.level) return true;
    if (out_.level == Level::none) return mark.level == Level::sub || mark.level == Level::sub_item;
    const int last = open_initiative_ ? seen_[out_.initiatives.back().heading].mark.number : 0;
    return out_.level == Level::sub && mark.level == Level::sub_item && mark.number == last + 1;
  }

  void begin(std::size_t i) {
    if (begun_) return;
    begun_ = true;
    out_.front_end = i;
  }

  void open_part(std::size_t i, SectionKind kind, bool with_heading) {
    const Seen& s = seen_[i];
    begin(i);
    close_initiative(i);
    close_part(i);
    zone_ = kind;
    if (with_heading) section_ = s.mark;
    Part part;
    part.kind = kind;
    if (with_heading) {
      part.title = s.heading.title;
      part.numbered = s.mark.level != Level::none;
      part.level = s.mark.level;
      // What follows the heading in its own paragraph is read with it.
      part.first = s.heading.rest < s.body.size() ? i : i + 1;
    } else {
      part.first = i;
    }
    part.line = source_.paragraphs[i].line;
    out_.parts.push_back(std::move(part));
    part_open_ = true;
  }
  void close_part(std::size_t end) {
    if (part_open_) out_.parts.back().last = std::max(end, out_.parts.back().first);
    part_open_ = false;
  }

  void open_initiative(std::size_t i, Confidence sure) {
    const Seen& s = seen_[i];
    begin(i);
    close_initiative(i);
    Candidate c;
    c.title = s.heading.title;
    c.heading = i;
    c.rest = s.heading.rest + (source_.paragraphs[i].text.size() - s.body.size());
    c.confidence = sure;
    c.kind = kind_of(c.title);
    titles_.insert(wording(c.title));
    themes_.insert(theme_of(c.title));
    if (!in_initiatives())
      zone_ = c.kind == InitiativeKind::action ? SectionKind::actions : SectionKind::projects;
    out_.initiatives.push_back(std::move(c));
    open_initiative_ = true;
  }
  void close_initiative(std::size_t end) {
    if (open_initiative_) out_.initiatives.back().last = end;
    open_initiative_ = false;
  }

  // 提升行动 or 重点工程: by the section; by the people it is for and its last word where the section says
  // neither.
  InitiativeKind kind_of(View title) const {
    const bool people = is_group_of_people(theme_of(title)), project = ends(title, U"工程");
    if (zone_ == SectionKind::actions && !(project && !people)) return InitiativeKind::action;
    if (zone_ == SectionKind::projects && !(people && !project)) return InitiativeKind::project;
    if (people) return InitiativeKind::action;
    return project ? InitiativeKind::project : InitiativeKind::action;
  }

  // 1、 2、 三、 at the first level; （1） among （二）（三） at the second.
  void note_mixed_numbering() {
    std::set<Level> first;
    for (const Part& p : out_.parts) {
      if (!p.numbered || p.title.empty()) continue;
      first.insert(p.level);
      if (first.size() > 1 && out_.mixed_line == 0) out_.mixed_line = p.line;
    }
    std::set<Level> second;
    for (const Candidate& c : out_.initiatives) {
      second.insert(seen_[c.heading].mark.level);
      if (second.size() > 1 && out_.mixed_line == 0) out_.mixed_line = source_.paragraphs[c.heading].line;
    }
    out_.mixed_numbering = first.size() > 1 || second.size() > 1;
  }

  Source& source_;
  std::vector<Seen> seen_;
  Outline out_;
  SectionKind zone_ = SectionKind::other;
  Mark section_;  // of the last heading of a section
  std::set<Chars> titles_;
  std::set<Theme> themes_;
  bool begun_ = false, part_open_ = false, open_initiative_ = false;
};

}  // namespace

Outline make_outline(Source& source) { return Outliner(source).make(); }

}  // namespace kepu::plan::grammar
