// Family `irt`: calibration, scores and the test curve of one table of answers.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "engines/survey/cases/families.h"
#include "engines/survey/cases/irt_spec.h"
#include "statistics/items/ability.h"
#include "statistics/items/design_errors.h"
#include "statistics/items/literacy_rule.h"
#include "statistics/items/test_curve.h"

namespace kepu::survey {

namespace json = boost::json;
namespace st = statistics::items;
using namespace items;

namespace {

constexpr double kCutReach = 6;  // the cut is looked for where the quadrature lies
constexpr std::size_t kMapPersons = 30;

// One value as such, several as an array: how the reference writes.
json::value one_or_more(const std::vector<double>& values) {
  return values.size() == 1 ? number(values[0]) : json::value(numbers(values));
}

json::object item_object(const st::Calibration& fit, std::size_t j, const std::string& name, double D) {
  const st::Item& item = fit.items[j];
  const st::ItemPlaces& places = fit.places[j];
  const auto error = [&](int place) {
    return place < 0 ? std::nan("") : std::sqrt(fit.covariance(place, place)) / D;
  };
  std::vector<double> d, se_d;
  for (std::size_t k = 0; k < item.d.size(); ++k) {
    d.push_back(item.d[k] / D);
    se_d.push_back(error(places.d[k]));
  }
  json::object out{{"name", name},        {"model", st::word_of(item.model)}, {"a", number(item.a / D)},
                   {"d", one_or_more(d)}, {"se_a", number(error(places.a))},  {"se_d", one_or_more(se_d)}};
  out[item.model == st::Model::partial_credit ? "b_steps" : "b"] = one_or_more(st::difficulties(item));
  if (item.d.size() == 1 && places.d[0] >= 0)
    out["se_b"] = number(st::difficulty_error(fit, static_cast<int>(j)));
  if (item.model == st::Model::three_pl) {
    out["g_logit"] = number(item.logit_c);
    out["c"] = number(item.c());
    out["se_g_logit"] = number(error(places.logit_c) * D);
  }
  return out;
}

json::object test_object(const std::vector<st::Item>& items) {
  json::array theta, percent, information, by_item;
  for (const auto& item : items) {
    json::array own;
    for (int i = -6; i <= 6; ++i) own.push_back(number(st::item_information(item, i / 2.0)));
    by_item.push_back(std::move(own));
  }
  for (int i = -6; i <= 6; ++i) {
    theta.push_back(i / 2.0);
    percent.push_back(number(st::expected_percent(items, i / 2.0)));
    information.push_back(number(st::test_information(items, i / 2.0)));
  }
  return {{"theta", theta},
          {"expected_percent_score", percent},
          {"information", information},
          {"item_information", by_item}};
}

// expected.json lists only the first persons of long files and says how many under `name`.n, which the spec
// does not; without the file, all are listed. Nothing else is read of it.
std::size_t persons_listed(const std::string& folder, std::string_view name, std::size_t all) {
  std::ifstream file(folder + "/expected.json", std::ios::binary);
  boost::system::error_code error;
  const auto expected = json::parse(std::string(std::istreambuf_iterator<char>(file), {}), error);
  const auto* part = !error && expected.is_object() ? find_object(expected.get_object(), name) : nullptr;
  const double n = part ? find_number(*part, "n").value_or(-1) : -1;
  return n >= 0 && n <= static_cast<double>(all) ? static_cast<std::size_t>(n) : all;
}

json::array first_numbers(const std::vector<double>& values, std::size_t n) {
  return numbers(std::span(values).first(std::min(n, values.size())));
}

json::object eap_object(const st::EapScores& eap, std::size_t n) {
  return {{"persons", "first rows in file order"},
          {"n", n},
          {"theta", first_numbers(eap.theta, n)},
          {"sd", first_numbers(eap.sd, n)},
          {"expected_percent_score", first_numbers(eap.expected_percent, n)},
          {"p_theta_ge_cut70",
           eap.p_reach.empty() ? json::value(nullptr) : json::value(first_numbers(eap.p_reach, n))}};
}

base::Result<json::object> map_object(const AnswerTable& answers, const std::vector<int>& categories,
                                      const std::vector<st::Item>& items, std::size_t n) {
  std::vector<std::span<const double>> first;
  for (const auto& column : answers.columns) first.push_back(std::span(column).first(n));
  const auto responses = st::Responses::make(first, categories);
  if (!responses) return refusal(responses.error());
  const auto map = st::map_scores(*responses, items);
  if (!map) return refusal(map.error());
  return json::object{{"n", n}, {"theta", numbers(map->theta)}, {"se", numbers(map->se)}};
}

json::value design_object(const st::Calibration& fit, const st::Responses& responses,
                          const AnswerTable& answers, const IrtSpec& irt, json::array& notes) {
  const auto covariance =
      st::design_covariance(fit, responses, answers.weight, {answers.stratum, answers.cluster}, irt.options);
  if (!covariance) {
    notes.push_back(json::value(covariance.error().detail));
    return nullptr;
  }
  std::vector<double> se;
  for (int p = 0; p < fit.parameters; ++p) se.push_back(std::sqrt((*covariance)(p, p)) / irt.D);
  for (const auto& places : fit.places) {
    if (places.logit_c >= 0) se[static_cast<std::size_t>(places.logit_c)] *= irt.D;  // has no unit of θ
  }
  return json::object{{"order", "parameters item by item: a then d (then logit c)"}, {"se", numbers(se)}};
}

}  // namespace

base::Result<std::string> run_irt(const json::object& spec, const std::string& folder) {
  const AnswerTable answers = TRY(read_answers(spec, folder));
  const IrtSpec irt = TRY(read_irt_spec(spec, answers.items.size()));
  std::vector<int> categories;
  for (const auto& kind : irt.kinds) categories.push_back(kind.categories);
  const auto spans = answers.spans();
  const auto responses = st::Responses::make(spans, categories);
  if (!responses) return refusal(responses.error());
  const auto fit = st::calibrate(*responses, irt.kinds, answers.weight, irt.options);
  if (!fit) return refusal(fit.error());
  const double percent = st::official_literacy_rule().literate_cut;
  const auto cut = st::theta_at_percent(fit->items, percent, -kCutReach, kCutReach);
  const auto eap = st::eap_scores(*responses, fit->items, irt.options.quadrature, cut);
  if (!eap) return refusal(eap.error());

  json::array items, notes;
  for (std::size_t j = 0; j < fit->items.size(); ++j) {
    items.push_back(item_object(*fit, j, answers.items[j], irt.D));
  }
  for (const auto& [item, category] : fit->unused) {
    notes.push_back(json::value(fmt::format("nobody chose category {} of {}: its parameters are limits",
                                            category, answers.items[static_cast<std::size_t>(item)])));
  }
  json::object out{{"n_par", fit->parameters},
                   {"loglik", number(fit->log_likelihood)},
                   {"loglik_includes_prior", irt.with_prior},
                   {"items", std::move(items)},
                   {"eap", eap_object(*eap, persons_listed(folder, "eap", answers.rows))},
                   {"test", test_object(fit->items)},
                   {"theta_cut_percent70", cut ? number(*cut) : json::value(nullptr)},
                   {"reliability", {{"empirical", number(st::empirical_reliability(*eap, answers.weight))}}}};
  out["map"] = TRY(map_object(answers, categories, fit->items,
                              persons_listed(folder, "map", std::min(kMapPersons, answers.rows))));
  if (!answers.weight.empty() || !answers.stratum.empty() || !answers.cluster.empty()) {
    out["design_based_se"] = design_object(*fit, *responses, answers, irt, notes);
  }
  out["notes"] = std::move(notes);
  return json::serialize(out);
}

}  // namespace kepu::survey
