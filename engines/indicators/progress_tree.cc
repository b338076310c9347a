#include "engines/indicators/progress_tree.h"

namespace kepu::indicators {

using metric::PartState;

namespace {

const Weighting* weighting_of(const std::map<Id, Weighting>& all, Id item) {
  const auto at = all.find(item);
  return at == all.end() ? nullptr : &at->second;
}

// Taken out by decision; what remains of the part is its weight.
bool taken_out(Node& node, const Weighting* w) {
  if (w == nullptr || !w->state) return false;
  node.part.state = *w->state;
  node.why =
      std::string(*w->state == PartState::cancelled ? "已取消" : "本期不适用") + "，不计入：" + w->reason;
  return true;
}

Node task_node(const plan::TaskItem& task, const std::map<Id, plan::Standing>& standings,
               const Weighting* w) {
  Node node{task.id, task.code, task.title, {}, {}, false, "", {}};
  if (w != nullptr && w->weight) {
    node.part.weight = *w->weight;
    node.own_weight = true;
  }
  if (taken_out(node, w)) return node;
  const auto at = standings.find(task.id);
  if (at == standings.end() || !at->second.share) {
    node.why = at == standings.end() ? "还没有填报进展，按未完成计。" : at->second.why;
    return node;
  }
  node.part.state = PartState::value;
  node.part.share = *at->second.share;
  node.why = at->second.why;
  return node;
}

metric::RolledUp rolled_of(const Node& node) {
  std::vector<metric::Part> parts;
  for (const auto& n : node.below) parts.push_back(n.part);
  return metric::roll_up(parts);
}

}  // namespace

Node progress_tree(const plan::Plan& plan, const std::map<Id, plan::Standing>& standings,
                   const std::map<Id, Weighting>& weightings) {
  Node county{0, "", "全县", {}, {}, false, "", {}};
  for (const auto* initiative : plan.living_initiatives()) {
    const auto* w = weighting_of(weightings, initiative->id);
    Node node{initiative->id, "", initiative->title, {}, {}, false, "", {}};
    for (const auto& task : initiative->tasks) {
      if (!task.dropped) node.below.push_back(task_node(task, standings, weighting_of(weightings, task.id)));
    }
    node.rolled = rolled_of(node);
    node.own_weight = w != nullptr && w->weight.has_value();
    node.part = metric::as_part(node.rolled, node.own_weight ? *w->weight : node.rolled.weight);
    taken_out(node, w);
    county.below.push_back(std::move(node));
  }
  county.rolled = rolled_of(county);
  county.part = metric::as_part(county.rolled, 1);
  return county;
}

}  // namespace kepu::indicators
