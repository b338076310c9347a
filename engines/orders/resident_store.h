// The resident's side of orders: what is alike already, the steps he does with his tracking code, messages to
// and fro, and who called before. Thread-safe; no function may be called from inside Database::read() or
// write().
#pragma once

#include <string>
#include <vector>

#include "core/auth/guesses.h"
#include "engines/orders/orders_store.h"

namespace kepu::orders {

const std::vector<sql::Migration>& resident_migrations();

struct Alike {
  Order order;      // of the same township, open, wished within a week of the request
  double likeness;  // of titles, in [0, 1]; 1 for the same service
};

struct Message {
  Id id = 0;
  Millis at = 0;
  bool from_resident = false;
  std::string name, unit, text;  // name: 群众 for the resident
};

class ResidentStore {
 public:
  explicit ResidentStore(OrderStore& orders)
      : orders_(orders), guesses_(orders.parts().db, orders.parts().clock, orders.parts().cipher) {}

  // By the tracking code in any case; an address (`remote`) that typed many wrong ones has to wait:
  // auth.throttled. Refuses order.code.
  base::Result<Order> of_code(Id tenant, std::string_view code, std::string_view remote);

  // Of the last 30 days, likeliest first, at most five: the same service, or titles at least half alike.
  std::vector<Alike> alike(Id tenant, const Request& request);
  // Confirm, object, cancel by whoever has the code; `nobody` is an actor of the tenant without a person.
  // Refuses order.code, order.not_yours (a step of another), and what OrderStore::act refuses.
  base::Result<Order> act(const By& nobody, const std::string& code, const Act& act);

  // Oldest first. What is said on a split order is for all its parts, and what is said on a part is read on
  // the split order.
  std::vector<Message> messages(Id tenant, const Order& order);
  // Of a split order the units in turn of all its open parts hear. 1 … 500 characters; order.message where
  // the order ended or 50 messages of the resident are there already.
  base::Done say_by_code(const By& nobody, const std::string& code, const std::string& text);
  // By the unit in turn, or who settles.
  base::Done say(const By& by, Id order, const std::string& text);

  // Orders of this telephone, newest first, at most 20; needs order.place over the area of each.
  std::vector<Order> of_phone(const auth::Actor& actor, std::string_view phone);

 private:
  base::Done add_message(const By& by, const Order& order, const std::string& text);
  OrderStore& orders_;
  auth::Guesses guesses_;
};

}  // namespace kepu::orders
