#include "engines/plan/reading/tasks.h"

#include <algorithm>
#include <optional>

#include "engines/plan/reading/pieces.h"

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

struct Event {
  Departments departments;
  int task = -1;
  bool whole = false;     // a paragraph of its own
  bool division = false;  // under the head 分工
  Line line = 0;
};

class TaskReader {
 public:
  TaskReader(const Body& body, const Style& style, Initiative& out) : body_(body), style_(style), out_(out) {}

  void read(std::vector<Note>& mixed) {
    level_ = task_level(body_);
    titled_measures_ = measures_have_titles();
    const bool numbers_lost = level_ == Level::none;
    for (std::size_t i = 0; i < body_.pieces.size(); ++i) {
      const Piece& p = body_.pieces[i];
      if (p.departments) note(p, mixed);
      if (p.boxed && is_content(p) && !leaves_box(p)) {
        add_text(p);
      } else if (is_content(p)) {
        const auto sure = numbers_lost ? unmarked_task(p, i) : marked_task(p, i);
        if (sure)
          open_task(p, *sure);
        else
          add_text(p);
        if (p.departments) events_.push_back({*p.departments, task_, false, false, p.line});
      } else {
        events_.push_back({*p.departments, task_, true, p.under == Head::division, p.line});
        if (task_ >= 0 && p.under != Head::division) pending_end_ = p.end_line;
      }
      out_.end_line = std::max(out_.end_line, p.end_line);
    }
    allocate();
  }

 private:
  void note(const Piece& p, std::vector<Note>& mixed) {
    if (p.departments->mixed_separators) mixed.push_back({p.line});
  }

  // Behind a box the tasks go on where they stopped.
  bool leaves_box(const Piece& p) {
    const bool next = p.mark.number > 1 && p.mark.number == last_number_ + 1;
    out_of_box_ |= p.mark.level == level_ && level_ != Level::none && (next || level_ == Level::dash);
    return out_of_box_;
  }

  std::optional<Confidence> marked_task(const Piece& p, std::size_t i) {
    const bool in_goal = p.under == Head::goal && body_.has_measures;
    if (in_goal || p.under == Head::division || p.heading.title.empty()) return std::nullopt;
    if (p.mark.level == level_) {
      last_number_ = p.mark.number;
      return p.heading.cut ? 0.75 : 1.0;
    }
    // （3） between 2. and 4.; 4. after three dashes.
    const bool counts_on =
        p.mark.number > 1 && p.mark.number == last_number_ + 1 && next_number(i) != p.mark.number;
    if (level_ == Level::item && p.mark.level == Level::sub_item && counts_on && !sub_items_) {
      last_number_ = p.mark.number;
      return 0.7;
    }
    const bool among_dashes = level_ == Level::dash && p.mark.level == Level::item && p.mark.number > 1;
    if (among_dashes && !sub_items_ && has_task_shape(p)) return 0.7;
    if (p.mark.level > Level::sub && p.mark.level != Level::dash) sub_items_ = true;
    if (p.mark.level != Level::none || p.inline_goal || last_is_bare() || !has_task_shape(p))
      return std::nullopt;
    const bool gap = level_ != Level::dash && next_number(i) > last_number_ + 1;
    const bool goal_given = task_ >= 0 || !style_.goal_first || !out_.goal.empty();
    if (gap && goal_given) {
      ++last_number_;
      return 0.65;
    }
    // The sign is lost, but it ends with its departments, as the marked tasks do.
    const bool owner =
        style_.own_departments && p.departments && goal_given && (task_ < 0 || task_has_departments());
    if (owner && (task_ >= 0 || !out_.goal.empty())) {
      ++last_number_;
      return 0.65;
    }
    const bool bare = p.heading.rest >= p.text.size() && !p.heading.closed;
    if (style_.bare_titles && bare && goal_given && (task_ >= 0 || !out_.goal.empty())) {
      ++last_number_;
      return 0.65;
    }
    // Behind a goal that stands as everywhere in this document, or among tasks of one paragraph each.
    const bool full = has_task_shape(p, 26) && p.heading.rest + 18 < p.text.size();
    const bool first = task_ < 0 && style_.goal_first && !out_.goal.empty();
    if ((task_ >= 0 || first) && style_.one_paragraph && full) {
      ++last_number_;
      return 0.6;
    }
    return std::nullopt;
  }
  // The last title stands alone: what follows is its body, whatever it begins with.
  bool last_is_bare() const { return task_ >= 0 && out_.tasks.back().body.empty(); }
  bool task_has_departments() const {
    return std::any_of(events_.begin(), events_.end(), [this](const Event& e) { return e.task == task_; });
  }
  int next_number(std::size_t i) const {
    for (std::size_t k = i + 1; k < body_.pieces.size() && k < i + 40; ++k)
      if (body_.pieces[k].mark.level == level_) return body_.pieces[k].mark.number;
    return 0;
  }

