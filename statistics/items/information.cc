// The information of the marginal likelihood.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "statistics/items/likelihood.h"

namespace kepu::statistics::items {

// A row for each cell and each of the item's parameters: ∂ log P / ∂ parameter at the nodes.
struct MarginalLikelihood::Scores {
  kernel::NodeTable table;
  std::vector<int> first;     // row of the first parameter, by cell
  std::vector<int> per_item;  // parameters of each item
  int width = 0;              // their sum
};

MarginalLikelihood::Scores MarginalLikelihood::scores(const Eigen::VectorXd& x) const {
  const auto& nodes = options_.quadrature.node;
  int rows = 0;
  Scores out{kernel::NodeTable(0, 0), std::vector<int>(static_cast<std::size_t>(cells_.rows), 0), {}, 0};
  for (std::size_t j = 0; j < items_.size(); ++j) {
    for (int k = 0; k < items_[j].kind().categories; ++k) {
      out.first[static_cast<std::size_t>(cells_.base[j] + k)] = rows;
      rows += items_[j].parameters();
    }
    out.per_item.push_back(items_[j].parameters());
    out.width += items_[j].parameters();
  }
  out.table = kernel::NodeTable(rows, static_cast<int>(nodes.size()));
  FreeItem::Point point;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const auto parameters = own(x, j);
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      items_[j].at(parameters.data(), nodes[q], false, point);
      for (std::size_t u = 0; u < point.p.size(); ++u) {
        const int first = out.first[static_cast<std::size_t>(cells_.base[j] + items_[j].used()[u])];
        for (std::size_t p = 0; p < parameters.size(); ++p) {
          out.table.row(first + static_cast<int>(p))[q] = point.score[u * parameters.size() + p];
        }
      }
    }
  }
  return out;
}

Eigen::MatrixXd MarginalLikelihood::complete_information(const Value& value) const {
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(parameters_, parameters_);
  const auto& nodes = options_.quadrature.node;
  FreeItem::Point point;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const auto parameters = own(value.x, j);
    const std::size_t n = parameters.size();
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      items_[j].at(parameters.data(), nodes[q], false, point);
      double persons = 0;
      for (const int k : items_[j].used()) persons += value.counts.row(cells_.base[j] + k)[q];
      for (std::size_t u = 0; u < point.p.size(); ++u) {
        const double* score = point.score.data() + u * n;
        for (std::size_t p = 0; p < n; ++p) {
          for (std::size_t r = 0; r < n; ++r) {
            information(place(j, p), place(j, r)) += persons * point.p[u] * score[p] * score[r];
          }
        }
      }
    }
  }
  // A concave prior only: the step must stay one uphill.
  Eigen::MatrixXd prior = Eigen::MatrixXd::Zero(parameters_, parameters_);
  add_prior(value.x, nullptr, nullptr, &prior);
  information.diagonal() += prior.diagonal().cwiseMax(0.0);
  return information;
}

// Within an item: -Σ counts × (second derivatives + score score').
void MarginalLikelihood::add_within(const Value& value, Eigen::MatrixXd& information) const {
  const auto& nodes = options_.quadrature.node;
  FreeItem::Point point;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    const auto parameters = own(value.x, j);
    const std::size_t n = parameters.size();
    for (std::size_t q = 0; q < nodes.size(); ++q) {
      items_[j].at(parameters.data(), nodes[q], true, point);
      for (std::size_t u = 0; u < point.p.size(); ++u) {
        const double count = value.counts.row(cells_.base[j] + items_[j].used()[u])[q];
        const double* score = point.score.data() + u * n;
        const double* hessian = point.hessian.data() + u * n * n;
        for (std::size_t p = 0; p < n; ++p) {
          for (std::size_t r = 0; r < n; ++r) {
            information(place(j, p), place(j, r)) -= count * (hessian[p * n + r] + score[p] * score[r]);
          }
        }
      }
    }
  }
}

// Across items: -Σ over pairs of answers (no answer among them, with score 0) of their number × score score'.
// Each item has a commonest answer; with the other scores as differences from that one's, only pairs without
// it need counting:  Σ N s_j s_k' + D_j s_k' + s_j D_k' + Σ N_cd δ_jc δ_kd',  D_j = Σ_c N_c δ_jc.
struct MarginalLikelihood::Differences {
  struct Answer {
    int slot = 0;
    std::vector<std::vector<double>> delta;  // parameters × nodes
  };
  std::vector<std::vector<double>> common;  // score of the commonest answer
  std::vector<std::vector<double>> sum;     // D
  std::vector<Answer> answers;
};

