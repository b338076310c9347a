#include "app/demo_inspection.h"

#include <map>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "engines/inspection/checklist.h"
#include "engines/inspection/inspection_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using base::Id;
using inspection::By;
using inspection::ProblemAction;
using inspection::Severity;

constexpr const char* kRemote = "示范数据";
constexpr std::string_view kChecklist =
    "年度科普工作计划是否制定并公开 | 是否 | 佐证\n"
    "科普阵地（站、室、栏）开放和使用情况 | 评分 10 | 佐证\n"
    "承担的方案任务是否明确了责任人 | 是否\n"
    "本年已开展科普活动场次 | 数字 场\n"
    "应急科普物资和预案准备情况 | 评分 10\n"
    "好的做法或困难 | 文字 | 选答\n";

struct Noted {
  const char* what;
  const char* place;
  Severity severity;
};
constexpr Noted kNoted[] = {
    {"科普宣传栏内容一年没有更新，张贴的仍是上一届宣传画", "便民服务中心门口", Severity::general},
    {"年度科普工作计划没有制定，只有上级文件的转发件", "综合办公室", Severity::serious},
    {"农村科普活动室挂牌后长期锁门，群众反映找不到人开门", "文化站二楼", Severity::serious},
    {"活动台账只有照片，没有参加人数的原始签到", "综合办公室", Severity::general},
    {"科普大篷车活动后没有收集群众意见", "集镇广场", Severity::general}};

class Maker {
 public:
  Maker(Program& program, Id tenant)
      : program_(program), store_(program.inspection().store()), tenant_(tenant) {}

  base::Done prepare() {
    people_ = TRY(people_by_name(program_, program_.command_actor(tenant_)));
    for (const auto* name : {"县科协经办", "县科协督查员", "县教育局督查员", "县农业农村局督查员"}) {
      TRY(act_as(name));
    }
    const auto plan = TRY(program_.plan().store().current(tenant_));
    for (const auto* t : plan->living_tasks()) tasks_.push_back({t->id, t->code, t->title});
    return {};
  }

  base::Done make() {
    const auto today = base::to_days(program_.clock().today());
    const Id past = TRY(add_round("上半年督查", "县政府办公室年度督查计划", today - 40, today - 20, 4, 3));
    TRY(answer_all(past, 2));
    TRY(store_.close_round(by("县科协经办"), past, TRY(revision(past))));
    TRY(hand_over(past));
    const Id now =
        TRY(add_round("基层科普阵地专项督查", "联席会议第二次会议纪要", today - 3, today + 12, 0, 5));
    TRY(answer_all(now, 3));
    return add_others();
  }

 private:
  By by(const std::string& name) { return {actors_.at(name), kRemote}; }

  base::Done act_as(const std::string& name) {
    const auto found = people_.find(name);
    if (found == people_.end())
      return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“" + name + "”。");
    const auto account = program_.directory().account_of(tenant_, found->second.id);
    auto actor = program_.command_actor(tenant_);
    if (account) {
      actor = TRY(program_.directory().actor_of(tenant_, account->id));
    } else {  // no account: the command acts in his name
      actor.person = found->second.id;
      actor.unit = found->second.unit;
      actor.name = name;
    }
    actors_.emplace(name, std::move(actor));
    return {};
  }

  base::Result<std::int64_t> revision(Id round) { return TRY(store_.round(tenant_, round)).round.revision; }

  base::Result<Id> add_round(const std::string& title, const std::string& basis, std::int64_t from,
                             std::int64_t until, int departments, int townships) {
    inspection::Round r;
    r.title = std::to_string(base::from_days(until).year) + " 年" + title;
    r.basis = basis;
    r.from = base::from_days(from);
    r.until = base::from_days(until);
    if (departments > 0) r.strata.push_back({auth::UnitKind::department, departments});
    r.strata.push_back({auth::UnitKind::township, townships});
    r.checklist = inspection::parse_checklist(kChecklist).questions;
    const By office = by("县科协经办");
    const Id id = TRY(store_.add_round(office, r));
    TRY(store_.draw_round(office, id, TRY(revision(id)), title + " 07 12 25 31 33", {}));
    std::vector<inspection::Inspector> inspectors;
    for (const auto* name : {"县科协督查员", "县教育局督查员", "县农业农村局督查员"}) {
      inspectors.push_back({people_.at(name).id, people_.at(name).unit, name});
    }
    TRY(store_.set_inspectors(office, id, TRY(revision(id)), inspectors, 2));
    TRY(store_.start_round(office, id, TRY(revision(id))));
    return id;
  }

  inspection::Body body_of(int number, base::Date on) {
    inspection::Body body;
    body.on = on;
    body.answers[1] = {number % 3 == 1 ? "no" : "yes",
                       number % 3 == 1 ? "只见到转发文件" : "已在政务公开栏公开，现场查看",
                       {}};
    body.answers[2] = {std::to_string(6 + number % 4), "现场查看，有值班表", {}};
    body.answers[3] = {number % 4 == 2 ? "no" : "yes", "", {}};
    body.answers[4] = {std::to_string(5 + 3 * (number % 5)), "", {}};
    body.answers[5] = {std::to_string(5 + number % 5), "", {}};
    if (number % 2 == 0) body.answers[6] = {"与赶集日结合开展咨询，群众参与多", "", {}};
    const auto& noted = kNoted[static_cast<std::size_t>(number) % std::size(kNoted)];
    if (number % 3 != 2) {
      body.findings.push_back({"f1",
                               noted.what,
                               noted.place,
                               noted.severity,
                               tasks_.empty() ? inspection::TaskName{}
                                              : tasks_[static_cast<std::size_t>(number * 7) % tasks_.size()],
                               {}});
    }
    body.summary =
        "总体重视，" + std::string(number % 3 == 1 ? "计划和台账需要补齐。" : "阵地使用情况较好。");
    return body;
  }

