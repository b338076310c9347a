#include "engines/survey/simulation/county.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>

#include "statistics/sampling/generator.h"
#include "statistics/sampling/inclusion.h"
#include "statistics/sampling/selection.h"

namespace kepu::survey::simulation {

namespace sampling = statistics::sampling;

namespace {

constexpr std::array<const char*, 12> kTownships = {"临岚街道", "望塔街道", "东渡街道", "柳溪镇",
                                                    "石桥铺镇", "青禾镇",   "茶坪镇",   "大堰镇",
                                                    "云岭镇",   "枫林乡",   "竹沟乡",   "白鹭乡"};
constexpr std::array<const char*, 4> kStrata = {"城区街道", "近郊乡镇", "平坝乡镇", "山区乡镇"};

struct ItemModel {
  const char* text;
  Dimension dimension;
  double a, b;
  double rural = 0;  // harder by so much in the countryside: one item that is not fair
};
// The last but one hardly tells anybody apart, and the fourth is harder for country people of equal ability.
constexpr std::array<ItemModel, 20> kItems = {{
    {"地心的温度非常高", Dimension::knowledge, 1.1, -1.3},
    {"我们呼吸的氧气来自植物的光合作用", Dimension::knowledge, 1.0, -1.0},
    {"父亲的基因决定孩子的性别", Dimension::knowledge, 1.2, -0.2},
    {"地铁和高铁由电力驱动", Dimension::knowledge, 0.9, -0.9, 0.9},
    {"抗生素不能杀死病毒", Dimension::knowledge, 1.6, 0.9},
    {"电子比原子小", Dimension::knowledge, 1.4, 0.7},
    {"千百年来大陆一直在缓慢漂移", Dimension::knowledge, 1.1, 0.0},
    {"激光不是由汇聚声波产生的", Dimension::knowledge, 1.5, 1.0},
    {"比较两种肥料，应当分两块条件相同的地各用一种", Dimension::method, 1.3, 0.2},
    {"医生说患病概率四分之一，每个孩子的可能性相同", Dimension::method, 1.2, -0.1},
    {"只问亲友得到的结果不能代表全县居民", Dimension::method, 1.4, 0.5},
    {"两件事先后发生，不等于一件引起另一件", Dimension::method, 1.5, 0.8},
    {"新的证据出现以后，科学结论可以修正", Dimension::spirit, 1.0, -0.6},
    {"判断一种说法，要看证据而不看说的人有多少", Dimension::spirit, 1.2, 0.0},
    {"求签、星座不能预测人的命运", Dimension::spirit, 0.8, -0.8},
    {"专家之间意见不同是科学研究的正常情况", Dimension::spirit, 1.1, 0.6},
    {"看懂食品标签上的营养成分表", Dimension::application, 1.2, 0.1},
    {"雷雨时不在大树下躲避", Dimension::application, 0.9, -1.4},
    {"按预报的降雨概率安排农事", Dimension::application, 0.25, 0.3},
    {"看懂折线图并说出变化的趋势", Dimension::application, 1.5, 0.6},
}};
constexpr double kPoints = 5;
constexpr double kReached = 70;

class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  double uniform() { return random_.uniform(); }
  bool chance(double p) { return random_.uniform() < p; }
  std::uint64_t below(std::uint64_t n) { return random_.below(n); }
  double normal() {
    const double r = std::sqrt(-2 * std::log(1 - random_.uniform()));
    return r * std::cos(2 * std::numbers::pi * random_.uniform());
  }
  template <std::size_t N>
  int pick(const std::array<double, N>& shares) {
    double u = random_.uniform();
    for (std::size_t k = 0; k + 1 < N; ++k) {
      if (u < shares[k]) return static_cast<int>(k);
      u -= shares[k];
    }
    return static_cast<int>(N) - 1;
  }
  sampling::Generator& generator() { return random_; }

 private:
  sampling::Generator random_;
};

std::uint64_t part(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0) {
  return sampling::part_seed(sampling::part_seed(seed, a), b);
}

// 0 … 4 for 18–29 … 60–69.
int age_group(int age) { return age < 30 ? 0 : age / 10 - 2; }

Education schooling(Dice& dice, int group, Place place) {
  static constexpr std::array<std::array<double, 5>, 5> kUrban = {{{.03, .17, .25, .27, .28},
                                                                   {.05, .27, .25, .22, .21},
                                                                   {.11, .38, .25, .15, .11},
                                                                   {.22, .42, .22, .09, .05},
                                                                   {.40, .38, .15, .05, .02}}};
  static constexpr std::array<std::array<double, 5>, 5> kRural = {{{.07, .35, .28, .18, .12},
                                                                   {.14, .47, .22, .11, .06},
                                                                   {.26, .49, .17, .06, .02},
                                                                   {.40, .45, .11, .03, .01},
                                                                   {.60, .33, .06, .01, .00}}};
  const auto& shares = (place == Place::urban ? kUrban : kRural)[static_cast<std::size_t>(group)];
  return static_cast<Education>(1 + dice.pick(shares));
}

double points_of(std::uint32_t right) { return kPoints * std::popcount(right); }

}  // namespace

