#include "engines/plan/reading/pieces.h"

#include <algorithm>

namespace kepu::plan::grammar {
namespace {

using Level = Mark::Level;

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
    piece.text = without_tag(inline_goal ? text : behind_mark(text, piece.mark));
    piece.line = p.line;
    piece.end_line = p.end_line;
    piece.inline_goal = inline_goal;
    constexpr std::size_t kLongestList = 2000;
    const bool box = !inline_goal && is_box_title(text);
    if (open_list_ && !box && list_text_.size() < kLongestList && piece.mark.level == Level::none &&
        !begins_with_role(piece.text) && is_department_list(piece.text)) {
      join_list(piece.text);
      list_.end_line = p.end_line;
      return;
    }
    flush_list();
    in_box_ |= box;
    if (!take_head(piece)) classify(std::move(piece));
  }

  // 【责任单位】牵头单位：…: the tag says less than the labels behind it. 【行动目标】 is a head as
  // 行动目标： is.
  static View without_tag(View text) {
    if (text.size() < 4 || !one_of(text.front(), U"【[［")) return text;
    const std::size_t close = text.find_first_of(U"】]］");
    if (close == View::npos || close > 10) return text;
    const View behind = trimmed(text.substr(close + 1));
    return begins_with_role(behind) ? behind : text;
  }

  // 专栏1 重点场馆建设项目
  static bool is_box_title(View text) {
    return text.size() <= 40 && starts(text, U"专栏") && !has(text, U"。") && !has(text, U"，");
  }

  // 1.任务 / 2.措施。… / 3.分工：…; what follows the head in its paragraph is read as its first text.
  bool take_head(Piece& piece) {
    const std::size_t stop = piece.text.find_first_of(U"。：:；. 　");
    const View word = piece.text.substr(0, std::min(stop, piece.text.size()));
    Head head = head_of(word);
    if (head == Head::none) return false;
    if (head == Head::goal && under_ == Head::goal && ends(word, U"任务"))
      head = Head::measures;  // 目标, then 主要任务
    const bool marked = piece.mark.level != Level::none;
    const bool alone = word.size() + 1 >= piece.text.size();
    if (!marked && !alone && stop != View::npos && !one_of(piece.text[stop], U"：:。")) return false;
    if (head == Head::division && !marked && !alone && begins_with_role(piece.text))
      return false;  // 责任单位：…
    under_ = head;
    out_.has_heads = true;
    out_.has_measures |= head == Head::measures;
    if (alone) return true;
    for (View part : numbered_parts(trimmed(piece.text.substr(word.size() + 1)))) {
      Piece one = piece;
      one.mark = mark_of(part);
      one.text = behind_mark(part, one.mark);
      classify(std::move(one));
    }
    return true;
  }

  // （1）…。（2）…。 behind a head in its paragraph: each from its mark to the next; else the whole text.
  static std::vector<View> numbered_parts(View text) {
    const Mark first = mark_of(text);
    const bool counts =
        first.level == Level::sub_item || first.level == Level::circled || first.level == Level::item;
    std::vector<std::size_t> begins = {0};
    for (std::size_t i = 1; counts && first.number == 1 && i < text.size(); ++i) {
      if (!one_of(text[i - 1], U"。；;") && !is_blank(text[i - 1])) continue;
      const Mark mark = mark_of(text.substr(i));
      if (mark.level == first.level && mark.number == static_cast<int>(begins.size()) + 1)
        begins.push_back(i);
    }
    std::vector<View> out;
    for (std::size_t k = 0; k < begins.size(); ++k) {
      const std::size_t to = k + 1 < begins.size() ? begins[k + 1] : text.size();
      out.push_back(trimmed(text.substr(begins[k], to - begins[k])));
    }
    return out;
  }

  void classify(Piece piece) {
    piece.under = under_;
    piece.boxed = in_box_;
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
  bool open_list_ = false, in_box_ = false;
};

}  // namespace

Body cut_body(const Source& source, const Candidate& initiative) { return Cutter(source, initiative).cut(); }

