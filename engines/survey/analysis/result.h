// What a round comes to: every number that the page, the Word report and the command line show, and how each
// was made. Plain values; percentages stand in percent (12.9), people in persons, differences in percentage
// points. What cannot be computed honestly is absent, with the reason beside it; it is never zero.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"

namespace kepu::survey::analysis {

// One of AAPOR's rates with its formula in the letters of the Standard Definitions (10th ed., 2023):
// I complete, P partial, R refusal, NC non-contact, O other, U unknown eligibility, e share of U that is
// eligible.
struct Rate {
  std::string name;     // RR3
  std::string title;    // 应答率（按估计的合格比例）
  std::string formula;  // I / (I + P + R + NC + O + e·U)
  std::optional<double> percent;
};

struct Fieldwork {
  int drawn = 0;  // dwellings, replacements included
  int replacements = 0;
  int complete = 0, partial = 0, refusal = 0, no_contact = 0, other = 0, unknown = 0, ineligible = 0;
  std::optional<double> eligible_percent;  // e: of the cases whose eligibility is known
  std::vector<Rate> rates;
};

// The weights after a step. deff: Kish (1965), n Σw²/(Σw)².
struct WeightLine {
  std::string step, title, note;
  int count = 0;  // weights above 0
  double sum = 0, least = 0, most = 0, deff = 0, effective_n = 0;
};

struct MarginLine {
  std::string variable, category;
  int n = 0;                     // respondents
  double known = 0;              // people, from the source
  double before = 0, after = 0;  // sum of the weights before and after raking
  std::string source;
};

struct Weighting {
  std::vector<WeightLine> log;
  std::vector<MarginLine> margins;
  std::vector<std::string> notes;  // what was merged, filled in, left out, and why
  int filled = 0;                  // respondents with a gap in a raking variable
  int trimmed = 0;                 // weights cut to the bound
};

// As statistics/survey/table.h: after Parker et al. 2017 (NCHS).
enum class Publish { yes, look, no };

// A share of a group of people.
struct Estimate {
  std::string variable, category;  // "sex" 女; the county: both empty
  int n = 0;                       // respondents
  double people = 0;               // sum of weights
  double percent = 0, se = 0;      // se in percentage points
  std::optional<double> lower, upper, deff, effective_n;
  int degrees = 0;
  Publish publish = Publish::no;
};

// A mean of points: of all items, or of one dimension in percent of its points.
struct MeanScore {
  std::string name;
  double full = 100;
  double mean = 0, se = 0;
};

struct Literacy {
  std::vector<Estimate> rows;  // the county first, then by variable; a category without respondents is absent
  std::vector<Estimate> levels;  // of the county: 具备 and the other levels of the rule
  std::vector<MeanScore> scores;
  std::string interval;  // how the intervals were made, for people
  int replicates = 0;
  double finite = 1;  // variance without over with replacement, which the replicates were shrunk to
};

// Item response theory beside the official score, as a check of it.
struct IrtCheck {
  bool made = false;
  std::string why_not;
  std::optional<double> percent;      // share whose ability reaches the cut of the expected score
  std::optional<double> theta_cut;    // that ability
  std::optional<double> reliability;  // of the abilities
  std::vector<std::string> left_out;  // items all answered alike
};

struct TownshipEstimate {
  std::string name;
  int n = 0, villages = 0;
  double population = 0;
  std::optional<double> direct;                 // percent; of its own respondents
  std::optional<double> percent, lower, upper;  // of the model, benchmarked; absent where suppressed
  double shrinkage = 0;                         // weight of its own respondents in the estimate, 0 … 1
  std::string why_not;                          // why it is not published
};

struct Townships {
  bool made = false;
  std::string why_not;
  std::vector<TownshipEstimate> rows;  // in the order of the dataset: never ranked
  std::vector<std::string> covariates;
  double deff = 1;                 // that stands behind the sampling variances
  std::optional<double> variance;  // between townships, on the arcsine scale
  double benchmark = 1;            // factor that made them add up to the county
  double homogeneity_p = 1;        // of the test that all townships are alike
  int published = 0;
};

enum class Verdict { yes, no, unknown };

// The round against a number of another survey.
struct Comparison {
  std::string area, source;
  int year = 0;
  double other = 0;  // percent
  std::optional<double> other_lower, other_upper;
  double difference = 0;  // ours − other, percentage points
  std::optional<double> lower, upper, p;
  Verdict higher = Verdict::unknown;  // yes: surely higher; no: surely lower
  std::string why;
};

struct TargetAnswer {
  double percent = 0;
  int year = 0;
  std::string words;
  Verdict met = Verdict::unknown;
  std::optional<double> lower, upper;  // one-sided 95 % limits
  std::optional<double> p_met, p_missed;
  // Interviews in a round of this design that would tell, with 80 % power, if the true share is what was
  // estimated; absent where no feasible number would.
  std::optional<double> interviews, dwellings;
  std::string why;
};

struct Planning {
  std::optional<double> smallest_rise;  // that the next round of equal size shows, 80 % power, two-sided 5 %
  std::optional<double> yearly_point;   // interviews a round to show 1 point in a year
};

struct ItemLine {
  std::string code, text, dimension;
  double points = 0;
  double facility = 0;                              // percent right, weighted
  std::optional<double> item_rest, discrimination;  // correlation; upper less lower 27 %
  double missing = 0;                               // percent without an answer
  std::optional<double> dif_sex, dif_place;         // ETS delta
  std::string dif_sex_class, dif_place_class;       // A B C; empty: not computed
  std::vector<std::string> remarks;
};

struct Items {
  std::vector<ItemLine> rows;
  double alpha = 0, error_of_measurement = 0;  // in points
  double mean = 0, sd = 0;                     // of the total, weighted
};

struct Quality {
  std::optional<double> minutes_median, minutes_low;  // median and 10th percentile
  int without_minutes = 0;
  int hasty = 0;               // interviews in less than a third of the median
  double answers_missing = 0;  // percent of all answers
  int without_age = 0, without_education = 0, without_sex = 0;
  std::vector<std::string> villages;  // with conspicuous fieldwork, in words
};

// What the numbers rest on. Equal hashes mean equal bytes.
struct Provenance {
  std::string data_hash, weights_hash, rule_hash, program;
  std::string rule_name, rule_from, rule_source;
  double full_score = 100, literate_cut = 70;
  std::string seed, replicate_seed;
};

struct RoundResult {
  std::string round, county;
  base::Date from, until;
  int strata = 0, villages = 0, items_count = 0;
  Fieldwork fieldwork;
  Weighting weighting;
  Literacy literacy;
  IrtCheck irt;
  Townships townships;
  std::optional<Comparison> change;  // against our own last round
  std::vector<Comparison> superiors;
  std::optional<TargetAnswer> target;
  Planning planning;
  Items items;
  Quality quality;
  Provenance provenance;

  const Estimate& county_row() const { return literacy.rows.front(); }
};

// The result as JSON: the same result gives the same bytes; its SHA-256 is the result's hash. Reading gives
// back an equal result, or refuses (survey.result.json) what is no such text.
std::string to_json(const RoundResult& result);
base::Result<RoundResult> result_from_json(std::string_view text);
std::string hash_of(const RoundResult& result);

}  // namespace kepu::survey::analysis
