#include "engines/evaluation/next_period.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace kepu::evaluation {
namespace {

using doc::Style;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string next_title(const Snapshot& s) {
  const int length = s.plan_to - s.plan_from + 1;
  return fmt::format("{}全民科学素质行动规划纲要实施方案（{}—{}年）", s.county, s.plan_to + 1,
                     s.plan_to + length);
}

std::string baseline_clause(const Snapshot& s, const CarryItem& item) {
  return item.value.empty() ? std::string() : fmt::format("{}年为{}", s.until.year, item.value);
}

const CarryDecision* decision_of(const Outline& o, const CarryItem& item) {
  const auto at = o.decisions.find(item.item);
  return at == o.decisions.end() ? nullptr : &at->second;
}

bool is_kept(const Outline& o, const CarryItem& item) {
  const auto* d = decision_of(o, item);
  return d != nullptr && d->carry == Carry::keep;
}

const TaskResult* task_of(const Snapshot& s, const std::string& code) {
  for (const auto& t : s.tasks) {
    if (t.code == code) return &t;
  }
  return nullptr;
}

// The paragraph of a kept task behind its number: title, text, baselines of its kept targets, departments.
struct TaskText {
  std::string title, rest;
};
TaskText task_text(const Outline& o, const CarryItem& item) {
  const auto* d = decision_of(o, item);
  TaskText out;
  out.title = d->title.empty() ? item.title : d->title;
  out.rest = base::squeeze(d->text.empty() ? item.text : d->text);
  if (!out.rest.empty() && !base::ends_with(out.rest, "。")) out.rest += "。";
  for (const auto& target : o.items) {
    if (!target.target || target.code != item.code || !is_kept(o, target)) continue;
    const auto* goal = decision_of(o, target);
    if (!goal->goal.empty()) {
      out.rest += fmt::format("到{}年达到{}", 2 * o.snapshot.plan_to - o.snapshot.plan_from + 1, goal->goal);
      const auto base = baseline_clause(o.snapshot, target);
      out.rest += (base.empty() ? "" : "，" + base) + "。";
    }
  }
  if (const auto* task = task_of(o.snapshot, item.code)) {
    std::vector<std::string> parts;
    if (!task->leads.empty()) parts.push_back("牵头单位：" + base::join(task->leads, "、"));
    if (!task->shares.empty()) parts.push_back("责任单位：" + base::join(task->shares, "、"));
    if (!parts.empty()) out.rest += "（" + base::join(parts, "；") + "）";
  }
  return out;
}

std::string goal_sentence(const Outline& o) {
  const int by = 2 * o.snapshot.plan_to - o.snapshot.plan_from + 1;
  for (const auto& item : o.items) {
    if (!item.target || !is_kept(o, item)) continue;
    const auto* t = [&]() -> const TargetResult* {
      for (const auto& each : o.snapshot.targets) {
        if (fmt::format("target:{}", each.target) == item.item) return &each;
      }
      return nullptr;
    }();
    if (t == nullptr || !t->headline) continue;
    const auto* d = decision_of(o, item);
    const auto base = baseline_clause(o.snapshot, item);
    return fmt::format("到{}年，全县公民具备科学素质的比例达到{}以上{}。", by,
                       d->goal.empty() ? std::string("        %") : d->goal, base.empty() ? "" : "，" + base);
  }
  return fmt::format("到{}年，全县公民科学素质水平明显提升。", by);
}

struct Group {
  std::string initiative;
  std::vector<const CarryItem*> tasks;
};
std::vector<Group> groups(const Outline& o, bool project) {
  std::vector<Group> out;
  for (const auto& item : o.items) {
    if (item.target || !is_kept(o, item)) continue;
    const auto* task = task_of(o.snapshot, item.code);
    if (task == nullptr || task->project != project) continue;
    auto at =
        std::find_if(out.begin(), out.end(), [&](const Group& g) { return g.initiative == item.initiative; });
    if (at == out.end()) at = out.insert(out.end(), {item.initiative, {}});
    at->tasks.push_back(&item);
  }
  return out;
}

// The outline through whatever writes its parts.
template <class Title, class Body, class Part, class Initiative, class Task>
void write_outline(const Outline& o, Title title, Body body, Part part, Initiative initiative, Task task) {
  title(next_title(o.snapshot));
  body(fmt::format("根据《{}》{}结果，结合{}实际，制定本方案。", o.snapshot.plan, o.snapshot.kind,
                   o.snapshot.county));
  int section = 0;
  part(base::chinese_numeral(++section) + "、工作目标");
  body(goal_sentence(o));
  for (const bool project : {false, true}) {
    const auto all = groups(o, project);
    if (all.empty()) continue;
    part(base::chinese_numeral(++section) + (project ? "、重点工程" : "、提升行动"));
    int number = 0;
    for (const auto& g : all) {
      initiative("（" + base::chinese_numeral(++number) + "）" + g.initiative);
      int n = 0;
      for (const auto* item : g.tasks) {
        const auto text = task_text(o, *item);
        task(fmt::format("{}.{}。", ++n, text.title), text.rest);
      }
    }
  }
}

}  // namespace

