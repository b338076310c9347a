#include "engines/plan/reading/annex.h"

#include <algorithm>
#include <map>

#include "engines/plan/reading/departments.h"
#include "engines/plan/reading/marks.h"
#include "engines/plan/reading/table_rows.h"
#include "engines/plan/reading/vocabulary.h"

namespace kepu::plan::grammar {
namespace {

// An annex without a table: a title line, then 牵头部门：… and 责任部门：… lines.
std::vector<Entry> read_listed(const Source& source) {
  std::vector<Entry> out;
  Chars title;
  Line title_line = 0;
  for (const Paragraph& p : source.paragraphs) {
    if (!p.annex) continue;
    const Mark mark = mark_of(p.text);
    const View body = behind_mark(p.text, mark);
    std::optional<Departments> d = begins_with_role(body) ? parse_departments(body, true) : std::nullopt;
    if (!d) {
      if (const auto tail = departments_at_end(body)) {
        title = clean_title(body.substr(0, tail->from));
        title_line = p.line;
        d = tail->departments;
      }
    }
    if (d && !title.empty()) {
      if (!out.empty() && out.back().line == title_line)
        out.back().departments.add(*d);
      else {
        Entry e;
        e.titles = {title};
        e.departments = *d;
        e.line = e.end_line = title_line;
        out.push_back(std::move(e));
      }
    } else if (!d) {
      title = clean_title(body);
      title_line = p.line;
    }
  }
  return out;
}

// The wording by which titles are compared: 实施 in front says nothing.
Chars core_of(View title) {
  Chars t = wording(title);
  for (View verb : {View(U"深入实施"), View(U"实施"), View(U"开展"), View(U"推进")})
    if (starts(t, verb)) return t.substr(verb.size());
  return t;
}

constexpr double kLikeEnough = 0.6;
constexpr double kSameTheme = 0.61;  // of two titles that share little but whom the action is for

struct Match {
  int initiative = -1, task = -1;
  double likeness = 0;
};

class Matcher {
 public:
  explicit Matcher(const std::vector<Initiative>& initiatives) {
    for (const Initiative& i : initiatives) {
      initiatives_.push_back(core_of(from_utf8(i.title)));
      tasks_.emplace_back();
      for (const Task& t : i.tasks) tasks_.back().push_back(core_of(from_utf8(t.title)));
    }
  }
  Match best(View title, int within) const {
    const Chars t = core_of(title);
    Match best;
    for (std::size_t i = 0; i < initiatives_.size(); ++i) {
      const Theme theme = theme_of(initiatives_[i]);
      double like = likeness(t, initiatives_[i]);
      // The same theme and the same last word: 科学素质合作工程 and 科学素质开放合作工程.
      if (theme != Theme::none && theme == theme_of(t) && is_initiative_like(t) && like > 0.5)
        like = std::min(1.0, like + 0.1);
      if (theme != Theme::none && theme == theme_of(t) && is_initiative_like(t))
        like = std::max(like, kSameTheme);
      if (like > best.likeness) best = {static_cast<int>(i), -1, like};
      if (within >= 0 && within != static_cast<int>(i)) continue;
      for (std::size_t k = 0; k < tasks_[i].size(); ++k)
        if (const double l = likeness(t, tasks_[i][k]); l > best.likeness)
          best = {static_cast<int>(i), static_cast<int>(k), l};
    }
    return best;
  }

