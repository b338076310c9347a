#include "app/demo_appraisal.h"

#include <algorithm>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/sql/sql.h"
#include "engines/appraisal/appraisal_engine.h"

namespace kepu::app::demo {
namespace {

using appraisal::Action;
using appraisal::AppraisalStore;
using appraisal::By;
using appraisal::kPoint;
using appraisal::Mark;
using base::Id;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 101;  // ids of another maker than the program's
constexpr const char* kAssessors[] = {"分管县领导", "县审计联络员", "县教育局负责人"};

base::Date plus(base::Date date, int days) { return base::from_days(base::to_days(date) + days); }

// The people who appear in it; each acts with the rights of the program, as demonstrations do.
class Cast {
 public:
  Cast(Program& program, Id tenant, std::map<std::string, auth::Person> people)
      : program_(program),
        tenant_(tenant),
        units_(program.directory().units(tenant)),
        people_(std::move(people)) {}
  auth::Actor actor(const std::string& name) const {
    auth::Actor out = program_.command_actor(tenant_);
    const auto at = people_.find(name);
    if (at == people_.end()) return out;
    out.person = at->second.id;
    out.unit = at->second.unit;
    out.name = name;
    const auto* unit = units_->find(out.unit);
    out.unit_name = unit == nullptr ? std::string() : unit->name;
    return out;
  }
  auth::Actor liaison(Id unit) const {
    const auto* found = units_->find(unit);
    return actor((found->short_name.empty() ? found->name : found->short_name) + "联络员");
  }
  const auth::UnitTree& units() const { return *units_; }

 private:
  Program& program_;
  Id tenant_;
  std::shared_ptr<const auth::UnitTree> units_;
  std::map<std::string, auth::Person> people_;
};

// One year, played with a clock of its own so that terms run out.
class Year {
 public:
  Year(Program& program, const Cast& cast, Dice& dice, Id tenant, base::Date first)
      : program_(program),
        cast_(cast),
        dice_(dice),
        tenant_(tenant),
        clock_(base::start_of(first) + 9 * 3'600'000),
        ids_(clock_, kNode),
        store_(program.db(), clock_, ids_, program.directory(),
               *appraisal::Criteria::parse(shipped_appraisal())),
        clerk_(cast.actor("县科协经办")) {}

  AppraisalStore& store() { return store_; }
  Id id() const { return id_; }
  void on(base::Date date) {
    clock_.set(std::max(clock_.now() + 1000, base::start_of(date) + 10 * 3'600'000));
  }

  base::Done begin(int year) {
    appraisal::Table table = program_.appraisal().example();
    table.year = year;
    for (auto& group : table.groups) {
      if (group.id == "member") group.except = {"县科协"};
    }
    table = TRY(program_.appraisal().with_metrics(tenant_, table));
    id_ = TRY(store_.create(clerk(), table));
    return store_.publish(clerk(), id_, revision(), table);
  }
  base::Done step(Action action, base::Date due, std::vector<appraisal::Figure> figures = {}) {
    AppraisalStore::Step step;
    step.action = action;
    step.due = due;
    step.figures = std::move(figures);
    return store_.step(clerk(), id_, revision(), step);
  }
  // `percent` of the units score themselves and submit.
  base::Done self_scores(int percent) {
    for (const auto& s : store_.sheets(tenant_, id_)) {
      if (!dice_.percent(percent)) continue;
      TRY(store_.save_self(by(cast_.liaison(s.entry.unit)), id_, s.entry.unit, s.revision,
                           marks(s.entry, true, 0, 25), true));
    }
    return {};
  }
  // Assessors of the first so many of the cast score `percent` of the units.
  base::Done assess(std::size_t assessors, int percent) {
    for (const auto& s : store_.sheets(tenant_, id_)) {
      for (std::size_t i = 0; i < assessors; ++i) {
        const auto actor = cast_.actor(kAssessors[i]);
        if (!dice_.percent(percent) || appraisal::own_unit_bar(actor, cast_.units(), s.entry.unit)) continue;
        // The third is stricter than the others now and then, so that there is something to look at.
        const int strict = i == 2 && dice_.percent(20) ? 45 : 0;
        TRY(store_.assess(by(actor), id_, s.entry.unit, marks(s.entry, false, strict, 40)));
      }
    }
    return {};
  }
  base::Done appeals() {
    const auto sheets = store_.sheets(tenant_, id_);
    int number = 0;
    for (const auto& s : sheets) {
      if (s.entry.group != "township" || number == 2) continue;
      const bool first = number++ == 0;
      const auto appeal = TRY(store_.appeal(
          by(cast_.liaison(s.entry.unit)), id_, s.entry.unit, first ? "3.4" : "2.4",
          first ? "漏计两个村的科普活动，台账和照片已补交。" : "村级科普经费由村集体承担，应当计入。", ""));
      AppraisalStore::Decision decision;
      decision.state = first ? appraisal::AppealState::upheld : appraisal::AppealState::rejected;
      decision.points = 5 * kPoint;
      decision.reason = first ? "经核对台账和现场照片，两个村的活动属实，按标准给满分。"
                              : "指标考核列入本级预算的经费，村集体支出不在范围内。";
      TRY(store_.decide(by(cast_.actor("县科协主要负责人")), appeal, decision));
    }
    return {};
  }

