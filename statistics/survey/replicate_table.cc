#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>
#include <optional>
#include <thread>

#include "statistics/survey/table.h"
#include "statistics/survey/table_rows.h"

namespace kepu::statistics {

namespace {

// Rows of one unit that no step and no domain tells apart.
struct Entry {
  std::int32_t unit, cell;
  double all, w, wy;  // Σ weight of all rows, of those with an answer, times the answer
};

// The sample squeezed to what a table needs.
struct Squeezed {
  CrossedCells cells;  // margin cell (one part, absent without margins), then one part a variable
  std::vector<Entry> entries;
  std::vector<std::int32_t> margin;  // joint cell → joint cell of the rake plan (or post-stratum)
  std::size_t variables = 0;
  bool with_margin = false;
};

// Steps that only multiply all rows of a joint cell by one factor.
struct CellSteps {
  const RakeStep* rake = nullptr;
  const PoststratifyStep* poststratify = nullptr;
};

std::optional<CellSteps> cell_steps(std::span<const WeightingStep> steps) {
  CellSteps out;
  if (steps.empty()) return out;
  if (steps.size() > 1) return std::nullopt;
  out.rake = std::get_if<RakeStep>(&steps[0]);
  out.poststratify = std::get_if<PoststratifyStep>(&steps[0]);
  if (!out.rake && !out.poststratify) return std::nullopt;
  return out;
}

Squeezed squeeze(const Design& design, const CellSteps& steps, const TableRequest& request) {
  Squeezed out;
  std::vector<Cells> known;  // missing categories become one more category
  known.reserve(request.by.size());
  std::vector<const Cells*> parts;
  const Cells* margin = steps.rake           ? &steps.rake->plan.joint().cells
                        : steps.poststratify ? &steps.poststratify->margin.cells
                                             : nullptr;
  if (margin) parts.push_back(margin);
  out.with_margin = margin != nullptr;
  out.variables = request.by.size();
  for (const auto* by : request.by) {
    Cells c = *by;
    for (auto& k : c.of) k = k < 0 ? by->count : k;
    ++c.count;
    known.push_back(std::move(c));
  }
  for (const auto& c : known) parts.push_back(&c);
  if (parts.empty()) {
    out.cells.cells = {std::vector<std::int32_t>(design.rows(), 0), 1};
  } else {
    out.cells = cross(parts);
  }
  if (margin) out.margin = out.cells.parts[0];

  const auto& unit_of = design.stages()[0].unit_of;
  std::vector<std::uint32_t> order(design.rows());
  std::iota(order.begin(), order.end(), 0u);
  const auto& cell = out.cells.cells.of;
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    return unit_of[a] != unit_of[b] ? unit_of[a] < unit_of[b] : cell[a] < cell[b];
  });
  for (const auto i : order) {
    if (out.entries.empty() || out.entries.back().unit != unit_of[i] || out.entries.back().cell != cell[i]) {
      out.entries.push_back({unit_of[i], cell[i], 0, 0, 0});
    }
    Entry& e = out.entries.back();
    const double w = design.weights()[i], y = request.y[i];
    e.all += w;
    if (std::isnan(y)) continue;
    e.w += w;
    e.wy += w * y;
  }
  return out;
}

// Estimates of all domains in each replicate: [domain × replicates].
using Theta = std::vector<double>;

// Factors of margin cells for the masses of one replicate.
std::vector<double> factors_of(const CellSteps& steps, std::span<const double> mass, int sweeps) {
  if (steps.rake) return steps.rake->plan.factors(mass, sweeps);
  std::vector<double> out(mass.size());
  for (std::size_t c = 0; c < out.size(); ++c) out[c] = steps.poststratify->margin.population[c] / mass[c];
  return out;
}

class BlockOfReplicates {
 public:
  BlockOfReplicates(const Squeezed& s, const CellSteps& steps, const TableDomains& domains, int sweeps)
      : s_(s),
        steps_(steps),
        domains_(domains),
        sweeps_(sweeps),
        cells_(static_cast<std::size_t>(s.cells.cells.count)) {}

  // Replicates first … first + width, written into theta.
  void run(const Eigen::MatrixXd& factors, int first, int width, Theta& theta) {
    width_ = static_cast<std::size_t>(width);
    sum(factors, first);
    const auto replicates = static_cast<std::size_t>(factors.cols());
    for (std::size_t r = 0; r < width_; ++r)
      tabulate(r, static_cast<std::size_t>(first) + r, replicates, theta);
  }

