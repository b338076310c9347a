#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "statistics/survey/estimate.h"
#include "statistics/survey/table.h"
#include "statistics/survey/table_rows.h"

namespace kepu::statistics {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

// Strata of one sampled unit need the rules of Design::variance; so do later stages and PPS matrices.
bool one_pass(const Survey& survey) {
  const Design* design = survey.design();
  if (!design || survey.keeps_rows() || design->variance_stages() != 1 ||
      design->rules().adjust_domain_lonely)
    return false;
  const auto& strata = design->stages()[0].strata;
  return std::all_of(strata.begin(), strata.end(), [](const auto& s) { return s.units > 1; });
}

constexpr std::size_t kRowsForThreads = 50000;

// Sums by unit and domain over a range of rows.
class UnitSums {
 public:
  UnitSums(const Survey& survey, const TableRequest& request, const TableDomains& domains)
      : stage_(survey.design()->stages()[0]),
        w_(survey.weights()),
        request_(request),
        domains_(domains),
        width_(static_cast<std::size_t>(domains.count())),
        sums_(width_) {
    cells_.resize(stage_.stratum_of.size() * width_);
  }

  void add(std::size_t from, std::size_t to) {
    const std::size_t variables = request_.by.size();
    for (std::size_t i = from; i < to; ++i) {
      const double y = request_.y[i], w = w_[i];
      if (std::isnan(y) || w == 0) continue;
      Cell* unit = &cells_[static_cast<std::size_t>(stage_.unit_of[i]) * width_];
      count(0, unit[0], w, y);
      for (std::size_t v = 0; v < variables; ++v) {
        const auto c = request_.by[v]->of[i];
        if (c < 0) continue;
        const auto d = static_cast<std::size_t>(domains_.first(v) + c);
        count(d, unit[d], w, y);
      }
    }
  }
  void merge(const UnitSums& other) {
    for (std::size_t k = 0; k < cells_.size(); ++k) {
      cells_[k].w += other.cells_[k].w;
      cells_[k].wy += other.cells_[k].wy;
    }
    for (std::size_t d = 0; d < width_; ++d) {
      sums_[d].n += other.sums_[d].n;
      sums_[d].w += other.sums_[d].w;
      sums_[d].wy += other.sums_[d].wy;
      sums_[d].wyy += other.sums_[d].wyy;
    }
  }

  const DomainSums& sums(std::int32_t domain) const { return sums_[static_cast<std::size_t>(domain)]; }

  // Variance of the mean and degrees of freedom of one domain.
  std::pair<double, int> variance(std::int32_t domain) const {
    const auto d = static_cast<std::size_t>(domain);
    const double mean = sums_[d].wy / sums_[d].w;
    double all = 0;
    int degrees = 0;
    for (const auto& s : stage_.strata) {
      double sum = 0, squares = 0;
      int units = 0;
      for (std::int32_t k = 0; k < s.units; ++k) {
        const auto u = static_cast<std::size_t>(stage_.by_stratum[static_cast<std::size_t>(s.first + k)]);
        const Cell& cell = cells_[u * width_ + d];
        sum += (cell.wy - mean * cell.w) / sums_[d].w;
        units += cell.w != 0;
      }
      degrees += units > 0 ? units - 1 : 0;
      const double n = s.units, centre = sum / n;
      for (std::int32_t k = 0; k < s.units; ++k) {
        const auto u = static_cast<std::size_t>(stage_.by_stratum[static_cast<std::size_t>(s.first + k)]);
        const Cell& cell = cells_[u * width_ + d];
        const double t = (cell.wy - mean * cell.w) / sums_[d].w - centre;
        squares += stage_.left[u] * t * t;
      }
      all += squares * n / (n - 1);
    }
    return {all, degrees};
  }

 private:
  struct Cell {
    double w = 0, wy = 0;
  };
  void count(std::size_t d, Cell& cell, double w, double y) {
    cell.w += w;
    cell.wy += w * y;
    DomainSums& s = sums_[d];
    ++s.n;
    s.w += w;
    s.wy += w * y;
    s.wyy += w * y * y;
  }

