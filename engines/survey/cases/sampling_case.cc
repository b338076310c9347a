// Family design: sizes, power, allocation, design effects and drawing with probability proportional to size.
#include <fmt/format.h>

#include <Eigen/Core>
#include <algorithm>
#include <boost/json.hpp>

#include "engines/survey/cases/areas_families.h"
#include "engines/survey/cases/areas_spec.h"
#include "statistics/sampling/allocation.h"
#include "statistics/sampling/design_effect.h"
#include "statistics/sampling/inclusion.h"
#include "statistics/sampling/joint_inclusion.h"
#include "statistics/sampling/sample_size.h"

namespace kepu::survey {

namespace {

namespace sampling = statistics::sampling;
using Object = boost::json::object;

#define COMPUTED(...)                                   \
  __extension__({                                       \
    auto outcome = (__VA_ARGS__);                       \
    if (!outcome) return not_computed(outcome.error()); \
    *std::move(outcome);                                \
  })

// The objects of a list; absent is none.
base::Result<std::vector<const Object*>> objects_at(const Object& from, std::string_view key) {
  std::vector<const Object*> found;
  const auto* value = from.if_contains(key);
  if (!value || value->is_null()) return found;
  if (!value->is_array()) return bad_spec(fmt::format("spec.json 的“{}”应当是一列对象。", key));
  for (const auto& entry : value->get_array()) {
    if (!entry.is_object()) return bad_spec(fmt::format("spec.json 的“{}”应当是一列对象。", key));
    found.push_back(&entry.get_object());
  }
  return found;
}

base::Result<void> write_precision(base::Json& json, const Object& goal) {
  const double p = TRY(number_at(goal, "p")), margin = TRY(number_at(goal, "e"));
  const auto population = TRY(optional_number_at(goal, "N"));
  const double deff = TRY(optional_number_at(goal, "deff")).value_or(1);
  const double response = TRY(optional_number_at(goal, "rr")).value_or(1);
  const auto size = COMPUTED(sampling::size_for_precision({p, margin, population, deff, response}));
  json.object().key("p").value(p).key("e").value(margin).key("N").value(population);
  json.key("deff")
      .value(deff)
      .key("rr")
      .value(response)
      .key("n0")
      .value(size.simple)
      .key("n_fpc")
      .value(size.finite);
  json.key("n_deff").value(size.with_design).key("n_field").value(size.in_field).end();
  return {};
}

base::Result<void> write_power(base::Json& json, const Object& goal) {
  const double power = TRY(number_at(goal, "power")), persons = TRY(number_at(goal, "n"));
  const double deff = TRY(optional_number_at(goal, "deff")).value_or(1);
  const sampling::ChangeTest plain{TRY(number_at(goal, "p1")), TRY(number_at(goal, "p2"))};
  auto one_sided = plain, designed = plain, target = plain;
  one_sided.two_sided = target.two_sided = false;
  designed.design_effect = target.design_effect = deff;
  json.object().key("p1").value(plain.first).key("p2").value(plain.second).key("power").value(power);
  json.key("n").value(persons).key("deff").value(deff);
  json.key("n_per_round").value(COMPUTED(sampling::size_for_change(plain, power)));
  json.key("n_per_round_deff").value(COMPUTED(sampling::size_for_change(designed, power)));
  json.key("n_per_round_one_sided").value(COMPUTED(sampling::size_for_change(one_sided, power)));
  json.key("power_at_n").value(COMPUTED(sampling::power_of_change(designed, persons)));
  json.key("power_at_n_strict").value(COMPUTED(sampling::power_of_change(designed, persons, true)));
  // A change that no such round can show is no error of the case.
  const auto rise = sampling::smallest_rise(designed, persons, power);
  rise ? json.key("mdc_p2").value(*rise) : json.key("mdc_p2").null();
  json.key("target_one_sample_n").value(COMPUTED(sampling::size_against_target(target, power))).end();
  return {};
}

base::Result<void> write_deff(base::Json& json, const Object& goal) {
  const double take = TRY(number_at(goal, "m")), correlation = TRY(number_at(goal, "rho"));
  const double cv = TRY(number_at(goal, "cvw"));
  const auto cluster = TRY(optional_number_at(goal, "c1")), interview = TRY(optional_number_at(goal, "c2"));
  const auto effect = COMPUTED(sampling::design_effect(take, correlation, cv));
  json.object().key("m").value(take).key("rho").value(correlation).key("cvw").value(cv);
  json.key("c1").value(cluster).key("c2").value(interview).key("deff_cluster").value(effect.clusters);
  json.key("deff_weight").value(effect.weights).key("deff").value(effect.whole);
  const auto best = cluster && interview ? sampling::best_take(*cluster, *interview, correlation)
                                         : statistics::refuse("sampling.value", "no costs");
  best ? json.key("m_opt").value(*best) : json.key("m_opt").null();
  json.end();
  return {};
}

// A column that is absent stays at `otherwise`: only some allocations ask for it.
base::Result<std::vector<double>> column_or(const CaseTable& table, std::string_view name, double otherwise) {
  if (!table.find(name)) return std::vector<double>(table.rows, otherwise);
  return table.numbers(name);
}

base::Result<void> write_allocation(base::Json& json, const Object& spec, const std::string& folder,
                                    double total) {
  const CaseTable table = TRY(table_at(*TRY(object_at(spec, "strata")), "file", folder));
  const auto population = TRY(table.numbers("N")), deviation = TRY(column_or(table, "S", 0));
  const auto mean = TRY(column_or(table, "mean", 0)), cost = TRY(column_or(table, "cost", 1));
  std::vector<sampling::Stratum> strata;
  for (std::size_t h = 0; h < table.rows; ++h)
    strata.push_back({population[h], deviation[h], mean[h], cost[h]});
  json.key("allocation").object();
  using enum sampling::AllocationKind;
  for (const auto& [name, kind] : {std::pair{"proportional", proportional}, std::pair{"neyman", neyman},
                                   std::pair{"optimum_cost", optimum_cost}, std::pair{"power_half", power}}) {
    const auto sizes = sampling::allocate(strata, total, kind);
    if (!sizes) {
      if (kind == proportional) return not_computed(sizes.error());
      json.key(name).object().key("error").value(sizes.error().detail).end();
      continue;
    }
    json.key(name).object();
    write_numbers(json, "real", *sizes);
    json.key("integer_largest_remainder").array();
    for (const auto size : COMPUTED(sampling::largest_remainder(*sizes))) json.value(size);
    const auto variance = sampling::variance_of_mean(strata, *sizes);
    json.end().key("var_mean_str");
    (variance ? json.value(*variance) : json.null()).end();
  }
  json.end();
  return {};
}

void write_matrix(base::Json& json, std::string_view key, const Eigen::MatrixXd& matrix) {
  json.key(key).array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    json.array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) json.value(matrix(i, j));
    json.end();
  }
  json.end();
}

