// The forms of the steps of an order.
#pragma once

#include <vector>

#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

inline constexpr int kSplitParts = 4;  // rows of the form that splits; more by splitting a part again

struct Choices {  // what the forms choose from
  const auth::UnitTree& units;
  const Settings& settings;
  std::vector<Service> services;
  std::vector<Order> alike;  // to merge into
  std::vector<Ranked> teams;
};

// What a step asks for.
form::Form action_form(Action action, const Order& order, const Choices& choices, Date today);

}  // namespace kepu::orders