  const DesignStage& stage_;
  const std::vector<double>& w_;
  const TableRequest& request_;
  const TableDomains& domains_;
  std::size_t width_;
  std::vector<Cell> cells_;  // unit × domain
  std::vector<DomainSums> sums_;
};

// Rows of the data set about each domain: those with an answer, with weight or not.
std::vector<double> rows_of(const Survey& survey, const TableRequest& request, const TableDomains& domains) {
  std::vector<double> rows(static_cast<std::size_t>(domains.count()), 0.0);
  for (std::size_t i = 0; i < request.y.size(); ++i) {
    if (std::isnan(request.y[i])) continue;
    ++rows[0];
    for (std::size_t v = 0; v < request.by.size(); ++v) {
      const auto c = request.by[v]->of[i];
      if (c >= 0) ++rows[static_cast<std::size_t>(domains.first(v) + c)];
    }
  }
  if (survey.keeps_rows()) std::fill(rows.begin(), rows.end(), static_cast<double>(survey.rows()));
  return rows;
}

std::vector<TableRow> by_units(const Survey& survey, const TableRequest& request,
                               const TableDomains& domains) {
  UnitSums sums(survey, request, domains);
  const std::size_t rows = survey.rows();
  if (rows < kRowsForThreads) {
    sums.add(0, rows);
  } else {
    UnitSums second(survey, request, domains);
    {
      const std::jthread other([&] { second.add(rows / 2, rows); });
      sums.add(0, rows / 2);
    }
    sums.merge(second);
  }
  const bool weighted =
      std::none_of(survey.weights().begin(), survey.weights().end(), [](double w) { return w == 0; });
  const auto counted = weighted ? std::vector<double>() : rows_of(survey, request, domains);
  std::vector<TableRow> out;
  for (std::int32_t d = 0; d < domains.count(); ++d) {
    if (sums.sums(d).w == 0) continue;
    const auto [variance, degrees] = sums.variance(d);
    const double n = weighted ? static_cast<double>(sums.sums(d).n) : counted[static_cast<std::size_t>(d)];
    out.push_back(finish_row(domains.row(d), sums.sums(d), variance, std::nan(""), degrees, n, request));
  }
  return out;
}

Outcome<std::vector<TableRow>> by_domains(const Survey& survey, const TableRequest& request,
                                          const TableDomains& domains) {
  const auto counted = rows_of(survey, request, domains);
  MatrixXd y(static_cast<Index>(survey.rows()), 1);
  for (std::size_t i = 0; i < survey.rows(); ++i) y(static_cast<Index>(i), 0) = request.y[i];
  std::vector<TableRow> out;
  for (std::int32_t d = 0; d < domains.count(); ++d) {
    const TableRow row = domains.row(d);
    Domain domain = Domain::all(survey.rows());
    DomainSums sums;
    for (std::size_t i = 0; i < survey.rows(); ++i) {
      const bool in = !std::isnan(request.y[i]) &&
                      (d == 0 || request.by[static_cast<std::size_t>(row.variable)]->of[i] == row.category);
      domain.in[i] = in;
      const double w = survey.weights()[i];
      if (!in || w == 0) continue;
      ++sums.n;
      sums.w += w;
      sums.wy += w * request.y[i];
      sums.wyy += w * request.y[i] * request.y[i];
    }
    if (sums.w == 0) continue;
    const auto mean = mean_of(survey, domain, y);
    if (!mean) return tl::unexpected(mean.error());
    const auto v = survey.covariance(domain, *mean);
    if (!v) return tl::unexpected(v.error());
    out.push_back(finish_row(row, sums, (*v)(0, 0), std::nan(""), survey.degrees_of_freedom(domain),
                             counted[static_cast<std::size_t>(d)], request));
  }
  return out;
}

}  // namespace

Outcome<std::vector<TableRow>> domain_table(const Survey& survey, const TableRequest& request) {
  for (const auto* by : request.by) {
    if (by->of.size() != survey.rows())
      return refuse("survey.columns", "a variable has another number of rows");
  }
  if (request.y.size() != survey.rows())
    return refuse("survey.columns", "the answers have another number of rows");
  const TableDomains domains(request);
  const bool small = survey.design() && survey.design()->stages()[0].stratum_of.size() *
                                                static_cast<std::size_t>(domains.count()) <=
                                            std::size_t{4} << 20;
  std::vector<TableRow> rows;
  if (small && one_pass(survey)) {
    rows = by_units(survey, request, domains);
  } else {
    auto made = by_domains(survey, request, domains);
    if (!made) return made;
    rows = std::move(*made);
  }
  if (rows.empty()) return refuse("survey.empty", "nobody with weight has an answer");
  return rows;
}

}  // namespace kepu::statistics