base::Result<void> write_joint(base::Json& json, const std::vector<double>& probabilities) {
  json.key("joint").object();
  write_numbers(json, "pik", probabilities);
  // The reference ends the iteration of the maximum entropy at 1e-6 and goes on with the ratio formula.
  const sampling::JointOptions as_reference{1e-6, true};
  using enum sampling::Scheme;
  for (const auto& [name, scheme] :
       {std::pair{"systematic", systematic}, std::pair{"tille", tille}, std::pair{"midzuno", midzuno},
        std::pair{"sampford", sampford}, std::pair{"max_entropy", max_entropy}}) {
    const auto joint = sampling::joint_probabilities(probabilities, scheme, as_reference);
    joint ? write_matrix(json, name, *joint) : void(json.key(name).null());
  }
  json.end();
  return {};
}

base::Result<void> write_pps(base::Json& json, const Object& spec, const Object* inputs,
                             const std::string& folder) {
  const auto* pps = TRY(object_at(spec, "pps"));
  const CaseTable table = TRY(table_at(spec, "frame", folder));
  const auto sizes = TRY(table.numbers("size"));
  const double count = TRY(number_at(*pps, "n"));
  const auto probabilities = COMPUTED(sampling::inclusion_probabilities(sizes, count));
  json.key("pps").object().key("n").value(count);
  write_numbers(json, "pik", probabilities);
  json.key("n_certainty").value(std::count(probabilities.begin(), probabilities.end(), 1.0));
  if (const auto u = TRY(optional_number_at(*pps, "u"))) {
    json.key("systematic").object().key("u").value(*u).key("selected").array();
    for (const auto unit : COMPUTED(sampling::draw_systematic(probabilities, *u))) json.value(unit + 1);
    json.end().key("rule").value(
        "units with 0<pik<1 in file order; cumulative sums V; select unit k when an integer+u lies in "
        "(V_{k-1}, "
        "V_k]  (as sampling::UPsystematic); certainty units always");
    json.end();
  }
  const auto small = inputs ? TRY(numbers_at(*inputs, "small")) : std::vector<double>();
  if (!small.empty()) TRY(write_joint(json, small));
  json.end();
  return {};
}

}  // namespace

base::Result<std::string> run_sampling_case(const Object& spec, const std::string& folder) {
  base::Json json;
  json.object().key("results").object();
  const Object* inputs = spec.contains("inputs") ? TRY(object_at(spec, "inputs")) : nullptr;
  const Object none;
  const auto write_list = [&](std::string_view key, std::string_view input,
                              auto write) -> base::Result<void> {
    const auto goals = TRY(objects_at(inputs ? *inputs : none, input));
    if (goals.empty()) return {};
    json.key(key).array();
    for (const Object* goal : goals) TRY(write(json, *goal));
    json.end();
    return {};
  };
  TRY(write_list("precision", "prec", write_precision));
  TRY(write_list("power", "power", write_power));
  TRY(write_list("deff", "deff", write_deff));
  const auto total = inputs ? TRY(optional_number_at(*inputs, "alloc_n")) : std::nullopt;
  if (total) TRY(write_allocation(json, spec, folder, *total));
  if (spec.contains("pps")) TRY(write_pps(json, spec, inputs, folder));
  return std::move(json.end().end()).text();
}

}  // namespace kepu::survey
