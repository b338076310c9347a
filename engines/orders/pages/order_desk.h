// What the desk pages of orders share.
#pragma once

#include <optional>
#include <vector>

#include "core/site/forms.h"
#include "engines/orders/pages/resident_desk.h"

namespace kepu::orders {

// The units whose orders the actor sees in lists; none: all.
std::optional<std::vector<Id>> scope_of(const auth::Actor& actor);
base::Result<Order> seen_order(Context& context, OrdersEngine& engine);

using site::belongs_to_form;
using site::Typed;
using site::view_of;

std::vector<form::Option> department_options(const auth::UnitTree& units);
int number_of(const form::Values& values, std::string_view name);  // 0 where it is none
// 14:30 as minutes of the day; none where it is none.
std::optional<int> parse_clock(std::string_view text);
form::Field day_field(Date today);
form::Field time_field(std::string name, std::string label);

void add_list_pages(site::Site& site, OrdersEngine& engine);
void add_view_pages(site::Site& site, OrdersEngine& engine);
void add_team_pages(site::Site& site, OrdersEngine& engine);
void add_serve_pages(site::Site& site, OrdersEngine& engine);
// Members of the order's team, with how often they did not come lately.
std::vector<form::Option> member_options(OrdersEngine& engine, Id tenant, const Order& order);
std::string shift_span(const Shift& shift);  // 09:00–11:00
// Shifts with who does them; `self`, the reader in the registers, may sign up and, as leader, change them.
void write_shifts(Out& h, const Context& context, const Order& order, const std::vector<Shift>& shifts,
                  std::optional<Id> self);
void add_shift_pages(site::Site& site, OrdersEngine& engine);
// The field of a code; whether an order takes one now; the box that stands on the card for it.
form::Form sign_fields();
bool signs_in_now(const Order& order, Millis now);
void write_sign_form(Out& h, const Context& context, const Order& order, bool leaving, bool again,
                     const Typed& typed);
void add_feed_pages(site::Site& site, OrdersEngine& engine);
// The calendar addresses of the teams, made anew or ended here.
void write_feeds(Out& h, const Context& context, OrdersEngine& engine,
                 const std::vector<registers::FoundTeam>& teams);
// Who came, and what was filled in; the department decides on the latter.
void write_presence(Out& h, const Context& context, const Order& order,
                    const std::vector<Presence>& presence);
void add_service_pages(site::Site& site, OrdersEngine& engine);
void add_setup_pages(site::Site& site, OrdersEngine& engine);
void add_need_pages(site::Site& site, OrdersEngine& engine);

}  // namespace kepu::orders