County::County(std::uint64_t seed, CountyOptions options) : shift_(options.shift) {
  Dice dice(part(seed, 1));
  by_township_.assign(kTownships.size(), 0);
  township_people_.assign(kTownships.size(), 0);
  std::array<double, kTownships.size()> township_effect{};
  for (auto& e : township_effect) e = 0.15 * dice.normal();
  // Streets hold fewer, larger places.
  for (int v = 0; v < options.villages; ++v) {
    const int t = static_cast<int>(static_cast<std::size_t>(v) * kTownships.size() /
                                   static_cast<std::size_t>(options.villages));
    Village village;
    village.township = t;
    village.stratum = t / 3;
    village.place = t < 3 || (t < 9 && dice.chance(t < 6 ? 0.35 : 0.2)) ? Place::urban : Place::rural;
    village.refusal =
        std::clamp(0.10 + (village.place == Place::urban ? 0.06 : 0) + 0.05 * dice.normal(), 0.02, 0.35);
    const double households = std::clamp(options.households * std::exp(0.35 * dice.normal()), 100.0, 600.0);
    village.dwellings.resize(static_cast<std::size_t>(households));
    const double effect = township_effect[static_cast<std::size_t>(t)] + 0.22 * dice.normal();
    populate(village, effect, part(seed, 2, static_cast<std::uint64_t>(v)));
    // The frame is some years old.
    village.size = std::round(static_cast<double>(people_.size() - village.dwellings[0]) *
                              std::exp(0.08 * dice.normal()));
    villages_.push_back(std::move(village));
  }
  for (std::size_t t = 0; t < by_township_.size(); ++t) {
    truth_ += by_township_[t];
    by_township_[t] *= 100 / township_people_[t];
  }
  truth_ *= 100 / static_cast<double>(people_.size());
}

void County::populate(Village& village, double effect, std::uint64_t seed) {
  Dice dice(seed);
  const auto t = static_cast<std::size_t>(village.township);
  for (auto& first : village.dwellings) {
    first = static_cast<std::uint32_t>(people_.size());
    // Empty, or inhabited by nobody of that age: 4 %.
    const int persons = dice.pick(std::array<double, 6>{.04, .26, .42, .17, .08, .03});
    const double home = 0.3 * dice.normal();
    for (int k = 0; k < persons; ++k) {
      Person p;
      p.sex = dice.chance(0.49) ? Sex::male : Sex::female;
      static constexpr std::array<double, 5> kAges = {.16, .19, .20, .26, .19};
      const int group = dice.pick(kAges);
      p.age = static_cast<std::uint8_t>(
          group == 0 ? 18 + dice.below(12) : 20 + 10 * static_cast<std::uint64_t>(group) + dice.below(10));
      p.education = schooling(dice, group, village.place);
      const double theta = shift_ + 0.6 * (static_cast<int>(p.education) - 3) - 0.18 * (group - 2) +
                           (p.sex == Sex::male ? 0.15 : 0) + (village.place == Place::urban ? 0.2 : 0) +
                           effect + home + 0.65 * dice.normal();
      for (std::size_t i = 0; i < kItems.size(); ++i) {
        const double b = kItems[i].b + (village.place == Place::rural ? kItems[i].rural : 0);
        if (dice.chance(1 / (1 + std::exp(-kItems[i].a * (theta - b))))) p.right |= 1u << i;
      }
      township_people_[t] += 1;
      by_township_[t] += points_of(p.right) >= kReached ? 1 : 0;
      people_.push_back(p);
    }
  }
}

