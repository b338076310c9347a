// The order engine as the program composes it.
#pragma once

#include "core/calendar/calendar_store.h"
#include "core/job/job.h"
#include "core/metric/metric.h"
#include "core/site/site.h"
#include "engines/orders/feeds_store.h"
#include "engines/orders/offers_store.h"
#include "engines/orders/orders_store.h"
#include "engines/orders/phone_store.h"
#include "engines/orders/resident_store.h"
#include "engines/orders/serve_store.h"
#include "engines/orders/shift_store.h"
#include "engines/orders/unmet_store.h"
#include "engines/registers/registers.h"

namespace kepu::orders {

// Thread-safe; outlives the site that it is added to.
class OrdersEngine {
 public:
  struct Options {
    std::string home;       // the public address, for QR codes; empty: as the request was addressed
    notify::SendText text;  // empty: no telephone is proven by a code
  };
  // Throws std::runtime_error where the shipped catalogue cannot be read.
  OrdersEngine(site::Services services, const auth::Cipher& cipher, calendar::CalendarStore& calendars,
               registers::Registers& registers, std::string_view shipped, Options options = {});

  const site::Services& services() const { return services_; }
  const Options& options() const { return options_; }
  registers::Registers& registers() { return registers_; }
  OrderStore& store() { return store_; }
  ResidentStore& resident() { return resident_; }
  PhoneStore& phones() { return phones_; }
  OfferStore& offers() { return offers_; }
  ServeStore& serving() { return serving_; }
  ShiftStore& shifts() { return shifts_; }
  FeedStore& feeds() { return feeds_; }
  UnmetStore& unmet() { return unmet_; }

  // orders.placed 点单数, orders.closed 办结订单, orders.closure_rate 订单办结率, orders.people 点单服务人次,
  // orders.satisfied_rate 群众满意率, orders.unmet 没满足的需求.
  void add_metrics(metric::Catalog& catalog);
  // Routes, menu, search, to-dos.
  void add_to(site::Site& site);
  void add_jobs(job::Jobs& jobs);

 private:
  site::Services services_;
  Options options_;
  registers::Registers& registers_;
  OrderStore store_;
  ResidentStore resident_{store_};
  PhoneStore phones_{store_, resident_, options_.text};
  OfferStore offers_{store_, registers_};
  ServeStore serving_{store_, registers_};
  ShiftStore shifts_{store_, serving_, registers_};
  FeedStore feeds_{store_, offers_};
  UnmetStore unmet_{store_};
};

}  // namespace kepu::orders
