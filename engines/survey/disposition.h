// What became of a drawn dwelling, in the codes of AAPOR (Standard Definitions, 10th ed., 2023, in-person
// household surveys), and the rates made of them.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "engines/survey/dataset.h"

namespace kepu::survey {

struct Disposition {
  std::string_view code;   // "2.111"
  std::string_view title;  // 入户被拒
  Outcome outcome = Outcome::unknown;
  bool by_visit = true;  // may be noted at a visit; the others come of an interview, or of none
  bool ends = false;     // nobody goes there again; others need further visits
};
std::span<const Disposition> dispositions();
const Disposition* find_disposition(std::string_view code);  // null: unknown

inline constexpr std::string_view kComplete = "1.1", kPartial = "1.2", kBreakOff = "2.12",
                                  kNotAttempted = "3.11", kNoEligible = "4.70";
// A dwelling where nobody was met counts as tried after this many visits.
inline constexpr int kLeastVisits = 4;

struct AaporCounts {
  double complete = 0, partial = 0, refusal = 0, no_contact = 0, other = 0, unknown = 0, ineligible = 0;
};
void count(AaporCounts& counts, Outcome outcome, double weight = 1);

// Shares in [0, 1]; none where the denominator is 0. e, the share of eligible ones among the unknown, is that
// of the cases whose eligibility is known (proportional allocation, the CASRO rule).
struct AaporRates {
  double e = 1;
  std::optional<double> rr1, rr2, rr3, rr4, rr5, rr6, coop1, ref1, con1;
};
AaporRates aapor_rates(const AaporCounts& counts);

}  // namespace kepu::survey
