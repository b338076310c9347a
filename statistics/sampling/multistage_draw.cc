#include "statistics/sampling/multistage_draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include "statistics/sampling/inclusion.h"
#include "statistics/sampling/selection.h"

namespace kepu::statistics::sampling {

namespace {

tl::unexpected<Refusal> bad_frame(std::size_t stage, const std::string& what) {
  return refuse("sampling.frame", fmt::format("stage {}: {}", stage + 1, what));
}

std::optional<Refusal> check(const Stage& stage, std::size_t number, std::size_t parents) {
  if (stage.takes.size() != 1 && stage.takes.size() != parents) {
    return bad_frame(number, fmt::format("{} numbers to take for {} parents", stage.takes.size(), parents))
        .value();
  }
  if (stage.method == StageMethod::pps_systematic && stage.sizes.size() != stage.parents.size()) {
    return bad_frame(number, fmt::format("{} sizes for {} units", stage.sizes.size(), stage.parents.size()))
        .value();
  }
  for (const std::int32_t take : stage.takes) {
    if (take < 0) return bad_frame(number, fmt::format("{} units to take", take)).value();
  }
  for (std::size_t k = 0; k < stage.parents.size(); ++k) {
    const std::int32_t parent = stage.parents[k];
    if (parent < 0 || static_cast<std::size_t>(parent) >= parents ||
        (k > 0 && parent < stage.parents[k - 1])) {
      return bad_frame(number, fmt::format("unit {} has the parent {}", k + 1, parent)).value();
    }
  }
  return {};
}

struct Part {
  std::vector<std::size_t> positions;
  std::vector<double> probabilities;  // of those
};

Outcome<Part> draw_part(StageMethod method, std::span<const double> sizes, std::size_t count,
                        std::size_t take, Generator& random) {
  Part part;
  if (method == StageMethod::pps_systematic) {
    const auto pi = inclusion_probabilities(sizes, static_cast<double>(take));
    if (!pi) return tl::unexpected(pi.error());
    auto drawn = draw_systematic(*pi, random.uniform());
    if (!drawn) return tl::unexpected(drawn.error());
    part.positions = std::move(*drawn);
    for (const std::size_t k : part.positions) part.probabilities.push_back((*pi)[k]);
    return part;
  }
  auto drawn = method == StageMethod::every_kth ? draw_every_kth(count, take, random)
                                                : draw_simple(count, take, random);
  if (!drawn) return tl::unexpected(drawn.error());
  part.positions = std::move(*drawn);
  part.probabilities.assign(part.positions.size(), static_cast<double>(take) / static_cast<double>(count));
  return part;
}

// The parents of this stage that are in the sample, with their probabilities.
struct Parent {
  std::int32_t index;
  double probability;
};

std::optional<Refusal> draw_stage(const Stage& stage, std::size_t number, const std::vector<Parent>& parents,
                                  DrawRecord& record, std::vector<Parent>& drawn) {
  for (const Parent& parent : parents) {
    const auto [from, to] = std::equal_range(stage.parents.begin(), stage.parents.end(), parent.index);
    const auto first = static_cast<std::size_t>(from - stage.parents.begin());
    const auto count = static_cast<std::size_t>(to - from);
    const bool is_pps = stage.method == StageMethod::pps_systematic;
    const auto sizes = is_pps ? std::span(stage.sizes).subspan(first, count) : std::span<const double>();
    const auto there = is_pps ? static_cast<std::size_t>(
                                    std::count_if(sizes.begin(), sizes.end(), [](double s) { return s > 0; }))
                              : count;
    const auto wanted = static_cast<std::size_t>(
        stage.takes[stage.takes.size() == 1 ? 0 : static_cast<std::size_t>(parent.index)]);
    if (there < wanted) {
      record.shortfalls.push_back(fmt::format("stage {} ({}), parent {}: {} wanted, {} there", number + 1,
                                              stage.name, parent.index + 1, wanted, there));
    }
    const std::size_t take = std::min(wanted, there);
    if (take == 0) continue;
    Generator random(part_seed(part_seed(record.seed, number), static_cast<std::uint64_t>(parent.index)));
    const auto part = draw_part(stage.method, sizes, count, take, random);
    if (!part) return part.error();
    for (std::size_t i = 0; i < part->positions.size(); ++i) {
      const double conditional = part->probabilities[i];
      const auto unit = static_cast<std::int32_t>(first + part->positions[i]);
      record.units.push_back({static_cast<std::int32_t>(number), unit, parent.index, conditional,
                              conditional * parent.probability, conditional >= 1 - kCertain});
      drawn.push_back({unit, conditional * parent.probability});
    }
  }
  return {};
}

}  // namespace

Outcome<DrawRecord> draw_stages(std::int32_t strata, const std::vector<Stage>& stages, std::uint64_t seed) {
  if (strata <= 0 || stages.empty()) return refuse("sampling.empty", "there is no stratum or no stage");
  DrawRecord record;
  record.seed = seed;
  record.generator = kGeneratorName;
  std::vector<Parent> parents;
  for (std::int32_t h = 0; h < strata; ++h) parents.push_back({h, 1});
  auto above = static_cast<std::size_t>(strata);
  for (std::size_t s = 0; s < stages.size(); ++s) {
    if (const auto wrong = check(stages[s], s, above)) return tl::unexpected(*wrong);
    std::vector<Parent> drawn;
    if (const auto wrong = draw_stage(stages[s], s, parents, record, drawn)) return tl::unexpected(*wrong);
    parents = std::move(drawn);
    above = stages[s].parents.size();
  }
  return record;
}

}  // namespace kepu::statistics::sampling
