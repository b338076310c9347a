// 考核: what other engines and the pages may use. An indicator table of one year, what units and assessors
// gave, and the score that follows from them. Plain values and pure functions: no SQL, no HTML, no clock.
// Everything is counted in whole numbers and written in one fixed way, so that the same inputs give the same
// bytes on every machine and in every later version of the program.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::appraisal {

using base::Id;

// ---- numbers: hundredths of a point, millionths of a metric's unit.
using Points = std::int64_t;
using Amount = std::int64_t;
inline constexpr Points kPoint = 100;
inline constexpr Amount kOne = 1'000'000;
inline constexpr Points kMostPoints = 1000 * kPoint;             // of a table or an item
inline constexpr Amount kMostAmount = 1'000'000'000'000 * kOne;  // in both directions

std::string points_text(Points points);  // 450 → "4.5", 10000 → "100", −25 → "-0.25"
std::string amount_text(Amount amount);
std::optional<Points> parse_points(std::string_view text);  // two decimals at most; within ±kMostPoints
std::optional<Amount> parse_amount(std::string_view text);  // six decimals at most; within ±kMostAmount
std::optional<Amount> amount_of(
    double value);  // to the nearest millionth; none where not finite or too large

// ---- the indicator table (考核指标表)

enum class ItemKind { basic, bonus, deduction };  // 基本分 加分 扣分
std::string_view to_text(ItemKind kind);
std::string_view title_of(ItemKind kind);
std::optional<ItemKind> parse_item_kind(std::string_view text);

// Where a bound metric has no figure: 计零分; 转人工评分 (as if the rule were manual); 不计入.
enum class Missing { zero, manual, not_applicable };
std::string_view to_text(Missing missing);
std::string_view title_of(Missing missing);
std::optional<Missing> parse_missing(std::string_view text);

// How an item gets its points. All but manual read the metric; the result lies in [0, the item's points],
// rounded half up to a hundredth. Of a deduction item it is what is taken off.
struct Rule {
  enum class Kind {
    manual,  // 人工评分: a mark in [lowest, the item's points]
    linear,  // 按比例: nothing at `empty_at`, full marks at `full_at`, a straight line between; either may be
             // larger
    steps,      // 分档: the points of the highest step that is reached; nothing below the first
    per_piece,  // 按件: `per_piece` points for each whole `piece`, up to the item's points
    yes_no,     // 达标: full marks from `at_least` on, else nothing
  };
  struct Step {
    Amount from = 0;
    Points points = 0;
    bool operator==(const Step&) const = default;
  };
  Kind kind = Kind::manual;
  std::string metric;                     // id in the metric catalogue
  std::string metric_title, metric_unit;  // as they were when the table was published
  Missing missing = Missing::zero;
  Amount empty_at = 0, full_at = 0;
  std::vector<Step> steps;  // rising
  Amount piece = kOne;
  Points per_piece = 0;
  Amount at_least = 0;
  Points lowest = 0;
  bool operator==(const Rule&) const = default;
};
std::string_view to_text(Rule::Kind kind);
std::string_view title_of(Rule::Kind kind);
std::optional<Rule::Kind> parse_rule_kind(std::string_view text);

struct Item {                                            // 考核项
  std::string code;                                      // "1.2": unique, orders the table, numbers by value
  std::string project, content, standard, method, note;  // 项目 内容 标准 方法 备注
  ItemKind kind = ItemKind::basic;
  Points points = 0;                // 分值: the weight of a basic item, the cap of a bonus or deduction
  std::vector<std::string> groups;  // ids; empty: all
  Rule rule;
  bool operator==(const Item&) const = default;
};

struct Group {  // 考核对象: units that are scored by the same items
  std::string id, title;
  std::vector<auth::UnitKind> kinds;
  std::vector<std::string> units;   // further ones, by name
  std::vector<std::string> except;  // not these, by name
  bool operator==(const Group&) const = default;
};

struct Grade {  // 等次: from this total on
  std::string title;
  Points from = 0;
  bool operator==(const Grade&) const = default;
};

struct Table {
  int year = 0;
  std::string title;
  Points full = 100 * kPoint;  // what the basic items of each group add up to
  Points bonus_cap = 0, deduction_cap = 0;
  int outlier_percent = 20;  // of an item's points: see ItemScore::outliers
  int notice_days = 5;       // 公示 lasts so many days at least
  std::vector<Group> groups;
  std::vector<Item> items;    // in any order; by_code() for showing
  std::vector<Grade> grades;  // the best first, the last from 0
  bool operator==(const Table&) const = default;

  const Item* item(std::string_view code) const;
  const Group* group(std::string_view id) const;
  bool applies(const Item& item, std::string_view group) const;
  std::vector<const Item*> items_of(std::string_view group) const;  // by code; group empty: all
};
bool code_before(std::string_view a, std::string_view b);  // "2" before "10", "1.9" before "1.10"
std::string rule_text(const Item& item);  // the rule in one Chinese sentence, for everybody to read

