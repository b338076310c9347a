// From simulated rounds to results.
#include "engines/survey/analysis/analysis.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey {
namespace {

const simulation::County& county() {
  static const simulation::County kCounty(7);
  return kCounty;
}
const Dataset& round_of_7() {
  static const Dataset kRound = county().round(70, {.target = 13});
  return kRound;
}
RoundResult must(const base::Result<RoundResult>& r) {
  if (!r) {
    ADD_FAILURE() << r.error().rule << " " << r.error().field << " " << r.error().message;
    return {};
  }
  return *r;
}
const RoundResult& result_of_7() {
  static const RoundResult kResult = must(analyse(round_of_7()));
  return kResult;
}

TEST(Analysis, OfASimulatedRound_HoldsItsTruth) {
  const auto& r = result_of_7();
  const auto& c = r.county_row();
  fmt::print("truth {:.2f}; estimate {:.2f} [{:.2f}, {:.2f}] deff {:.2f} df {} n {}\n", county().truth(), c.percent,
             *c.lower, *c.upper, *c.deff, c.degrees, c.n);
  for (const auto& w : r.weighting.log) fmt::print("{} n={} sum={:.0f} deff={:.3f} {}\n", w.step, w.count, w.sum, w.deff, w.note);
  for (const auto& n : r.weighting.notes) fmt::print("{}\n", n);
  fmt::print("irt {} {}\n", r.irt.percent.value_or(-1), r.irt.why_not);
  EXPECT_LE(*c.lower, county().truth());
  EXPECT_GE(*c.upper, county().truth());
  EXPECT_GT(c.n, 1000);
  EXPECT_EQ(c.degrees, 30 - 4);
  EXPECT_EQ(c.publish, Publish::yes);
}

}  // namespace
}  // namespace kepu::survey
