#include "engines/survey/sample.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "statistics/sampling/multistage_draw.h"
#include "statistics/sampling/selection.h"

namespace kepu::survey {

using base::Code;
using base::refuse;
namespace sampling = statistics::sampling;

namespace {

enum Stage : std::uint64_t { kVillages, kDwellings, kPersons, kReplacements, kBackChecks, kOrder };
constexpr std::int64_t kDwellingsAtMost = 1'000'000;  // of a village, for serial numbers

std::uint64_t part_of(std::string_view seed, Stage stage, std::uint64_t part) {
  return sampling::part_seed(sampling::part_seed(seed_number(seed), stage), part);
}

// Areas of a stratum stand together in the frame of the draw; back[i] is their place in ours.
struct Grouped {
  sampling::Stage stage;
  std::vector<int> back;
};
Grouped grouped(const std::vector<Area>& areas, const std::vector<int>& of, const Planned& planned) {
  Grouped out;
  out.stage.name = "村";
  for (std::size_t s = 0; s < planned.strata.size(); ++s) {
    out.stage.takes.push_back(planned.strata[s].take);
    for (std::size_t i = 0; i < areas.size(); ++i) {
      if (of[i] != static_cast<int>(s)) continue;
      out.stage.parents.push_back(static_cast<std::int32_t>(s));
      out.stage.sizes.push_back(areas[i].people);
      out.back.push_back(static_cast<int>(i));
    }
  }
  return out;
}

}  // namespace

std::uint64_t seed_number(std::string_view seed) {
  return std::stoull(base::sha256_hex(seed).substr(0, 16), nullptr, 16);
}

base::Result<Draw> draw_areas(const SamplePlan& plan, const std::vector<Area>& areas, std::string_view seed) {
  if (base::trim(seed).empty()) {
    return refuse(Code::invalid, "survey.seed", "请填写抽样种子，例如抽样当天公布的开奖号码。", "seed");
  }
  Draw out;
  out.planned = TRY(plan_sample(plan, areas));
  out.strata = strata_of(plan.strata, areas);
  const auto frame = grouped(areas, out.strata, out.planned);
  const auto record = sampling::draw_stages(static_cast<std::int32_t>(out.planned.strata.size()),
                                            {frame.stage}, seed_number(seed));
  if (!record) return refuse(Code::invalid, "survey.draw", "抽样没有成功：" + record.error().detail);
  for (const auto& unit : record->units) {
    out.areas.push_back(
        {frame.back[static_cast<std::size_t>(unit.unit)], unit.parent, unit.probability, unit.certain});
  }
  std::sort(out.areas.begin(), out.areas.end(), [](const auto& a, const auto& b) { return a.area < b.area; });
  return out;
}

std::string draw_text(const SamplePlan& plan, const std::vector<Area>& areas, std::string_view seed,
                      const Draw& draw) {
  std::string out = fmt::format("kepu survey draw {}\ngenerator {}\nseed {}\nseed number {}\ntake {}\n",
                                kDrawVersion, sampling::kGeneratorName, seed, seed_number(seed), plan.take);
  for (std::size_t s = 0; s < draw.planned.strata.size(); ++s) {
    const auto& stratum = draw.planned.strata[s];
    out += fmt::format("stratum\t{}\t{}\t{}\n", s, stratum.name, stratum.take);
  }
  std::size_t next = 0;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const auto& a = areas[i];
    const bool drawn = next < draw.areas.size() && draw.areas[next].area == static_cast<int>(i);
    out += fmt::format("area\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", i, a.code, a.township, a.name, draw.strata[i],
                       a.people, drawn ? fmt::format("drawn\t{:.17g}", draw.areas[next].probability) : "-");
    next += drawn ? 1 : 0;
  }
  return out;
}

std::vector<DrawnDwelling> draw_dwellings(std::string_view seed, int area, int listed, int take) {
  std::vector<DrawnDwelling> out;
  const auto count = static_cast<std::size_t>(std::max(0, listed));
  const auto wanted = std::min(count, static_cast<std::size_t>(std::max(0, take)));
  if (wanted == 0) return out;
  sampling::Generator random(part_of(seed, kDwellings, static_cast<std::uint64_t>(area)));
  const auto positions = sampling::draw_every_kth(count, wanted, random);
  if (!positions) return out;  // wanted ≤ count: never
  for (const auto p : *positions)
    out.push_back({static_cast<int>(p), static_cast<double>(wanted) / static_cast<double>(count)});
  return out;
}

std::vector<int> replacement_order(std::string_view seed, int area, int listed,
                                   const std::vector<int>& drawn) {
  std::vector<int> free;
  for (int i = 0; i < listed; ++i) {
    if (!std::binary_search(drawn.begin(), drawn.end(), i)) free.push_back(i);
  }
  sampling::Generator random(part_of(seed, kReplacements, static_cast<std::uint64_t>(area)));
  for (std::size_t i = free.size(); i > 1; --i)
    std::swap(free[i - 1],
              free[static_cast<std::size_t>(random.below(i))]);  // Fisher–Yates (Durstenfeld 1964)
  return free;
}

std::int64_t serial_of(int area, int dwelling) { return area * kDwellingsAtMost + dwelling; }

std::array<int, kMostPersons> selection_table(std::string_view seed, std::int64_t serial) {
  std::array<int, kMostPersons> out{};
  for (int n = 1; n <= kMostPersons; ++n) {
    // A table of its own for each n, so that a miscount does not shift the others.
    sampling::Generator random(sampling::part_seed(
        part_of(seed, kPersons, static_cast<std::uint64_t>(serial)), static_cast<std::uint64_t>(n)));
    const auto person = sampling::draw_person(static_cast<std::size_t>(n), random);
    out[static_cast<std::size_t>(n - 1)] = person ? static_cast<int>(person->position) + 1 : 1;
  }
  return out;
}

bool is_back_checked(std::string_view seed, std::int64_t serial, double share) {
  return sampling::Generator(part_of(seed, kBackChecks, static_cast<std::uint64_t>(serial))).uniform() <
         share;
}

std::uint64_t order_seed(std::string_view seed, std::int64_t serial) {
  return part_of(seed, kOrder, static_cast<std::uint64_t>(serial));
}

}  // namespace kepu::survey
