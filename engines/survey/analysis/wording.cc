#include "engines/survey/analysis/wording.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/text.h"
#include "engines/survey/analysis/categories.h"

namespace kepu::survey::analysis {

namespace {

constexpr double kTooMany = 10;  // times the interviews of this round

}  // namespace

std::string percent_text(double percent) { return fmt::format("{:.1f}%", percent); }

std::string range_text(const std::optional<double>& lower, const std::optional<double>& upper) {
  if (!lower || !upper) return "算不出";
  return fmt::format("{:.1f}%—{:.1f}%", *lower, *upper);
}

std::string count_text(double people) {
  std::string digits = std::to_string(static_cast<long long>(std::llround(people)));
  const std::size_t sign = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > sign + 3;) {
    at -= 3;
    digits.insert(at, "\u202f");
  }
  return digits;
}

std::string points_text(double difference) {
  return fmt::format("{}{:.1f} 个百分点", difference < 0 ? "−" : "+", std::abs(difference));
}

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::yes:
      return "是";
    case Verdict::no:
      return "否";
    case Verdict::unknown:
      break;
  }
  return "不能判断";
}

std::string shown(const Estimate& e) {
  if (e.publish == Publish::no) {
    const bool few = e.n < 30 || e.effective_n.value_or(e.n) < 30;  // the rest is the width of the interval
    return few ? "样本少，不公布" : "误差太宽，不公布";
  }
  return percent_text(e.percent);
}

std::string group_title(const Estimate& e) {
  if (e.variable.empty()) return "全县";
  if (e.variable == "sex") return e.category + "性";
  if (e.variable == "place") return e.category + "居民";
  return e.category;
}

std::string headline(const RoundResult& r) {
  const auto& c = r.county_row();
  return fmt::format("{} 18—69 岁公民具备科学素质的比例为 {}，95% 误差范围 {}。", r.county,
                     percent_text(c.percent), range_text(c.lower, c.upper));
}

std::vector<std::string> target_sentences(const RoundResult& r) {
  if (!r.target) return {"方案没有给这一年定目标。"};
  const auto& t = *r.target;
  std::vector<std::string> out;
  const char* verdict = t.met == Verdict::yes  ? "已经达到"
                        : t.met == Verdict::no ? "没有达到"
                                               : "是否达到，不能判断";
  out.push_back(fmt::format("目标“{}”：{}。{}", t.words, verdict, t.why));
  if (t.met != Verdict::unknown) return out;
  if (!t.interviews) {
    out.emplace_back("估计值与目标太近，增加样本也分不出，不必为此再花钱扩大调查。");
  } else {
    out.push_back(fmt::format(
        "如果真实比例就是这次的估计值，按同样的抽样方法要完成约 {} 人的访问{}，才有八成把握分出来；这次完成 "
        "{} 人。",
        count_text(*t.interviews),
        t.dwellings ? fmt::format("（按这次的应答率要抽约 {} 户）", count_text(*t.dwellings)) : std::string(),
        r.county_row().n));
    if (*t.interviews > kTooMany * r.county_row().n)
      out.back() += "这样的规模一个县难以承受，不如等差距拉大以后再看。";
  }
  return out;
}

std::string comparison_sentence(const Comparison& c, const std::string& county) {
  const std::string name =
      c.area == county ? fmt::format("{} 年的上一轮", c.year) : fmt::format("{}（{} 年）", c.area, c.year);
  const char* verdict = c.higher == Verdict::yes  ? "高于"
                        : c.higher == Verdict::no ? "低于"
                                                  : "高低不能判断：";
  const std::string gap =
      fmt::format("与{} {} 相差 {}。", name, percent_text(c.other), points_text(c.difference));
  if (c.higher == Verdict::unknown) return fmt::format("与{}相比，{}{}{}", name, verdict, gap, c.why);
  return fmt::format("{}{}：{}{}", verdict, name, gap, c.why);
}

std::string change_sentence(const RoundResult& r) {
  return r.change ? comparison_sentence(*r.change, r.county) : std::string();
}

std::string planning_sentence(const RoundResult& r) {
  std::string out;
  if (r.planning.smallest_rise) {
    out = fmt::format("下一轮同样规模（{} 人）的调查，真实比例上升 {:.1f} 个百分点以上才有八成把握看出来。",
                      r.county_row().n, *r.planning.smallest_rise);
  }
  if (r.planning.yearly_point)
    out +=
        fmt::format("要看出一年上升 1 个百分点，每轮要完成约 {} 人。", count_text(*r.planning.yearly_point));
  return out;
}

