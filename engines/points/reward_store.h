// 兑换: what points are exchanged for. Reserving takes points and stock at once; not picked up, both come
// back. Neither ever falls below zero, however many people press at once. Refusals: points.not_enough,
// points.sold_out, points.most_each, points.code, points.not_in_state, points.FIELD. Thread-safe; no function
// may be called from inside Database::read() or write().
#pragma once

#include "engines/points/ledger_store.h"

namespace kepu::points {

struct ClaimQuery {
  Id person = 0;
  std::optional<ClaimState> state;
  std::string text;  // of name, reward or code
  std::string order_by;
  std::int64_t offset = 0, limit = 50;
};

class RewardStore {
 public:
  explicit RewardStore(LedgerStore& ledger) : ledger_(ledger) {}

  std::vector<Reward> rewards(Id tenant, bool inactive_too = false);
  base::Result<Reward> reward(Id tenant, Id id);
  // points.manage. id 0: a new one. `restock` is added to the stock there is (negative: taken away); the
  // stock in `reward` is not looked at, so that nobody's reservation is lost.
  base::Result<Id> save(const By& by, const Reward& reward, int restock);

  // For the person himself. `request`: the same again is the same claim.
  base::Result<Claim> reserve(const By& by, Id person, const std::string& name, Id reward,
                              const std::string& request);
  // By the person, or (person 0) with points.hand_out.
  base::Done cancel(const By& by, Id claim, Id person, const std::string& reason);
  // points.hand_out, by the code that the person shows.
  base::Result<Claim> hand_out(const By& by, const std::string& code);
  PageOf<Claim> claims(Id tenant, const ClaimQuery& query);
  std::int64_t waiting(Id tenant);
  // Reserved ones whose term is over, once each.
  std::string lapse(Millis now);

 private:
  base::Done end(sql::Session& session, const By& by, Id claim, Id person, ClaimState state,
                 const std::string& reason);
  LedgerStore& ledger_;
};

}  // namespace kepu::points