 private:
  std::vector<Chars> initiatives_;
  std::vector<std::vector<Chars>> tasks_;
};

void give(std::vector<std::string>& lead, std::vector<std::string>& responsible, const Departments& d) {
  if (lead.empty()) lead = d.lead;
  if (responsible.empty()) responsible = d.responsible;
}

InitiativeKind kind_of_row(View category, View title) {
  if (has(category, U"工程") && !has(category, U"行动")) return InitiativeKind::project;
  if (has(category, U"行动") && !is_initiative_like(category)) return InitiativeKind::action;
  return ends(without_blanks(title), U"工程") && !is_group_of_people(theme_of(title))
             ? InitiativeKind::project
             : InitiativeKind::action;
}

// A plan whose initiatives stand in its table alone.
void make_from_rows(const std::vector<Entry>& entries, std::vector<Initiative>& out) {
  int actions = 0, projects = 0;
  std::map<Chars, std::size_t> known;
  for (const Entry& e : entries) {
    const bool of_task = e.titles.size() > 1 || (is_initiative_like(e.category) && !e.titles.empty());
    const Chars& title = of_task ? e.category : e.titles.front();
    if (title.empty()) continue;
    auto at = known.find(title);
    if (at == known.end()) {
      Initiative i;
      i.kind = kind_of_row(e.category, title);
      i.ordinal = i.kind == InitiativeKind::action ? ++actions : ++projects;
      i.title = utf8(title);
      i.line = i.end_line = e.line;
      i.confidence = 0.6;
      at = known.emplace(title, out.size()).first;
      out.push_back(std::move(i));
    }
    Initiative& i = out[at->second];
    i.end_line = std::max(i.end_line, e.line);
    if (of_task && e.titles.front() != title && !e.titles.front().empty()) {
      i.tasks.push_back(
          {utf8(e.titles.front()), {}, e.departments.lead, e.departments.responsible, e.line, e.line, 0.6});
    } else {
      give(i.lead, i.responsible, e.departments);
    }
  }
}

// Puts each row where its title belongs.
class Placer {
 public:
  explicit Placer(std::vector<Initiative>& initiatives) : initiatives_(initiatives), matcher_(initiatives) {
    for (const Initiative& i : initiatives) taskless_.push_back(i.tasks.empty());
  }

  AnnexResult place(const std::vector<Entry>& entries) {
    constexpr std::size_t kMostEntries = 2000;  // a table larger than any plan's is not compared row by row
    for (std::size_t n = 0; n < std::min(entries.size(), kMostEntries); ++n) place_one(entries[n]);
    return std::move(result_);
  }

 private:
  void place_one(const Entry& e) {
    Match group = e.category.empty() ? Match{} : matcher_.best(e.category, -1);
    if (group.likeness < kLikeEnough || group.task >= 0) group = {};
    const bool names_task =
        group.initiative >= 0 && taskless_[static_cast<std::size_t>(group.initiative)] && e.titles.size() > 1;
    if (names_task) return place_unlike(e, group.initiative);
    Match match;
    View title;
    for (const Chars& t : e.titles)
      if (const Match m = matcher_.best(t, group.initiative); m.likeness > match.likeness) {
        match = m;
        title = t;
      }
    if (match.likeness < kLikeEnough) return place_unlike(e, group.initiative);
    Initiative& i = initiatives_[static_cast<std::size_t>(match.initiative)];
    if (match.task < 0) {
      give(i.lead, i.responsible, e.departments);
      compare(i.title, i.line, i.confidence, title, e.line);
    } else {
      Task& t = i.tasks[static_cast<std::size_t>(match.task)];
      give(t.lead, t.responsible, e.departments);
      compare(t.title, t.line, t.confidence, title, e.line);
    }
  }

  // Rows may name tasks that the body leaves out: they become tasks of the initiative they stand at.
  void place_unlike(const Entry& e, int initiative) {
    if (e.titles.empty() || e.titles.front().empty()) return;
    const std::string title = utf8(e.titles.front());
    if (initiative >= 0 && taskless_[static_cast<std::size_t>(initiative)]) {
      initiatives_[static_cast<std::size_t>(initiative)].tasks.push_back(
          {title, {}, e.departments.lead, e.departments.responsible, e.line, e.line, 0.6});
      return;
    }
    result_.unmatched.push_back(title);
    result_.unmatched_lines.push_back(e.line);
  }

  void compare(const std::string& own, Line line, Confidence& sure, View title, Line annex_line) {
    constexpr std::size_t kLongestTitle = 40;  // a whole sentence of contents is no title that could differ
    if (core_of(title) == core_of(from_utf8(own))) return;
    sure = std::min(sure, 0.7);
    if (title.size() <= kLongestTitle) result_.differences.push_back({own, utf8(title), line, annex_line});
  }

  std::vector<Initiative>& initiatives_;
  Matcher matcher_;
  std::vector<bool> taskless_;  // in the body
  AnnexResult result_;
};

}  // namespace

AnnexResult read_annex(const Source& source, std::vector<Initiative>& initiatives) {
  std::vector<Entry> entries = allocation_rows(source);
  if (entries.empty()) entries = read_listed(source);
  if (!initiatives.empty()) return Placer(initiatives).place(entries);
  make_from_rows(entries, initiatives);
  return {};
}

}  // namespace kepu::plan::grammar
