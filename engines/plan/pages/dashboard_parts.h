// What the dashboard counts, apart from how it shows it. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engines/plan/pages/desk.h"

namespace kepu::plan {

struct InitiativeSum {
  const InitiativeItem* initiative = nullptr;
  html::Composition lights;  // tasks by their dates
  int tasks = 0, targets = 0;
  int assignments = 0, confirmed = 0;
  std::vector<Id> leads;  // units, by how many tasks they lead
};

struct UnitSum {
  int lead = 0, responsible = 0, confirmed = 0, contact = 0;
  int total() const { return lead + responsible; }
};

struct Overview {
  int tasks = 0, tasks_without_lead = 0, tasks_without_duty = 0;
  int units = 0, units_confirmed = 0;
  int assignments = 0, confirmed = 0, with_contact = 0;
  int targets = 0, blanks = 0, without_baseline = 0;
  std::vector<InitiativeSum> initiatives;
  std::map<Id, UnitSum> by_unit;
  std::map<std::string, int> duties_by_engine;  // confirmed or proposed links
};
Overview overview_of(const Running& now, const DutyCatalog& catalog, base::Date today);

// Units that have not confirmed all their tasks, those that lead most first.
std::vector<std::pair<Id, UnitSum>> waiting_units(const Overview& overview);

}  // namespace kepu::plan
