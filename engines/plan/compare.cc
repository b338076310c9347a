// Two versions of one plan: what stayed, was reworded, went to other units, came and went.
#include "engines/plan/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/base/text.h"
#include "engines/plan/pairing.h"

namespace kepu::plan {
namespace {

constexpr double kTaskThreshold = 0.4;
constexpr double kTargetThreshold = 0.5;

std::vector<std::string> missing_in(const std::vector<std::string>& names,
                                    const std::vector<std::string>& others) {
  std::vector<std::string> missing;
  for (const auto& name : names) {
    const auto wording = base::wording(name);
    const auto same = [&](const std::string& each) { return base::wording(each) == wording; };
    if (std::none_of(others.begin(), others.end(), same)) missing.push_back(name);
  }
  return missing;
}

PartyChange party_change(const std::vector<std::string>& old_lead, const std::vector<std::string>& new_lead,
                         const std::vector<std::string>& old_responsible,
                         const std::vector<std::string>& new_responsible) {
  return {missing_in(old_lead, new_lead), missing_in(new_lead, old_lead),
          missing_in(old_responsible, new_responsible), missing_in(new_responsible, old_responsible)};
}

bool differ(const std::string& a, const std::string& b) {
  return base::without_space(a) != base::without_space(b);
}

void conclude(ItemChange& item) {
  item.change = item.reworded ? Change::reworded : item.handed_over ? Change::handed_over : Change::same;
}

// One initiative of either plan with its tasks, as the result lists them.
struct Block {
  ItemChange head;
  std::vector<ItemChange> tasks;
};

class Comparer {
 public:
  Comparer(const Plan& before, const Plan& after)
      : before_(before), pairing_(pair_items(before, after, kTaskThreshold)) {
    for (const auto& each : pairing_.initiatives) {
      const auto* old_item = pairing_.initiatives_a[static_cast<std::size_t>(each.a)];
      const auto* new_item = pairing_.initiatives_b[static_cast<std::size_t>(each.b)];
      old_initiative_[new_item] = {old_item, each.likeness};
      new_initiative_[old_item] = new_item;
    }
    for (const auto& each : pairing_.tasks) {
      const auto* old_task = pairing_.tasks_a[static_cast<std::size_t>(each.a)];
      const auto* new_task = pairing_.tasks_b[static_cast<std::size_t>(each.b)];
      old_task_[new_task] = {old_task, each.likeness};
      new_task_[old_task] = new_task;
    }
  }

  Comparison run() {
    for (const auto* item : pairing_.initiatives_b) blocks_.push_back(new_block(*item));
    insert_dropped();
    Comparison result;
    for (auto& block : blocks_) {
      result.items.push_back(std::move(block.head));
      for (auto& task : block.tasks) {
        count(task, result);
        result.items.push_back(std::move(task));
      }
    }
    return result;
  }

  // Both outside the initiatives, or in two that are one.
  bool same_place(Id old_id, Id new_id) const {
    if (old_id == 0 || new_id == 0) return old_id == new_id;
    for (const auto& [now, was] : old_initiative_)
      if (now->id == new_id) return was.first->id == old_id;
    return false;
  }

 private:
  static void count(const ItemChange& task, Comparison& result) {
    result.added += task.change == Change::added;
    result.dropped += task.change == Change::dropped;
    result.reworded += task.reworded;
    result.handed_over += task.handed_over;
    result.same += task.change == Change::same;
  }

  Block new_block(const InitiativeItem& item) {
    Block block;
    auto& head = block.head;
    head.new_initiative = &item;
    const auto was = old_initiative_.find(&item);
    if (was == old_initiative_.end()) {
      head.change = Change::added;
    } else {
      const auto& old_item = *was->second.first;
      head.old_initiative = &old_item;
      head.likeness = was->second.second;
      head.reworded = differ(old_item.title, item.title) || differ(old_item.goal, item.goal) ||
                      old_item.kind != item.kind;
      head.parties = party_change(old_item.lead, item.lead, old_item.responsible, item.responsible);
      head.handed_over = !head.parties.empty();
      conclude(head);
    }
    for (const auto& task : item.tasks)
      if (!task.dropped) block.tasks.push_back(new_task(item, task));
    return block;
  }

