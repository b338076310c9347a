#include "statistics/items/literacy_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace kepu::statistics::items {

namespace {

// Sums of decimal points carry rounding errors: 42 of 60 right add up to 69.99999999999999.
constexpr double kRounding = 1e-9;

bool reaches(const LiteracyRule& rule, double score, double cut) {
  const double slack = kRounding * rule.full_score;
  return rule.at_cut == AtCut::reached ? score >= cut - slack : score > cut + slack;
}

bool is_iso_date(const std::string& date) {
  if (date.size() != 10) return false;
  for (std::size_t i = 0; i < date.size(); ++i) {
    const bool dash = i == 4 || i == 7;
    if (dash ? date[i] != '-' : std::isdigit(static_cast<unsigned char>(date[i])) == 0) return false;
  }
  return date.substr(5, 2) >= "01" && date.substr(5, 2) <= "12" && date.substr(8) >= "01" &&
         date.substr(8) <= "31";
}

}  // namespace

LiteracyRule official_literacy_rule() {
  return {.name = "中国公民科学素质抽样调查",
          .valid_from = "2020-01-01",
          .source = "公开资料转述，引用前请核对原文",
          .parts = {{"科学知识", 40}, {"科学方法", 20}, {"科学精神与思想", 20}, {"应用科学的能力", 20}}};
}

Outcome<void> check_rule(const LiteracyRule& rule) {
  if (!is_iso_date(rule.valid_from)) {
    return refuse("rule.date", fmt::format("“{}” is not a date such as 2020-01-01", rule.valid_from));
  }
  if (!(0 < rule.basic_cut && rule.basic_cut <= rule.literate_cut && rule.literate_cut <= rule.high_cut &&
        rule.high_cut <= rule.full_score)) {
    return refuse("rule.cuts",
                  fmt::format("cuts {}, {}, {} do not ascend from 0 to the full score {}", rule.basic_cut,
                              rule.literate_cut, rule.high_cut, rule.full_score));
  }
  double sum = 0;
  for (const auto& part : rule.parts) sum += part.points;
  if (!rule.parts.empty() && !(std::abs(sum - rule.full_score) <= kRounding * rule.full_score)) {
    return refuse("rule.cuts",
                  fmt::format("the parts add up to {}, the full score is {}", sum, rule.full_score));
  }
  return {};
}

Outcome<LiteracyRule> rule_on(std::span<const LiteracyRule> rules, const std::string& date) {
  const LiteracyRule* newest = nullptr;
  for (const LiteracyRule& rule : rules) {
    if (rule.valid_from <= date && (!newest || newest->valid_from <= rule.valid_from)) newest = &rule;
  }
  if (!newest) return refuse("rule.none", fmt::format("no rule was in force on {}", date));
  return *newest;
}

bool literate(const LiteracyRule& rule, double score) { return reaches(rule, score, rule.literate_cut); }

LiteracyLevel level_of(const LiteracyRule& rule, double score) {
  if (reaches(rule, score, rule.high_cut)) return LiteracyLevel::high;
  if (literate(rule, score)) return LiteracyLevel::literate;
  return reaches(rule, score, rule.basic_cut) ? LiteracyLevel::basic : LiteracyLevel::below_basic;
}

}  // namespace kepu::statistics::items
