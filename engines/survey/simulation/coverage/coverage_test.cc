// A county whose every inhabitant is known is surveyed six hundred times under the demonstration's design
// (30 villages of 240 in 4 strata, 52 dwellings each, refusals, replacements, gaps): how often do the 95 %
// intervals hold the truth, is the stated error the error that is made, and how often is a target called met,
// or missed, that is exactly what the county has?
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "engines/survey/analysis/analysis.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::analysis {
namespace {

constexpr int kRounds = 600;

struct Tally {
  int rounds = 0, covered = 0, below = 0, met = 0, missed = 0, published = 0, townships = 0;
  double sum = 0, squares = 0, stated = 0, width = 0, township_covered = 0;

  void add(const RoundResult& r, const simulation::County& county, std::size_t townships_there) {
    const auto& c = r.county_row();
    const double truth = county.truth();
    ++rounds;
    covered += *c.lower <= truth && truth <= *c.upper;
    below += truth > *c.upper;
    met += r.target->met == Verdict::yes;
    missed += r.target->met == Verdict::no;
    sum += c.percent;
    squares += c.percent * c.percent;
    stated += c.se * c.se;
    width += *c.upper - *c.lower;
    for (std::size_t t = 0; t < townships_there; ++t) {
      const auto& row = r.townships.rows[t];
      if (!row.percent) continue;
      ++published;
      township_covered += *row.lower <= county.truth_of(t) && county.truth_of(t) <= *row.upper;
    }
    townships += static_cast<int>(townships_there);
  }
  double mean() const { return sum / rounds; }
  double sd() const { return std::sqrt(squares / rounds - mean() * mean()); }
};

Tally survey(const simulation::County& county, const simulation::RoundOptions& design, int rounds) {
  Tally tally;
  for (int k = 0; k < rounds; ++k) {
    const auto d = county.round(1000 + static_cast<std::uint64_t>(k), design);
    const auto r = analyse(d);
    if (!r) {
      ADD_FAILURE() << "round " << k << ": " << r.error().message;
      return tally;
    }
    tally.add(*r, county, d.townships.size());
  }
  return tally;
}

// The Monte Carlo standard error of a share near p over n rounds.
double error_of(double p, int n) { return std::sqrt(p * (1 - p) / n); }

TEST(Coverage, OfTheDemonstrationDesign_IsWhatItSays) {
  const simulation::County county(20260901);
  const auto t = survey(county, {.target = county.truth()}, kRounds);
  ASSERT_EQ(t.rounds, kRounds);
  const double n = t.rounds, coverage = t.covered / n;
  fmt::print(
      "truth {:.3f} %, {} people, {} rounds: mean {:.3f}, sd {:.3f}, stated/made {:.3f}, width {:.2f}, "
      "coverage {:.4f} "
      "(± {:.4f}), above {:.4f}, met {:.4f}, missed {:.4f}, townships published {:.2f}, covered {:.4f}\n",
      county.truth(), county.people(), t.rounds, t.mean(), t.sd(), std::sqrt(t.stated / n) / t.sd(),
      t.width / n, coverage, error_of(0.95, t.rounds), t.below / n, t.met / n, t.missed / n,
      static_cast<double>(t.published) / t.townships, t.township_covered / t.published);
  const double slack = 2 * error_of(0.95, t.rounds);
  EXPECT_GE(coverage, 0.935 - slack);
  EXPECT_LE(coverage, 0.965 + slack);
  EXPECT_NEAR(t.mean(), county.truth(), 4 * t.sd() / std::sqrt(n) + 0.05);  // without bias that matters
  EXPECT_LE(t.met / n, 0.05 + 2 * error_of(0.05, t.rounds));
  EXPECT_LE(t.missed / n, 0.05 + 2 * error_of(0.05, t.rounds));
  EXPECT_GT(t.township_covered / t.published, 0.90);
}

// Where nearly half of the villages are drawn the formula, which takes them as drawn with replacement, says
// more error than there is; never less.
TEST(Coverage, WhereManyVillagesAreDrawn_IsNotBelow) {
  const simulation::County county(20260902, {.villages = 68, .households = 600});
  const auto t = survey(county, {.target = county.truth()}, kRounds / 4);
  const double n = t.rounds, coverage = t.covered / n;
  fmt::print("68 villages, 30 drawn: coverage {:.4f} (± {:.4f}), stated/made {:.3f}\n", coverage,
             error_of(0.95, t.rounds), std::sqrt(t.stated / n) / t.sd());
  EXPECT_GE(coverage, 0.935 - 2 * error_of(0.95, t.rounds));
  EXPECT_LE(t.met / n, 0.05 + 2 * error_of(0.05, t.rounds));
}

}  // namespace
}  // namespace kepu::survey::analysis