std::string townships_sentence(const Townships& t) {
  if (!t.made) return t.why_not;
  if (t.homogeneity_p >= 0.05) {
    return fmt::format("各乡镇之间的差别没有超出抽样误差（p={:.2f}），不能据此排高低。", t.homogeneity_p);
  }
  return t.homogeneity_p < 0.001
             ? std::string("各乡镇之间确有差别（p<0.001），但每个乡镇的误差范围都宽，相邻的数不能排高低。")
             : fmt::format("各乡镇之间确有差别（p={:.3f}），但每个乡镇的误差范围都宽，相邻的数不能排高低。",
                           t.homogeneity_p);
}

std::string irt_sentence(const RoundResult& r) {
  if (!r.irt.made) return "没有做项目反应理论核对：" + r.irt.why_not;
  const double gap = *r.irt.percent - r.county_row().percent;
  std::string out = fmt::format(
      "项目反应理论核对：按能力值达到判定线的比例为 {}，与按分数判定的相差 {}。{} 道题的分数带有测量误差，"
      "有的人靠几道题的运气过线或失分；两种办法差得多，说明判定线附近的人多、题目少。正式数以按分数判定的为准"
      "。",
      percent_text(*r.irt.percent), points_text(gap), r.items_count);
  if (r.irt.reliability) out += fmt::format("能力值的信度 {:.2f}。", *r.irt.reliability);
  return out;
}

std::string_view quiz_sentence() {
  return "竞赛、答题活动的成绩不进入本结果：参加的人是自愿来的，不是按概率抽的，可以反复答、可以查资料，题目"
         "也不同，"
         "通过率说明不了全体公民。";
}

std::string source_line(const RoundResult& r) {
  return fmt::format("来源：{}，入户 {} 至 {}；数据 SHA-256 {}…", r.round, base::to_iso(r.from),
                     base::to_iso(r.until), r.provenance.data_hash.substr(0, 12));
}

std::vector<std::string> method_paragraphs(const RoundResult& r) {
  const auto& p = r.provenance;
  std::vector<std::string> out;
  out.push_back(
      fmt::format("抽样：总体为 {} 18—69 岁公民。分 {} 层，按人口规模不等概率抽 {} "
                  "个村（社区），村内抽户，户内抽一人。抽样种子 {}，"
                  "任何人可以按种子重抽核对。",
                  r.county, r.strata, r.villages, p.seed.empty() ? "没有记录" : p.seed));
  out.push_back(
      fmt::format("判定：{} 道题满分 {:g} 分，{:g} "
                  "分及以上为具备科学素质；没有作答的题按没有答对计。规则：{}，{} 起，{}。",
                  r.items_count, p.full_score, p.literate_cut, p.rule_name, p.rule_from, p.rule_source));
  out.emplace_back(
      "权数：从村、户的入样概率出发，同一个村里情况不明的户和没有完成的户由完成的户承担，再乘户内 18—69 "
      "岁人数，"
      "最后按普查的人口结构迭代校准（raking），过大的权数截断。每一步后的权数见附表；Kish 设计效应 = "
      "n·Σw²/(Σw)²。");
  out.push_back(
      fmt::format("误差：村（社区）为重复抽样单位，按 Rao–Wu 自助法重复 {} "
                  "次，每次重新校准权数；村不放回抽取，方差按 Brewer–Donadio "
                  "两阶段公式乘 {:.2f}；{}（具备或不具备的不到 10 人的组用 Korn–Graubard "
                  "区间），自由度为村数减层数。随机数种子 {}，由数据的散列值得出。",
                  r.literacy.replicates, r.literacy.finite, r.literacy.interval, p.replicate_seed));
  out.emplace_back(
      "公布：受访不到 30 人、有效样本不到 30，或 Korn–Graubard 区间太宽（30 个百分点以上，或超过比例的 1.3 "
      "倍）的不公布"
      "（Parker 等，2017）。");
  if (r.townships.made) {
    out.push_back(
        fmt::format("乡镇：Fay–Herriot "
                    "模型，反正弦变换，{}"
                    "；区间方差用调整的限制似然（Yoshimori–Lahiri），抽样方差用共同的设计效应 {:.2f}；"
                    "结果按人口加权与县级数对齐（乘 {:.3f}）。",
                    r.townships.covariates.empty() ? std::string("不用辅助变量")
                                                   : "辅助变量：" + base::join(r.townships.covariates, "、"),
                    r.townships.deff, r.townships.benchmark));
  }
  out.push_back(fmt::format(
      "目标：单侧 95% 的 logit 界限，下限不低于目标为“达到”，上限低于目标为“没有达到”，否则“不能判断”。"));
  out.push_back(fmt::format(
      "核验：数据 SHA-256 {}；权数 {}；规则 {}；程序 {}。同样的数据用同样的程序重算，结果逐字节相同。",
      p.data_hash, p.weights_hash, p.rule_hash, p.program));
  return out;
}

}  // namespace kepu::survey::analysis