  ItemChange new_task(const InitiativeItem& item, const TaskItem& task) {
    ItemChange change;
    change.new_initiative = &item;
    change.new_task = &task;
    const auto was = old_task_.find(&task);
    if (was == old_task_.end()) {
      change.change = Change::added;
      return change;
    }
    const auto& old_task = *was->second.first;
    const auto& old_item = *before_.initiative_of(old_task);
    change.old_initiative = &old_item;
    change.old_task = &old_task;
    change.likeness = was->second.second;
    change.reworded = differ(old_task.title, task.title) || differ(old_task.body, task.body);
    change.parties = party_change(
        parties_of(old_item, old_task, Role::lead), parties_of(item, task, Role::lead),
        parties_of(old_item, old_task, Role::responsible), parties_of(item, task, Role::responsible));
    change.handed_over = !change.parties.empty();
    const auto home = new_initiative_.find(&old_item);
    change.moved = home == new_initiative_.end() || home->second != &item;
    conclude(change);
    return change;
  }

  static ItemChange dropped(const InitiativeItem& item, const TaskItem* task) {
    ItemChange change;
    change.change = Change::dropped;
    change.old_initiative = &item;
    change.old_task = task;
    return change;
  }

  std::size_t block_of(const InitiativeItem* old_item) const {
    const auto now = new_initiative_.find(old_item);
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      if (now != new_initiative_.end() ? blocks_[i].head.new_initiative == now->second
                                       : blocks_[i].head.old_initiative == old_item)
        return i;
    return blocks_.size();
  }

  // Behind what stood in front of them.
  void insert_dropped() {
    std::size_t behind = 0;  // blocks up to and with the counterpart of the initiative before
    for (const auto* old_item : pairing_.initiatives_a) {
      if (new_initiative_.count(old_item) == 0) {
        Block block;
        block.head = dropped(*old_item, nullptr);
        blocks_.insert(blocks_.begin() + static_cast<std::ptrdiff_t>(behind), std::move(block));
      }
      const auto here = block_of(old_item);
      insert_dropped_tasks(*old_item, blocks_[here].tasks);
      behind = here + 1;
    }
  }

  void insert_dropped_tasks(const InitiativeItem& old_item, std::vector<ItemChange>& tasks) {
    std::size_t behind = 0;
    for (const auto& task : old_item.tasks) {
      if (task.dropped) continue;
      if (new_task_.count(&task) == 0) {
        tasks.insert(tasks.begin() + static_cast<std::ptrdiff_t>(behind), dropped(old_item, &task));
        ++behind;
        continue;
      }
      for (std::size_t i = 0; i < tasks.size(); ++i)
        if (tasks[i].old_task == &task) behind = i + 1;
    }
  }

