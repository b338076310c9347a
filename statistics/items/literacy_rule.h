// How a score becomes a level: the official rule of the citizen survey as data with a date, so that each
// round is judged by the rule of its time, and a county may set another one beside it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics {

// Is a score that equals the cut reached? Sources differ on the cut of 70.
enum class AtCut { reached, not_reached };

struct LiteracyRule {
  std::string name;        // for people: where the rule is from
  std::string valid_from;  // ISO date from which it applies
  double full_score = 100;
  double literate_cut = 70;  // 具备科学素质
  double basic_cut = 55;     // 基本 and above
  double high_cut = 85;      // 高
  AtCut at_cut = AtCut::reached;
};

// Scores on 100 points; literate from 70, basic from 55, high from 85.
LiteracyRule official_literacy_rule();
// Refuses (rule.cuts) cuts that are not 0 < basic ≤ literate ≤ high ≤ full score, (rule.date) no ISO date.
Outcome<void> check_rule(const LiteracyRule& rule);
// The newest of `rules` whose date is not after `date` (ISO). Refuses (rule.none) where there is none.
Outcome<LiteracyRule> rule_on(std::span<const LiteracyRule> rules, const std::string& date);

enum class LiteracyLevel { below_basic, basic, high };  // basic: from basic_cut to below high_cut

bool literate(const LiteracyRule& rule, double score);
LiteracyLevel level_of(const LiteracyRule& rule, double score);

}  // namespace kepu::statistics