// Everything that is wrong with a table, all at once; `field` is "item:CODE", "group:ID", "grades" … Empty:
// it may be published. Bad wordings are another matter (criteria.h).
base::Errors problems_of(const Table& table);
// Those of one item alone, with the names of the fields of its form.
base::Errors problems_of(const Item& item);

struct Entry {  // a unit that is appraised, as it was when the table was published
  Id unit = 0;
  std::string name, group;
  int position = 0;  // for showing, in the order of the tree
  bool operator==(const Entry&) const = default;
};
// Active units by group, each in the first group that takes it. Refused where a name means no unit
// (appraisal.unknown_unit) or nobody is left (appraisal.no_units).
base::Result<std::vector<Entry>> entries_of(const Table& table, const auth::UnitTree& units);

// ---- what was given

struct Figure {  // a metric as it stood when assessing began
  std::string item;
  Id unit = 0;
  std::optional<Amount> value;  // none: nobody recorded anything, which is not zero
  std::string why;              // then: why
  std::int64_t records = 0;
  base::Date from, to;
  base::Millis at = 0;
  bool operator==(const Figure&) const = default;
};

struct Mark {
  enum class Kind { self, assessor, reviewed, appeal };  // 自评 评委 审核 申诉裁定
  Kind kind = Kind::self;
  std::string item;
  Id unit = 0;
  Id person = 0;
  std::string person_name;
  std::optional<Points> points;  // none: 不适用, the item leaves both sides
  std::string reason, link;      // 说明、依据; address of the proof
  base::Millis at = 0;
  bool operator==(const Mark&) const = default;
};
std::string_view to_text(Mark::Kind kind);
std::string_view title_of(Mark::Kind kind);

// What each mark must be, whoever gives it: of an item of the unit, once, within its bounds, 不适用 with a
// reason, a link that is one. `field` is "points-1.2", "reason-1.2" or "link-1.2".
base::Errors problems_of(const Table& table, const Entry& entry, const std::vector<Mark>& marks);
// "https:", "http:" or an address of this platform; empty too.
bool is_link(std::string_view text);
// Whether people score the item: a manual rule, or a metric that has no figure and says so.
bool asks_people(const Item& item, Id unit, const std::vector<Figure>& figures);

struct Inputs {
  Table table;
  std::vector<Entry> units;
  std::vector<Figure> figures;
  std::vector<Mark> marks;  // at most one of an item, unit, kind and (of assessors) person
};

// ---- the score

// What counts for an item: the decision on an appeal, else the reviewed mark, else the rule over the metric,
// else the median of the assessors' marks (of two in the middle their mean, rounded half up), else it is
// missing, which counts with its full weight and nothing reached, and is told apart. 不适用 of the decision
// or review takes the item out; of assessors, where more than half say so.
enum class Origin { appeal, reviewed, automatic, assessors, missing };
std::string_view title_of(Origin origin);

struct ItemScore {
  std::string item;
  std::optional<Points> self, automatic, assessors, reviewed, decided;
  bool self_not_applicable = false, not_applicable = false;
  Origin origin = Origin::missing;
  int assessors_counted = 0;
  // Assessors (persons) whose mark lies further from the median than outlier_percent of the item's points,
  // where at least three gave one.
  std::vector<Id> outliers;
};

// Σ reached / Σ points of the basic items that apply × the full score of the table, rounded half up once;
// so an item that does not apply neither helps nor harms. Then bonus up to its cap is added, deductions up
// to theirs taken off, never below 0. None where no basic item applies.
struct Total {
  Points reached = 0, applicable = 0;
  Points basic = 0, bonus = 0, deduction = 0;
  std::optional<Points> total;
};

struct UnitScore {
  Id unit = 0;
  std::string name, group;
  std::vector<ItemScore> items;  // by code
  Total self, assessed, final;   // by the unit's own marks; without review; as it counts
  std::string grade;             // of final; empty where there is no total
  int missing = 0;               // items that nobody scored and no metric answers
  int unscored = 0;              // those of them that are for people to score
};

struct Scores {
  std::vector<UnitScore> units;  // by group as in the table, then by Entry::position
  const UnitScore* unit(Id id) const;
};

Scores score(const Inputs& inputs);
// What a rule makes of a metric, without anything else; none where the rule is manual or there is no value.
std::optional<Points> by_rule(const Item& item, std::optional<Amount> value);
// The grade of a total.
std::string grade_of(const Table& table, std::optional<Points> total);

// ---- bytes: JSON without white space, keys in fixed order, lists in one order whatever order they came in,
// numbers as exact decimals. `format` names the rules of this header; a later one would be added beside it.
std::string canonical(const Inputs& inputs);
std::string canonical(const Table& table);
std::string canonical(const Scores& scores);
// Refuses appraisal.frozen_broken where the text is not what canonical() wrote.
base::Result<Inputs> parse_inputs(std::string_view json);
base::Result<Table> parse_table(std::string_view json);

}  // namespace kepu::appraisal
