// Survey tables, raking and replicates against R's survey package: the same tasks on data of the same shape,
// 30 strata × 200 units. Prints seconds, R's seconds and the ratio; resident memory at its highest. R runs
// beside, in the same run, where it is there with its scripts (r_survey.h); else its seconds are those noted
// once (survey 4.1-1, R 4.2.2, one process, 2-core virtual machine) and the line says "noted". The replicates
// of 100,000 take R some ten minutes: they run where KEPU_SURVEY_REPLICATES=1.
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <random>

#include "benchmarks/r_survey.h"
#include "statistics/survey/replicates.h"
#include "statistics/survey/table.h"

namespace {

using namespace kepu;  // NOLINT: a program
using namespace kepu::statistics;

struct Sample {
  DesignColumns columns;
  Cells gender, age, edu, urban, township;
  std::vector<double> lit;
};

std::int32_t draw(std::mt19937_64& random, std::initializer_list<double> shares) {
  std::discrete_distribution<int> pick(shares);
  return pick(random);
}

Sample make_sample(std::size_t rows, int strata, int units_a_stratum) {
  std::mt19937_64 random(20240517);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::normal_distribution<double> normal(0, 1);
  const int units = strata * units_a_stratum;
  std::vector<std::int32_t> unit_of(rows), town(static_cast<std::size_t>(units));
  std::vector<double> effect(static_cast<std::size_t>(units));
  for (auto& t : town) t = static_cast<std::int32_t>(random() % 20);
  for (auto& e : effect) e = 0.4 * normal(random);
  for (std::size_t i = 0; i < rows; ++i) {
    unit_of[i] = static_cast<std::int32_t>(
        i < static_cast<std::size_t>(units) ? i : random() % static_cast<unsigned>(units));
  }
  std::sort(unit_of.begin(), unit_of.end());
  Sample s;
  s.columns.rows = rows;
  for (auto [cells, count] :
       {std::pair{&s.gender, 2}, {&s.age, 5}, {&s.edu, 5}, {&s.urban, 2}, {&s.township, 20}}) {
    cells->count = count;
    cells->of.reserve(rows);
  }
  for (const auto u : unit_of) {
    s.columns.strata.push_back(u / units_a_stratum);
    s.gender.of.push_back(draw(random, {.5, .5}));
    s.age.of.push_back(draw(random, {.15, .2, .22, .25, .18}));
    s.edu.of.push_back(draw(random, {.12, .33, .25, .18, .12}));
    s.urban.of.push_back(uniform(random) < .45);
    // A county of sixty units still has people of all twenty townships.
    s.township.of.push_back(units > 100 ? town[static_cast<std::size_t>(u)]
                                        : static_cast<std::int32_t>(random() % 20));
    const double eta = -1.9 + effect[static_cast<std::size_t>(u)] + .15 * (s.gender.of.back() == 0) -
                       .12 * (s.age.of.back() - 2) + .55 * (s.edu.of.back() - 1) + .25 * s.urban.of.back();
    s.lit.push_back(uniform(random) < 1 / (1 + std::exp(-eta)));
    s.columns.weights.push_back(std::exp(std::log(1e6 / static_cast<double>(rows)) + .5 * normal(random)));
  }
  s.columns.clusters.push_back(std::move(unit_of));
  return s;
}

Margin margin(const char* name, const Cells& cells, double people, const std::vector<double>& shares) {
  Margin m{name, cells, {}, {}};
  for (const double share : shares) m.population.push_back(people * share);
  return m;
}

std::vector<Margin> margins(const Sample& s) {
  double people = 0;
  for (const double w : s.columns.weights) people += w;
  return {margin("gender", s.gender, people, {.51, .49}),
          margin("age", s.age, people, {.18, .19, .20, .24, .19}),
          margin("edu", s.edu, people, {.15, .35, .24, .16, .10}),
          margin("township", s.township, people, std::vector<double>(20, .05))};
}

TableRequest request(const Sample& s) {
  return {s.lit, {&s.gender, &s.age, &s.edu, &s.urban, &s.township}, IntervalMethod::beta, 0.95, {}};
}

template <class T>
T value_of(Outcome<T> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().rule + ": " + outcome.error().detail);
  return std::move(*outcome);
}

