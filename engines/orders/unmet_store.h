// 没满足的需求 in the database: which orders they are, so that every figure of them is the number of its
// records. Those that have ended bear why (orders_order.unmet, written with their last step); those still
// open are told by their clock at the moment of asking. Thread-safe; not to be called from inside
// Database::read() or write().
#pragma once

#include <string>
#include <vector>

#include "engines/orders/orders_store.h"
#include "engines/orders/unmet.h"

namespace kepu::orders {

struct UnmetQuery {
  std::vector<Id> units;      // whose community or department is one of these; empty: all
  bool townships = false;     // or whose township is (metrics ask so)
  Date from, to;              // placed on these days, both included
  Id township = 0;            // 0: any
  std::string kind;           // empty: any
  std::optional<Id> service;  // 0: free text; none: any
  std::optional<Unmet> why;   // none: all that count; Unmet::outside: those that do not
  std::string words;          // of the title; empty: any
};
struct UnmetNeed {
  Id order = 0;
  Millis at = 0;  // placed
  Unmet why = Unmet::none;
  Id township = 0, community = 0, department = 0, service = 0;
  std::string kind;
};

class UnmetStore {
 public:
  explicit UnmetStore(OrderStore& orders) : orders_(orders) {}
  // Newest first.
  std::vector<UnmetNeed> needs(Id tenant, const UnmetQuery& query);
  // Titles in people's own words (free text only), of at most `most` newest ones of the query.
  std::vector<std::string> own_words(Id tenant, UnmetQuery query, std::size_t most);
  // order.settle over the county: a refused order is no need of this kind, with reason; or it is one after
  // all. Refusals: order.not_in_state, order.changed_meanwhile, order.reason.
  base::Done leave_out(const By& by, Id order, std::int64_t revision, const std::string& reason);
  base::Done count_again(const By& by, Id order, std::int64_t revision, const std::string& reason);
  Unmet of(Id tenant, Id order);

 private:
  base::Done mark(const By& by, Id order, std::int64_t revision, bool outside, const std::string& reason);
  OrderStore& orders_;
};

}  // namespace kepu::orders
