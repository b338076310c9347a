// The form by which somebody asks for a service: the resident's five fields on one phone page, and the same
// for who takes it down by telephone.
#pragma once

#include <string>
#include <vector>

#include "engines/orders/pages/desk.h"
#include "engines/orders/resident_store.h"

namespace kepu::orders {

struct AskForm {
  const auth::UnitTree* units = nullptr;
  std::vector<Service> services;
  std::vector<Id> areas;   // may be chosen: townships, villages
  std::vector<Date> days;  // offered
  std::vector<Date> full;  // of them, taken by the chosen service
  std::string action, csrf, key;
  std::string telephone;  // for asking by phone; empty: not shown
  int erase_days = 30;
  Request typed;
  std::string typed_people;  // as typed, also where it is no number
  base::Errors errors;
  std::vector<Alike> alike;  // shown with "仍要提交" where not empty
  bool on_behalf = false;
  const calendar::Calendar* calendar = nullptr;  // names of days: 春节, 周六
};

// What was typed; `people` that is no number becomes -1, so that check_request() speaks of it.
Request request_of(const http::Pairs& fields, Channel channel);
void write_ask_form(Out& h, const AskForm& form);

}  // namespace kepu::orders
