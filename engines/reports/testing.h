// For tests of this engine: a county whose running plan is made by hand, with an office, two departments and
// a stranger of another county.
#pragma once

#include <gtest/gtest.h>

#include "core/auth/testing.h"
#include "core/notify/notify.h"
#include "core/sql/testing.h"
#include "engines/reports/evidence_store.h"
#include "engines/reports/obligation.h"
#include "engines/reports/report_store.h"

namespace kepu::reports::testing {

using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "office"
title = "科协经办"
purpose = "审核"
scope = "tenant"
rights = ["*"]
[[role]]
id = "liaison"
title = "联络员"
purpose = "填报"
scope = "unit"
rights = ["plan.read", "report.read", "report.edit", "evidence.edit"]
)";

// One adopted plan for each tenant, as the test sets it.
class Plans final : public plan::RunningPlans {
 public:
  std::map<Id, std::shared_ptr<const plan::Running>> of;
  base::Result<std::shared_ptr<const plan::Running>> running(Id tenant) override {
    const auto at = of.find(tenant);
    if (at != of.end()) return at->second;
    return base::refuse(base::Code::not_found, "plan.none_adopted", "还没有采纳的方案。");
  }
  base::Result<std::shared_ptr<const plan::Running>> running_version(Id tenant, Id) override {
    return running(tenant);
  }
};

struct Assigned {
  Id unit;
  std::size_t task;  // index
  plan::Role role;
};

// A plan of 2026 with these tasks (codes 农-01 …), each with one target counted in 人.
inline std::shared_ptr<const plan::Running> running_of(auth::testing::County& county, Id first_id,
                                                       const std::vector<std::string>& titles,
                                                       const std::vector<Assigned>& assigned) {
  auto plan = std::make_shared<plan::Plan>();
  plan->version.id = first_id;
  plan->version.metadata.from = plan->version.metadata.to = 2026;
  plan::InitiativeItem initiative;
  initiative.id = first_id + 1;
  initiative.title = "农民科学素质提升行动";
  auto assignments = std::make_shared<std::vector<plan::Assignment>>();
  for (std::size_t i = 0; i < titles.size(); ++i) {
    plan::TaskItem task;
    task.id = first_id + 100 + static_cast<Id>(i);
    task.initiative = initiative.id;
    task.title = titles[i];
    task.code = fmt::format("农-{:02}", i + 1);
    plan::TargetItem target;
    target.id = task.id + 1000;
    target.task = task.id;
    target.value = 500;
    target.unit = "人";
    target.text = "培训500人";
    plan->targets.push_back(target);
    initiative.tasks.push_back(std::move(task));
  }
  plan->initiatives.push_back(std::move(initiative));
  for (const auto& a : assigned) {
    plan::Assignment row;
    row.id = static_cast<Id>(assignments->size()) + 1;
    row.task = first_id + 100 + static_cast<Id>(a.task);
    row.unit = a.unit;
    row.role = a.role;
    assignments->push_back(row);
  }
  return std::make_shared<const plan::Running>(
      plan::Running{plan, assignments, county.world.directory.units(county.tenant), nullptr});
}

// Everything that a test of the stores stands on, on 9 October 2026: the third quarter is open.
class Ground {
 public:
  // In a world with kRoles.
  explicit Ground(auth::testing::World& shared)
      : world(shared), lan((migrate(world.db), world), "lan", "岚江县"), yun(world, "yun", "云溪县") {
    auto& db = world.db;
    farming = lan.unit("县农业农村局");
    education = lan.unit("县教育局");
    office = lan.actor("office", lan.root, auth::ScopeKind::tenant);
    head = lan.actor("office", lan.root, auth::ScopeKind::tenant);
    farmer = lan.actor("liaison", farming, auth::ScopeKind::unit);
    teacher = lan.actor("liaison", education, auth::ScopeKind::unit);
    stranger = yun.actor("office", yun.root, auth::ScopeKind::tenant);
    set_plan(1'000'000, {"培育高素质农民", "科技下乡", "办好科技节"});
    world.clock.set(base::start_of({2026, 10, 9}) + 9 * 3'600'000);
    calendars = std::make_unique<calendar::CalendarStore>(db, std::vector<calendar::Year>{});
    store = std::make_unique<ReportStore>(ReportStore::Parts{db, world.clock, world.ids, world.directory,
                                                             plans, *calendars, metrics, bindings()});
    evidence = std::make_unique<EvidenceStore>(db, world.clock, world.ids);
  }

  void set_plan(Id first_id, const std::vector<std::string>& titles) {
    first = first_id;
    plans.of[lan.tenant] = running_of(lan, first_id, titles,
                                      {{farming, 0, plan::Role::lead},
                                       {education, 0, plan::Role::responsible},
                                       {farming, 1, plan::Role::lead},
                                       {education, 2, plan::Role::lead}});
  }
  Id task(std::size_t index) const { return first + 100 + static_cast<Id>(index); }
  void begin_reporting() {
    Rule rule = proposed_rule(Period::quarter);
    rule.since = {2026, 1, 1};
    EXPECT_TRUE(store->save_rule(by(office), rule).empty());
  }
  static By by(const auth::Actor& actor) { return {actor, "127.0.0.1"}; }
  static Content doing(double share, std::string narrative = "举办培训 3 期") {
    Content c;
    c.status = Status::doing;
    c.share = share;
    c.narrative = std::move(narrative);
    return c;
  }
  ReportStore::Written write(const auth::Actor& actor, Id unit, std::size_t index, std::int64_t revision,
                             Content content, bool submit, const std::string& window = "2026Q3") {
    return store->write(by(actor), window, unit, {{task(index), revision, std::move(content)}}, submit);
  }
  // Submits and returns the report.
  Report submitted(const auth::Actor& actor, Id unit, std::size_t index, double share) {
    const auto written = write(actor, unit, index, 0, doing(share), true);
    EXPECT_TRUE(written.errors.empty()) << (written.errors.empty() ? "" : written.errors[0].message);
    return store->report(lan.tenant, written.reports.at(0)).value();
  }
  Id file(const auth::Actor& actor, Id unit, const std::string& title, const std::string& hash) {
    EvidenceStore::New fresh;
    fresh.unit = unit;
    fresh.title = title;
    fresh.content.sha256 = hash;
    fresh.content.file_name = title + ".pdf";
    return must(evidence->add(by(actor), fresh)).evidence;
  }

  auth::testing::World& world;
  auth::testing::County lan, yun;
  Plans plans;
  metric::Catalog metrics;
  std::unique_ptr<calendar::CalendarStore> calendars;
  std::unique_ptr<ReportStore> store;
  std::unique_ptr<EvidenceStore> evidence;
  std::map<Id, std::string> bound;  // target → metric
  auth::Actor office, head, farmer, teacher, stranger;
  Id farming = 0, education = 0, first = 0;

 private:
  static void migrate(sql::Database& db) {
    std::vector<sql::Migration> steps = notify::migrations();
    for (const auto* more : {&calendar::migrations(), &migrations()})
      steps.insert(steps.end(), more->begin(), more->end());
    sql::migrate(db, steps);
  }
  Bindings bindings() {
    return [this](Id, const plan::Running&) { return bound; };
  }
};

}  // namespace kepu::reports::testing