  const Plan& before_;
  ItemPairing pairing_;
  std::unordered_map<const InitiativeItem*, std::pair<const InitiativeItem*, double>> old_initiative_;
  std::unordered_map<const InitiativeItem*, const InitiativeItem*> new_initiative_;
  std::unordered_map<const TaskItem*, std::pair<const TaskItem*, double>> old_task_;
  std::unordered_map<const TaskItem*, const TaskItem*> new_task_;
  std::vector<Block> blocks_;
};

// The clause without its figures: that is what tells one target from another when the figures change.
std::string without_digits(const std::string& text) {
  std::string kept;
  for (const char c : base::to_narrow(text))
    if ((c < '0' || c > '9') && c != '.') kept.push_back(c);
  return kept;
}

bool same_target(const TargetItem& a, const TargetItem& b) {
  return a.kind == b.kind && a.value == b.value && a.op == b.op && a.unit == b.unit && a.year == b.year &&
         a.relative_to == b.relative_to && a.baseline == b.baseline && a.baseline_year == b.baseline_year &&
         a.milestones == b.milestones;
}

std::vector<TargetChange> compare_targets(const Plan& before, const Plan& after, const Comparer& comparer) {
  const auto olds = before.living_targets(), news = after.living_targets();
  std::vector<TokenBag> left, right;
  for (const auto* each : olds) left.emplace_back(without_digits(each->text));
  for (const auto* each : news) right.emplace_back(without_digits(each->text));
  std::vector<Pair> candidates;
  for (std::size_t i = 0; i < olds.size(); ++i)
    for (std::size_t k = 0; k < news.size(); ++k) {
      const auto &a = *olds[i], &b = *news[k];
      if (a.headline != b.headline) continue;
      const bool filled_in = a.kind == QuantityKind::blank || b.kind == QuantityKind::blank;
      if (a.kind != b.kind && !filled_in) continue;
      auto likeness = a.headline ? 1 : left[i].likeness(right[k]);
      if (likeness < kTargetThreshold) continue;
      // One clause often holds several: unit, value and place tell them apart.
      likeness += (a.unit == b.unit ? 0.2 : 0) + (a.value == b.value ? 0.1 : 0) +
                  (comparer.same_place(a.initiative, b.initiative) ? 0.1 : 0);
      candidates.push_back({static_cast<int>(i), static_cast<int>(k), likeness});
    }
  std::vector<TargetChange> changes;
  for (const auto* each : news) changes.push_back({Change::added, nullptr, each});
  std::vector<bool> found(olds.size());
  for (const auto& pair : best_pairs(std::move(candidates))) {
    auto& change = changes[static_cast<std::size_t>(pair.b)];
    change.before = olds[static_cast<std::size_t>(pair.a)];
    change.change = same_target(*change.before, *change.after) ? Change::same : Change::reworded;
    found[static_cast<std::size_t>(pair.a)] = true;
  }
  std::size_t behind = 0;
  for (std::size_t i = 0; i < olds.size(); ++i) {
    if (!found[i]) {
      changes.insert(changes.begin() + static_cast<std::ptrdiff_t>(behind++),
                     {Change::dropped, olds[i], nullptr});
      continue;
    }
    for (std::size_t k = 0; k < changes.size(); ++k)
      if (changes[k].before == olds[i]) behind = k + 1;
  }
  return changes;
}

std::string period_text(const Metadata& data) {
  return data.from == 0 && data.to == 0 ? "" : fmt::format("{}—{} 年", data.from, data.to);
}

std::vector<std::pair<std::string, std::pair<std::string, std::string>>> compare_metadata(const Metadata& a,
                                                                                          const Metadata& b) {
  std::vector<std::pair<std::string, std::pair<std::string, std::string>>> fields;
  const auto note = [&](const char* title, const std::string& was, const std::string& is) {
    if (was != is) fields.push_back({title, {was, is}});
  };
  note("标题", a.title, b.title);
  note("发文机关", a.issuer, b.issuer);
  note("文号", a.doc_number, b.doc_number);
  note("印发日期", a.issue_date, b.issue_date);
  note("地区", a.region, b.region);
  note("上级地区", a.region_parent, b.region_parent);
  note("通知标题", a.notice_title, b.notice_title);
  note("文稿状态", a.status == "issued" ? "已印发" : a.status, b.status == "issued" ? "已印发" : b.status);
  note("规划期", period_text(a), period_text(b));
  return fields;
}

}  // namespace

bool PartyChange::empty() const {
  return lead_gone.empty() && lead_new.empty() && responsible_gone.empty() && responsible_new.empty();
}

Comparison compare(const Plan& before, const Plan& after) {
  Comparer comparer(before, after);
  auto result = comparer.run();
  result.targets = compare_targets(before, after, comparer);
  result.metadata = compare_metadata(before.version.metadata, after.version.metadata);
  return result;
}

}  // namespace kepu::plan
