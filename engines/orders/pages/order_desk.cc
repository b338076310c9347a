#include "engines/orders/pages/order_desk.h"

#include "core/base/text.h"

namespace kepu::orders {

using base::Code;
using base::refuse;

base::Result<Order> seen_order(Context& context, OrdersEngine& engine) {
  const Id id = TRY(context.id("order"));
  auto o = TRY(engine.store().order(context.tenant.id, id));
  bool seen = engine.store().may_see(context.actor, o);
  if (!seen && o.team != 0) {
    for (const auto& t : engine.offers().teams_of(context.actor)) seen = seen || t.entry == o.team;
  }
  if (!seen) return refuse(Code::not_found, "order.not_found", "没有这个订单，或者它不归您的单位办理。");
  return o;
}

std::vector<form::Option> department_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto& u : units.all()) {
    if (u.active && (u.kind == auth::UnitKind::department || u.kind == auth::UnitKind::other ||
                     u.kind == auth::UnitKind::county))
      out.push_back({std::to_string(u.id), u.name});
  }
  return out;
}

int number_of(const form::Values& v, std::string_view name) {
  return static_cast<int>(base::parse_int(v.text(name)).value_or(0));
}

std::optional<int> parse_clock(std::string_view text) {
  const auto parts = base::split(base::replace_all(base::trim(base::to_narrow(text)), "：", ":"), ":");
  if (parts.size() != 2) return std::nullopt;
  const auto hour = base::parse_int(parts[0]), minute = base::parse_int(parts[1]);
  if (!hour || !minute || *hour < 0 || *hour > 24 || *minute < 0 || *minute > 59 ||
      *hour * 60 + *minute > 1440)
    return std::nullopt;
  return static_cast<int>(*hour * 60 + *minute);
}

form::Field day_field(Date today) {
  return {.name = "day",
          .label = "约定哪天",
          .kind = form::Kind::date,
          .required = true,
          .earliest = today,
          .short_field = true};
}
form::Field time_field(std::string name, std::string label) {
  return {.name = std::move(name),
          .label = std::move(label),
          .required = true,
          .hint = "如 14:30",
          .max_length = 8,
          .short_field = true};
}

}  // namespace kepu::orders