std::string_view to_text(Carry carry) {
  return carry == Carry::keep ? "keep" : carry == Carry::drop ? "drop" : "undecided";
}
std::string_view title_of(Carry carry) {
  return carry == Carry::keep ? "延续" : carry == Carry::drop ? "不再延续" : "未定";
}
std::optional<Carry> parse_carry(std::string_view text) {
  for (const auto c : {Carry::undecided, Carry::keep, Carry::drop}) {
    if (to_text(c) == text) return c;
  }
  return std::nullopt;
}

std::string with_years_moved(std::string_view text, int from, int to) {
  const int length = to - from + 1;
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end == i) {
      out += text[i++];
      continue;
    }
    const auto digits = text.substr(i, end - i);
    const auto year = digits.size() == 4 ? base::parse_int(digits).value_or(0) : 0;
    const auto rest = text.substr(end);
    const bool is_year = year >= from && year <= to &&
                         (base::starts_with(rest, "年") || base::starts_with(rest, "—") ||
                          base::starts_with(rest, "-") || base::starts_with(rest, "－"));
    out += is_year ? std::to_string(year + length) : std::string(digits);
    i = end;
  }
  return out;
}

std::vector<CarryItem> carry_items(const Snapshot& s) {
  std::vector<CarryItem> out;
  for (const auto& t : s.tasks) {
    CarryItem item;
    item.item = "task:" + t.code;
    item.initiative = t.initiative;
    item.code = t.code;
    item.title = t.title;
    item.text = with_years_moved(t.body, s.plan_from, s.plan_to);
    const bool done = t.final_ == Completion::done;
    item.proposal = done && !t.every_year ? Carry::drop : Carry::keep;
    item.why = t.final_ == Completion::none ? "没有完成情况的结论，请核实后决定"
               : !done                      ? std::string(title_of(t.final_)) + "，建议延续"
               : t.every_year               ? "每年都要做的工作，建议延续"
                                            : "已完成，建议不再延续";
    out.push_back(std::move(item));
  }
  for (const auto& t : s.targets) {
    CarryItem item;
    item.item = fmt::format("target:{}", t.target);
    item.target = true;
    item.code = t.code;
    item.title = base::squeeze(t.text);
    item.text = t.goal;
    item.value = t.value;
    item.source = t.source;
    item.why = t.value.empty() ? "没有终值，延续须先补基数：" + t.why : "终值 " + t.value + " 作下一期基数";
    out.push_back(std::move(item));
  }
  return out;
}

std::string outline_text(const Outline& o) {
  std::string out;
  const auto line = [&](const std::string& text) { out += text + "\n"; };
  write_outline(
      o,
      [&](const std::string& t) {
        line(t);
        line("（征求意见稿）");
      },
      line, line, line, [&](const std::string& head, const std::string& rest) { line(head + rest); });
  return out;
}

doc::Paper outline_paper(const Outline& o) {
  doc::Paper paper;
  write_outline(
      o,
      [&](const std::string& t) {
        paper.paragraph(Style::title, t);
        paper.paragraph(Style::caption, "（征求意见稿）");
      },
      [&](const std::string& t) { paper.paragraph(Style::body, t); },
      [&](const std::string& t) { paper.paragraph(Style::heading1, t); },
      [&](const std::string& t) { paper.paragraph(Style::heading2, t); },
      [&](const std::string& head, const std::string& rest) {
        paper.lead_in(head + rest, base::length(head));
      });
  std::vector<std::vector<doc::TableCell>> rows = {{{"上期目标", 1, 1, true, true},
                                                    {"终值（下期基数）", 1, 1, true, true},
                                                    {"下期要求", 1, 1, true, true},
                                                    {"来源", 1, 1, true, true}}};
  std::vector<std::string> undecided;
  for (const auto& item : o.items) {
    const auto* d = decision_of(o, item);
    if (d == nullptr || d->carry == Carry::undecided) {
      undecided.push_back((item.code.empty() ? "" : item.code + " ") + item.title);
    } else if (item.target && d->carry == Carry::keep) {
      rows.push_back({{item.title},
                      {item.value.empty() ? "缺" : item.value, 1, 1, false, true},
                      {d->goal.empty() ? "待测算" : d->goal, 1, 1, false, true},
                      {item.source}});
    }
  }
  if (rows.size() > 1 || !undecided.empty()) paper.page_break();
  if (rows.size() > 1) {
    paper.paragraph(Style::caption, "附件");
    paper.paragraph(Style::title, "目标基数表");
    paper.table({34, 18, 18, 30}, std::move(rows), 1);
  }
  if (!undecided.empty()) {
    paper.paragraph(Style::heading1, fmt::format("还没有决定的事项（{} 项）", undecided.size()));
    for (const auto& u : undecided) paper.paragraph(Style::body, u);
  }
  return paper;
}

}  // namespace kepu::evaluation
