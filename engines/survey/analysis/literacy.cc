// Scores by the rule of the time, and the shares with their intervals: 500 bootstrap replicates of the
// villages, each raked anew.
#include <fmt/format.h>

#include <cmath>

#include "engines/survey/analysis/parts.h"
#include "statistics/items/ability.h"
#include "statistics/items/calibration.h"
#include "statistics/items/test_curve.h"
#include "statistics/survey/estimate.h"
#include "statistics/survey/table.h"

namespace kepu::survey::analysis {

namespace st = statistics;
namespace it = statistics::items;

namespace {

// Sums over persons are made in so many parts: fixed, so that the result has the same bytes with any number
// of threads elsewhere.
constexpr int kIrtThreads = 2;

std::optional<double> number(double x, double factor = 1) {
  return std::isfinite(x) ? std::optional(x * factor) : std::nullopt;
}

Estimate estimate_of(const st::TableRow& row, std::string variable, std::string category) {
  Estimate e;
  e.variable = std::move(variable);
  e.category = std::move(category);
  e.n = static_cast<int>(row.n);
  e.people = row.weight;
  e.percent = 100 * row.estimate;
  e.se = 100 * row.se;
  if (row.interval) {
    e.lower = number(row.interval->lower, 100);
    e.upper = number(row.interval->upper, 100);
  }
  e.deff = number(row.deff);
  e.effective_n = number(row.effective_n);
  e.degrees = row.degrees;
  e.publish = row.publication == st::Publication::publish  ? Publish::yes
              : row.publication == st::Publication::review ? Publish::look
                                                           : Publish::no;
  if (!e.lower || !e.upper) e.publish = Publish::no;
  return e;
}

std::string interval_name(st::IntervalMethod method) {
  switch (method) {
    case st::IntervalMethod::beta:
      return "Korn–Graubard 区间";
    case st::IntervalMethod::wilson:
      return "Wilson 区间";
    default:
      return "logit 区间";
  }
}

// Levels and means by linearisation with the raking taken out: no replicates are needed for them.
base::Done add_levels_and_means(const Sample& s, const Scores& scores, const it::LiteracyRule& rule,
                                const AnalysisOptions& options, Literacy& out) {
  const auto survey = TRY(translated(st::Survey(*s.design).reweighted(s.steps), "校准权数"));
  const struct {
    it::LiteracyLevel from;
    const char* title;
  } kLevels[] = {{it::LiteracyLevel::basic, "基本具备及以上"},
                 {it::LiteracyLevel::literate, "具备及以上"},
                 {it::LiteracyLevel::high, "高阶具备"}};
  for (const auto& level : kLevels) {
    std::vector<double> y;
    for (const double points : scores.points) y.push_back(it::level_of(rule, points) >= level.from);
    const auto rows =
        TRY(translated(st::domain_table(survey, {y, {}, options.interval, 0.95, {}}), "各档比例"));
    out.levels.push_back(estimate_of(rows.front(), "level", level.title));
    if (level.from != it::LiteracyLevel::literate) continue;
    out.levels.back() = out.rows.front();  // the headline has one interval
    out.levels.back().variable = "level";
    out.levels.back().category = level.title;
  }
  Eigen::MatrixXd y = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(s.rows()), 5);
  double full[5] = {0, 0, 0, 0, 0};
  const auto& items = s.dataset->items;
  for (const Item& item : items) full[static_cast<int>(item.dimension)] += item.points;
  full[4] = full[0] + full[1] + full[2] + full[3];
  for (std::size_t i = 0; i < s.rows(); ++i) {
    for (std::size_t k = 0; k < items.size(); ++k) {
      if (s.at(i).answers[k] == 1)
        y(static_cast<Eigen::Index>(i), static_cast<int>(items[k].dimension)) += items[k].points;
    }
  }
  y.col(4) = y.leftCols(4).rowwise().sum();
  const auto domain = st::Domain::all(s.rows());
  const auto mean = TRY(translated(st::mean_of(survey, domain, y), "平均分"));
  const auto estimates = TRY(translated(survey.estimate(domain, mean), "平均分"));
  for (const int k : {4, 0, 1, 2, 3}) {
    if (full[k] <= 0) continue;
    out.scores.push_back({k == 4 ? std::string("总分") : std::string(title_of(static_cast<Dimension>(k))),
                          full[k], estimates.value[k], estimates.se()[k]});
  }
  return {};
}

// Fewer respondents than this on either side: the logits of the replicates run away, Korn–Graubard's interval
// holds.
constexpr int kFewCases = 10;

int rarer_of(const Sample& s, const Scores& scores, const st::TableRow& row) {
  int yes = 0;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    const bool inside =
        row.variable < 0 || s.variables[static_cast<std::size_t>(row.variable)].of[i] == row.category;
    yes += inside && scores.literate[i] > 0 ? 1 : 0;
  }
  return std::min(yes, static_cast<int>(row.n) - yes);
}

void take_exact_interval(const st::TableRow& row, Estimate& e) {
  st::ProportionEstimate p;
  p.estimate = row.estimate;
  p.variance = row.se * row.se;
  p.degrees = row.degrees;
  p.rows = static_cast<double>(row.n);
  const auto interval = st::interval_of(p, st::IntervalMethod::beta);
  if (!interval) return;
  e.lower = 100 * interval->lower;
  e.upper = 100 * interval->upper;
}

