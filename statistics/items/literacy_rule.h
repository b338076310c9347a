// How a score becomes a level: the official rule of the citizen survey as data with a date, so that each
// round is judged by the rule of its time, and a county may set another one beside it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::items {

// Is a score that equals the cut reached? Sources differ on the cut of 70. Equal: within 1e-9 of the full
// score, so that a sum of decimal points decides as the exact sum would.
enum class AtCut { reached, not_reached };

struct LiteracyRule {
  struct Part {
    std::string name;
    double points = 0;
  };
  std::string name;        // for people: where the rule is from
  std::string valid_from;  // ISO date from which it applies
  std::string source;      // what it was taken from, and whether it was checked against the original
  double full_score = 100;
  double literate_cut = 70;  // 具备科学素质
  double basic_cut = 55;     // 基本具备
  double high_cut = 85;      // 高阶具备
  AtCut at_cut = AtCut::reached;
  std::vector<Part> parts;  // of the full score; may be empty
};

// The citizen survey's rule: 100 points (knowledge 40, method 20, spirit and thought 20, application 20);
// literate from 70, basic from 55, high from 85. Neither its scaling nor its weighting is published.
LiteracyRule official_literacy_rule();
// Refuses (rule.cuts) cuts that are not 0 < basic ≤ literate ≤ high ≤ full score or parts that do not add up
// to it, (rule.date) no ISO date.
Outcome<void> check_rule(const LiteracyRule& rule);
// The newest of `rules` whose date is not after `date` (ISO). Refuses (rule.none) where there is none.
Outcome<LiteracyRule> rule_on(std::span<const LiteracyRule> rules, const std::string& date);

enum class LiteracyLevel { below_basic, basic, literate, high };  // 未达到 · 基本具备 · 具备 · 高阶具备

bool literate(const LiteracyRule& rule, double score);
LiteracyLevel level_of(const LiteracyRule& rule, double score);

}  // namespace kepu::statistics::items