  std::optional<Confidence> unmarked_task(const Piece& p, std::size_t) const {
    if (p.under == Head::goal || p.under == Head::division || p.inline_goal || p.heading.title.empty())
      return std::nullopt;
    const bool first = task_ < 0 && out_.goal.empty();
    if (last_is_bare()) return std::nullopt;
    if (style_.lone_titles && is_lone_title(p)) return 0.7;
    // It ends with its departments, as all tasks do here.
    constexpr std::size_t kLongestTitle = 40;
    const bool owner = style_.own_departments && p.departments && p.heading.closed && !p.heading.cut &&
                       p.heading.title.size() <= kLongestTitle && p.heading.rest < p.text.size();
    if (owner && !first && (task_ < 0 || task_has_departments())) return 0.7;
    if (task_ >= 0 && style_.terse_titles &&
        (is_bare_sentence(p) || p.heading.title.find(U'，') != View::npos))
      return std::nullopt;
    if (p.under == Head::measures) {
      if (has_task_shape(p, 40)) return 0.75;
      // Among measures that have titles, a paragraph without one goes on with the measure before it.
      return task_ >= 0 && titled_measures_ ? std::nullopt : std::optional(0.6);
    }
    if (first && (style_.goal_first || is_bare_sentence(p) || !has_task_shape(p, 26))) return std::nullopt;
    return has_task_shape(p) ? std::optional(0.7) : std::nullopt;
  }

  bool measures_have_titles() const {
    const auto titled = std::count_if(body_.pieces.begin(), body_.pieces.end(), [](const Piece& p) {
      return p.under == Head::measures && is_content(p) && has_task_shape(p, 40);
    });
    const auto all = std::count_if(body_.pieces.begin(), body_.pieces.end(),
                                   [](const Piece& p) { return p.under == Head::measures && is_content(p); });
    return titled >= 2 && titled * 2 >= all;
  }

  void open_task(const Piece& p, Confidence sure) {
    Task t;
    Chars title = p.heading.title;
    if (title.size() > 8 && one_of(title.back(), U"）)〕]】"))
      if (const auto tail = departments_at_end(title); tail && tail->from > 0) {
        title.resize(tail->from);
        events_.push_back({tail->departments, task_ + 1, false, false, p.line});
      }
    t.title = utf8(title);
    t.body = utf8(trimmed(p.text.substr(std::min(p.heading.rest, p.text.size()))));
    t.line = p.line;
    t.end_line = p.end_line;
    t.confidence = sure;
    out_.tasks.push_back(std::move(t));
    ++task_;
    sub_items_ = false;
    pending_end_ = 0;
  }

  void add_text(const Piece& p) {
    const std::string text = utf8(p.text);
    const bool of_goal = task_ < 0 || (p.under == Head::goal && body_.has_measures);
    std::string& into = of_goal ? out_.goal : out_.tasks.back().body;
    if (!into.empty()) into += "\n";
    into += text;
    if (!of_goal) out_.tasks.back().end_line = std::max(p.end_line, pending_end_);
  }

  // Allocations before the first task belong to the initiative, and so does the one that closes it behind all
  // tasks; where several tasks have their own, each belongs to its task.
  void allocate() {
    const int tasks = task_ + 1;
    std::vector<int> count(static_cast<std::size_t>(std::max(tasks, 0)), 0);
    for (const Event& e : events_)
      if (e.task >= 0 && !e.division) ++count[static_cast<std::size_t>(e.task)];
    const auto having = std::count_if(count.begin(), count.end(), [](int n) { return n > 0; });
    const bool only_last = having == 1 && tasks >= 1 && count.back() > 0 &&
                           (tasks >= 2 || (closes_initiative() && !style_.lines_behind_tasks));
    int seen_of_last = 0;
    for (const Event& e : events_) {
      const bool last = e.task == tasks - 1;
      if (last) ++seen_of_last;
      // A second block behind the last task, where every task has exactly one, is the initiative's own.
      const bool extra = last && tasks >= 2 && having == tasks && e.whole && seen_of_last > 1 &&
                         count.front() == 1 && out_.lead.empty() && out_.responsible.empty();
      if (e.task < 0 || e.division || only_last || extra) {
        append(out_.lead, e.departments.lead);
        append(out_.responsible, e.departments.responsible);
      } else {
        Task& t = out_.tasks[static_cast<std::size_t>(e.task)];
        append(t.lead, e.departments.lead);
        append(t.responsible, e.departments.responsible);
        if (e.whole) t.end_line = std::max(t.end_line, e.line);
      }
    }
  }
  bool closes_initiative() const {
    return std::none_of(events_.begin(), events_.end(), [](const Event& e) { return e.task < 0; }) &&
           events_.back().whole;
  }
  static void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
    to.insert(to.end(), from.begin(), from.end());
  }

  const Body& body_;
  const Style& style_;
  Initiative& out_;
  Level level_ = Level::none;
  bool out_of_box_ = false;
  int task_ = -1, last_number_ = 0;
  bool sub_items_ = false, titled_measures_ = false;
  Line pending_end_ = 0;
  std::vector<Event> events_;
};

}  // namespace

std::vector<Initiative> read_initiatives(const Source& source, const Outline& outline,
                                         std::vector<Note>& mixed) {
  std::vector<Body> bodies;
  bodies.reserve(outline.initiatives.size());
  for (const Candidate& c : outline.initiatives) bodies.push_back(cut_body(source, c));
  const Style style = style_of(bodies);
  std::vector<Initiative> out;
  int actions = 0, projects = 0;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const Candidate& c = outline.initiatives[i];
    Initiative initiative;
    initiative.kind = c.kind;
    initiative.ordinal = c.kind == InitiativeKind::action ? ++actions : ++projects;
    initiative.title = utf8(c.title);
    initiative.line = source.paragraphs[c.heading].line;
    initiative.end_line = source.paragraphs[c.heading].end_line;
    initiative.confidence = c.confidence;
    TaskReader(bodies[i], style, initiative).read(mixed);
    out.push_back(std::move(initiative));
  }
  return out;
}

}  // namespace kepu::plan::grammar
