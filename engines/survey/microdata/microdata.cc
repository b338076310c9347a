#include "engines/survey/microdata/microdata.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "core/base/text.h"
#include "engines/survey/analysis/dataset_check.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/parts.h"
#include "engines/survey/microdata/disclosure.h"
#include "statistics/sampling/generator.h"

namespace kepu::survey::analysis {

namespace {

// Neighbouring age groups by twos.
void coarsen_age(Key& key) {
  std::vector<int> map;
  std::vector<std::string> titles;
  for (std::size_t c = 0; c < key.categories.size(); ++c) {
    map.push_back(static_cast<int>(c / 2));
    if (c % 2 == 0) {
      titles.push_back(key.categories[c]);
    } else {
      const auto from = base::split(key.categories[c - 1], "—")[0];
      const auto to = base::split(key.categories[c], "—")[1];
      titles.back() = from + "—" + to;
    }
  }
  key.coarser = {map};
  key.coarse_titles = {titles};
}

std::vector<Key> keys_of(const Sample& s) {
  std::vector<Key> out;
  for (const auto& v : s.variables) {
    if (v.name == "township") continue;
    Key key{v.name, v.title, v.categories, v.of, {}, {}, 1};
    if (v.name == "age") coarsen_age(key);
    if (v.name == "education") {
      key.coarser = {{0, 0, 1, 2, 2}};
      key.coarse_titles = {{"初中及以下", "高中", "大专及以上"}};
    }
    key.cost = v.name == "education" ? 1.0 : v.name == "age" ? 1.1 : v.name == "place" ? 2.5 : 3.0;
    out.push_back(std::move(key));
  }
  return out;
}

Column column_of(const Key& key) {
  Column c{key.name, key.title, {}, 0, {}};
  for (std::size_t k = 0; k < key.categories.size(); ++k)
    c.codes.emplace_back(static_cast<int>(k) + 1, key.categories[k]);
  for (const int k : key.of) c.values.push_back(k < 0 ? std::nullopt : std::optional<double>(k + 1));
  return c;
}

// New numbers 1 … in the order of first appearance in the shuffled file.
Column renumbered(const char* name, const char* label, const std::vector<int>& old) {
  std::map<int, int> numbers;
  Column c{name, label, {}, 0, {}};
  for (const int x : old)
    c.values.emplace_back(numbers.emplace(x, static_cast<int>(numbers.size()) + 1).first->second);
  return c;
}

std::vector<std::size_t> shuffled(std::size_t n, std::uint64_t seed) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  statistics::sampling::Generator random(seed);
  for (std::size_t k = n; k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
  return order;
}

std::string note_of(const Microdata& m, const Dataset& d, bool design) {
  std::string out = d.round + "　微观数据\n\n";
  out += "每行一位受访者，次序已打乱。weight 为权数，代表的人数；literate 为是否具备科学素质。\n";
  out += "求比例：加权平均。求误差：";
  out += design ? "用 stratum（层）和 village（村）作抽样设计，有放回近似。\n"
                : "公开文件没有层和村的编号，只能用报告里公布的误差范围；需要自行计算误差的研究者请向调查单位"
                  "申请。\n";
  out += "\n为保护受访者做了下列处理：\n";
  for (const auto& line : m.done) out += "· " + line + "\n";
  return out;
}

}  // namespace

base::Result<Microdata> microdata_of(const Dataset& d, const AnalysisOptions& analysis,
                                     const MicrodataOptions& options) {
  const auto result = TRY(analyse(d, analysis));  // all that is refused there is refused here
  const auto sample = TRY(make_sample(d, analysis));
  const auto rule = statistics::items::rule_on(analysis.rules, base::to_iso(d.from));
  const auto scores = scores_of(sample, *rule);
  const auto released = protect(keys_of(sample), kAnonymity);
  Microdata out;
  out.done = {"村（社区）、乡镇、周岁年龄、访问用时、户的编号都不公开，次序打乱。"};
  out.done.insert(out.done.end(), released.done.begin(), released.done.end());
  if (released.keys.empty())
    return base::refuse(base::Code::invalid, "survey.microdata", released.done.front());
  const auto order =
      shuffled(sample.rows(), std::stoull(result.provenance.data_hash.substr(16, 15), nullptr, 16));
  Column number{"id", "序号", {}, 0, {}};
  for (std::size_t i = 0; i < order.size(); ++i) number.values.emplace_back(static_cast<double>(i + 1));
  out.columns.push_back(std::move(number));
  const auto add = [&](Column c) {
    Column sorted = c;
    for (std::size_t i = 0; i < order.size(); ++i) sorted.values[i] = c.values[order[i]];
    out.columns.push_back(std::move(sorted));
  };
  Column weight{"weight", "权数（代表人数）", {}, 1, {}}, score{"score", "得分", {}, 1, {}};
  Column literate{"literate", "具备科学素质", {{0, "否"}, {1, "是"}}, 0, {}};
  for (std::size_t i = 0; i < sample.rows(); ++i) {
    weight.values.emplace_back(std::round(sample.weights[i] * 10) / 10);
    score.values.emplace_back(scores.points[i]);
    literate.values.emplace_back(scores.literate[i]);
  }
  add(std::move(weight));
  for (const auto& key : released.keys) {
    if (!key.categories.empty()) add(column_of(key));
  }
  add(std::move(score));
  add(std::move(literate));
  for (std::size_t k = 0; k < d.items.size(); ++k) {
    Column item{"item_" + std::to_string(k + 1),
                fmt::format("第 {} 题（{}）", k + 1, title_of(d.items[k].dimension)),
                {{0, "答错"}, {1, "答对"}},
                0,
                {}};
    for (std::size_t i = 0; i < sample.rows(); ++i) {
      const auto a = sample.at(i).answers[k];
      item.values.push_back(a < 0 ? std::nullopt : std::optional<double>(a));
    }
    add(std::move(item));
  }
  if (options.design) {
    std::vector<int> strata, villages;
    for (const auto i : order) {
      strata.push_back(d.psus[static_cast<std::size_t>(sample.at(i).psu)].stratum);
      villages.push_back(sample.at(i).psu);
    }
    out.columns.push_back(renumbered("stratum", "层（打乱的编号）", strata));
    out.columns.push_back(renumbered("village", "村（打乱的编号）", villages));
    out.done.emplace_back("层和村只有打乱的编号，文件只供签了保密协议的研究者。");
  }
  const StudyText study{d.round,
                        d.county,
                        "18—69 岁公民科学素质概率抽样调查的微观数据，已做去标识处理。",
                        d.county + "全民科学素质工作办公室",
                        d.from,
                        d.until,
                        order.size()};
  out.files.emplace_back("data.csv", csv_of(out.columns));
  out.files.emplace_back("codebook.csv", codebook_of(out.columns));
  out.files.emplace_back("ddi.xml", ddi_of(study, out.columns));
  out.files.emplace_back("data.sav", TRY(sav_of(study, out.columns)));
  out.files.emplace_back("说明.txt", note_of(out, d, options.design));
  return out;
}

}  // namespace kepu::survey::analysis
