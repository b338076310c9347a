// Family sae_fh: townships from their direct estimates.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "engines/survey/cases/areas_families.h"
#include "engines/survey/cases/areas_spec.h"
#include "statistics/areas/arcsine.h"
#include "statistics/areas/benchmark.h"
#include "statistics/areas/fay_herriot.h"

namespace kepu::survey {

namespace {

namespace areas = statistics::areas;

struct Input {
  std::vector<double> estimates, variances, shares;
  std::vector<std::vector<double>> covariates;
  bool intercept = true;
  bool arcsine = false;
  std::optional<double> benchmark;

  areas::AreaData data() const {
    return {estimates, variances, {covariates.begin(), covariates.end()}, intercept};
  }
};

base::Result<Input> read_input(const boost::json::object& spec, const std::string& folder) {
  const auto* described = TRY(object_at(spec, "table"));
  const CaseTable table = TRY(table_at(*described, "file", folder));
  Input input;
  input.estimates = TRY(table.numbers(TRY(text_at(*described, "y"))));
  input.variances = TRY(table.numbers(TRY(text_at(*described, "vardir"))));
  for (const std::string& name : TRY(texts_at(*described, "x"))) {
    input.covariates.push_back(TRY(table.numbers(name)));
  }
  input.intercept = flag_at(*described, "intercept", true);
  input.arcsine = flag_at(*described, "arcsin", false);
  input.benchmark = TRY(optional_number_at(*described, "benchmark"));
  const auto share = TRY(texts_at(*described, "share"));
  if (!share.empty()) input.shares = TRY(table.numbers(share.front()));
  return input;
}

template <class Of>
void write_areas(base::Json& json, std::string_view key, const areas::FayHerriot& fit, bool sampled, Of of) {
  json.key(key).array();
  for (const areas::AreaEstimate& area : fit.areas) {
    if (area.sampled == sampled) json.value(of(area));
  }
  json.end();
}

// The areas in the sample, moved to the benchmark.
base::Result<void> write_benchmarks(base::Json& json, const areas::FayHerriot& fit, const Input& input) {
  if (!input.benchmark || input.shares.empty()) return {};
  std::vector<double> estimates, shares;
  for (std::size_t i = 0; i < fit.areas.size(); ++i) {
    if (!fit.areas[i].sampled) continue;
    estimates.push_back(fit.areas[i].estimate);
    shares.push_back(input.shares[i]);
  }
  using enum areas::BenchmarkKind;
  for (const auto& [key, kind] :
       {std::pair{"benchmark_ratio", ratio}, std::pair{"benchmark_difference", difference}}) {
    const auto moved = areas::benchmark(estimates, shares, *input.benchmark, kind);
    if (!moved) return not_computed(moved.error());
    write_numbers(json, key, *moved);
  }
  return {};
}

base::Result<void> write_fit(base::Json& json, const areas::FayHerriot& fit, const Input& input) {
  json.key("A").value(fit.variance).key("zero_variance").value(fit.zero_variance);
  write_numbers(json, "beta", fit.coefficients);
  write_numbers(json, "se_beta", fit.coefficient_errors);
  using Area = areas::AreaEstimate;
  write_areas(json, "eblup", fit, true, [](const Area& a) { return a.estimate; });
  write_areas(json, "gamma", fit, true, [](const Area& a) { return a.shrinkage; });
  write_areas(json, "g1", fit, true, [](const Area& a) { return a.g1; });
  write_areas(json, "g2", fit, true, [](const Area& a) { return a.g2; });
  write_areas(json, "g3", fit, true, [](const Area& a) { return a.g3; });
  json.key("bias_A").value(fit.variance_bias);
  // One null, not a list of them, where the method has none.
  const bool has_mse =
      std::any_of(fit.areas.begin(), fit.areas.end(), [](const Area& a) { return a.sampled && a.mse; });
  if (has_mse) {
    write_areas(json, "mse", fit, true, [](const Area& a) { return a.mse; });
  } else {
    json.key("mse").null();
  }
  json.key("loglik_ml_form").value(fit.log_likelihood).key("aic").value(fit.aic).key("bic").value(fit.bic);
  if (static_cast<std::size_t>(fit.sampled) < fit.areas.size()) {
    write_areas(json, "oos_synthetic", fit, false, [](const Area& a) { return a.estimate; });
    write_areas(json, "oos_mse_synthetic", fit, false, [](const Area& a) { return a.mse; });
  }
  if (input.arcsine) {
    write_areas(json, "back_naive", fit, true, [](const Area& a) { return areas::back_naive(a.estimate); });
    write_areas(json, "back_bc", fit, true,
                [](const Area& a) { return areas::back_corrected(a.estimate, a.g1); });
  }
  return write_benchmarks(json, fit, input);
}

base::Result<std::vector<std::string>> methods_of(const boost::json::object& spec) {
  auto methods = TRY(texts_at(spec, "methods"));
  if (methods.empty()) methods = {"REML"};
  for (const std::string& name : methods) {
    if (!areas::variance_method(name)) return bad_spec(fmt::format("没有这种方法：{}", name));
  }
  return methods;
}

}  // namespace

base::Result<std::string> run_area_case(const boost::json::object& spec, const std::string& folder) {
  const Input input = TRY(read_input(spec, folder));
  const auto methods = TRY(methods_of(spec));
  base::Json json;
  json.object().key("results").object();
  std::optional<statistics::Refusal> refusal;
  bool any = false;
  for (const std::string& name : methods) {
    const auto fit = areas::fit_fay_herriot(input.data(), *areas::variance_method(name));
    json.key(name).object().key("method").value(name);
    if (fit) {
      TRY(write_fit(json, *fit, input));
      any = true;
    } else {
      // Other methods may have a value.
      refusal = fit.error();
      json.key("error").value(refusal->rule + ": " + refusal->detail);
    }
    json.end();
  }
  if (!any) return not_computed(*refusal);
  return std::move(json.end().end()).text();
}

}  // namespace kepu::survey
