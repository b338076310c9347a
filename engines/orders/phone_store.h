// A resident's telephone, shown to be his by a code of six digits that is sent to it (core/notify/sms.h): for
// one order, of which he holds the tracking code, or for the list of his orders of the last twelve months,
// where he has lost the codes. A code holds ten minutes and five tries, and serves once; only its keyed
// digest is kept. Sent at most: three a day to one telephone, ten a day from one address, kCountyADay a day
// of one county; exact under any number at once. Refusals: phone.off, phone.many, phone.code, order.phone,
// notify.sms and those of ResidentStore. Thread-safe; no function may be called from inside Database::read()
// or write().
#pragma once

#include <string>
#include <vector>

#include "core/notify/sms.h"
#include "engines/orders/orders_store.h"
#include "engines/orders/resident_store.h"

namespace kepu::orders {

const std::vector<sql::Migration>& phone_migrations();

inline constexpr int kPhoneADay = 3, kAddressADay = 10, kCountyADay = 500, kPhoneTries = 5,
                     kPhoneMinutes = 10;

class PhoneStore {
 public:
  PhoneStore(OrderStore& orders, ResidentStore& resident, notify::SendText send)
      : orders_(orders), resident_(resident), send_(std::move(send)) {}
  bool on() const { return static_cast<bool>(send_); }
  // Whether the order's resident could show now that the telephone is his.
  bool wanted(const Order& order) const;

  // To the telephone of the order; `by`: nobody of the tenant, with the address he comes from.
  base::Done send_for_order(const By& by, const std::string& code);
  base::Done prove(const By& by, const std::string& code, const std::string& typed);
  // To a telephone that has orders; the answer is the same where it has none, so that nobody learns of it.
  base::Done send_for_list(const By& by, const std::string& phone);
  base::Result<std::vector<Order>> list(const By& by, const std::string& phone, const std::string& typed);

  // For the job: what no longer serves goes.
  std::string sweep(Millis now);

 private:
  base::Done count(const By& by, const std::string& index);
  base::Done send(const By& by, const std::string& index, const std::string& purpose,
                  const std::string& phone);
  base::Done check(const By& by, const std::string& index, const std::string& purpose,
                   const std::string& typed);
  std::string digest(Id tenant, const std::string& index, const std::string& purpose,
                     std::string_view code) const;

  OrderStore& orders_;
  ResidentStore& resident_;
  notify::SendText send_;
};

}  // namespace kepu::orders
