#include "engines/indicators/headline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/text.h"

namespace kepu::indicators {

namespace {

constexpr double kZ95 = 1.959964, kZ80 = 1.281552;  // normal quantiles, two-sided

double standard_error(const Reading& r) { return (*r.high - *r.low) / (2 * kZ95); }

}  // namespace

base::Errors check(const Reading& r, int this_year) {
  base::Errors errors;
  const auto add = [&](const char* rule, const char* field, std::string message) {
    errors.push_back({base::Code::invalid, std::string("indicators.") + rule, field, std::move(message)});
  };
  const auto share = [](double v) { return std::isfinite(v) && v >= 0 && v <= 100; };
  if (r.year < 2000 || r.year > this_year) {
    add("year", "year", fmt::format("年份应在 2000 到 {} 之间，还没有到的年份不能有读数。", this_year));
  }
  if (!share(r.value)) add("value", "value", "比例应在 0 到 100 之间，按百分数填写，例如 12.6。");
  if (r.low.has_value() != r.high.has_value()) {
    add("interval", r.low ? "high" : "low", "误差范围要么上下限都填，要么都不填。");
  } else if (r.low && (!share(*r.low) || !share(*r.high) || *r.low > r.value || *r.high < r.value)) {
    add("interval", "low", "误差范围应在 0 到 100 之间，并且把读数包在里面。");
  }
  if (r.sample && *r.sample < 1) add("sample", "sample", "样本量应为正整数。");
  if (base::trim(r.source).empty()) add("source", "source", "请写明出处：哪一次调查、哪份公报或来函。");
  for (const char* word : {"竞赛", "答题", "知识测试", "合格率", "及格率"}) {
    if (base::contains(r.source + r.note, word)) {
      add("quiz", "source",
          fmt::format("出处里有“{}”。竞赛答题的成绩不是抽样调查，不能当作公民具备科学素质的比例。", word));
      break;
    }
  }
  return errors;
}

bool is_literacy(const plan::TargetItem& target) {
  const std::string text = base::without_space(target.text);
  return target.headline || base::contains(text, "具备科学素质") || base::contains(text, "科学素质比例") ||
         base::contains(text, "科学素质的比例");
}

const Reading* newest(const std::vector<Reading>& readings, std::string_view area, std::string_view group,
                      int to_year) {
  const Reading* out = nullptr;
  for (const auto& r : readings) {
    if (r.area != area || r.group != group || r.year > to_year) continue;
    if (out == nullptr || r.year > out->year) out = &r;
  }
  return out;
}

const Reading* reference_for(const std::vector<Reading>& readings, std::string_view relative_to, int year) {
  for (const char* level : {"市", "省", "区", "国"}) {
    if (!base::contains(relative_to, level)) continue;
    for (const auto& r : readings) {
      if (r.group.empty() && r.year == year && base::ends_with(r.area, level)) return &r;
    }
  }
  return nullptr;
}

Measured measured_of(const Reading& r) { return {r.value, r.low, r.high, true, ""}; }

Comparison compare(const Reading& reading, const Reading& reference) {
  Comparison out;
  out.gap = reading.value - reference.value;
  const std::string with = reference.area.empty() ? "本县" : reference.area;
  if (reading.year != reference.year) {
    out.why = fmt::format("{}的数是 {} 年的，不是同期，不能判断。", with, reference.year);
    return out;
  }
  if (!reading.low || !reference.low) {
    out.why = "缺少误差范围，不能判断高低。";
    return out;
  }
  const double half = kZ95 * std::hypot(standard_error(reading), standard_error(reference));
  out.low = out.gap - half;
  out.high = out.gap + half;
  out.result = *out.low > 0 ? Compared::above : *out.high < 0 ? Compared::below : Compared::undecided;
  out.why = out.result == Compared::above   ? "超出误差范围，确实较高。"
            : out.result == Compared::below ? "超出误差范围，确实较低。"
                                            : "差距在误差范围内，不能判断高低。";
  return out;
}

Trend trend_to(const std::vector<Reading>& readings, int year) {
  std::vector<const Reading*> own;
  std::set<int> years;
  for (const auto& r : readings) {
    if (!r.area.empty() || !r.group.empty() || !r.low || *r.high <= *r.low) continue;
    own.push_back(&r);
    years.insert(r.year);
  }
  Trend out;
  if (years.size() < 3) {
    out.why =
        fmt::format("带误差范围的读数只有 {} 个年份，至少要 3 个才看得出走势，不作预计。", years.size());
    return out;
  }
  double w = 0, wx = 0, wy = 0;
  for (const auto* r : own) {
    const double weight = 1 / std::pow(standard_error(*r), 2);
    w += weight;
    wx += weight * r->year;
    wy += weight * r->value;
  }
  const double mx = wx / w, my = wy / w;
  double sxx = 0, sxy = 0;
  for (const auto* r : own) {
    const double weight = 1 / std::pow(standard_error(*r), 2);
    sxx += weight * (r->year - mx) * (r->year - mx);
    sxy += weight * (r->year - mx) * (r->value - my);
  }
  const double slope = sxy / sxx;
  out.slope = slope;
  out.slope_low = slope - kZ95 / std::sqrt(sxx);
  out.slope_high = slope + kZ95 / std::sqrt(sxx);
  const double half = kZ80 * std::sqrt(1 / w + (year - mx) * (year - mx) / sxx);
  const double value = my + slope * (year - mx);
  out.value = std::clamp(value, 0.0, 100.0);
  out.low = std::clamp(value - half, 0.0, 100.0);
  out.high = std::clamp(value + half, 0.0, 100.0);
  out.why = fmt::format("按 {} 次调查作直线，假设以后每年变化不变；区间只含抽样误差（80%）。", own.size());
  return out;
}

}  // namespace kepu::indicators
