// What other engines add to the pages of the plan, so that a task, a unit and a target show in one place all
// that is known of them. Filled while the program is composed, read by many threads afterwards.
#pragma once

#include <functional>
#include <map>
#include <vector>

#include "core/site/site.h"
#include "engines/plan/running.h"

namespace kepu::html {
class Out;
}

namespace kepu::plan {

struct Extensions {
  // A section writes whole panels (html::panel), or nothing where it has nothing to say to this person; it
  // checks rights itself. Shown in the order of registration.
  template <class Subject>
  using Section = std::function<void(site::Context&, const Running&, const Subject&, html::Out&)>;
  std::vector<Section<TaskItem>> of_task;      // /tasks/ID, below the task's own text
  std::vector<Section<TargetItem>> of_target;  // /targets/ID
  std::vector<Section<auth::Unit>> of_unit;    // /departments/ID
  std::vector<std::function<void(site::Context&, const Running&, html::Out&)>> of_dashboard;  // "/"
  // Where every living task stands today, by task; a task that is absent is shown by its dates alone. One
  // engine at most. Called once a page, so it looks everything up at once.
  std::function<std::map<Id, Standing>(site::Context&, const Running&)> standing;
  // What an approved change makes of a target's goal today, with what the plan said: shown wherever the goal
  // is. Of changed targets alone. One engine at most; looks everything up at once.
  std::function<std::map<Id, std::string>(site::Context&, const Running&)> goals;
};

}  // namespace kepu::plan