// Factors drawn towards 1 by √c, so that the variance over the replicates is c times what it was (Rao and Wu
// 1988, section 4).
st::Replicates shrunk(const st::Replicates& drawn, double c) {
  Eigen::MatrixXd factors = drawn.factors();
  factors.array() = 1 + std::sqrt(c) * (factors.array() - 1);
  auto out = st::Replicates::of_units(drawn.unit_of(), std::move(factors));
  out.scale = drawn.scale;
  out.rscales = drawn.rscales;
  out.mse = drawn.mse;
  out.degrees = drawn.degrees;
  return out;
}

}  // namespace

Scores scores_of(const Sample& s, const it::LiteracyRule& rule) {
  Scores out;
  const auto& items = s.dataset->items;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    double points = 0;
    for (std::size_t k = 0; k < items.size(); ++k) points += s.at(i).answers[k] == 1 ? items[k].points : 0;
    // Sums of decimal points: 70 made of tenths must reach 70.
    points = std::round(points * 1e6) / 1e6;
    out.points.push_back(points);
    out.literate.push_back(it::literate(rule, points) ? 1 : 0);
  }
  return out;
}

base::Result<Literacy> literacy_of(const Sample& s, const Scores& scores, const it::LiteracyRule& rule,
                                   std::uint64_t seed, const AnalysisOptions& options) {
  Literacy out;
  out.replicates = options.replicates;
  out.interval = interval_name(options.interval);
  std::vector<st::Cells> cells;
  for (std::size_t v = 0; v < s.variables.size(); ++v) cells.push_back(s.cells(v));
  st::TableRequest request{scores.literate, {}, options.interval, 0.95, {}};
  for (const auto& c : cells) request.by.push_back(&c);
  const auto drawn = TRY(translated(st::bootstrap(*s.design, options.replicates, seed), "重复样本"));
  out.finite = finite_factor(s, scores.literate);
  const auto replicates = shrunk(drawn, out.finite);
  const auto rows = TRY(
      translated(st::replicate_table(*s.design, replicates, s.steps, request, options.threads), "各组比例"));
  for (const auto& row : rows) {
    if (row.variable < 0) {
      out.rows.push_back(estimate_of(row, "", ""));
    } else {
      const Variable& v = s.variables[static_cast<std::size_t>(row.variable)];
      out.rows.push_back(estimate_of(row, v.name, v.categories[static_cast<std::size_t>(row.category)]));
    }
    if (rarer_of(s, scores, row) < kFewCases) take_exact_interval(row, out.rows.back());
  }
  TRY(add_levels_and_means(s, scores, rule, options, out));
  return out;
}

IrtCheck irt_of(const Sample& s, const it::LiteracyRule& rule) {
  IrtCheck out;
  const auto& items = s.dataset->items;
  std::vector<std::vector<double>> columns;
  std::vector<double> points;
  for (std::size_t k = 0; k < items.size(); ++k) {
    std::vector<double> column;
    double right = 0;
    for (std::size_t i = 0; i < s.rows(); ++i) column.push_back(s.at(i).answers[k] == 1 ? 1 : 0);
    for (const double x : column) right += x;
    if (right == 0 || right == static_cast<double>(column.size())) {
      out.left_out.push_back(items[k].code);
      continue;
    }
    columns.push_back(std::move(column));
    points.push_back(items[k].points);
  }
  const auto fail = [&](const st::Refusal& r) {
    out.why_not = fmt::format("模型没有得到结果（{}）。", r.detail);
    return out;
  };
  if (columns.size() < 3) {
    out.why_not = "有区分的题目不到 3 道，项目反应模型无从建立。";
    return out;
  }
  const std::vector<std::span<const double>> spans(columns.begin(), columns.end());
  const auto responses = it::Responses::make(spans, std::vector<int>(spans.size(), 2));
  if (!responses) return fail(responses.error());
  double sum = 0;
  for (const double w : s.weights) sum += w;
  std::vector<double> weights;
  for (const double w : s.weights) weights.push_back(w * static_cast<double>(s.rows()) / sum);
  it::CalibrationOptions how;
  how.quadrature = it::normal_quadrature(31, -5, 5);
  how.priors.log_a = it::NormalPrior{0, 0.5};
  how.tolerance = 1e-4;  // in standard errors: far below what is shown
  how.standard_errors = false;
  how.threads = kIrtThreads;
  const std::vector<it::ItemKind> kinds(spans.size(), {it::Model::two_pl, 2});
  const auto fitted = it::calibrate(*responses, kinds, weights, how);
  if (!fitted) return fail(fitted.error());
  const auto cut =
      it::theta_at_percent(fitted->items, 100 * rule.literate_cut / rule.full_score, -6, 6, points);
  if (!cut) {
    out.why_not = "按模型，没有哪个能力值的期望得分达到判定线。";
    return out;
  }
  const auto scores = it::eap_scores(*responses, fitted->items, how.quadrature, *cut, kIrtThreads);
  if (!scores) return fail(scores.error());
  double reach = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) reach += weights[i] * scores->p_reach[i];
  out.made = true;
  out.theta_cut = *cut;
  out.percent = 100 * reach / static_cast<double>(s.rows());
  out.reliability = number(it::empirical_reliability(*scores, weights));
  return out;
}

}  // namespace kepu::survey::analysis
