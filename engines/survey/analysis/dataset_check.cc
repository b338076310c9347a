#include "engines/survey/analysis/dataset_check.h"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <set>

#include "engines/survey/analysis/categories.h"

namespace kepu::survey::analysis {

namespace {

constexpr std::size_t kMost = 100;

class Checker {
 public:
  explicit Checker(const Dataset& d) : d_(d) {}

  base::Errors run() {
    head();
    frame();
    for (std::size_t i = 0; i < d_.cases.size(); ++i) one(d_.cases[i], fmt::format("cases[{}]", i));
    items();
    for (std::size_t i = 0; i < d_.margins.size(); ++i) margin(d_.margins[i], fmt::format("margins[{}]", i));
    margins_agree();
    published();
    return std::move(errors_);
  }

 private:
  void add(const char* rule, std::string field, std::string message) {
    if (errors_.size() < kMost) {
      errors_.push_back({base::Code::invalid, fmt::format("survey.dataset.{}", rule), std::move(field),
                         std::move(message)});
    }
  }
  static bool chance(double p) { return p > 0 && p <= 1; }
  static bool positive(double x) { return std::isfinite(x) && x > 0; }

  void head() {
    if (d_.round.empty()) add("round", "round", "没有调查名称。");
    if (d_.county.empty()) add("county", "county", "没有地区名称。");
    if (d_.from.year == 0 || d_.until < d_.from)
      add("dates", "until", "入户起止日期不对：止日不能早于起日。");
  }

  void frame() {
    if (d_.strata.empty()) add("strata", "strata", "没有分层。不分层的抽样也要有一层。");
    if (d_.townships.empty()) add("townships", "townships", "没有乡镇（街道）。");
    std::set<std::string> names;
    for (std::size_t i = 0; i < d_.townships.size(); ++i) {
      const auto& t = d_.townships[i];
      const auto at = fmt::format("townships[{}]", i);
      if (!names.insert(t.name).second) add("townships", at + ".name", "乡镇“" + t.name + "”出现了两次。");
      if (!positive(t.population)) add("townships", at + ".population", "乡镇的 18—69 岁人数要大于 0。");
      if (t.auxiliary.size() != d_.auxiliary_names.size())
        add("townships", at + ".auxiliary", "辅助变量的个数与名称的个数不同。");
      for (const double x : t.auxiliary) {
        if (!std::isfinite(x)) add("townships", at + ".auxiliary", "辅助变量要是数字。");
      }
    }
    std::set<std::string> codes;
    for (std::size_t i = 0; i < d_.psus.size(); ++i) {
      const auto& p = d_.psus[i];
      const auto at = fmt::format("psus[{}]", i);
      if (!codes.insert(p.code).second)
        add("psu", at + ".code", "村（社区）代码“" + p.code + "”出现了两次。");
      if (p.stratum < 0 || p.stratum >= static_cast<int>(d_.strata.size()))
        add("psu", at + ".stratum", "没有这一层，层从 0 编号。");
      if (p.township < 0 || p.township >= static_cast<int>(d_.townships.size()))
        add("psu", at + ".township", "没有这个乡镇，乡镇从 0 编号。");
      if (!chance(p.probability)) add("psu", at + ".probability", "入样概率要大于 0、不超过 1。");
    }
    sizes();
  }

  // Nothing can be drawn that is not there: else the frame that the probabilities rest on is another one.
  void sizes() {
    std::vector<int> drawn(d_.strata.size(), 0);
    for (const auto& p : d_.psus) {
      if (p.stratum >= 0 && p.stratum < static_cast<int>(drawn.size()))
        ++drawn[static_cast<std::size_t>(p.stratum)];
    }
    for (std::size_t h = 0; h < drawn.size(); ++h) {
      if (!(d_.strata[h].psus >= drawn[h]) || !std::isfinite(d_.strata[h].psus))
        add("strata", fmt::format("strata[{}].psus", h),
            fmt::format("层“{}”抽了 {} 个村（社区），名单里的村数要不少于此数，这里是 {:g}。",
                        d_.strata[h].name, drawn[h], d_.strata[h].psus));
    }
  }

