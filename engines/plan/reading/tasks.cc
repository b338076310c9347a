#include "engines/plan/reading/tasks.h"

#include <algorithm>
#include <optional>

#include "engines/plan/reading/departments.h"

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

struct Piece {  // a paragraph of an initiative, or the text behind its title
  View text;    // behind its mark, without the allocation at its end
  Mark mark;
  Heading heading{};
  Line line = 0, end_line = 0;
  std::optional<Departments> departments;  // at its end, or all of it
  bool only_departments = false;
  bool inline_goal = false;  // stands behind the title in the heading's paragraph
  Head under = Head::none;   // 任务, 措施, 分工
};

struct Body {
  std::vector<Piece> pieces;
  bool has_heads = false;
};

// --- from paragraphs to pieces
// -----------------------------------------------------------------------------------

class Cutter {
 public:
  Cutter(const Source& source, const Candidate& c) : source_(source), c_(c) {}

  Body cut() {
    const auto& all = source_.paragraphs;
    const Paragraph& first = all[c_.heading];
    take(trimmed(View(first.text).substr(std::min(c_.rest, first.text.size()))), first, true);
    for (std::size_t i = c_.heading + 1; i < c_.last; ++i) take(all[i].text, all[i], false);
    flush_list();
    return std::move(out_);
  }

 private:
  void take(View text, const Paragraph& p, bool inline_goal) {
    if (text.empty()) return;
    Piece piece;
    piece.mark = inline_goal ? Mark{} : mark_of(text);
    piece.text = inline_goal ? text : behind_mark(text, piece.mark);
    piece.line = p.line;
    piece.end_line = p.end_line;
    piece.inline_goal = inline_goal;
    constexpr std::size_t kLongestList = 2000;
    if (open_list_ && list_text_.size() < kLongestList && piece.mark.level == Level::none &&
        !begins_with_role(piece.text) && is_department_list(piece.text)) {
      join_list(piece.text);
      list_.end_line = p.end_line;
      return;
    }
    flush_list();
    if (!take_head(piece)) classify(std::move(piece));
  }

  // 1.任务 / 2.措施。… / 3.分工：…; what follows the head in its paragraph is read as its first text.
  bool take_head(Piece& piece) {
    const std::size_t stop = piece.text.find_first_of(U"。：:；. 　");
    const View word = piece.text.substr(0, std::min(stop, piece.text.size()));
    const Head head = head_of(word);
    if (head == Head::none) return false;
    const bool marked = piece.mark.level != Level::none;
    const bool alone = word.size() + 1 >= piece.text.size();
    if (!marked && !alone && stop != View::npos && piece.text[stop] != U'：' && piece.text[stop] != U'。')
      return false;
    if (head == Head::division && !marked && !alone && begins_with_role(piece.text))
      return false;  // 责任单位：…
    under_ = head;
    out_.has_heads = true;
    if (alone) return true;
    piece.text = trimmed(piece.text.substr(word.size() + 1));
    piece.mark = mark_of(piece.text);
    piece.text = behind_mark(piece.text, piece.mark);
    classify(std::move(piece));
    return true;
  }

  void classify(Piece piece) {
    piece.under = under_;
    if (begins_with_role(piece.text)) {
      list_ = std::move(piece);
      list_text_ = Chars(list_.text);
      open_list_ = true;
      return;
    }
    if (under_ == Head::division) {
      if (auto d = parse_departments(piece.text, true))
        return push_departments(std::move(piece), std::move(*d));
    } else if (auto d = parse_departments(inside_bracket(piece.text))) {
      return push_departments(std::move(piece), std::move(*d));
    }
    if (auto tail = departments_at_end(piece.text)) {
      if (tail->from < 4) return push_departments(std::move(piece), std::move(tail->departments));
      piece.departments = std::move(tail->departments);
      piece.text = trimmed(piece.text.substr(0, tail->from));
    }
    piece.heading = heading_of(piece.text);
    out_.pieces.push_back(std::move(piece));
  }

  static View inside_bracket(View text) {
    View t = trimmed(text);
    while (!t.empty() && one_of(t.back(), U"。；;")) t.remove_suffix(1);
    if (t.size() > 2 && one_of(t.front(), U"（(〔[［【") && one_of(t.back(), U"）)〕]］】") &&
        t.find_first_of(U"〕]］】", 1) >= t.size() - 1)
      return t.substr(1, t.size() - 2);
    return text;
  }

  void push_departments(Piece piece, Departments d) {
    piece.departments = std::move(d);
    piece.only_departments = true;
    out_.pieces.push_back(std::move(piece));
  }
  void join_list(View more) {
    if (!list_text_.empty() && one_of(list_text_.back(), U"。；;")) list_text_.back() = U'、';
    list_text_.append(more);
  }
  void flush_list() {
    if (!open_list_) return;
    open_list_ = false;
    if (auto d = parse_departments(list_text_, true))
      return push_departments(std::move(list_), std::move(*d));
    list_.heading = heading_of(list_.text);
    out_.pieces.push_back(std::move(list_));
  }

