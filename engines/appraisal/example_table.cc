// The example table of catalog/appraisal.toml.
#include "core/base/text.h"
#include "engines/appraisal/criteria.h"
#include "engines/appraisal/toml_text.h"

namespace kepu::appraisal {
namespace {

template <class T>
base::Result<T> known(const toml::table& at, std::string_view key, std::optional<T> value) {
  if (value) return *value;
  return wrong_at(at.source(), fmt::format("“{}”的值看不懂。", key));
}

// A number as it is written, so that no binary fraction comes between.
base::Result<std::string> number_under(const toml::table& table, std::string_view key,
                                       std::string otherwise) {
  const toml::node* node = table.get(key);
  if (node == nullptr) return otherwise;
  if (const auto* whole = node->as_integer()) return std::to_string(whole->get());
  if (const auto* real = node->as_floating_point()) return fmt::format("{}", real->get());
  return wrong_at(node->source(), fmt::format("“{}”应是数字。", key));
}

base::Result<Points> points_under(const toml::table& table, std::string_view key,
                                  const char* otherwise = "0") {
  return known(table, key, parse_points(TRY(number_under(table, key, otherwise))));
}
base::Result<Amount> amount_under(const toml::table& table, std::string_view key,
                                  const char* otherwise = "0") {
  return known(table, key, parse_amount(TRY(number_under(table, key, otherwise))));
}

base::Result<Rule> rule_of(const toml::table& at) {
  Rule rule;
  const std::string kind = TRY(text_under(at, "rule", false));
  if (!kind.empty()) rule.kind = TRY(known(at, "rule", parse_rule_kind(kind)));
  rule.metric = TRY(text_under(at, "metric", false));
  const std::string missing = TRY(text_under(at, "missing", false));
  if (!missing.empty()) rule.missing = TRY(known(at, "missing", parse_missing(missing)));
  rule.empty_at = TRY(amount_under(at, "empty_at"));
  rule.full_at = TRY(amount_under(at, "full_at"));
  rule.piece = TRY(amount_under(at, "piece", "1"));
  rule.per_piece = TRY(points_under(at, "per_piece"));
  rule.at_least = TRY(amount_under(at, "at_least"));
  rule.lowest = TRY(points_under(at, "lowest"));
  for (const auto* step : tables_under(at, "steps")) {
    Rule::Step s;
    s.from = TRY(amount_under(*step, "from"));
    s.points = TRY(points_under(*step, "points"));
    rule.steps.push_back(s);
  }
  return rule;
}

base::Result<Item> item_of(const toml::table& at) {
  Item item;
  item.code = TRY(text_under(at, "code"));
  item.project = TRY(text_under(at, "project"));
  item.content = TRY(text_under(at, "content"));
  item.standard = TRY(text_under(at, "standard", false));
  item.method = TRY(text_under(at, "method", false));
  item.note = TRY(text_under(at, "note", false));
  const std::string kind = TRY(text_under(at, "kind", false));
  if (!kind.empty()) item.kind = TRY(known(at, "kind", parse_item_kind(kind)));
  item.points = TRY(points_under(at, "points"));
  item.groups = TRY(texts_under(at, "groups"));
  item.rule = TRY(rule_of(at));
  return item;
}

}  // namespace

base::Result<Table> example_table(std::string_view toml) {
  const toml::table root = TRY(parse_toml(toml));
  const auto* head = root.get_as<toml::table>("table");
  if (head == nullptr)
    return base::refuse(base::Code::invalid, "appraisal.catalog", "catalog/appraisal.toml 里没有 [table]。");
  Table table;
  table.title = TRY(text_under(*head, "title"));
  table.full = TRY(points_under(*head, "full", "100"));
  table.bonus_cap = TRY(points_under(*head, "bonus_cap"));
  table.deduction_cap = TRY(points_under(*head, "deduction_cap"));
  for (const auto* each : tables_under(root, "group")) {
    Group group;
    group.id = TRY(text_under(*each, "id"));
    group.title = TRY(text_under(*each, "title"));
    for (const auto& kind : TRY(texts_under(*each, "kinds")))
      group.kinds.push_back(TRY(known(*each, "kinds", auth::parse_unit_kind(kind))));
    group.units = TRY(texts_under(*each, "units"));
    group.except = TRY(texts_under(*each, "except"));
    table.groups.push_back(std::move(group));
  }
  for (const auto* each : tables_under(root, "grade")) {
    Grade grade;
    grade.title = TRY(text_under(*each, "title"));
    grade.from = TRY(points_under(*each, "from"));
    table.grades.push_back(std::move(grade));
  }
  for (const auto* each : tables_under(root, "item")) table.items.push_back(TRY(item_of(*each)));
  return table;
}

}  // namespace kepu::appraisal