 private:
  void sum(const Eigen::MatrixXd& factors, int first) {
    all_.assign(cells_ * width_, 0);
    w_.assign(cells_ * width_, 0);
    wy_.assign(cells_ * width_, 0);
    std::vector<double> unit(width_);
    std::int32_t last = -1;
    for (const Entry& e : s_.entries) {
      if (e.unit != last) {
        last = e.unit;
        for (std::size_t r = 0; r < width_; ++r)
          unit[r] = factors(e.unit, first + static_cast<Eigen::Index>(r));
      }
      const std::size_t at = static_cast<std::size_t>(e.cell) * width_;
      add(&w_[at], unit.data(), e.w);
      add(&wy_[at], unit.data(), e.wy);
      if (s_.with_margin) add(&all_[at], unit.data(), e.all);
    }
  }
  void add(double* __restrict into, const double* __restrict unit, double amount) const {
    if (amount == 0) return;
    for (std::size_t r = 0; r < width_; ++r) into[r] += amount * unit[r];
  }

  void tabulate(std::size_t r, std::size_t replicate, std::size_t replicates, Theta& theta) {
    std::vector<double> factor;
    if (s_.with_margin) {
      const std::size_t margins = steps_.rake
                                      ? static_cast<std::size_t>(steps_.rake->plan.joint().cells.count)
                                      : steps_.poststratify->margin.population.size();
      std::vector<double> mass(margins, 0.0);
      for (std::size_t j = 0; j < cells_; ++j)
        mass[static_cast<std::size_t>(s_.margin[j])] += all_[j * width_ + r];
      factor = factors_of(steps_, mass, sweeps_);
    }
    const auto count = static_cast<std::size_t>(domains_.count());
    std::vector<double> w(count, 0.0), wy(count, 0.0);
    for (std::size_t j = 0; j < cells_; ++j) {
      const double f = s_.with_margin ? factor[static_cast<std::size_t>(s_.margin[j])] : 1;
      const double cell_w = f * w_[j * width_ + r], cell_wy = f * wy_[j * width_ + r];
      w[0] += cell_w;
      wy[0] += cell_wy;
      for (std::size_t v = 0; v < s_.variables; ++v) {
        const auto c = s_.cells.parts[v + s_.with_margin][j];
        const auto d = static_cast<std::size_t>(domains_.first(v) + c);
        const std::int32_t end = v + 1 < s_.variables ? domains_.first(v + 1) : domains_.count();
        if (static_cast<std::int32_t>(d) >= end) continue;  // missing
        w[d] += cell_w;
        wy[d] += cell_wy;
      }
    }
    for (std::size_t d = 0; d < count; ++d) theta[d * replicates + replicate] = wy[d] / w[d];
  }

  const Squeezed& s_;
  const CellSteps& steps_;
  const TableDomains& domains_;
  int sweeps_;
  std::size_t cells_, width_ = 0;
  std::vector<double> all_, w_, wy_;  // [cell × replicates of the block]
};

// Runs `work(k)` for k = 0 … jobs−1 on some threads.
template <class Work>
void share(int jobs, int threads, const Work& work) {
  std::atomic<int> next{0};
  const auto loop = [&] {
    for (int k = next++; k < jobs; k = next++) work(k);
  };
  std::vector<std::jthread> others;
  for (int t = 1; t < std::min(threads, jobs); ++t) others.emplace_back(loop);
  loop();
}

constexpr std::size_t kBlockBytes = std::size_t{6} << 20;  // of sums a thread holds at a time

Theta by_cells(const Design& design, const Replicates& replicates, const CellSteps& steps,
               const Weighted& full, const TableRequest& request, const TableDomains& domains, int threads) {
  const Squeezed s = squeeze(design, steps, request);
  const auto count = replicates.count();
  const auto bytes = static_cast<std::size_t>(s.cells.cells.count) * 3 * sizeof(double);
  const int width = std::clamp(static_cast<int>(kBlockBytes / std::max<std::size_t>(bytes, 1)), 1, 64);
  Theta theta(static_cast<std::size_t>(domains.count()) * static_cast<std::size_t>(count));
  const int sweeps = full.sweeps.empty() ? 0 : full.sweeps[0];
  share((count + width - 1) / width, threads, [&](int k) {
    BlockOfReplicates block(s, steps, domains, sweeps);
    block.run(replicates.factors(), k * width, std::min(width, count - k * width), theta);
  });
  return theta;
}

// Any steps: each replicate's weights in full, one column a thread at a time.
Theta by_rows(const Design& design, const Replicates& replicates, std::span<const WeightingStep> steps,
              const Weighted& full, const TableRequest& request, const TableDomains& domains, int threads) {
  const auto count = static_cast<std::size_t>(domains.count()),
             total = static_cast<std::size_t>(replicates.count());
  Theta theta(count * total);
  share(replicates.count(), threads, [&](int r) {
    std::vector<double> weights(design.rows()), w(count, 0.0), wy(count, 0.0);
    replicates.weights(r, design.weights(), weights);
    const bool ok = rerun_weighting(steps, full, weights).has_value();
    for (std::size_t i = 0; ok && i < weights.size(); ++i) {
      const double y = request.y[i];
      if (std::isnan(y)) continue;
      w[0] += weights[i];
      wy[0] += weights[i] * y;
      for (std::size_t v = 0; v < request.by.size(); ++v) {
        const auto c = request.by[v]->of[i];
        if (c < 0) continue;
        w[static_cast<std::size_t>(domains.first(v) + c)] += weights[i];
        wy[static_cast<std::size_t>(domains.first(v) + c)] += weights[i] * y;
      }
    }
    for (std::size_t d = 0; d < count; ++d) {
      theta[d * total + static_cast<std::size_t>(r)] = ok ? wy[d] / w[d] : std::nan("");
    }
  });
  return theta;
}

