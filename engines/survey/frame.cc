// The frame and what is drawn from it: checks, order, strata, sizes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "core/base/text.h"
#include "engines/survey/survey.h"
#include "statistics/sampling/allocation.h"
#include "statistics/sampling/sample_size.h"

namespace kepu::survey {

using base::Code;
using base::refuse;
namespace sampling = statistics::sampling;

namespace {

constexpr int kMostPeople = 10'000'000;
constexpr std::size_t kMostErrors = 50;

std::string fault_of(const Area& a) {
  if (base::trim(a.code).empty()) return "没有编码";
  if (base::trim(a.name).empty()) return "没有村（社区）名称";
  if (base::trim(a.township).empty()) return "没有乡镇（街道）名称";
  if (a.people < 0 || a.people > kMostPeople) return "18–69 岁人数超出范围";
  if (a.households < 0 || a.households > kMostPeople) return "户数超出范围";
  if (a.people > 0 && a.households == 0) return "有人口但户数是 0";
  return {};
}

}  // namespace

base::Errors check_frame(const std::vector<Area>& areas, int first_row) {
  base::Errors errors;
  std::map<std::string, int> seen;
  const auto add = [&](int row, const std::string& what) {
    if (errors.size() < kMostErrors)
      errors.push_back({Code::invalid, "survey.frame", "file", fmt::format("第 {} 行：{}。", row, what)});
  };
  if (areas.empty())
    errors.push_back({Code::invalid, "survey.frame_empty", "file", "名单里一个村（社区）也没有。"});
  if (areas.size() > kMostAreas)
    errors.push_back({Code::too_large, "survey.frame_large", "file",
                      "村（社区）超过 20,000 个，请检查是不是传错了文件。"});
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const int row = first_row + static_cast<int>(i);
    const auto fault = fault_of(areas[i]);
    if (!fault.empty()) add(row, fault);
    const auto [at, fresh] = seen.emplace(areas[i].code, row);
    if (!fresh && !areas[i].code.empty())
      add(row, fmt::format("编码“{}”与第 {} 行重复", base::shorten(areas[i].code, 20), at->second));
  }
  return errors;
}

std::vector<Area> in_order(std::vector<Area> areas) {
  std::map<std::string, std::size_t> first;
  for (std::size_t i = 0; i < areas.size(); ++i) first.emplace(areas[i].township, i);
  std::stable_sort(areas.begin(), areas.end(), [&](const Area& a, const Area& b) {
    const auto left = first.at(a.township), right = first.at(b.township);
    return left != right ? left < right : a.code < b.code;
  });
  return areas;
}

std::vector<int> strata_of(StrataBy by, const std::vector<Area>& areas) {
  std::vector<int> out;
  std::map<std::string, int> townships;
  bool urban = false;
  for (const auto& a : areas) urban = urban || a.place == Place::urban;
  for (const auto& a : areas) {
    if (by == StrataBy::none) {
      out.push_back(0);
    } else if (by == StrataBy::place) {
      out.push_back(urban && a.place == Place::rural ? 1 : 0);
    } else {
      out.push_back(townships.emplace(a.township, static_cast<int>(townships.size())).first->second);
    }
  }
  return out;
}

namespace {

std::vector<PlannedStratum> empty_strata(StrataBy by, const std::vector<Area>& areas,
                                         const std::vector<int>& of) {
  std::vector<PlannedStratum> strata;
  for (std::size_t i = 0; i < areas.size(); ++i) {
    const auto s = static_cast<std::size_t>(of[i]);
    if (s >= strata.size()) strata.resize(s + 1);
    auto& stratum = strata[s];
    if (stratum.name.empty()) {
      stratum.name = by == StrataBy::none    ? "全县"
                     : by == StrataBy::place ? std::string(place_title(areas[i].place))
                                             : areas[i].township;
    }
    stratum.people += areas[i].people;
    stratum.areas += areas[i].people > 0 ? 1 : 0;
  }
  return strata;
}

base::Done check_plan(const SamplePlan& p) {
  const auto bad = [](const char* field, const char* message) {
    return refuse(Code::invalid, "survey.plan", message, field);
  };
  if (!(p.proportion > 0 && p.proportion < 1)) return bad("proportion", "预计比例要在 0 和 100 % 之间。");
  if (!(p.margin > 0 && p.margin < 0.5)) return bad("margin", "允许误差要在 0 和 50 个百分点之间。");
  if (!(p.design_effect >= 1 && p.design_effect <= 20)) return bad("deff", "设计效应要在 1 和 20 之间。");
  if (!(p.response > 0 && p.response <= 1)) return bad("response", "预计完成率要大于 0，不超过 100 %。");
  if (p.take < 1 || p.take > 500) return bad("take", "每村抽的户数要在 1 和 500 之间。");
  return {};
}

}  // namespace

