// The result in words: one wording for the page, the Word report and the command line.
#pragma once

#include <string>
#include <vector>

#include "engines/survey/analysis/result.h"

namespace kepu::survey::analysis {

std::string percent_text(double percent);  // 13.2%
std::string range_text(const std::optional<double>& lower,
                       const std::optional<double>& upper);  // 11.4%—15.3%
std::string count_text(double people);                       // 134 497, rounded
std::string points_text(double difference);                  // +1.2 个百分点
std::string_view word_of(Verdict verdict);                   // 是 否 不能判断
std::string shown(const Estimate& estimate);                 // the percent, or why it is not published

// 公民具备科学素质的比例为 13.2%，95% 误差范围 11.4%—15.3%。
std::string headline(const RoundResult& result);
// 目标是否达到, with its reason and how many people would tell.
std::vector<std::string> target_sentences(const RoundResult& result);
// 与上一轮相比 …; empty without a last round.
std::string change_sentence(const RoundResult& result);
std::string comparison_sentence(const Comparison& comparison, const std::string& county);
// What a next round of the same size could show.
std::string planning_sentence(const RoundResult& result);
// Whether the townships differ at all.
std::string townships_sentence(const Townships& townships);
// How IRT's share stands to the official one.
std::string irt_sentence(const RoundResult& result);
// Why the marks of a quiz never enter.
std::string_view quiz_sentence();
// The source line of every table: round, dates, data hash.
std::string source_line(const RoundResult& result);
// The steps of the method, a paragraph each.
std::vector<std::string> method_paragraphs(const RoundResult& result);
// "sex" 女 → 女性; for people.
std::string group_title(const Estimate& estimate);

}  // namespace kepu::survey::analysis
