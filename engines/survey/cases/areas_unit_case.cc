// Family sae_bhf: townships from the records of persons.
#include <fmt/format.h>

#include <boost/json.hpp>
#include <cmath>
#include <map>

#include "engines/survey/cases/areas_families.h"
#include "engines/survey/cases/areas_spec.h"
#include "statistics/areas/unit_model.h"

namespace kepu::survey {

namespace {

namespace areas = statistics::areas;

struct UnitInput {
  std::vector<double> outcome;
  std::vector<std::int32_t> area;
  std::vector<std::vector<double>> covariates, means;
  std::size_t areas = 0;
  bool intercept = true;
};

base::Result<const std::vector<std::string>*> text_column(const CaseTable& table, const std::string& name) {
  const auto* column = table.find(name);
  if (!column) return bad_spec(fmt::format("表中没有“{}”这一列。", name));
  return column;
}

using AreaCodes = std::map<std::string, std::int32_t, std::less<>>;

base::Result<AreaCodes> read_means(const boost::json::object& spec, const std::string& folder,
                                   UnitInput& input) {
  const auto* described = TRY(object_at(spec, "population_means"));
  const CaseTable table = TRY(table_at(*described, "file", folder));
  AreaCodes codes;
  for (const std::string& name : *TRY(text_column(table, TRY(text_at(*described, "area"))))) {
    if (!codes.emplace(name, static_cast<std::int32_t>(codes.size())).second) {
      return bad_spec(fmt::format("总体均值表中“{}”出现两次。", name));
    }
  }
  for (const std::string& name : TRY(texts_at(*described, "x")))
    input.means.push_back(TRY(table.numbers(name)));
  input.areas = codes.size();
  return codes;
}

// Persons with a missing value take no part.
base::Result<void> read_units(const boost::json::object& spec, const std::string& folder,
                              const AreaCodes& codes, UnitInput& input) {
  const auto* described = TRY(object_at(spec, "units"));
  const CaseTable table = TRY(table_at(*described, "file", folder));
  const auto* names = TRY(text_column(table, TRY(text_at(*described, "area"))));
  const auto outcome = TRY(table.numbers(TRY(text_at(*described, "y"))));
  std::vector<std::vector<double>> columns;
  for (const std::string& name : TRY(texts_at(*described, "x"))) columns.push_back(TRY(table.numbers(name)));
  input.intercept = flag_at(*described, "intercept", true);
  input.covariates.resize(columns.size());
  for (std::size_t i = 0; i < table.rows; ++i) {
    bool complete = !std::isnan(outcome[i]);
    for (const auto& column : columns) complete = complete && !std::isnan(column[i]);
    if (!complete) continue;
    const auto code = codes.find((*names)[i]);
    if (code == codes.end())
      return bad_spec(fmt::format("总体均值表中没有“{}”（第 {} 行）。", (*names)[i], i + 2));
    input.outcome.push_back(outcome[i]);
    input.area.push_back(code->second);
    for (std::size_t c = 0; c < columns.size(); ++c) input.covariates[c].push_back(columns[c][i]);
  }
  return {};
}

template <class Of>
void write_areas(base::Json& json, std::string_view key, const areas::UnitModel& model, Of of) {
  json.key(key).array();
  for (const areas::UnitAreaEstimate& area : model.areas) json.value(of(area));
  json.end();
}

}  // namespace

base::Result<std::string> run_unit_case(const boost::json::object& spec, const std::string& folder) {
  UnitInput input;
  const AreaCodes codes = TRY(read_means(spec, folder, input));
  TRY(read_units(spec, folder, codes, input));
  const auto model = areas::fit_unit_model({input.outcome,
                                            input.area,
                                            {input.covariates.begin(), input.covariates.end()},
                                            input.intercept,
                                            {input.means.begin(), input.means.end()},
                                            input.areas});
  if (!model) return not_computed(model.error());
  base::Json json;
  json.object().key("results").object();
  json.key("sigma2_u").value(model->between_variance).key("sigma2_e").value(model->within_variance);
  json.key("zero_variance").value(model->zero_variance);
  write_numbers(json, "beta", model->coefficients);
  write_numbers(json, "se_beta", model->coefficient_errors);
  using Area = areas::UnitAreaEstimate;
  write_areas(json, "eblup", *model, [](const Area& a) { return a.estimate; });
  write_areas(json, "random_effect", *model, [](const Area& a) { return a.random_effect; });
  write_areas(json, "gamma", *model, [](const Area& a) { return a.shrinkage; });
  write_areas(json, "g1", *model, [](const Area& a) { return a.g1; });
  write_areas(json, "g2", *model, [](const Area& a) { return a.g2; });
  write_areas(json, "g3", *model, [](const Area& a) { return a.g3; });
  write_areas(json, "mse_prasad_rao", *model, [](const Area& a) { return a.mse; });
  return std::move(json.end().end()).text();
}

}  // namespace kepu::survey