 private:
  By by(const auth::Actor& actor) {
    actors_.push_back(std::make_unique<auth::Actor>(actor));
    return {*actors_.back(), kRemote};
  }
  By clerk() { return {clerk_, kRemote}; }
  std::int64_t revision() { return store_.load(tenant_, id_)->head.revision; }

  // Marks between 100 − `below` and 100 percent of each item that people score, less `strict` percent.
  std::vector<Mark> marks(const appraisal::Entry& entry, bool self, int strict, int below) {
    std::vector<Mark> out;
    const auto loaded = store_.load(tenant_, id_);
    for (const auto* item : loaded->table->items_of(entry.group)) {
      if (item->rule.kind != appraisal::Rule::Kind::manual) continue;
      const bool further = item->kind != appraisal::ItemKind::basic;
      if (further && !dice_.percent(self ? 20 : 25)) continue;
      const auto share = static_cast<std::int64_t>(
          further
              ? 40
              : std::max(0, 100 - strict - static_cast<int>(dice_.below(static_cast<std::size_t>(below)))));
      Mark mark;
      mark.item = item->code;
      mark.points = item->points * share / 100 / 50 * 50;
      if (self && item->code == "3.1") mark.reason = "9 月组织了现场活动，方案、活动签到表和总结已存档。";
      if (self && item->code == "1.2") mark.reason = "计划和总结均已报送。";
      out.push_back(std::move(mark));
    }
    return out;
  }

  Program& program_;
  const Cast& cast_;
  Dice& dice_;
  Id tenant_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  AppraisalStore store_;
  auth::Actor clerk_;
  std::vector<std::unique_ptr<auth::Actor>> actors_;
  Id id_ = 0;
};

// Shares as a year may end; a few units have none.
std::vector<appraisal::Figure> year_end_figures(AppraisalStore& store, Id tenant, Id id, int year,
                                                Dice& dice) {
  std::vector<appraisal::Figure> out;
  const auto loaded = store.load(tenant, id);
  for (const auto& s : store.sheets(tenant, id)) {
    for (const auto* item : loaded->table->items_of(s.entry.group)) {
      if (item->rule.kind == appraisal::Rule::Kind::manual) continue;
      appraisal::Figure figure;
      figure.item = item->code;
      figure.unit = s.entry.unit;
      figure.from = {year, 1, 1};
      figure.to = {year, 12, 31};
      figure.at = base::start_of({year + 1, 1, 12}) + 10 * 3'600'000;
      if (dice.percent(92)) {
        figure.records = 4 + static_cast<std::int64_t>(dice.below(12));
        figure.value = static_cast<std::int64_t>(70 + dice.below(31)) * appraisal::kOne;
      } else {
        figure.why = "方案没有把任务分给这个单位";
      }
      out.push_back(std::move(figure));
    }
  }
  return out;
}

base::Done last_year(Program& program, const Cast& cast, Id tenant, int year, Dice& dice) {
  Year run(program, cast, dice, tenant, {year, 12, 1});
  TRY(run.begin(year));
  TRY(run.step(Action::open_self, {year + 1, 1, 10}));
  TRY(run.self_scores(100));
  run.on({year + 1, 1, 12});
  TRY(run.step(Action::open_assessing, {year + 1, 1, 20},
               year_end_figures(run.store(), tenant, run.id(), year, dice)));
  TRY(run.assess(1, 100));
  run.on({year + 1, 1, 21});
  TRY(run.step(Action::open_review, {}));
  TRY(run.step(Action::open_notice, {year + 1, 1, 28}));
  run.on({year + 1, 1, 24});
  TRY(run.appeals());
  run.on({year + 1, 1, 29});
  return run.step(Action::finish, {});
}

base::Done this_year(Program& program, const Cast& cast, Id tenant, base::Date today, Dice& dice) {
  Year run(program, cast, dice, tenant, plus(today, -20));
  TRY(run.begin(today.year));
  TRY(run.step(Action::open_self, plus(today, -4)));
  TRY(run.self_scores(85));
  run.on(plus(today, -3));
  TRY(run.step(Action::open_assessing, plus(today, 7), TRY(program.appraisal().ask(tenant, run.id()))));
  return run.assess(3, 45);
}

}  // namespace

base::Done make_appraisals(Program& program, Id tenant, Dice& dice) {
  const auto command = program.command_actor(tenant);
  const Cast cast(program, tenant, TRY(people_by_name(program, command)));
  for (const char* name : kAssessors) {
    auth::Grant grant;
    grant.person = cast.actor(name).person;
    grant.role = "appraisal_assessor";
    grant.scope = auth::ScopeKind::tenant;
    TRY(program.directory().give(command, grant));
  }
  const base::Date today = program.clock().today();
  TRY(last_year(program, cast, tenant, today.year - 1, dice));
  return this_year(program, cast, tenant, today, dice);
}

}  // namespace kepu::app::demo