base::Result<Planned> plan_sample(const SamplePlan& plan, const std::vector<Area>& areas) {
  TRY(check_plan(plan));
  const auto of = strata_of(plan.strata, areas);
  Planned out;
  out.strata = empty_strata(plan.strata, areas, of);
  double people = 0;
  int usable = 0;
  for (const auto& s : out.strata) {
    people += s.people;
    usable += s.areas;
  }
  if (people <= 0)
    return refuse(Code::invalid, "survey.frame_empty", "抽样框里还没有人口，请先录入或导入村（社区）名单。");
  sampling::PrecisionGoal goal;
  goal.proportion = plan.proportion;
  goal.margin = plan.margin;
  goal.population = people;
  goal.design_effect = plan.design_effect;
  goal.response_rate = plan.response;
  const auto size = sampling::size_for_precision(goal);
  if (!size) return refuse(Code::invalid, "survey.plan", "按这些数算不出样本量：" + size.error().detail);
  out.persons = size->with_design;
  int least = 0;
  for (auto& s : out.strata) least += s.areas == 0 ? 0 : std::min(2, s.areas);
  out.villages = std::max(static_cast<int>(std::ceil(size->in_field / plan.take - 1e-9)), least);
  if (out.villages > usable) {
    return refuse(
        Code::invalid, "survey.frame_small",
        fmt::format(
            "要 {:.0f} 户，每村 {} 户就要抽 {} 个村（社区），但抽样框里有人口的只有 {} 个。请增加每村户数，"
            "或放宽允许误差。",
            size->in_field, plan.take, out.villages, usable),
        "take");
  }
  // In proportion to people, two at least, never more than there are: the rest goes round by the largest
  // remainder.
  std::vector<double> shares;
  for (const auto& s : out.strata) shares.push_back(out.villages * s.people / people);
  const auto whole = sampling::largest_remainder(shares);
  if (!whole) return refuse(Code::invalid, "survey.plan", "各层分不出整数：" + whole.error().detail);
  int given = 0;
  for (std::size_t i = 0; i < out.strata.size(); ++i) {
    auto& s = out.strata[i];
    s.take = std::clamp(static_cast<int>((*whole)[i]), std::min(2, s.areas), s.areas);
    given += s.take;
  }
  for (; given > out.villages;) {  // taken back where most is drawn for its people
    PlannedStratum* most = nullptr;
    for (auto& s : out.strata) {
      if (s.take > 2 && (most == nullptr || s.take * most->people > most->take * s.people)) most = &s;
    }
    if (most == nullptr) break;
    --most->take;
    --given;
  }
  for (; given < out.villages;) {
    PlannedStratum* fewest = nullptr;
    for (auto& s : out.strata) {
      if (s.take < s.areas && (fewest == nullptr || s.take * fewest->people < fewest->take * s.people))
        fewest = &s;
    }
    if (fewest == nullptr) break;
    ++fewest->take;
    ++given;
  }
  out.villages = given;
  out.dwellings = given * plan.take;
  const auto margin = sampling::margin_of(std::max(1.0, out.dwellings * plan.response), plan.proportion,
                                          plan.design_effect, people);
  out.margin = margin ? *margin : plan.margin;
  return out;
}

base::Errors check_round(const Round& round) {
  base::Errors errors;
  const auto add = [&](const char* rule, const char* field, const char* message) {
    errors.push_back({Code::invalid, rule, field, message});
  };
  if (base::trim(round.title).empty()) add("survey.title", "title", "请填写调查名称。");
  if (round.year < 2000 || round.year > 2100) add("survey.year", "year", "请填写调查年度，如 2026。");
  if (round.until < round.from) add("survey.period", "until", "结束日期早于开始日期，请改正。");
  if (round.target.percent < 0 || round.target.percent > 100)
    add("survey.target", "target", "目标比例要在 0 和 100 之间。");
  if (!(round.back_share >= 0 && round.back_share <= 1))
    add("survey.back_share", "back", "复核比例要在 0 和 100 % 之间。");
  if (const auto plan = check_plan(round.plan); !plan) errors.push_back(plan.error());
  return errors;
}

}  // namespace kepu::survey
