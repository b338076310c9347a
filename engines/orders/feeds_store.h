// The calendar that a team subscribes to: its accepted orders with time and place, never a telephone number
// nor a name. Who has the address may read it; it is made anew or ended by the team's leader. Thread-safe; no
// function may be called from inside Database::read() or write().
#pragma once

#include <optional>
#include <string>

#include "core/doc/calendar.h"
#include "engines/orders/offers_store.h"

namespace kepu::orders {

const std::vector<sql::Migration>& feed_migrations();

class FeedStore {
 public:
  FeedStore(OrderStore& orders, OfferStore& offers) : orders_(orders), offers_(offers) {}

  // By the leader of the team (order.not_yours). The secret part of the address, told once; an older one
  // ends.
  base::Result<std::string> make(const By& by, Id team);
  base::Done end(const By& by, Id team);
  std::optional<Millis> made_at(Id tenant, Id team);  // none: there is no feed
  // The calendar behind a token: orders of the last 60 days and to come; those cancelled after the team
  // accepted are told as cancelled. Refuses feed.unknown. `area`: the name of a village or township.
  base::Result<std::string> calendar(Id tenant, std::string_view token,
                                     const std::function<std::string(Id area)>& area);

 private:
  OrderStore& orders_;
  OfferStore& offers_;
};

}  // namespace kepu::orders
