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

base::Done set_due(Program& program, const plan::By& by, const plan::Plan& plan, std::string_view title,
                   const std::string& due) {
  for (const auto* task : plan.living_tasks()) {
    if (task->title != title) continue;
    const auto start = std::to_string(plan.version.metadata.from) + "-04-01";
    return program.plan().store().set_dates(by, plan.version.id, task->id, start, due, kMinutes);
  }
  return {};
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
  const auto tree = program.directory().units(tenant);
  const auto people = TRY(people_by_name(program, program.command_actor(tenant)));
  const auto rows = store.assignments(tenant, version);
  int confirmed = static_cast<int>(
      std::count_if(rows->begin(), rows->end(), [](const auto& row) { return row.confirmed_at != 0; }));
  // What was carried over from the version before counts too.
  const int all = static_cast<int>(rows->size());
  const int wanted = std::max(0, all * percent / 100 - confirmed);
  const int chance = all == confirmed ? 0 : wanted * 100 / (all - confirmed);
  std::map<base::Id, std::vector<base::Id>> chosen;  // unit → tasks
  for (const auto& row : *rows) {
    if (row.confirmed_at == 0 && dice.percent(chance)) chosen[row.unit].push_back(row.task);
  }
  for (const auto& unit : tree->all()) {
    const auto tasks = chosen.find(unit.id);
    if (tasks == chosen.end()) continue;
    const auto liaison = people.find(liaison_of(unit));
    const auto actor = auth::program_actor(tenant, liaison_of(unit), program.directory().roles());
    const auto contact = liaison == people.end() ? base::Id{0} : liaison->second.id;
    TRY(store.confirm({actor, kRemote}, version, unit.id, tasks->second, contact));
    confirmed += static_cast<int>(tasks->second.size());
  }
  return confirmed;
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