  void one(const Case& c, const std::string& at) {
    if (c.psu < 0 || c.psu >= static_cast<int>(d_.psus.size()))
      add("case", at + ".psu", "没有这个村（社区）。");
    if (!chance(c.dwelling_probability))
      add("case", at + ".dwelling_probability", "入样概率要大于 0、不超过 1。");
    if (c.persons < 0 || c.persons > 50) add("case", at + ".persons", "户内 18—69 岁人数要在 0 到 50 之间。");
    if (c.outcome == Outcome::complete && c.persons == 0)
      add("case", at + ".persons", "完成访问的户要有户内 18—69 岁人数，才能算入样概率。");
    if (c.age != 0 && (c.age < kYoungest || c.age > kOldest) && c.outcome == Outcome::complete)
      add("case", at + ".age", fmt::format("完成访问的人年龄要在 18—69 岁，这里是 {}。不详的写 0。", c.age));
    if (!std::isfinite(c.minutes) || c.minutes < 0) add("case", at + ".minutes", "访问用时不能是负数。");
    const bool none = c.answers.empty() && c.outcome != Outcome::complete;
    if (!none && c.answers.size() != d_.items.size())
      add("case", at + ".answers",
          fmt::format("有 {} 个作答，题目有 {} 道。", c.answers.size(), d_.items.size()));
    for (const auto a : c.answers) {
      if (a < -1 || a > 1) add("case", at + ".answers", "作答只能是 1（对）、0（错）、-1（没有作答）。");
    }
  }

  void items() {
    std::set<std::string> codes;
    if (d_.items.size() < 2) add("items", "items", "计分题目要有两道以上。");
    for (std::size_t i = 0; i < d_.items.size(); ++i) {
      const auto at = fmt::format("items[{}]", i);
      if (!codes.insert(d_.items[i].code).second)
        add("items", at + ".code", "题号“" + d_.items[i].code + "”出现了两次。");
      if (!positive(d_.items[i].points)) add("items", at + ".points", "分值要大于 0。");
    }
  }

  std::vector<std::string> categories(const std::string& variable) const {
    if (variable == "sex") return {"男", "女"};
    if (variable == "education") return {"小学及以下", "初中", "高中", "大专", "本科及以上"};
    if (variable == "place") return {"城镇", "乡村"};
    std::vector<std::string> out;
    for (const auto& t : d_.townships) out.push_back(t.name);
    return out;
  }

  void margin(const Margin& m, const std::string& at) {
    if (variable_title(m.variable).empty()) {
      add("margin", at + ".variable",
          "不认识变量“" + m.variable + "”，只能是 sex、age、education、place、township。");
      return;
    }
    if (!margin_names_.insert(m.variable).second) add("margin", at + ".variable", "同一个变量给了两次。");
    if (m.source.empty()) add("margin", at + ".source", "总体人数没有出处。请写明普查或统计公报及时点。");
    double sum = 0;
    std::set<std::string> seen;
    for (const auto& [category, people] : m.counts) {
      if (!std::isfinite(people) || people < 0)
        add("margin", at + ".counts", "“" + category + "”的人数不能是负数。");
      if (!seen.insert(category).second) add("margin", at + ".counts", "“" + category + "”出现了两次。");
      sum += people;
    }
    if (!(sum > 0)) add("margin", at + ".counts", "总体人数合计要大于 0。");
    sums_[m.variable] = sum;
    if (m.variable == "age") {
      if (const auto groups = age_groups(d_); !groups) add("margin", at + ".counts", groups.error().message);
      return;
    }
    const auto known = categories(m.variable);
    for (const auto& c : known) {
      if (!seen.contains(c)) add("margin", at + ".counts", "缺少“" + c + "”的人数。");
      seen.erase(c);
    }
    for (const auto& c : seen) add("margin", at + ".counts", "没有“" + c + "”这一类。");
  }

  void margins_agree() {
    for (const auto& [name, sum] : sums_) {
      const double first = sums_.begin()->second;
      if (std::abs(sum - first) > 0.001 * first) {
        add("margins", "margins",
            fmt::format(
                "“{}”合计 {:.0f} 人，“{}”合计 {:.0f} 人，相差超过千分之一。请用同一时点、同一口径的数。",
                variable_title(sums_.begin()->first), first, variable_title(name), sum));
      }
    }
  }

  void published() {
    for (std::size_t i = 0; i < d_.published.size(); ++i) {
      const auto& p = d_.published[i];
      const auto at = fmt::format("published[{}]", i);
      if (!(p.percent >= 0 && p.percent <= 100))
        add("published", at + ".percent", "比例要在 0 到 100 之间。");
      if (p.source.empty()) add("published", at + ".source", "引用的数没有出处。");
      if (p.lower.has_value() != p.upper.has_value() ||
          (p.lower && !(*p.lower <= p.percent && p.percent <= *p.upper)))
        add("published", at + ".lower", "误差范围要有上下两端，并包含公布的数。");
    }
    if (d_.target && !(d_.target->percent > 0 && d_.target->percent < 100))
      add("target", "target.percent", "目标要在 0 到 100 之间。");
  }

  const Dataset& d_;
  base::Errors errors_;
  std::set<std::string> margin_names_;
  std::map<std::string, double> sums_;
};

}  // namespace

base::Errors check(const Dataset& dataset) { return Checker(dataset).run(); }

}  // namespace kepu::survey::analysis