  const Source& source_;
  const Candidate& c_;
  Body out_;
  Head under_ = Head::none;
  Piece list_;
  Chars list_text_;
  bool open_list_ = false;
};

// --- from pieces to goal and tasks
// -------------------------------------------------------------------------------

// A paragraph that begins with a short first sentence, as a task does whose number is lost.
bool has_task_shape(const Piece& p, std::size_t longest = 32) {
  const auto& h = p.heading;
  if (h.cut || h.title.size() < 4 || h.title.size() > longest || h.title.size() > 60) return false;
  const bool terse = h.title.size() <= 16 && h.rest + 8 < p.text.size() &&
                     !one_of(h.title.front(), U"以其此同这该各") && !is_digit(h.title.front()) &&
                     h.title.find(U'，') == View::npos;
  if (!begins_like_task(h.title) && !terse) return false;
  const bool body_follows = h.rest < p.text.size();
  return body_follows ? h.closed : p.text.size() <= longest + 1;
}

bool is_content(const Piece& p) { return !p.only_departments; }

// What one document shows of its layout.
struct Style {
  bool goal_first = false;     // a goal stands before the first task
  bool one_paragraph = false;  // tasks hardly ever go on in a second paragraph
};

// Whether the first paragraph behind the headings is a goal in most initiatives of this document.
bool goals_come_first(const std::vector<Body>& bodies) {
  int goals = 0, tasks = 0;
  for (const Body& b : bodies) {
    const auto first = std::find_if(b.pieces.begin(), b.pieces.end(), is_content);
    if (first == b.pieces.end() || b.has_heads || first->mark.level != Level::none) continue;
    (first->inline_goal || !has_task_shape(*first) ? goals : tasks)++;
  }
  return goals > tasks;
}

Level task_level(const Body& body);

bool tasks_are_one_paragraph(const std::vector<Body>& bodies) {
  std::size_t marked = 0, continued = 0;
  for (const Body& b : bodies) {
    const Level level = task_level(b);
    bool begun = false;
    for (const Piece& p : b.pieces) {
      if (!is_content(p) || p.inline_goal) continue;
      begun |= p.mark.level == level;
      marked += p.mark.level == level ? 1 : 0;
      continued += begun && p.mark.level != level && !has_task_shape(p) ? 1 : 0;
    }
  }
  return continued * 10 <= marked;
}

Level task_level(const Body& body) {
  int items = 0;
  Level first = Level::none;
  for (const Piece& p : body.pieces) {
    if (!is_content(p) || p.mark.level == Level::none) continue;
    if (body.has_heads && p.under == Head::goal) continue;
    if (p.mark.level == Level::item) ++items;
    if (first == Level::none && p.mark.level != Level::ordinal) first = p.mark.level;
  }
  if (items >= 2 && first != Level::sub) return Level::item;
  return first;
}

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
      if (is_content(p)) {
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

  std::optional<Confidence> marked_task(const Piece& p, std::size_t i) {
    if (p.under == Head::goal || p.under == Head::division || p.heading.title.empty()) return std::nullopt;
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
    const bool full = has_task_shape(p, 26) && p.heading.rest + 30 < p.text.size();
    if (task_ >= 0 && style_.one_paragraph && full) {
      ++last_number_;
      return 0.6;
    }
    return std::nullopt;
  }
  // The last title stands alone: what follows is its body, whatever it begins with.
  bool last_is_bare() const { return task_ >= 0 && out_.tasks.back().body.empty(); }
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
    if (p.under == Head::measures) {
      if (has_task_shape(p, 40)) return 0.75;
      // Among measures that have titles, a paragraph without one goes on with the measure before it.
      return task_ >= 0 && titled_measures_ ? std::nullopt : std::optional(0.6);
    }
    if (first && (style_.goal_first || !has_task_shape(p, 26))) return std::nullopt;
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
    std::string& into = task_ < 0 || p.under == Head::goal ? out_.goal : out_.tasks.back().body;
    if (!into.empty()) into += "\n";
    into += text;
    if (task_ >= 0 && p.under != Head::goal) out_.tasks.back().end_line = std::max(p.end_line, pending_end_);
  }

  // Allocations before the first task belong to the initiative, and so does the one that closes it behind all
  // tasks; where several tasks have their own, each belongs to its task.
  void allocate() {
    const int tasks = task_ + 1;
    std::vector<int> count(static_cast<std::size_t>(std::max(tasks, 0)), 0);
    for (const Event& e : events_)
      if (e.task >= 0 && !e.division) ++count[static_cast<std::size_t>(e.task)];
    const auto having = std::count_if(count.begin(), count.end(), [](int n) { return n > 0; });
    const bool only_last =
        having == 1 && tasks >= 1 && count.back() > 0 && (tasks >= 2 || closes_initiative());
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
  for (const Candidate& c : outline.initiatives) bodies.push_back(Cutter(source, c).cut());
  const Style style{goals_come_first(bodies), tasks_are_one_paragraph(bodies)};
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
