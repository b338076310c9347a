// The indicator table: what it says, and what is wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {

using base::Code;
using base::Error;
using base::refuse;

namespace {

constexpr std::size_t kLongestCode = 12;
constexpr std::size_t kMostItems = 300;
constexpr int kMostNoticeDays = 90;

std::string measured(const Rule& rule, Amount amount) { return amount_text(amount) + rule.metric_unit; }

std::string steps_text(const Item& item, const char* gives) {
  std::vector<std::string> parts;
  for (const auto& step : item.rule.steps) {
    parts.push_back(
        fmt::format("{} 起{} {} 分", measured(item.rule, step.from), gives, points_text(step.points)));
  }
  if (!item.rule.steps.empty()) {
    parts.push_back(fmt::format("不足 {} 不{}分", measured(item.rule, item.rule.steps.front().from), gives));
  }
  return base::join(parts, "，");
}

std::string how_text(const Item& item) {
  const Rule& r = item.rule;
  const std::string points = points_text(item.points);
  const char* gives = item.kind == ItemKind::deduction ? "扣" : "得";
  switch (r.kind) {
    case Rule::Kind::manual:
      return fmt::format("人工评分，{}—{} 分", points_text(r.lowest), points);
    case Rule::Kind::linear:
      return fmt::format("达到 {} {}满 {} 分，{} 不{}分，其间按比例", measured(r, r.full_at), gives, points,
                         measured(r, r.empty_at), gives);
    case Rule::Kind::steps:
      return steps_text(item, gives);
    case Rule::Kind::per_piece:
      return fmt::format("每 {} {} {} 分，封顶 {} 分", measured(r, r.piece), gives, points_text(r.per_piece),
                         points);
    case Rule::Kind::yes_no:
      return fmt::format("达到 {} {} {} 分，否则不{}分", measured(r, r.at_least), gives, points, gives);
  }
  return {};
}

class Problems {
 public:
  void add(std::string field, std::string rule, std::string message) {
    errors_.push_back(
        Error{Code::invalid, "appraisal." + std::move(rule), std::move(field), std::move(message)});
  }
  base::Errors take() { return std::move(errors_); }

