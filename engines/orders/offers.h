// 找队伍: which team an order is offered to, and why. A rule over plain values: no SQL, no clock.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/orders/orders.h"

namespace kepu::orders {

// What is known of a team when an order is in question.
struct TeamFacts {
  Id team = 0;
  std::string name;
  int closeness = 0;          // as registers::FoundTeam: 3 in the very village … 0 serves the county
  bool skilled = false;       // names the skill that the kind of the order asks for
  bool available = true;      // serves at the wished time (weekend, evening), or did not say
  int in_hand = 0;            // accepted orders that are not served yet
  int lately = 0;             // accepted in the last 30 days: fairness over time
  bool busy = false;          // has an order on the agreed or first wished day
  bool asked_before = false;  // refused this order, or let its offer run out
  std::string lacks;  // title of the register that the service asks for and no member is in; empty: nothing
};

// Weights of the cost; smaller cost is offered first.
struct Weights {
  double distance = 10;  // per step of closeness that is lacking, 0 … 3
  double skill = 40;     // without the skill
  double time = 15;      // does not serve at that time
  double load = 6;       // per order in hand
  double fairness = 3;   // per order of the last 30 days
  double busy = 25;      // an order on that day already
};

struct Ranked {
  TeamFacts team;
  double cost = 0;
  std::string why;  // 同村；会健康义诊；手上 2 单；近 30 天接 3 单
};

// Cheapest first, ties by team; those asked before, and those that lack what the service asks for, are left
// out unless `again`: then the latter stand last, with the reason, and may not be chosen.
std::vector<Ranked> rank(std::vector<TeamFacts> teams, const Weights& weights = {}, bool again = false);

enum class OfferState {
  open,
  accepted,
  refused,
  expired,
  withdrawn
};  // 待答复 已接单 已谢绝 超时未答 已撤回
std::string_view to_text(OfferState state);
std::string_view title_of(OfferState state);
std::optional<OfferState> parse_offer_state(std::string_view text);

struct Offer {
  Id id = 0, order = 0, team = 0;
  std::string team_name, why;
  OfferState state = OfferState::open;
  Millis made_at = 0, until = 0, answered_at = 0;
  std::string by, reason;  // who answered; why refused
  bool by_hand = false;    // chosen by a person
};

}  // namespace kepu::orders