void County::add_frame(Dataset& out) const {
  for (const char* name : kStrata) out.strata.push_back({name, 0});
  for (const auto& v : villages_) out.strata[static_cast<std::size_t>(v.stratum)].psus += 1;
  out.auxiliary_names = {"大专及以上文化程度的比例（%）", "城镇人口的比例（%）"};
  std::vector<double> high(kTownships.size(), 0), urban(kTownships.size(), 0);
  for (std::size_t v = 0; v < villages_.size(); ++v) {
    const auto t = static_cast<std::size_t>(villages_[v].township);
    const std::size_t end = v + 1 < villages_.size() ? villages_[v + 1].dwellings[0] : people_.size();
    for (std::size_t i = villages_[v].dwellings[0]; i < end; ++i) {
      high[t] += people_[i].education >= Education::college ? 1 : 0;
      urban[t] += villages_[v].place == Place::urban ? 1 : 0;
    }
  }
  for (std::size_t t = 0; t < kTownships.size(); ++t) {
    const double n = township_people_[t];
    out.townships.push_back({0, kTownships[t], n, {100 * high[t] / n, 100 * urban[t] / n}});
  }
  int number = 0;
  for (const auto& item : kItems) {
    ++number;
    out.items.push_back({fmt::format("Q{:02}", number), item.text, item.dimension, kPoints, number % 3 == 0});
  }
}

void County::add_margins(Dataset& out) const {
  std::array<double, 2> sex{}, place{};
  std::array<double, 5> age{}, education{};
  for (std::size_t v = 0; v < villages_.size(); ++v) {
    const std::size_t end = v + 1 < villages_.size() ? villages_[v + 1].dwellings[0] : people_.size();
    for (std::size_t i = villages_[v].dwellings[0]; i < end; ++i) {
      const Person& p = people_[i];
      sex[p.sex == Sex::male ? 0 : 1] += 1;
      age[static_cast<std::size_t>(age_group(p.age))] += 1;
      education[static_cast<std::size_t>(p.education) - 1] += 1;
      place[villages_[v].place == Place::urban ? 0 : 1] += 1;
    }
  }
  const std::string source = "模拟总体的人口普查，2025年11月1日零时";
  out.margins = {{"sex", {{"男", sex[0]}, {"女", sex[1]}}, source},
                 {"age",
                  {{"18—29岁", age[0]},
                   {"30—39岁", age[1]},
                   {"40—49岁", age[2]},
                   {"50—59岁", age[3]},
                   {"60—69岁", age[4]}},
                  source},
                 {"education",
                  {{"小学及以下", education[0]},
                   {"初中", education[1]},
                   {"高中", education[2]},
                   {"大专", education[3]},
                   {"本科及以上", education[4]}},
                  source},
                 {"place", {{"城镇", place[0]}, {"乡村", place[1]}}, source}};
}

// Villages by stratum in the order of the townships, allocated by population, systematic with probability
// proportional to size.
std::vector<std::size_t> County::draw_villages(const RoundOptions& options, std::uint64_t seed,
                                               std::vector<double>& probabilities) const {
  std::vector<double> size(kStrata.size(), 0);
  for (const auto& v : villages_) size[static_cast<std::size_t>(v.stratum)] += v.size;
  double all = 0;
  for (const double s : size) all += s;
  std::vector<std::size_t> drawn;
  int left = options.villages;
  for (std::size_t h = 0; h < kStrata.size(); ++h) {
    const bool last = h + 1 == kStrata.size();
    const int take =
        last ? left : std::max(2, static_cast<int>(std::lround(options.villages * size[h] / all)));
    left -= take;
    std::vector<std::size_t> here;
    std::vector<double> sizes;
    for (std::size_t v = 0; v < villages_.size(); ++v) {
      if (villages_[v].stratum != static_cast<int>(h)) continue;
      here.push_back(v);
      sizes.push_back(villages_[v].size);
    }
    const auto pi = sampling::inclusion_probabilities(sizes, take).value();
    Dice dice(part(seed, 3, h));
    const auto positions = sampling::draw_systematic(pi, dice.uniform()).value();
    for (const auto k : positions) {
      drawn.push_back(here[k]);
      probabilities.push_back(pi[k]);
    }
  }
  return drawn;
}

