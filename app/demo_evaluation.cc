#include "app/demo_evaluation.h"

#include <map>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "engines/evaluation/evaluation_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using base::Id;
using evaluation::By;
using evaluation::Completion;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 3;  // of the ids made here, so that they differ from those of the program

class Maker {
 public:
  Maker(Program& program, Id tenant)
      : program_(program),
        tenant_(tenant),
        clock_(program.clock().now()),
        ids_(program.clock(), kNode),
        store_(program.db(), clock_, ids_, program.directory()),
        today_(base::to_days(program.clock().today())) {}

  base::Done make() {
    people_ = TRY(people_by_name(program_, program_.command_actor(tenant_)));
    const auto account = program_.directory().account_of(tenant_, people_.at("县科协经办").id);
    if (!account)
      return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“县科协经办”的账号。");
    office_ = TRY(program_.directory().actor_of(tenant_, account->id));
    const Id round = TRY(open());
    TRY(collect(round));
    return judge(round);
  }

 private:
  By by() { return {office_, kRemote}; }
  void set(std::int64_t offset, int hour) {
    clock_.set(base::start_of(base::from_days(today_ + offset)) + hour * 3'600'000LL);
  }

  base::Result<Id> open() {
    set(-12, 9);
    const auto now = TRY(program_.plan().running(tenant_));
    evaluation::Round r;
    r.kind = evaluation::Kind::mid;
    r.title = "岚江县全民科学素质行动实施方案中期评估（先行自查）";
    r.basis = "实施方案“组织实施”部分和联席会议要求";
    r.from = {now->plan->version.metadata.from, 1, 1};
    r.until = base::from_days(today_ - 12);
    r.due = base::from_days(today_ + 10);
    const Id id = TRY(store_.save_round(by(), r));
    std::vector<evaluation::Seed> seeds;
    for (const auto* task : now->plan->living_tasks()) {
      for (const auto* a : now->of_task(task->id))
        seeds.push_back({a->unit, task->id, task->code, task->title, a->role == plan::Role::lead});
    }
    TRY(store_.open(by(), id, TRY(store_.round(tenant_, id)).revision, now->plan->version.id, seeds));
    return id;
  }

  // The unit's liaison, in whose name the command acts where he has no account.
  auth::Actor of_unit(Id unit) {
    auto actor = program_.command_actor(tenant_);
    const auto* found = program_.directory().units(tenant_)->find(unit);
    if (found == nullptr) return actor;
    const auto person =
        people_.find((found->short_name.empty() ? found->name : found->short_name) + "联络员");
    if (person == people_.end()) return actor;
    actor.person = person->second.id;
    actor.name = person->second.name;
    actor.unit = unit;
    actor.unit_name = found->name;
    return actor;
  }

  static evaluation::Answer filled(evaluation::Answer a, int number) {
    if (number % 6 == 0) {
      a.said = Completion::done;
      a.words = "年度工作已按方案要求完成，名册、签到和照片已归档。";
      a.evidence = "年度工作总结 已报纲要实施办公室";
    } else if (number % 11 == 7) {
      a.said = Completion::not_done;
      a.words = "实施细则和经费下半年才明确，尚未全面铺开，计划明年一季度启动。";
    } else {
      a.said = Completion::partly;
      a.words = "按年度计划推进，主要活动已开展，覆盖面和台账还要补齐。";
    }
    return a;
  }

  // Of three sheets one is accepted, one waits or was returned, one lies as a draft or untouched.
  base::Done collect(Id round) {
    int number = 0;
    for (const auto& sheet : store_.sheets(tenant_, round)) {
      ++number;
      if (number % 5 == 0) continue;  // untouched
      set(-10 + number % 8, 10);
      std::vector<evaluation::Answer> answers;
      int task = number;
      const bool draft = number % 4 == 0;
      for (const auto& a : store_.answers(tenant_, round, sheet.unit)) {
        ++task;
        answers.push_back(draft && task % 2 == 0 ? a : filled(a, task));
      }
      const auto actor = of_unit(sheet.unit);
      const auto errors = store_.save_sheet({actor, kRemote}, round, sheet.unit, 1, answers, !draft);
      if (!errors.empty()) return tl::unexpected(errors.front());
      if (draft || number % 3 == 0) continue;
      set(-2, 15);
      const bool accept = number % 7 != 1;
      TRY(store_.decide_sheet(by(), round, sheet.unit, 2, accept,
                              accept ? "" : "部分任务没有写明参加人数和佐证，请补充。"));
    }
    return {};
  }

  base::Done judge(Id round) {
    set(-1, 16);
    std::map<Id, evaluation::SheetState> sheets;
    for (const auto& s : store_.sheets(tenant_, round)) sheets[s.unit] = s.state;
    std::map<Id, std::vector<evaluation::Answer>> tasks;
    for (auto& a : store_.answers(tenant_, round)) tasks[a.task].push_back(std::move(a));
    int judged = 0;
    for (const auto& [task, answers] : tasks) {
      const auto self = evaluation::self_check(answers, sheets);
      if (self.said == Completion::none) continue;
      if (++judged > 6) break;
      evaluation::Judgement j;
      j.task = task;
      j.completion = self.said;
      if (judged == 2 && self.said != Completion::not_done) {
        j.completion = self.said == Completion::done ? Completion::partly : Completion::not_done;
        j.reason = "督查走访时没有见到名册和签到原件，数量不能核实。";
      }
      TRY(store_.judge(by(), round, j, self.said));
    }
    return {};
  }

  Program& program_;
  Id tenant_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  evaluation::EvaluationStore store_;
  std::int64_t today_;
  std::map<std::string, auth::Person> people_;
  auth::Actor office_;
};

}  // namespace

base::Done make_evaluation(Program& program, base::Id tenant) {
  Maker maker(program, tenant);
  return maker.make();
}

}  // namespace kepu::app::demo