 private:
  base::Errors errors_;
};

void check_rule(const Item& item, Problems& out) {
  const Rule& r = item.rule;
  const auto inside = [](Amount a) { return a >= -kMostAmount && a <= kMostAmount; };
  if (r.kind != Rule::Kind::manual && r.metric.empty())
    out.add("metric", "no_metric", "自动计分要选一个指标；没有合适的指标时，计分方式改为“人工评分”。");
  if (!inside(r.empty_at) || !inside(r.full_at) || !inside(r.at_least) || !inside(r.piece))
    out.add("full_at", "amount", "数值太大，请检查单位。");
  switch (r.kind) {
    case Rule::Kind::manual:
      if (r.lowest < 0 || r.lowest > item.points) out.add("lowest", "lowest", "最低分应当在 0 和分值之间。");
      break;
    case Rule::Kind::linear:
      if (r.empty_at == r.full_at)
        out.add("full_at", "linear", "满分值和零分值不能相同；达到即得满分的，计分方式选“达标”。");
      break;
    case Rule::Kind::steps:
      if (r.steps.empty()) out.add("steps", "steps", "请至少写一档，例如“10：3”，每行一档。");
      for (std::size_t i = 0; i < r.steps.size(); ++i) {
        if (r.steps[i].points < 0 || r.steps[i].points > item.points)
          out.add("steps", "steps_points",
                  fmt::format("第 {} 档的得分应当在 0 和分值 {} 之间。", i + 1, points_text(item.points)));
        if (!inside(r.steps[i].from)) out.add("steps", "amount", fmt::format("第 {} 档的数值太大。", i + 1));
        if (i > 0 && r.steps[i].from <= r.steps[i - 1].from)
          out.add("steps", "steps_order", fmt::format("第 {} 档应当大于上一档，请从小到大排列。", i + 1));
      }
      break;
    case Rule::Kind::per_piece:
      if (r.piece <= 0) out.add("piece", "piece", "每多少计一次，应当大于 0。");
      if (r.per_piece <= 0 || r.per_piece > kMostPoints)
        out.add("per_piece", "per_piece", "每件的分数应当大于 0。");
      break;
    case Rule::Kind::yes_no:
      break;
  }
}

void check_group_sums(const Table& table, Problems& out) {
  for (const auto& group : table.groups) {
    Points sum = 0;
    for (const auto* item : table.items_of(group.id)) {
      if (item->kind == ItemKind::basic) sum += item->points;
    }
    if (sum != table.full)
      out.add("group:" + group.id, "sum",
              fmt::format("“{}”适用的基本分合计 {} 分，应当是 {} 分；请调整分值或适用对象。", group.title,
                          points_text(sum), points_text(table.full)));
  }
}

void check_groups(const Table& table, Problems& out) {
  std::set<std::string> seen;
  if (table.groups.empty()) out.add("groups", "no_groups", "还没有考核对象，请至少加一组，例如“成员单位”。");
  for (const auto& group : table.groups) {
    if (group.id.empty() || !seen.insert(group.id).second)
      out.add("group:" + group.id, "group_id", "考核对象的代号不能为空，也不能重复。");
    if (base::trim(group.title).empty()) out.add("group:" + group.id, "group_title", "请写考核对象的名称。");
    if (group.kinds.empty() && group.units.empty())
      out.add("group:" + group.id, "group_empty", "“" + group.title + "”没有选单位类型，也没有列出单位。");
  }
}

void check_items(const Table& table, Problems& out) {
  std::set<std::string> seen;
  if (table.items.empty()) out.add("items", "no_items", "还没有考核项，请先添加。");
  if (table.items.size() > kMostItems)
    out.add("items", "too_many_items", fmt::format("考核项最多 {} 项，请合并。", kMostItems));
  for (const auto& item : table.items) {
    const std::string field = "item:" + item.code;
    if (!seen.insert(item.code).second) out.add(field, "code_twice", "编号 " + item.code + " 用了两次。");
    for (auto& error : problems_of(item))
      out.add(field, error.rule.substr(10), "考核项 " + item.code + "：" + error.message);
    for (const auto& group : item.groups) {
      if (table.group(group) == nullptr)
        out.add(field, "unknown_group", "考核项 " + item.code + " 的适用对象“" + group + "”已不存在。");
    }
  }
}

void check_grades(const Table& table, Problems& out) {
  if (table.grades.empty()) out.add("grades", "no_grades", "请至少写一个等次，例如“合格：0”。");
  for (std::size_t i = 0; i < table.grades.size(); ++i) {
    if (base::trim(table.grades[i].title).empty()) out.add("grades", "grade_title", "等次的名称不能为空。");
    if (i > 0 && table.grades[i].from >= table.grades[i - 1].from)
      out.add("grades", "grade_order", "等次请从高到低排列，分数线不能相同。");
  }
  if (!table.grades.empty() && table.grades.back().from != 0)
    out.add("grades", "grade_last", "最后一个等次的分数线应当是 0，这样每个得分都有等次。");
}

}  // namespace

const Item* Table::item(std::string_view code) const {
  const auto at = std::find_if(items.begin(), items.end(), [&](const Item& i) { return i.code == code; });
  return at == items.end() ? nullptr : &*at;
}

const Group* Table::group(std::string_view id) const {
  const auto at = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.id == id; });
  return at == groups.end() ? nullptr : &*at;
}

bool Table::applies(const Item& item, std::string_view group) const {
  return item.groups.empty() || std::find(item.groups.begin(), item.groups.end(), group) != item.groups.end();
}

std::vector<const Item*> Table::items_of(std::string_view group) const {
  std::vector<const Item*> out;
  for (const auto& item : items) {
    if (group.empty() || applies(item, group)) out.push_back(&item);
  }
  std::sort(out.begin(), out.end(),
            [](const Item* a, const Item* b) { return code_before(a->code, b->code); });
  return out;
}

