// A small table and random inputs for the tests.
#pragma once

#include <fstream>
#include <random>
#include <string>

#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal::testing {

inline std::string catalogue() {
  std::ifstream in("catalog/appraisal.toml", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline Item item(std::string code, Points points, ItemKind kind = ItemKind::basic) {
  Item out;
  out.code = std::move(code);
  out.project = "任务落实";
  out.content = "完成年度任务";
  out.standard = "按完成程度给分";
  out.kind = kind;
  out.points = points;
  return out;
}
inline Item automatic(std::string code, Points points, Amount empty_at, Amount full_at) {
  Item out = item(std::move(code), points);
  out.rule.kind = Rule::Kind::linear;
  out.rule.metric = "test.events";
  out.rule.metric_title = "活动场次";
  out.rule.metric_unit = "场";
  out.rule.empty_at = empty_at;
  out.rule.full_at = full_at;
  return out;
}

// 100 points: 1 by people (60), 2 by a metric (40, 0 → 10 events); bonus 3, deduction 4; two groups.
inline Table table() {
  Table t;
  t.year = 2026;
  t.title = "年度考核";
  t.bonus_cap = 3 * kPoint;
  t.deduction_cap = 8 * kPoint;
  t.groups = {{"member", "成员单位", {auth::UnitKind::department}, {}, {}},
              {"township", "乡镇", {auth::UnitKind::township}, {}, {}}};
  t.items = {item("1", 60 * kPoint), automatic("2", 40 * kPoint, 0, 10 * kOne),
             item("3", 5 * kPoint, ItemKind::bonus), item("4", 10 * kPoint, ItemKind::deduction)};
  t.grades = {{"优秀", 90 * kPoint}, {"良好", 80 * kPoint}, {"合格", 70 * kPoint}, {"不合格", 0}};
  return t;
}

inline Mark mark(Mark::Kind kind, Id unit, std::string item, std::optional<Points> points, Id person = 0) {
  Mark m;
  m.kind = kind;
  m.unit = unit;
  m.item = std::move(item);
  m.points = points;
  m.person = person;
  return m;
}
inline Figure figure(Id unit, std::string item, std::optional<Amount> value) {
  Figure a;
  a.unit = unit;
  a.item = std::move(item);
  a.value = value;
  a.from = {2026, 1, 1};
  a.to = {2026, 12, 31};
  return a;
}

// Any number of units, items and marks, some of them out of bounds.
inline Inputs random_inputs(std::mt19937_64& random, int units = 4, int items = 9) {
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  Inputs in;
  in.table = table();
  in.table.items.clear();
  for (int i = 0; i < items; ++i) {
    Item one = item(std::to_string(1 + i / 4) + "." + std::to_string(i % 4), (1 + below(20)) * 50,
                    i < 2 ? ItemKind::basic : static_cast<ItemKind>(below(5) > 2 ? below(3) : 0));
    one.rule.kind = static_cast<Rule::Kind>(below(5));
    one.rule.metric = "test.events";
    one.rule.missing = static_cast<Missing>(below(3));
    one.rule.full_at = (1 + below(30)) * kOne / 3;
    one.rule.empty_at = below(4) == 0 ? one.rule.full_at + kOne : 0;
    one.rule.steps = {{kOne, one.points / 2}, {2 * kOne, one.points}};
    one.rule.per_piece = 1 + below(200);
    one.rule.piece = (1 + below(3)) * kOne;
    one.rule.at_least = below(5) * kOne;
    if (below(4) == 0) one.groups = {below(2) == 0 ? "member" : "township"};
    in.table.items.push_back(std::move(one));
  }
  for (int u = 1; u <= units; ++u) {
    in.units.push_back({u, "单位" + std::to_string(u), u % 2 == 0 ? "township" : "member", u});
    for (const auto& i : in.table.items) {
      if (below(3) > 0)
        in.figures.push_back(figure(
            u, i.code, below(4) == 0 ? std::nullopt : std::optional<Amount>(below(40) * kOne / 3 - kOne)));
      for (const auto kind : {Mark::Kind::self, Mark::Kind::reviewed, Mark::Kind::appeal}) {
        if (below(3) == 0)
          in.marks.push_back(
              mark(kind, u, i.code, below(6) == 0 ? std::nullopt : std::optional<Points>(below(1200) - 100)));
      }
      for (Id person = 1; person <= below(5); ++person)
        in.marks.push_back(mark(Mark::Kind::assessor, u, i.code,
                                below(8) == 0 ? std::nullopt : std::optional<Points>(below(1200)), person));
    }
  }
  return in;
}

}  // namespace kepu::appraisal::testing
