// Shifts of accepted orders in the database. The leader of the team (order.serve and a member of it) makes
// them and puts members in; members sign up and take themselves out until a shift begins. They are gone with
// the team's promise: an order that is released, or served anew, has none. Refusals: serve.not_member,
// serve.leader, shift.not_found, shift.full, shift.clash, shift.begun, shift.certificate, shift.many, those
// of check_shift() and of OrderStore. Thread-safe; no function may be called from inside Database::read() or
// write().
#pragma once

#include <map>
#include <vector>

#include "engines/orders/orders_store.h"
#include "engines/orders/serve_store.h"
#include "engines/orders/shifts.h"

namespace kepu::orders {

class ShiftStore {
 public:
  // Listens to `orders` from now on.
  ShiftStore(OrderStore& orders, ServeStore& serving, registers::Registers& registers);

  std::vector<Shift> shifts(Id tenant, Id order);  // by begin
  std::map<Id, std::vector<Shift>> shifts_of(Id tenant,
                                             const std::vector<Id>& orders);  // those that have any
  // Orders that these teams have promised for a day from `from` to `to` and that lack people; how many, by
  // day.
  struct Lack {
    Id order = 0;
    int places = 0;
  };
  std::vector<Lack> lacking(Id tenant, const std::vector<Id>& teams, Date from, Date to);
  // Of orders that a team has promised and not finished, ending after `after`; by begin.
  std::vector<Duty> duties(Id tenant, Id person, Millis after);

  base::Result<Id> add(const By& by, Shift shift);
  base::Done remove(const By& by, Id order, Id shift);
  // `person` 0: the signed-in one himself, who must be a member; somebody else is put in by the leader and
  // told. Twice the same changes nothing.
  base::Done join(const By& by, Id order, Id shift, Id person);
  base::Done leave(const By& by, Id order, Id shift, Id person);

 private:
  struct Place {  // an order whose shifts the actor may touch
    Order order;
    Id self = 0;  // the actor in the registers
    bool leads = false;
  };
  base::Result<Place> place_of(const By& by, Id order);
  base::Result<std::string> name_of(const By& by, const Place& place, Id person);
  base::Done check_certificate(Id tenant, const Order& order, const Shift& shift, Id person);
  void tell(sql::Session& session, Id tenant, Id account, const Shift& shift, const Order& order,
            std::string_view title);

  OrderStore& orders_;
  ServeStore& serving_;
  registers::Registers& registers_;
};

}  // namespace kepu::orders