MarginalLikelihood::Differences MarginalLikelihood::differences(std::size_t j, const Scores& scores,
                                                                const Value& value,
                                                                const std::vector<double>& missing,
                                                                SlotTable& slots) const {
  const std::size_t nodes = options_.quadrature.node.size();
  const auto n = static_cast<std::size_t>(items_[j].parameters());
  const auto size = [&](const double* counts) { return std::accumulate(counts, counts + nodes, 0.0); };
  const double unanswered = size(missing.data());
  int common = -1;  // no answer
  double most = unanswered;
  for (const int k : items_[j].used()) {
    const double own = size(value.counts.row(cells_.base[j] + k));
    if (own > most) most = own, common = k;
  }
  const auto score_of = [&](int k) {
    std::vector<std::vector<double>> out(n, std::vector<double>(nodes, 0));
    for (std::size_t p = 0; p < n && k >= 0; ++p) {
      const double* row =
          scores.table.row(scores.first[static_cast<std::size_t>(cells_.base[j] + k)] + static_cast<int>(p));
      std::copy_n(row, nodes, out[p].begin());
    }
    return out;
  };
  Differences out{score_of(common), std::vector<std::vector<double>>(n, std::vector<double>(nodes, 0)), {}};
  const auto add = [&](int k, const double* counts) {
    auto delta = score_of(k);
    for (std::size_t p = 0; p < n; ++p) {
      for (std::size_t q = 0; q < nodes; ++q) {
        delta[p][q] -= out.common[p][q];
        out.sum[p][q] += counts[q] * delta[p][q];
      }
    }
    (k < 0 ? slots.missing[j] : slots.cell[static_cast<std::size_t>(cells_.base[j] + k)]) = slots.slots;
    out.answers.push_back({slots.slots++, std::move(delta)});
  };
  for (const int k : items_[j].used()) {
    if (k != common) add(k, value.counts.row(cells_.base[j] + k));
  }
  if (common >= 0 && slots.has_missing[j]) add(-1, missing.data());
  return out;
}

void MarginalLikelihood::add_across(const Scores& scores, const kernel::NodeTable& probability,
                                    const Value& value, Eigen::MatrixXd& information) const {
  const std::size_t nodes = options_.quadrature.node.size();
  SlotTable slots{std::vector<int>(static_cast<std::size_t>(cells_.rows), -1),
                  std::vector<int>(items_.size(), -1), std::vector<bool>(items_.size(), false)};
  for (std::size_t i = 0; i < cells_.cell.size(); ++i) {
    if (cells_.cell[i] == cells_.rows) slots.has_missing[i % items_.size()] = true;
  }
  std::vector<Differences> items;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    std::vector<double> missing(value.total.row(0), value.total.row(0) + nodes);
    for (const int k : items_[j].used()) {
      for (std::size_t q = 0; q < nodes; ++q) missing[q] -= value.counts.row(cells_.base[j] + k)[q];
    }
    if (!slots.has_missing[j]) missing.assign(nodes, 0);
    items.push_back(differences(j, scores, value, missing, slots));
  }
  const int chunks = kernel::chunks_for(cells_.persons, cells_.items * cells_.items, options_.threads);
  std::vector<kernel::NodeTable> pairs;
  for (int chunk = 0; chunk < chunks; ++chunk)
    pairs.emplace_back(slots.slots * slots.slots, static_cast<int>(nodes));
  kernel::in_chunks(cells_.persons, chunks, [&](int chunk, int begin, int end) {
    kernel::pair_counts({cells_, probability, prior_, begin, end}, {slots.cell, slots.missing, slots.slots},
                        pairs[static_cast<std::size_t>(chunk)]);
  });
  for (std::size_t chunk = 1; chunk < pairs.size(); ++chunk) pairs[0] += pairs[chunk];
  std::vector<double> half(nodes);
  const auto product = [&](const std::vector<double>& x, const std::vector<double>& y) {
    return std::inner_product(x.begin(), x.end(), y.begin(), 0.0);
  };
  for (std::size_t j = 0; j < items.size(); ++j) {
    for (std::size_t k = j + 1; k < items.size(); ++k) {
      for (std::size_t r = 0; r < items[k].common.size(); ++r) {
        const auto& common = items[k].common[r];
        for (std::size_t q = 0; q < nodes; ++q)
          half[q] = value.total.row(0)[q] * common[q] + items[k].sum[r][q];
        std::vector<double> terms;
        for (std::size_t p = 0; p < items[j].common.size(); ++p) {
          terms.push_back(product(items[j].common[p], half) + product(items[j].sum[p], common));
        }
        for (const auto& one : items[j].answers) {
          std::fill(half.begin(), half.end(), 0);
          for (const auto& other : items[k].answers) {
            const double* count = pairs[0].row(one.slot * slots.slots + other.slot);
            for (std::size_t q = 0; q < nodes; ++q) half[q] += count[q] * other.delta[r][q];
          }
          for (std::size_t p = 0; p < terms.size(); ++p) terms[p] += product(one.delta[p], half);
        }
        for (std::size_t p = 0; p < terms.size(); ++p) {
          information(place(j, p), place(k, r)) -= terms[p];
          information(place(k, r), place(j, p)) -= terms[p];
        }
      }
    }
  }
}

