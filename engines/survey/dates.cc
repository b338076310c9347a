// Other dates for a round, and the names that a frozen round keeps.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/survey/survey.h"

namespace kepu::survey {

base::Errors check_dates(const Round& round, base::Date from, base::Date until, std::string_view reason,
                         base::Date today) {
  base::Errors errors;
  const auto add = [&](const char* rule, const char* field, std::string message) {
    errors.push_back({base::Code::invalid, rule, field, std::move(message)});
  };
  if (round.state == RoundState::field && from != round.from)
    add("survey.begun", "from",
        fmt::format("入户已从 {} 开始，开始日期不能再改。", base::to_iso(round.from)));
  if (until < from) add("survey.period", "until", "结束日期早于开始日期，请改正。");
  if (until >= from && until < today)
    add("survey.until_past", "until", "结束日期已经过去。要现在收尾，请用“结束入户访问”。");
  if (from == round.from && until == round.until)
    add("survey.same_dates", "until", "日期没有变化，请填写新的结束日期。");
  if (base::trim(reason).empty()) add("survey.reason", "reason", "请写明改期的原因，如连日暴雨、村里换届。");
  if (base::length(reason) > kMostReason) add("survey.reason", "reason", "原因最多 200 字，请写简短些。");
  return errors;
}

std::string frozen_text(const FrozenNames& names) {
  std::string out = names.county;
  for (const auto& [name, id] : names.townships) out += fmt::format("\n{} {}", id, name);
  return out;
}

std::optional<FrozenNames> parse_frozen(std::string_view text) {
  if (text.empty()) return std::nullopt;
  FrozenNames out;
  bool first = true;
  for (const auto& line : base::split(std::string(text), "\n")) {
    if (first) {
      out.county = line;
      first = false;
      continue;
    }
    const auto blank = line.find(' ');
    const auto id = blank == std::string::npos ? std::nullopt : base::parse_int(line.substr(0, blank));
    if (!id) return std::nullopt;
    out.townships.emplace_back(line.substr(blank + 1), *id);
  }
  return out;
}

}  // namespace kepu::survey
