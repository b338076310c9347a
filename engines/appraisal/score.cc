// From inputs to scores. Whole numbers throughout.
#include <algorithm>
#include <map>

#include "engines/appraisal/appraisal.h"

namespace kepu::appraisal {
namespace {

__extension__ using Wide = __int128;

// a × b / c, rounded half up; c > 0, result ≥ 0.
std::int64_t part_of(Wide a, Wide b, Wide c) { return static_cast<std::int64_t>((2 * a * b + c) / (2 * c)); }

Points linear(const Item& item, Amount value) {
  Wide done = static_cast<Wide>(value) - item.rule.empty_at;
  Wide whole = static_cast<Wide>(item.rule.full_at) - item.rule.empty_at;
  if (whole < 0) {
    done = -done;
    whole = -whole;
  }
  if (whole == 0 || done >= whole) return item.points;
  if (done <= 0) return 0;
  return part_of(done, item.points, whole);
}

Points stepped(const Item& item, Amount value) {
  Points points = 0;
  for (const auto& step : item.rule.steps) {
    if (value >= step.from) points = step.points;
  }
  return points;
}

Points pieces(const Item& item, Amount value) {
  if (value <= 0 || item.rule.piece <= 0) return 0;
  const Wide points = static_cast<Wide>(value / item.rule.piece) * item.rule.per_piece;
  return points > item.points ? item.points : static_cast<Points>(points);
}

// The marks and the figure of one unit and item.
struct Given {
  const Mark* self = nullptr;
  const Mark* reviewed = nullptr;
  const Mark* appeal = nullptr;
  std::vector<const Mark*> assessors;
  const Figure* figure = nullptr;
};

Points within(const Item& item, Points points) { return std::clamp<Points>(points, 0, item.points); }

Points median_of(std::vector<Points> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n % 2 == 1 ? values[n / 2] : part_of(values[n / 2 - 1] + values[n / 2], 1, 2);
}

struct Assessed {
  std::optional<Points> points;
  bool not_applicable = false;
  int counted = 0;
  std::vector<Id> outliers;
};

Assessed assessed_by(const Table& table, const Item& item, const std::vector<const Mark*>& marks) {
  constexpr std::size_t kEnoughToCompare = 3;
  Assessed out;
  std::vector<Points> values;
  for (const auto* m : marks) {
    if (m->points) values.push_back(within(item, *m->points));
  }
  out.counted = static_cast<int>(marks.size());
  if (values.size() * 2 < marks.size()) {
    out.not_applicable = true;
    return out;
  }
  if (values.empty()) return out;
  out.points = median_of(values);
  if (values.size() < kEnoughToCompare) return out;
  for (const auto* m : marks) {
    if (!m->points) continue;
    const Wide apart = std::abs(within(item, *m->points) - *out.points);
    if (apart * 100 > static_cast<Wide>(table.outlier_percent) * item.points)
      out.outliers.push_back(m->person);
  }
  std::sort(out.outliers.begin(), out.outliers.end());
  return out;
}

// One way to decide an item: points, not applicable, or nothing.
struct Decision {
  std::optional<Points> points;
  bool not_applicable = false;
  Origin origin = Origin::missing;
  bool made() const { return points.has_value() || not_applicable; }
};

Decision of_mark(const Item& item, const Mark* mark, Origin origin) {
  if (mark == nullptr) return {};
  if (!mark->points) return {std::nullopt, true, origin};
  return {within(item, *mark->points), false, origin};
}

Decision of_rule(const Item& item, const Given& given) {
  const auto value = given.figure != nullptr ? given.figure->value : std::nullopt;
  if (item.rule.kind == Rule::Kind::manual) return {};
  if (value) return {by_rule(item, value), false, Origin::automatic};
  if (item.rule.missing == Missing::not_applicable) return {std::nullopt, true, Origin::automatic};
  return {};
}

bool asks_people(const Item& item, const Given& given) {
  if (item.rule.kind == Rule::Kind::manual) return true;
  return item.rule.missing == Missing::manual && (given.figure == nullptr || !given.figure->value);
}

class Sum {
 public:
  explicit Sum(const Table& table) : table_(table) {}
  void add(const Item& item, const Decision& decision) {
    if (decision.not_applicable) return;
    const Points points = decision.points.value_or(0);
    if (item.kind == ItemKind::bonus) {
      total_.bonus += points;
    } else if (item.kind == ItemKind::deduction) {
      total_.deduction += points;
    } else {
      total_.reached += points;
      total_.applicable += item.points;
    }
  }
  Total take() {
    total_.bonus = std::min(total_.bonus, table_.bonus_cap);
    total_.deduction = std::min(total_.deduction, table_.deduction_cap);
    if (total_.applicable > 0) {
      total_.basic = part_of(total_.reached, table_.full, total_.applicable);
      total_.total = std::max<Points>(0, total_.basic + total_.bonus - total_.deduction);
    }
    return total_;
  }

