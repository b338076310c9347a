#include "engines/orders/offers.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "core/base/text.h"
#include "core/base/words.h"

namespace kepu::orders {

namespace {

constexpr base::Word<OfferState> kStates[] = {{OfferState::open, "open", "待答复"},
                                              {OfferState::accepted, "accepted", "已接单"},
                                              {OfferState::refused, "refused", "已谢绝"},
                                              {OfferState::expired, "expired", "超时未答"},
                                              {OfferState::withdrawn, "withdrawn", "已撤回"}};

double cost_of(const TeamFacts& t, const Weights& w) {
  return w.distance * (3 - std::clamp(t.closeness, 0, 3)) + (t.skilled ? 0 : w.skill) +
         (t.available ? 0 : w.time) + w.load * t.in_hand + w.fairness * t.lately + (t.busy ? w.busy : 0);
}

std::string why_of(const TeamFacts& t) {
  static constexpr std::string_view kNear[] = {"服务全县", "服务到这个乡镇", "同乡镇", "同村"};
  std::vector<std::string> out = {std::string(kNear[std::clamp(t.closeness, 0, 3)])};
  out.emplace_back(t.skilled ? "专长符合" : "专长不符");
  if (!t.available) out.emplace_back("这个时段不服务");
  if (t.busy) out.emplace_back("当天已有一单");
  out.push_back(fmt::format("手上 {} 单", t.in_hand));
  out.push_back(fmt::format("近 30 天接 {} 单", t.lately));
  if (!t.lacks.empty()) out.push_back("没有“" + t.lacks + "”在册的队员，不能接");
  if (t.asked_before) out.emplace_back("问过，没有接");
  return base::join(out, "；");
}

}  // namespace

std::vector<Ranked> rank(std::vector<TeamFacts> teams, const Weights& weights, bool again) {
  std::vector<Ranked> out;
  for (auto& t : teams) {
    if ((t.asked_before || !t.lacks.empty()) && !again) continue;
    const double cost = cost_of(t, weights);
    std::string why = why_of(t);
    out.push_back({std::move(t), cost, std::move(why)});
  }
  std::sort(out.begin(), out.end(), [](const Ranked& a, const Ranked& b) {
    return std::tuple(!a.team.lacks.empty(), a.cost, a.team.team) <
           std::tuple(!b.team.lacks.empty(), b.cost, b.team.team);
  });
  return out;
}

std::string_view to_text(OfferState state) { return base::word_of(kStates, state).text; }
std::string_view title_of(OfferState state) { return base::word_of(kStates, state).title; }
std::optional<OfferState> parse_offer_state(std::string_view text) { return base::parse_word(kStates, text); }

}  // namespace kepu::orders