bool has_task_shape(const Piece& p, std::size_t longest) {
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

bool is_bare_sentence(const Piece& p) { return p.heading.closed && p.heading.rest >= p.text.size(); }

Level task_level(const Body& body) {
  int items = 0;
  Level first = Level::none;
  for (const Piece& p : body.pieces) {
    if (!is_content(p) || p.mark.level == Level::none || p.boxed) continue;
    if (body.has_measures && p.under == Head::goal) continue;
    if (p.mark.level == Level::item) ++items;
    if (first == Level::none && p.mark.level != Level::ordinal) first = p.mark.level;
  }
  if (items >= 2 && first != Level::sub) return Level::item;
  return first;
}

namespace {

// Whether the first paragraph behind the headings is a goal in most initiatives of this document.
bool goals_come_first(const std::vector<Body>& bodies) {
  int goals = 0, tasks = 0;
  for (const Body& b : bodies) {
    const auto first = std::find_if(b.pieces.begin(), b.pieces.end(), is_content);
    if (first == b.pieces.end() || b.has_heads || first->mark.level != Level::none) continue;
    (first->inline_goal || !has_task_shape(*first) || is_bare_sentence(*first) ? goals : tasks)++;
  }
  return goals > tasks;
}

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

// Where numbers are lost and tasks go on in paragraphs of their own, a paragraph's first sentence may look
// like a title: "举办…大赛，推荐…参赛。" goes on with the task before it.
bool titles_are_terse(const std::vector<Body>& bodies) {
  std::size_t terse = 0, others = 0;
  for (const Body& b : bodies) {
    if (task_level(b) != Level::none) continue;
    bool begun = false;
    for (const Piece& p : b.pieces) {
      if (!is_content(p) || p.inline_goal || p.under == Head::goal) continue;
      const bool shaped = has_task_shape(p, 40);
      if (shaped && p.heading.title.find(U'，') == View::npos) {
        ++terse;
        begun = true;
      } else if (begun && !shaped) {
        ++others;
      }
    }
  }
  return others >= 3 && others * 8 >= terse;
}

}  // namespace

bool is_lone_title(const Piece& p) {
  constexpr std::size_t kLongest = 24;
  return p.heading.rest >= p.text.size() && !p.heading.closed && p.text.size() >= 4 &&
         p.text.size() <= kLongest;
}

namespace {

bool titles_stand_alone(const std::vector<Body>& bodies) {
  std::size_t alone = 0, shaped = 0, all = 0;
  for (const Body& b : bodies) {
    if (task_level(b) != Level::none || b.has_heads) continue;
    for (const Piece& p : b.pieces) {
      if (!is_content(p) || p.inline_goal || p.boxed) continue;
      ++all;
      alone += is_lone_title(p) ? 1 : 0;
      shaped += is_lone_title(p) && has_task_shape(p) ? 1 : 0;
    }
  }
  return alone >= 4 && alone * 10 >= all * 3 && shaped * 10 >= alone * 7;
}

struct Marked {  // how many tasks bear a mark, and how many of these …
  std::size_t all = 0, owning = 0, bare = 0;
  bool mostly(std::size_t some) const { return all >= 4 && some * 10 >= all * 8; }
};
// Where numbers are lost, the paragraphs behind the goal stand for tasks.
Marked marked_tasks(const std::vector<Body>& bodies) {
  Marked out;
  for (const Body& b : bodies) {
    const Level level = task_level(b);
    for (std::size_t i = 0; i < b.pieces.size(); ++i) {
      const Piece& p = b.pieces[i];
      if (!is_content(p) || p.mark.level != level || p.boxed) continue;
      if (level == Level::none && (i == 0 || p.under == Head::goal)) continue;
      ++out.all;
      out.owning += p.departments ? 1 : 0;  // … end with departments of their own
      out.bare += p.heading.rest >= p.text.size() && !p.heading.closed ? 1 : 0;
    }
  }
  return out;
}

// Whether lines of departments follow most tasks, seen where an initiative has several.
bool departments_follow_tasks(const std::vector<Body>& bodies) {
  std::size_t followed = 0, tasks = 0;
  for (const Body& b : bodies) {
    const Level level = task_level(b);
    std::size_t here = 0, own = 0;
    bool open = false;
    for (const Piece& p : b.pieces) {
      if (is_content(p) && level != Level::none && p.mark.level == level) {
        ++here;
        open = true;
      } else if (p.only_departments && open) {
        ++own;
        open = false;
      }
    }
    if (here < 2) continue;
    tasks += here;
    followed += own;
  }
  return tasks >= 4 && followed * 10 >= tasks * 8;
}

}  // namespace

Style style_of(const std::vector<Body>& bodies) {
  const Marked marked = marked_tasks(bodies);
  Style style;
  style.goal_first = goals_come_first(bodies);
  style.one_paragraph = tasks_are_one_paragraph(bodies);
  style.own_departments = marked.mostly(marked.owning);
  style.lines_behind_tasks = departments_follow_tasks(bodies);
  style.bare_titles = marked.mostly(marked.bare);
  style.lone_titles = titles_stand_alone(bodies);
  style.terse_titles = titles_are_terse(bodies);
  return style;
}

}  // namespace kepu::plan::grammar
