// What the public pages of orders share.
#pragma once

#include "engines/orders/pages/desk.h"
#include "engines/orders/resident_store.h"

namespace kepu::orders {

std::string ask_url(const Context& context);  // /p/lanjiang/order
std::string track_url(const Context& context, std::string_view code);
// Who is signed in here, or nobody of this tenant.
auth::Actor caller(const Context& context);
// Messages to and fro, and the steps of an order with their times; `resident`: what he may read.
void write_talk(Out& h, const std::vector<Message>& messages);
void write_history(Out& h, const std::vector<HistoryStep>& steps, bool resident);
html::Steps steps_of(const Order& order);

void add_ask_pages(site::Site& site, OrdersEngine& engine);
void add_find_pages(site::Site& site, OrdersEngine& engine);
void add_track_pages(site::Site& site, OrdersEngine& engine);

}  // namespace kepu::orders
