// How the questions and the interviewing did.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "engines/survey/analysis/parts.h"
#include "statistics/items/classical.h"
#include "statistics/items/dif.h"
#include "statistics/survey/quantile.h"

namespace kepu::survey::analysis {

namespace st = statistics;
namespace it = statistics::items;

namespace {

constexpr double kHard = 20, kEasy = 90;  // percent right: little is learnt of most people
constexpr double kPoorItemRest = 0.15;    // of a usable item
constexpr double kManyMissing = 10;       // percent
constexpr double kHastyShare = 1.0 / 3;   // of the median time
constexpr int kLeastVillageInterviews = 10;

std::optional<double> number(double x) { return std::isfinite(x) ? std::optional(x) : std::nullopt; }

// Wrong and unanswered alike are 0: as the score counts them.
std::vector<std::vector<double>> columns_of(const Sample& s, bool in_points) {
  const auto& items = s.dataset->items;
  std::vector<std::vector<double>> out(items.size());
  for (std::size_t k = 0; k < items.size(); ++k) {
    for (std::size_t i = 0; i < s.rows(); ++i)
      out[k].push_back(s.at(i).answers[k] == 1 ? (in_points ? items[k].points : 1) : 0);
  }
  return out;
}

std::vector<std::span<const double>> spans(const std::vector<std::vector<double>>& columns) {
  return {columns.begin(), columns.end()};
}

void add_dif(const Sample& s, const std::vector<std::vector<double>>& binary, std::size_t variable,
             std::optional<double> ItemLine::*delta, std::string ItemLine::*letter, Items& out) {
  const auto dif = it::item_dif(spans(binary), s.cells(variable).of, false);
  if (!dif) return;
  for (std::size_t k = 0; k < out.rows.size(); ++k) {
    const auto& mh = (*dif)[k].mantel_haenszel;
    if (!mh || !std::isfinite(mh->ets_delta)) continue;
    out.rows[k].*delta = mh->ets_delta;
    out.rows[k].*letter = std::string(1, mh->ets_class);
  }
}

void remark(ItemLine& row) {
  if (row.facility < kHard) row.remarks.emplace_back("很难");
  if (row.facility > kEasy) row.remarks.emplace_back("很易");
  if (row.item_rest && *row.item_rest < kPoorItemRest) row.remarks.emplace_back("区分不出高低");
  if (row.missing > kManyMissing) row.remarks.emplace_back("不答的多");
  if (row.dif_sex_class == "C") row.remarks.emplace_back("对男女难度不同");
  if (row.dif_place_class == "C") row.remarks.emplace_back("对城乡难度不同");
}

}  // namespace

base::Result<Items> items_of(const Sample& s) {
  const auto& items = s.dataset->items;
  const auto points = columns_of(s, true), binary = columns_of(s, false);
  std::vector<double> maximum;
  for (const Item& item : items) maximum.push_back(item.points);
  const auto test = TRY(translated(it::classical_test(spans(points), s.weights, maximum), "题目统计"));
  Items out;
  out.alpha = test.alpha;
  out.error_of_measurement = test.standard_error_of_measurement;
  out.mean = test.total_mean;
  out.sd = test.total_sd;
  for (std::size_t k = 0; k < items.size(); ++k) {
    ItemLine row;
    row.code = items[k].code;
    row.text = items[k].text;
    row.dimension = title_of(items[k].dimension);
    row.points = items[k].points;
    row.facility = 100 * test.items[k].facility;
    const bool varies =
        std::any_of(binary[k].begin(), binary[k].end(), [&](double x) { return x != binary[k][0]; });
    if (varies) {  // else there is nothing to correlate, but for noise of rounding
      row.item_rest = number(test.items[k].item_rest);
      row.discrimination = number(test.items[k].discrimination_27);
    }
    int missing = 0;
    for (std::size_t i = 0; i < s.rows(); ++i) missing += s.at(i).answers[k] < 0 ? 1 : 0;
    row.missing = 100.0 * missing / static_cast<double>(s.rows());
    out.rows.push_back(std::move(row));
  }
  add_dif(s, binary, 0, &ItemLine::dif_sex, &ItemLine::dif_sex_class, out);
  add_dif(s, binary, 3, &ItemLine::dif_place, &ItemLine::dif_place_class, out);
  for (auto& row : out.rows) remark(row);
  return out;
}

Quality quality_of(const Sample& s) {
  Quality out;
  std::vector<double> minutes, ones;
  std::size_t missing = 0;
  struct Village {
    int n = 0, hasty = 0;
  };
  std::map<int, Village> villages;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    const Case& c = s.at(i);
    if (c.minutes > 0) minutes.push_back(c.minutes);
    out.without_minutes += c.minutes > 0 ? 0 : 1;
    out.without_age += c.age == 0 ? 1 : 0;
    out.without_sex += c.sex == Sex::unknown ? 1 : 0;
    out.without_education += c.education == Education::unknown ? 1 : 0;
    missing += static_cast<std::size_t>(std::count(c.answers.begin(), c.answers.end(), -1));
  }
  out.answers_missing =
      100.0 * static_cast<double>(missing) / static_cast<double>(s.rows() * s.dataset->items.size());
  if (minutes.empty()) return out;
  ones.assign(minutes.size(), 1);
  out.minutes_median = st::weighted_quantile(minutes, ones, 0.5, st::QuantileRule::school);
  out.minutes_low = st::weighted_quantile(minutes, ones, 0.1, st::QuantileRule::school);
  const double hasty = *out.minutes_median * kHastyShare;
  for (std::size_t i = 0; i < s.rows(); ++i) {
    auto& v = villages[s.at(i).psu];
    ++v.n;
    if (s.at(i).minutes > 0 && s.at(i).minutes < hasty) {
      ++v.hasty;
      ++out.hasty;
    }
  }
  for (const auto& [p, v] : villages) {
    const auto& name = s.dataset->psus[static_cast<std::size_t>(p)].name;
    if (v.n < kLeastVillageInterviews) out.villages.push_back(fmt::format("{}：只完成 {} 人", name, v.n));
    if (v.hasty * 10 > v.n)
      out.villages.push_back(fmt::format("{}：{} 人用时不到中位数的三分之一", name, v.hasty));
  }
  return out;
}

}  // namespace kepu::survey::analysis
