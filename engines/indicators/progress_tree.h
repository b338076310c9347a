// How far the plan is carried out: shares of tasks, rolled up to initiatives and the county, node by node.
// Pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/metric/metric.h"
#include "engines/plan/running.h"

namespace kepu::indicators {

using base::Id;

// What the office decided of a task or an initiative; absent: weight as it comes, state as reported.
struct Weighting {
  std::optional<double> weight;  // ≥ 0; of an initiative none: the sum of its tasks that count
  // cancelled, not_applicable: leaves both sides; none: as reported
  std::optional<metric::PartState> state;
  std::string reason, by;
};

struct Node {
  Id item = 0;  // initiative or task; 0: the county
  std::string code, title;
  metric::Part part;        // as it enters the node above
  metric::RolledUp rolled;  // of what is below; of a task empty
  bool own_weight = false;  // the weight was decided
  std::string why;          // the rule of the task's share, or why it does not count
  std::vector<Node> below;
};

// `share` none of a task: missing. The order of initiatives and tasks is the plan's.
Node progress_tree(const plan::Plan& plan, const std::map<Id, plan::Standing>& standings,
                   const std::map<Id, Weighting>& weightings);

}  // namespace kepu::indicators