 private:
  const Table& table_;
  Total total_;
};

UnitScore score_unit(const Table& table, const Entry& entry, const std::vector<const Item*>& items,
                     const std::map<std::string_view, Given>& given_by_item) {
  UnitScore out;
  out.unit = entry.unit;
  out.name = entry.name;
  out.group = entry.group;
  Sum self(table), assessed(table), final_sum(table);
  bool scored_itself = false;
  for (const auto* item : items) {
    const auto at = given_by_item.find(item->code);
    const Given given = at == given_by_item.end() ? Given{} : at->second;
    ItemScore s;
    s.item = item->code;
    const Decision by_self = of_mark(*item, given.self, Origin::missing);
    s.self = by_self.points;
    s.self_not_applicable = by_self.not_applicable;
    scored_itself = scored_itself || by_self.made();
    const Decision automatic = of_rule(*item, given);
    s.automatic = automatic.points;
    Decision machine = automatic;
    if (asks_people(*item, given)) {
      const Assessed people = assessed_by(table, *item, given.assessors);
      s.assessors = people.points;
      s.assessors_counted = people.counted;
      s.outliers = people.outliers;
      machine = {people.points, people.not_applicable, Origin::assessors};
      if (!machine.made()) machine.origin = Origin::missing;
    }
    if (given.reviewed != nullptr) s.reviewed = of_mark(*item, given.reviewed, Origin::reviewed).points;
    Decision decided = of_mark(*item, given.appeal, Origin::appeal);
    if (!decided.made()) decided = of_mark(*item, given.reviewed, Origin::reviewed);
    if (!decided.made()) decided = machine;
    s.decided = decided.points;
    s.not_applicable = decided.not_applicable;
    s.origin = decided.origin;
    if (!decided.made() && item->kind == ItemKind::basic) {
      ++out.missing;
      out.unscored += asks_people(*item, given) ? 1 : 0;
    }
    self.add(*item, by_self.made() ? by_self : automatic);
    assessed.add(*item, machine);
    final_sum.add(*item, decided);
    out.items.push_back(std::move(s));
  }
  out.self = self.take();
  if (!scored_itself) out.self.total = std::nullopt;  // silence is not a score
  out.assessed = assessed.take();
  out.final = final_sum.take();
  out.grade = grade_of(table, out.final.total);
  return out;
}

}  // namespace

std::optional<Points> by_rule(const Item& item, std::optional<Amount> value) {
  if (!value) return std::nullopt;
  switch (item.rule.kind) {
    case Rule::Kind::manual:
      return std::nullopt;
    case Rule::Kind::linear:
      return linear(item, *value);
    case Rule::Kind::steps:
      return within(item, stepped(item, *value));
    case Rule::Kind::per_piece:
      return within(item, pieces(item, *value));
    case Rule::Kind::yes_no:
      return *value >= item.rule.at_least ? item.points : 0;
  }
  return std::nullopt;
}

std::string grade_of(const Table& table, std::optional<Points> total) {
  if (!total) return {};
  for (const auto& grade : table.grades) {
    if (*total >= grade.from) return grade.title;
  }
  return {};
}

const UnitScore* Scores::unit(Id id) const {
  const auto at = std::find_if(units.begin(), units.end(), [&](const UnitScore& u) { return u.unit == id; });
  return at == units.end() ? nullptr : &*at;
}

Scores score(const Inputs& inputs) {
  std::map<Id, std::map<std::string_view, Given>> given;
  for (const auto& m : inputs.marks) {
    auto& at = given[m.unit][m.item];
    switch (m.kind) {
      case Mark::Kind::self:
        at.self = &m;
        break;
      case Mark::Kind::reviewed:
        at.reviewed = &m;
        break;
      case Mark::Kind::appeal:
        at.appeal = &m;
        break;
      case Mark::Kind::assessor:
        at.assessors.push_back(&m);
        break;
    }
  }
  for (const auto& a : inputs.figures) given[a.unit][a.item].figure = &a;
  std::map<std::string, std::vector<const Item*>> items;
  std::map<std::string, std::size_t> group_order;
  for (std::size_t i = 0; i < inputs.table.groups.size(); ++i) {
    const auto& id = inputs.table.groups[i].id;
    items[id] = inputs.table.items_of(id);
    group_order.emplace(id, i);
  }
  std::vector<const Entry*> entries;
  for (const auto& e : inputs.units) entries.push_back(&e);
  std::sort(entries.begin(), entries.end(), [&](const Entry* a, const Entry* b) {
    return std::tuple(group_order[a->group], a->position, a->unit) <
           std::tuple(group_order[b->group], b->position, b->unit);
  });
  Scores out;
  for (const auto* e : entries)
    out.units.push_back(score_unit(inputs.table, *e, items[e->group], given[e->unit]));
  return out;
}

}  // namespace kepu::appraisal
