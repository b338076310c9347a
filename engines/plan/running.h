// 运行中的方案, as other engines and the pages see it: the adopted plan, who does what, and the units. Plain
// values; immutable and shared.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/auth.h"
#include "engines/plan/plan.h"

namespace kepu::plan {

// Who does what: one row a task and unit, lead wins over responsible where a unit is named twice, a name of
// its own over a group.
struct Assignment {
  Id id = 0;
  Id task = 0;
  Id unit = 0;
  Role role = Role::responsible;
  std::string written;      // the name in the document that brought it in; empty: added by hand
  bool from_group = false;  // came in through 各乡镇（街道） and the like
  Id contact = 0;           // the person whom the unit named
  std::string contact_name;
  base::Millis confirmed_at = 0;  // when the unit confirmed it
  std::string confirmed_by;
};
// Where a task stands. The word and the rule travel with the light, so that page, export and report say the
// same.
enum class Light { done, ok, watch, late, idle };  // 已完成 正常 关注 滞后 未到期
struct Standing {
  Light light = Light::idle;
  std::string word;             // 正常, 逾期未报 …
  std::optional<double> share;  // of what was to be done, in [0, 1]; none where nothing was reported
  std::string why;  // the rule as it applied: “时间已过 62%，完成 40%，慢 22 个百分点”
};

// The adopted plan as it runs.
struct Running {
  std::shared_ptr<const Plan> plan;
  std::shared_ptr<const std::vector<Assignment>> assignments;
  std::shared_ptr<const auth::UnitTree> units;
  // By task, as far as an engine tells (Extensions::standing); null on RunningPlans::running().
  std::shared_ptr<const std::map<Id, Standing>> standings;
  // By target, the goal as it counts today with what the plan said, where an approved change lies over the
  // plan (Extensions::goals); null on RunningPlans::running().
  std::shared_ptr<const std::map<Id, std::string>> goals = nullptr;

  std::vector<const Assignment*> of_task(Id task) const;  // lead first
  std::vector<const Assignment*> of_unit(Id unit) const;  // in plan order
  const Assignment* lead_of(Id task) const;               // the first lead, null where none
  std::string unit_name(Id unit) const;  // 县科协; "（已撤销单位）" where it is gone
  std::string short_unit_name(Id unit) const;
  std::vector<const TargetItem*> targets_of(Id task) const;  // living
  std::string goal_text(const TargetItem& target) const;     // target_text(), or its change
};

// What the plan engine tells other engines. Thread-safe.
class RunningPlans {
 public:
  virtual ~RunningPlans() = default;
  // The adopted plan of the tenant now; not_found (plan.none_adopted) where there is none yet. One indexed
  // query where nothing changed. May be called inside Database::read(), and then joins that snapshot.
  virtual base::Result<std::shared_ptr<const Running>> running(Id tenant) = 0;
  // The same of any version of this tenant, adopted or superseded: for the rules and names of an old year.
  virtual base::Result<std::shared_ptr<const Running>> running_version(Id tenant, Id version) = 0;
};

}  // namespace kepu::plan