// + Σ w s̄ s̄', s̄ the posterior mean of a person's scores.
void MarginalLikelihood::add_means(const Scores& scores, const kernel::NodeTable& probability,
                                   Eigen::MatrixXd& information) const {
  constexpr int kBlock = 256;
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const int chunks = kernel::chunks_for(cells_.persons, cells_.items * scores.width, options_.threads);
  std::vector<Eigen::MatrixXd> sums(static_cast<std::size_t>(chunks),
                                    Eigen::MatrixXd::Zero(scores.width, scores.width));
  kernel::in_chunks(cells_.persons, chunks, [&](int chunk, int begin, int end) {
    Rows means(kBlock, scores.width);
    for (int from = begin; from < end; from += kBlock) {
      const int to = std::min(end, from + kBlock);
      kernel::mean_scores({cells_, probability, prior_, from, to},
                          {scores.table, scores.first, scores.per_item, scores.width}, means.data());
      for (int i = from; i < to; ++i)
        means.row(i - from) *= std::sqrt(cells_.weight[static_cast<std::size_t>(i)]);
      sums[static_cast<std::size_t>(chunk)].selfadjointView<Eigen::Lower>().rankUpdate(
          means.topRows(to - from).transpose());
    }
  });
  for (std::size_t chunk = 1; chunk < sums.size(); ++chunk) sums[0] += sums[chunk];
  const Eigen::MatrixXd sum = sums[0].selfadjointView<Eigen::Lower>();
  int row = 0;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    for (int p = 0; p < items_[j].parameters(); ++p, ++row) {
      int column = 0;
      for (std::size_t k = 0; k < items_.size(); ++k) {
        for (int r = 0; r < items_[k].parameters(); ++r, ++column) {
          information(place(j, static_cast<std::size_t>(p)), place(k, static_cast<std::size_t>(r))) +=
              sum(row, column);
        }
      }
    }
  }
}

Eigen::MatrixXd MarginalLikelihood::observed_information(const Value& value) const {
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(parameters_, parameters_);
  bool possible = true;
  const auto probability = probabilities(value.x, possible);
  const Scores at_nodes = scores(value.x);
  add_within(value, information);
  add_across(at_nodes, probability, value, information);
  add_means(at_nodes, probability, information);
  add_prior(value.x, nullptr, nullptr, &information);
  return information;
}

Eigen::MatrixXd MarginalLikelihood::person_scores(const Eigen::VectorXd& x) const {
  bool possible = true;
  const auto probability = probabilities(x, possible);
  const Scores at_nodes = scores(x);
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> local(cells_.persons,
                                                                               at_nodes.width);
  const int chunks = kernel::chunks_for(cells_.persons, cells_.items * at_nodes.width, options_.threads);
  kernel::in_chunks(cells_.persons, chunks, [&](int, int begin, int end) {
    kernel::mean_scores({cells_, probability, prior_, begin, end},
                        {at_nodes.table, at_nodes.first, at_nodes.per_item, at_nodes.width},
                        local.data() + static_cast<std::ptrdiff_t>(begin) * at_nodes.width);
  });
  Eigen::MatrixXd out = Eigen::MatrixXd::Zero(cells_.persons, parameters_);
  int column = 0;
  for (std::size_t j = 0; j < items_.size(); ++j) {
    for (int p = 0; p < items_[j].parameters(); ++p) {
      out.col(place(j, static_cast<std::size_t>(p))) += local.col(column++);
    }
  }
  return out;
}

}  // namespace kepu::statistics::items