struct FullSums {
  std::vector<DomainSums> sums;
  std::vector<int> degrees;
};

FullSums full_sums(const Design& design, const std::vector<double>& weights, const TableRequest& request,
                   const TableDomains& domains) {
  const auto count = static_cast<std::size_t>(domains.count());
  const auto& stage = design.stages()[0];
  const std::size_t units = stage.stratum_of.size();
  FullSums out{std::vector<DomainSums>(count), std::vector<int>(count, 0)};
  std::vector<std::uint8_t> seen(units * count, 0);
  const auto add = [&](std::size_t d, std::size_t i) {
    const double w = weights[i], y = request.y[i];
    DomainSums& s = out.sums[d];
    ++s.n;
    s.w += w;
    s.wy += w * y;
    s.wyy += w * y * y;
    seen[d * units + static_cast<std::size_t>(stage.unit_of[i])] = 1;
  };
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (std::isnan(request.y[i]) || weights[i] == 0) continue;
    add(0, i);
    for (std::size_t v = 0; v < request.by.size(); ++v) {
      const auto c = request.by[v]->of[i];
      if (c >= 0) add(static_cast<std::size_t>(domains.first(v) + c), i);
    }
  }
  for (std::size_t d = 0; d < count; ++d) {
    std::vector<std::uint8_t> stratum(stage.strata.size(), 0);
    for (std::size_t u = 0; u < units; ++u) {
      if (!seen[d * units + u]) continue;
      ++out.degrees[d];
      stratum[static_cast<std::size_t>(stage.stratum_of[u])] = 1;
    }
    out.degrees[d] -= std::accumulate(stratum.begin(), stratum.end(), 0);
  }
  return out;
}

Outcome<double> spread(const Replicates& replicates, std::span<const double> theta, double full,
                       bool on_logit) {
  Eigen::MatrixXd column(static_cast<Eigen::Index>(theta.size()), 1);
  const auto logit = [](double p) { return std::log(p / (1 - p)); };
  for (std::size_t r = 0; r < theta.size(); ++r) {
    column(static_cast<Eigen::Index>(r), 0) = on_logit ? logit(theta[r]) : theta[r];
  }
  const auto v = replicates.variance(column, Eigen::VectorXd::Constant(1, on_logit ? logit(full) : full));
  if (!v) return tl::unexpected(v.error());
  return (*v)(0, 0);
}

}  // namespace

Outcome<std::vector<TableRow>> replicate_table(const Design& design, const Replicates& replicates,
                                               std::span<const WeightingStep> steps,
                                               const TableRequest& request, int threads) {
  bool sizes = request.y.size() == design.rows();
  for (const auto* by : request.by) sizes = sizes && by->of.size() == design.rows();
  if (!sizes) return refuse("survey.columns", "a variable has another number of rows than the design");
  if (!replicates.by_unit())
    return refuse("survey.replicates", "a table with re-weighting needs replicates by unit");
  const auto full = run_weighting(steps, design.weights());
  if (!full) return tl::unexpected(full.error());
  const TableDomains domains(request);
  const auto cells = cell_steps(steps);
  const Theta theta = cells ? by_cells(design, replicates, *cells, *full, request, domains, threads)
                            : by_rows(design, replicates, steps, *full, request, domains, threads);
  const FullSums sums = full_sums(design, full->weights, request, domains);
  const auto total = static_cast<std::size_t>(replicates.count());
  std::vector<TableRow> out;
  for (std::int32_t d = 0; d < domains.count(); ++d) {
    const auto at = static_cast<std::size_t>(d);
    if (sums.sums[at].w == 0) continue;
    const std::span<const double> column(&theta[at * total], total);
    const double p = sums.sums[at].wy / sums.sums[at].w;
    const auto v = spread(replicates, column, p, false);
    if (!v) return tl::unexpected(v.error());
    const auto on_logit =
        p > 0 && p < 1 ? spread(replicates, column, p, true) : Outcome<double>(std::nan(""));
    out.push_back(finish_row(domains.row(d), sums.sums[at], *v, on_logit ? *on_logit : std::nan(""),
                             sums.degrees[at], static_cast<double>(sums.sums[at].n), request));
  }
  if (out.empty()) return refuse("survey.empty", "nobody with weight has an answer");
  return out;
}

}  // namespace kepu::statistics