void County::interview(Dataset& out, int psu, std::size_t v, const RoundOptions& options,
                       std::uint64_t seed) const {
  const Village& village = villages_[v];
  Dice dice(seed);
  const auto count = village.dwellings.size();
  const auto take = std::min(count, static_cast<std::size_t>(options.dwellings));
  const auto reserve = std::min(count - take, static_cast<std::size_t>(options.replacements));
  // The replacements are a part of one larger simple sample, shuffled so that chance decides which.
  auto positions = sampling::draw_simple(count, take + reserve, dice.generator()).value();
  for (std::size_t k = positions.size(); k > 1; --k) std::swap(positions[k - 1], positions[dice.below(k)]);
  std::size_t wanted = 0;
  for (std::size_t k = 0; k < take + std::min(wanted, reserve); ++k) {
    const std::size_t d = positions[k];
    const std::size_t first = village.dwellings[d];
    const std::size_t next_village =
        v + 1 < villages_.size() ? villages_[v + 1].dwellings[0] : people_.size();
    const std::size_t end = d + 1 < count ? village.dwellings[d + 1] : next_village;
    Case c;
    c.id = 0;
    c.psu = psu;
    c.dwelling_probability = static_cast<double>(take) / static_cast<double>(count);
    c.replacement = k >= take;
    if (first == end) {
      c.outcome = dice.chance(0.8) ? Outcome::ineligible : Outcome::unknown;
      out.cases.push_back(std::move(c));
      continue;
    }
    const Person& p = people_[first + dice.below(end - first)];
    const bool silent = dice.chance(0.02), away = dice.chance(0.07), refused = dice.chance(village.refusal);
    const bool unable = dice.chance(0.01), broken = dice.chance(0.015);
    c.outcome = silent    ? Outcome::unknown
                : away    ? Outcome::no_contact
                : refused ? Outcome::refusal
                : unable  ? Outcome::other
                : broken  ? Outcome::partial
                          : Outcome::complete;
    if (c.outcome != Outcome::unknown && c.outcome != Outcome::no_contact)
      c.persons = static_cast<int>(end - first);
    if (c.outcome == Outcome::no_contact || c.outcome == Outcome::refusal) ++wanted;
    if (c.outcome == Outcome::complete) {
      c.sex = p.sex;
      c.age = dice.chance(0.005) ? 0 : p.age;
      c.education = dice.chance(0.01) ? Education::unknown : p.education;
      // Who does not know may say so: an answer that is missing was never right.
      for (std::size_t i = 0; i < kItems.size(); ++i)
        c.answers.push_back((p.right >> i & 1u) != 0 ? 1
                                                     : static_cast<signed char>(dice.chance(0.05) ? -1 : 0));
      c.minutes =
          std::round(10 * (dice.chance(0.01) ? 5 + dice.uniform() : 22 * std::exp(0.25 * dice.normal()))) /
          10;
    }
    out.cases.push_back(std::move(c));
  }
}

Dataset County::round(std::uint64_t seed, const RoundOptions& options) const {
  Dataset out;
  out.round = "模拟县公民科学素质调查";
  out.county = "模拟县";
  out.from = {2026, 9, 7};
  out.until = {2026, 10, 16};
  out.seed = std::to_string(seed);
  add_frame(out);
  add_margins(out);
  std::vector<double> probabilities;
  const auto drawn = draw_villages(options, seed, probabilities);
  std::array<int, kTownships.size()> number{};
  std::vector<int> within(villages_.size());
  for (std::size_t v = 0; v < villages_.size(); ++v)
    within[v] = ++number[static_cast<std::size_t>(villages_[v].township)];
  for (std::size_t k = 0; k < drawn.size(); ++k) {
    const Village& v = villages_[drawn[k]];
    const auto t = static_cast<std::size_t>(v.township);
    out.psus.push_back(
        {fmt::format("{:02}{:03}", t + 1, within[drawn[k]]),
         fmt::format("{}{:02}{}", kTownships[t], within[drawn[k]], v.place == Place::urban ? "社区" : "村"),
         v.stratum, v.township, probabilities[k], v.size, v.place});
    interview(out, static_cast<int>(k), drawn[k], options, part(seed, 4, drawn[k]));
  }
  for (std::size_t i = 0; i < out.cases.size(); ++i) out.cases[i].id = static_cast<base::Id>(i + 1);
  if (options.target > 0) out.target = Target{options.target, 2026, fmt::format("达到{:g}%", options.target)};
  if (options.published) {
    out.published.push_back({out.county, "上一轮模拟调查", 2024, truth_ - 1, truth_ - 2.6, truth_ + 0.6});
  }
  return out;
}

Dataset demonstration_round(std::uint64_t seed) {
  const County county(seed);
  Dataset out = county.round(seed + 1, {.published = false});
  out.round = "2026年岚江县公民科学素质调查";
  out.county = "岚江县";
  out.target = Target{13.5, 2026, "2026年公民具备科学素质的比例达到13.5%"};
  out.published = {{"岚江县", "江南省公民科学素质抽样调查（示范数据）", 2025, 12.6, 11.1, 14.1},
                   {"澄州市", "江南省公民科学素质抽样调查（示范数据）", 2025, 13.8, 13.0, 14.6},
                   {"江南省", "江南省公民科学素质抽样调查（示范数据）", 2025, 16.2, 15.7, 16.7}};
  return out;
}

}  // namespace kepu::survey::simulation
