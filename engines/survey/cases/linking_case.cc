// Family `irt_linking`: two calibrations of the same items on one scale.
#include <cmath>

#include "engines/survey/cases/families.h"
#include "engines/survey/cases/item_spec.h"
#include "statistics/items/linking.h"

namespace kepu::survey {

namespace json = boost::json;
namespace st = statistics::items;
using namespace items;

namespace {

// Columns a_ROUND, b_ROUND and, for items with guessing, c_ROUND.
base::Result<std::vector<st::Item>> read_items(const CaseTable& table, const std::string& round) {
  const auto a = TRY(table.numbers("a_" + round));
  const auto b = TRY(table.numbers("b_" + round));
  std::vector<double> c(table.rows, 0);
  if (table.find("c_" + round)) c = TRY(table.numbers("c_" + round));
  std::vector<st::Item> items;
  for (std::size_t j = 0; j < table.rows; ++j) {
    if (!std::isfinite(a[j]) || !std::isfinite(b[j]) || (c[j] != 0 && !(c[j] > 0 && c[j] < 1))) {
      return base::refuse(base::Code::invalid, "case.table",
                          "第 " + std::to_string(j + 2) + " 行的题目参数不全或不合理。");
    }
    st::Item item{.a = a[j], .d = {-a[j] * b[j]}};
    if (table.find("c_" + round)) {
      item.model = st::Model::three_pl;
      item.logit_c = std::log(c[j] / (1 - c[j]));  // -∞ for c = 0
    }
    items.push_back(std::move(item));
  }
  return items;
}

}  // namespace

base::Result<std::string> run_irt_linking(const json::object& spec, const std::string& folder) {
  const CaseTable table = TRY(read_case_table(spec, folder));
  const auto base_items = TRY(read_items(table, "base"));
  const auto new_items = TRY(read_items(table, "new"));
  json::object results;
  const std::pair<const char*, st::LinkingMethod> methods[] = {
      {"mean_mean", st::LinkingMethod::mean_mean},
      {"mean_sigma", st::LinkingMethod::mean_sigma},
      {"haebara", st::LinkingMethod::haebara},
      {"stocking_lord", st::LinkingMethod::stocking_lord}};
  for (const auto& [name, method] : methods) {
    const auto linking = st::link(base_items, new_items, method);
    if (!linking) return refusal(linking.error());
    json::object result{{"A", number(linking->A)}, {"B", number(linking->B)}};
    if (method == st::LinkingMethod::haebara || method == st::LinkingMethod::stocking_lord) {
      result["criterion"] = number(linking->criterion);
    }
    results[name] = std::move(result);
  }
  return json::serialize(json::object{{"results", std::move(results)}});
}

}  // namespace kepu::survey