std::string rule_text(const Item& item) {
  const Rule& r = item.rule;
  if (r.kind == Rule::Kind::manual) return how_text(item);
  const char* missing = r.missing == Missing::zero     ? "没有数据计零分"
                        : r.missing == Missing::manual ? "没有数据转人工评分"
                                                       : "没有数据不计入";
  return fmt::format("自动：{}，{}；{}", r.metric_title.empty() ? r.metric : r.metric_title, how_text(item),
                     missing);
}

base::Errors problems_of(const Item& item) {
  Problems out;
  if (base::trim(item.code).empty() || base::length(item.code) > kLongestCode ||
      item.code.find_first_of("/?# \t") != std::string::npos)
    out.add("code", "code", "请写编号，例如 1.2，不超过 12 个字，不含空格和 / ? #。");
  if (base::trim(item.content).empty()) out.add("content", "content", "请写考核内容。");
  if (item.points <= 0 || item.points > kMostPoints)
    out.add("points", "points", "分值应当大于 0，不超过 1000。");
  check_rule(item, out);
  return out.take();
}

base::Errors problems_of(const Table& table) {
  Problems out;
  if (table.year < 2000 || table.year > 2100) out.add("year", "year", "请写考核年度，例如 2026。");
  if (base::trim(table.title).empty()) out.add("title", "title", "请写考核的名称。");
  if (table.full <= 0 || table.full > kMostPoints) out.add("full", "full", "满分应当大于 0，不超过 1000。");
  if (table.bonus_cap < 0 || table.bonus_cap > kMostPoints)
    out.add("bonus_cap", "bonus_cap", "加分上限应当在 0 和 1000 之间。");
  if (table.deduction_cap < 0 || table.deduction_cap > kMostPoints)
    out.add("deduction_cap", "deduction_cap", "扣分上限应当在 0 和 1000 之间。");
  if (table.outlier_percent < 1 || table.outlier_percent > 100)
    out.add("outlier_percent", "outlier_percent", "偏离提示线应当在 1% 和 100% 之间。");
  if (table.notice_days < 1 || table.notice_days > kMostNoticeDays)
    out.add("notice_days", "notice_days", "公示天数应当在 1 和 90 之间。");
  check_groups(table, out);
  check_items(table, out);
  if (!table.items.empty()) check_group_sums(table, out);
  check_grades(table, out);
  return out.take();
}

base::Result<std::vector<Entry>> entries_of(const Table& table, const auth::UnitTree& units) {
  std::set<Id> taken;
  const auto ids = [&](const std::vector<std::string>& names, std::vector<Id>& out) -> base::Done {
    for (const auto& name : names) {
      const auto* unit = units.find_by_name(name);
      if (unit == nullptr || !unit->active)
        return refuse(Code::invalid, "appraisal.unknown_unit",
                      "单位“" + name + "”不在单位名录里，或已停用；请在考核对象里改正。", "groups");
      out.push_back(unit->id);
    }
    return {};
  };
  std::vector<Entry> out;
  for (const auto& group : table.groups) {
    std::vector<Id> listed, except;
    TRY(ids(group.units, listed));
    TRY(ids(group.except, except));
    const auto holds = [](const std::vector<Id>& in, Id id) {
      return std::find(in.begin(), in.end(), id) != in.end();
    };
    int position = 0;
    for (const auto& unit : units.all()) {
      ++position;
      const bool of_kind = std::find(group.kinds.begin(), group.kinds.end(), unit.kind) != group.kinds.end();
      if (!unit.active || unit.id == units.root() || holds(except, unit.id) ||
          !(of_kind || holds(listed, unit.id)))
        continue;
      if (taken.insert(unit.id).second) out.push_back({unit.id, unit.name, group.id, position});
    }
  }
  if (out.empty())
    return refuse(Code::invalid, "appraisal.no_units", "没有一个单位属于考核对象，请检查单位类型。",
                  "groups");
  return out;
}

}  // namespace kepu::appraisal
