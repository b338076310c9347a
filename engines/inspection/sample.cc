#include "engines/inspection/sample.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "statistics/sampling/selection.h"

namespace kepu::inspection {

using base::Code;
using base::refuse;
namespace sampling = statistics::sampling;

std::vector<FrameUnit> frame_of(const auth::UnitTree& units, const std::vector<Stratum>& strata,
                                const std::vector<Id>& carriers) {
  std::vector<FrameUnit> frame;
  for (std::size_t s = 0; s < strata.size(); ++s) {
    for (const auto* unit : units.of_kind(strata[s].kind)) {
      if (unit->id == units.root()) continue;
      if (!carriers.empty() && !std::binary_search(carriers.begin(), carriers.end(), unit->id)) continue;
      frame.push_back({unit->id, static_cast<int>(s), unit->name, false});
    }
  }
  return frame;
}

std::uint64_t seed_number(std::string_view seed) {
  return std::stoull(base::sha256_hex(seed).substr(0, 16), nullptr, 16);
}

base::Result<std::vector<FrameUnit>> draw(std::vector<FrameUnit> frame, const std::vector<Stratum>& strata,
                                          std::string_view seed) {
  if (base::trim(seed).empty()) {
    return refuse(Code::invalid, "inspection.seed", "请填写抽样种子，例如抽签当天公布的号码。", "seed");
  }
  std::size_t drawn = 0;
  for (std::size_t s = 0; s < strata.size(); ++s) {
    std::vector<std::size_t> here;
    for (std::size_t i = 0; i < frame.size(); ++i) {
      frame[i].drawn = frame[i].stratum == static_cast<int>(s) ? false : frame[i].drawn;
      if (frame[i].stratum == static_cast<int>(s)) here.push_back(i);
    }
    sampling::Generator random(sampling::part_seed(seed_number(seed), s));
    const auto taken =
        sampling::draw_simple(here.size(), static_cast<std::size_t>(std::max(0, strata[s].take)), random);
    if (!taken) {
      return refuse(Code::invalid, "inspection.too_many",
                    fmt::format("“{}”要抽 {} 个，但范围内只有 {} 个，请改小数目或放宽任务范围。",
                                auth::title_of(strata[s].kind), strata[s].take, here.size()),
                    "take-" + std::string(auth::to_text(strata[s].kind)));
    }
    for (const auto position : *taken) frame[here[position]].drawn = true;
    drawn += taken->size();
  }
  if (drawn == 0) {
    return refuse(Code::invalid, "inspection.nothing_drawn", "一个单位也没有抽到：请填写每类单位抽几个。",
                  "take-township");
  }
  return frame;
}

bool is_repeatable(const std::vector<FrameUnit>& frame, const std::vector<Stratum>& strata,
                   std::string_view seed) {
  const auto again = draw(frame, strata, seed);
  return again && *again == frame;
}

}  // namespace kepu::inspection
