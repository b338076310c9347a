#include "app/demo_plan.h"

#include <algorithm>
#include <cmath>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "core/auth/roles.h"
#include "core/base/text.h"

namespace kepu::app::demo {
namespace {

constexpr double kSafe = 0.8;       // a safe abbreviation (mapping.h)
constexpr double kGroupSafe = 0.7;  // no unit of ours, group words
constexpr double kDutySafe = 0.5;   // the demonstration takes what a clerk would
constexpr const char* kRemote = "示范数据";
constexpr const char* kMinutes = "县全民科学素质工作联席会议纪要（示范数据）";

bool is_unit(const plan::NameProposal& p) { return p.meaning.meaning == plan::Meaning::unit; }

bool is_safe(const plan::NameProposal& p, const auth::UnitTree& tree) {
  if (is_unit(p)) return p.confidence >= kSafe;
  const bool townships =
      p.meaning.meaning == plan::Meaning::townships || p.meaning.meaning == plan::Meaning::villages;
  if (townships && tree.of_kind(auth::UnitKind::township).empty()) return false;
  return p.confidence >= kGroupSafe;
}

// Whether the name speaks of a group at all, so that no department may be made of it.
bool is_group(const std::vector<plan::NameProposal>& proposals) {
  return !proposals.empty() && !is_unit(proposals.front()) && proposals.front().confidence >= kGroupSafe;
}

// The liaison of a unit by the way the people of the demonstration are named.
std::string liaison_of(const auth::Unit& unit) {
  return (unit.short_name.empty() ? unit.name : unit.short_name) + "联络员";
}

std::map<int, double> straight_line(const plan::Metadata& period, double from, double to, bool whole) {
  std::map<int, double> out;
  const int years = period.to - period.from + 1;
  for (int i = 1; i <= years; ++i) {
    const double value = from + (to - from) * i / years;
    out[period.from + i - 1] = i == years ? to : whole ? std::round(value) : std::round(value * 10) / 10;
  }
  return out;
}

bool grows_to_the_end(const plan::TargetItem& target, int last_year) {
  return target.kind == plan::QuantityKind::target && !target.headline && target.value &&
         *target.value >= 5 && target.unit != "%" && target.year == last_year;
}

const plan::TaskItem* task_called(const plan::Plan& plan, std::string_view title) {
  for (const auto* task : plan.living_tasks()) {
    if (task->title == title) return task;
  }
  return nullptr;
}

std::vector<base::Id> unconfirmed_of(const std::vector<plan::Assignment>& rows, base::Id unit) {
  std::vector<base::Id> tasks;
  for (const auto& row : rows) {
    if (row.unit == unit && row.confirmed_at == 0) tasks.push_back(row.task);
  }
  return tasks;
}

// Shuffled (Fisher and Yates).
std::vector<const auth::Unit*> in_any_order(const std::vector<auth::Unit>& units, Dice& dice) {
  std::vector<const auth::Unit*> out;
  for (const auto& unit : units) out.push_back(&unit);
  for (std::size_t left = out.size(); left > 1; --left) std::swap(out[left - 1], out[dice.below(left)]);
  return out;
}

base::Done set_due(Program& program, const plan::By& by, const plan::Plan& plan, std::string_view title,
                   const std::string& due) {
  const auto* task = task_called(plan, title);
  if (task == nullptr) return {};
  const auto start = std::to_string(plan.version.metadata.from) + "-04-01";
  return program.plan().store().set_dates(by, plan.version.id, task->id, start, due, kMinutes);
}

}  // namespace

base::Result<DecidedNames> decide_names(Program& program, const plan::By& by, base::Id version,
                                        bool make_units) {
  auto& store = program.plan().store();
  const auto tenant = by.actor.tenant;
  const auto plan = TRY(store.load(tenant, version));
  DecidedNames out;
  std::vector<plan::NameMeaning> meanings;
  for (const auto& name : plan::unmapped_names(*plan, store.names(tenant))) {
    const auto tree = program.directory().units(tenant);
    const auto proposals = plan::propose_meanings(name, *tree);
    if (!proposals.empty() && is_safe(proposals.front(), *tree)) {
      meanings.push_back(proposals.front().meaning);
      meanings.back().name = name;
      ++out.decided;
    } else if (make_units && !is_group(proposals)) {
      out.made_units += TRY(store.make_units(by, {name}));
    } else {
      ++out.left;
    }
  }
  if (!meanings.empty()) TRY(store.decide_names(by, meanings));
  return out;
}

base::Done adopt(Program& program, const plan::By& by, base::Id version) {
  auto& store = program.plan().store();
  auto revision = TRY(store.load(by.actor.tenant, version))->version.revision;
  const auto confirmed = store.edit(by, version, revision, plan::edit::ConfirmDuties{kDutySafe});
  if (!confirmed && confirmed.error().rule != "plan.no_change") return tl::unexpected(confirmed.error());
  if (confirmed) revision = *confirmed;
  return store.adopt(by, version, revision);
}

base::Result<int> confirm_some(Program& program, base::Id tenant, base::Id version, Dice& dice, int percent) {
  auto& store = program.plan().store();
  const auto people = TRY(people_by_name(program, program.command_actor(tenant)));
  const auto tree = program.directory().units(tenant);
  const auto rows = store.assignments(tenant, version);
  int confirmed = static_cast<int>(
      std::count_if(rows->begin(), rows->end(), [](const auto& row) { return row.confirmed_at != 0; }));
  const int wanted = static_cast<int>(rows->size()) * percent / 100;
  for (const auto* unit : in_any_order(tree->all(), dice)) {
    auto tasks = unconfirmed_of(*rows, unit->id);
    // Every third unit is halfway through its list.
    if (dice.percent(33)) tasks.resize((tasks.size() + 1) / 2);
    tasks.resize(std::min(tasks.size(), static_cast<std::size_t>(std::max(0, wanted - confirmed))));
    if (tasks.empty()) continue;
    const auto liaison = people.find(liaison_of(*unit));
    const auto actor = auth::program_actor(tenant, liaison_of(*unit), program.directory().roles());
    const auto contact = liaison == people.end() ? base::Id{0} : liaison->second.id;
    TRY(store.confirm({actor, kRemote}, version, unit->id, tasks, contact));
    confirmed += static_cast<int>(tasks.size());
  }
  return confirmed;
}

base::Result<int> link_to_superior(Program& program, const plan::By& by, base::Id superior, base::Id own) {
  // What the likeness of the titles alone does not find.
  constexpr std::pair<std::string_view, std::string_view> kPairs[] = {
      {"开展“三下乡”活动", "开展科技文化卫生“三下乡”"}, {"设立科普专业职称", "畅通科普人才评价通道"}};
  auto& store = program.plan().store();
  const auto theirs = TRY(store.load(by.actor.tenant, superior));
  const auto ours = TRY(store.load(by.actor.tenant, own));
  int links = 0;
  for (const auto& [their_title, our_title] : kPairs) {
    const auto* their_task = task_called(*theirs, their_title);
    const auto* our_task = task_called(*ours, our_title);
    if (their_task == nullptr || our_task == nullptr) continue;
    TRY(store.link_by_hand(by, superior, own, their_task->id, our_task->id));
    ++links;
  }
  return links;
}

base::Result<int> set_yearly_values(Program& program, const plan::By& by, base::Id version) {
  constexpr int kMost = 6;
  auto& store = program.plan().store();
  const auto plan = TRY(store.load(by.actor.tenant, version));
  const auto& period = plan->version.metadata;
  int set = 0;
  if (const auto* headline = plan->headline(); headline != nullptr && headline->value) {
    double baseline = headline->baseline.value_or(0);
    for (const auto* target : plan->living_targets()) {
      if (target->kind == plan::QuantityKind::baseline && target->unit == headline->unit && baseline == 0)
        baseline = target->value.value_or(0);
    }
    TRY(store.set_milestones(by, version, headline->id,
                             straight_line(period, baseline, *headline->value, false), baseline,
                             period.from - 1, kMinutes));
    ++set;
  }
  for (const auto* target : plan->living_targets()) {
    if (set >= kMost || !grows_to_the_end(*target, period.to)) continue;
    TRY(store.set_milestones(by, version, target->id, straight_line(period, 0, *target->value, true),
                             target->baseline, target->baseline_year, kMinutes));
    ++set;
  }
  TRY(set_due(program, by, *plan, "推进县科技馆建设", std::to_string(period.to - 1) + "-12-31"));
  TRY(set_due(program, by, *plan, "开齐开足科学课程", std::to_string(period.to - 2) + "-12-31"));
  return set;
}

}  // namespace kepu::app::demo