  // All visits of the round but those that `keep` leaves open: keep 2 leaves none.
  base::Done answer_all(Id round, int keep) {
    const auto whole = TRY(store_.round(tenant_, round));
    int number = 0;
    for (const auto& visit : whole.visits) {
      ++number;
      if (keep == 3 && number > 2) continue;
      TRY(store_.receive(by(visit.inspectors.front().name), visit.id,
                         "demo-" + std::to_string(round) + "-" + std::to_string(number), 0,
                         body_of(number, base::from_days(base::to_days(whole.round.from) + number))));
    }
    return {};
  }

  base::Done step(Id id, ProblemAction action, const std::string& who, const std::string& text, int days = 0,
                  Id owner = 0) {
    inspection::ProblemChange c;
    c.action = action;
    c.revision = TRY(store_.problem(tenant_, id)).revision;
    c.text = text;
    c.owner = owner;
    c.measure = text;
    if (days > 0) c.due = base::from_days(base::to_days(program_.clock().today()) + days);
    return store_.act(who.empty() ? By{unit_actor_, kRemote} : by(who), id, c);
  }

  // The unit's own answer, by the command in the name of its liaison.
  base::Done report(const inspection::Problem& p, const std::string& text) {
    const auto tree = program_.directory().units(tenant_);
    const auto* unit = tree->find(p.unit);
    const auto liaison =
        unit == nullptr ? people_.end()
                        : people_.find((unit->short_name.empty() ? unit->name : unit->short_name) + "联络员");
    unit_actor_ = program_.command_actor(tenant_);
    if (liaison != people_.end()) {
      unit_actor_.person = liaison->second.id;
      unit_actor_.name = liaison->second.name;
      unit_actor_.unit_name = unit->name;
    }
    return step(p.id, ProblemAction::report, "", text);
  }

  base::Done hand_over(Id round) {
    inspection::ProblemQuery query;
    query.round = round;
    int number = 0;
    for (const auto& p : store_.problems(tenant_, query).problems) {
      ++number;
      if (number == 5) continue;  // waits to be handed over
      TRY(step(p.id, ProblemAction::assign, "县科协经办", "查明原因，限期改正，报送改正前后的照片",
               7 + 5 * number, p.unit));
      if (number == 4) continue;
      TRY(report(p, "已按要求整改：重新制定计划、更换宣传内容，并落实专人管理"));
      const std::string looks = barred("县科协督查员", p.unit) ? "县农业农村局督查员" : "县科协督查员";
      if (number == 3) {
        TRY(step(p.id, ProblemAction::give_back, looks, "照片看不出日期，请补充整改后的现场照片", 0));
        continue;
      }
      if (number == 2) continue;  // waits to be looked at again
      TRY(step(p.id, ProblemAction::pass, looks, "现场看过，属实"));
      TRY(step(p.id, ProblemAction::close, "县科协经办", ""));
    }
    return {};
  }

  bool barred(const std::string& name, Id unit) {
    return inspection::is_barred(*program_.directory().units(tenant_), people_.at(name).unit, unit);
  }

  base::Done add_others() {
    const auto tree = program_.directory().units(tenant_);
    const auto unit_of = [&](const char* name) {
      const auto* found = tree->find_by_name(name);
      return found == nullptr ? Id{0} : found->id;
    };
    inspection::Problem letter;
    letter.source = inspection::Source::public_;
    letter.from_whom = "县长信箱来信";
    letter.what = "集镇科普画廊灯箱损坏，夜间看不见内容";
    letter.where_ = "柳溪镇农贸市场东门";
    letter.unit = unit_of("柳溪镇");
    const Id one = TRY(store_.add_problem(by("县科协经办"), letter));
    TRY(step(one, ProblemAction::assign, "县科协经办", "修复灯箱，明确维护单位和电话", 10, letter.unit));
    inspection::Problem order;
    order.source = inspection::Source::superior;
    order.from_whom = "澄州市督查通知";
    order.severity = Severity::serious;
    order.what = "中小学科学教师配备情况台账与实际不一致";
    order.unit = unit_of("县教育局");
    TRY(store_.add_problem(by("县科协经办"), order));
    return {};
  }

  Program& program_;
  inspection::InspectionStore& store_;
  Id tenant_;
  std::map<std::string, auth::Person> people_;
  std::map<std::string, auth::Actor> actors_;
  auth::Actor unit_actor_;
  std::vector<inspection::TaskName> tasks_;
};

}  // namespace

base::Done make_inspections(Program& program, base::Id tenant) {
  Maker maker(program, tenant);
  TRY(maker.prepare());
  return maker.make();
}

}  // namespace kepu::app::demo