// The least of some runs.
double seconds(int runs, const std::function<void()>& work) {
  double best = 1e9;
  for (int k = 0; k < runs; ++k) {
    const auto start = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return best;
}

// What R takes for `operations` one after another: of today where all of them ran, else as noted.
struct InR {
  double seconds = 0;
  bool today = false;
};
InR in_r(const benchmarks::Seconds& ran, std::initializer_list<const char*> operations, double noted) {
  double sum = 0;
  for (const auto* operation : operations) {
    const auto at = ran.find(operation);
    if (at == ran.end() || !(at->second > 0)) return {noted, false};
    sum += at->second;
  }
  return {sum, true};
}

void report(const char* task, double mine, InR r) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  fmt::print("{:<62} {:9.4f} s   R {} {:8.2f} s   {:7.0f} ×   {:5} MB\n", task, mine,
             r.today ? "now  " : "noted", r.seconds, r.seconds / mine, usage.ru_maxrss / 1024);
}

void county(const benchmarks::RSurvey& r) {
  const auto s = make_sample(1500, 6, 10);
  std::size_t lines = 0;
  report("county: 1,500 people, rake, tables, 500 re-raked replicates",
         seconds(5,
                 [&] {
                   const Design design = value_of(Design::make(s.columns));
                   std::vector<WeightingStep> steps{
                       RakeStep{value_of(RakePlan::make(margins(s))), {1e-9, 200, 1e-4}}};
                   const Survey raked = value_of(Survey(design).reweighted(steps));
                   const auto linear = value_of(domain_table(raked, request(s)));
                   const auto replicates = value_of(bootstrap(design, 500, 2));
                   const auto repeated = value_of(replicate_table(design, replicates, steps, request(s)));
                   lines = linear.size() + repeated.size();
                 }),
         in_r(r.county(), {"county"}, 6.0));
  if (lines != 70) throw std::runtime_error("the county's tables are not complete");
}

void hundred_thousand(const benchmarks::RSurvey& r) {
  const bool replicated = std::getenv("KEPU_SURVEY_REPLICATES") != nullptr;
  const auto ran = replicated ? r.survey(100000, true) : benchmarks::Seconds{};
  const auto s = make_sample(100000, 30, 200);
  const Design design = value_of(Design::make(s.columns));
  std::vector<WeightingStep> steps{RakeStep{value_of(RakePlan::make(margins(s))), {1e-9, 100, 1e-4}}};
  std::optional<Replicates> replicates;
  const double making = seconds(1, [&] { replicates = value_of(bootstrap(design, 500, 1)); });
  report("100,000: making 500 bootstrap replicates", making, in_r(ran, {"make_subbootstrap500"}, 46.155));
  const double plain = seconds(2, [&] { value_of(replicate_table(design, *replicates, {}, request(s))); });
  report("100,000: five tables with 500 replicates", plain, in_r(ran, {"rep500_svyby_5domainvars"}, 138.092));
  const double raked = seconds(2, [&] { value_of(replicate_table(design, *replicates, steps, request(s))); });
  report("100,000: the same, every replicate raked on four margins", raked,
         in_r(ran, {"rake_rep500_4margins", "rep500_svyby_5domainvars"}, 154.119 + 138.092));
}

void million(const benchmarks::RSurvey& r) {
  const auto ran = r.survey(1000000, false);
  const auto s = make_sample(1000000, 30, 200);
  std::optional<Design> design;
  report("1,000,000: making the design", seconds(2, [&] { design = value_of(Design::make(s.columns)); }),
         in_r(ran, {"svydesign"}, 5.093));
  const Survey survey(*design);
  report("1,000,000: five domain tables", seconds(3, [&] { value_of(domain_table(survey, request(s))); }),
         in_r(ran, {"taylor_svyby_5domainvars"}, 13.897));
  const auto known = margins(s);
  report("1,000,000: raking on four margins",
         seconds(3,
                 [&] {
                   const auto plan = value_of(RakePlan::make(known));
                   value_of(plan.rake(survey.weights(), {1e-9, 100, 1e-4}));
                 }),
         in_r(ran, {"rake_taylor_4margins"}, 7.122));
}

}  // namespace

int main() {
  const benchmarks::RSurvey r;
  county(r);
  hundred_thousand(r);
  million(r);
}
