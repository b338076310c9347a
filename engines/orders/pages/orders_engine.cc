#include "engines/orders/orders_engine.h"

#include <stdexcept>

#include "engines/orders/pages/desk.h"

namespace kepu::orders {

namespace {

Catalog shipped_of(std::string_view text) {
  auto catalog = parse_catalog(text, "catalog/orders.toml");
  if (!catalog) throw std::runtime_error(catalog.error().message);
  return std::move(*catalog);
}

constexpr base::Millis kMinute = 60'000, kDay = 24LL * 60 * kMinute;

}  // namespace

OrdersEngine::OrdersEngine(site::Services services, const auth::Cipher& cipher,
                           calendar::CalendarStore& calendars, registers::Registers& registers,
                           std::string_view shipped, Options options)
    : services_(services),
      options_(std::move(options)),
      registers_(registers),
      store_({services.db, services.clock, services.ids, services.directory, cipher, calendars,
              shipped_of(shipped)}) {
  services.directory.add_use_check(unit_in_use);
}

void OrdersEngine::add_to(site::Site&) {}

void OrdersEngine::add_jobs(job::Jobs& jobs) {
  jobs.add({"orders.escalate", "督促超时的订单", 10 * kMinute,
            [this](base::Millis now) { return store_.escalate(now); }});
  jobs.add({"orders.confirm", "办结到期未评价的订单", 60 * kMinute,
            [this](base::Millis now) { return store_.confirm_unanswered(now); }});
  jobs.add({"orders.erase", "删除已办结订单的联系方式", kDay,
            [this](base::Millis now) { return store_.erase_old(now); }});
}

}  // namespace kepu::orders
