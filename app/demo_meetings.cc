#include "app/demo_meetings.h"

#include <fmt/format.h>

#include <map>

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/file/file.h"
#include "core/site/site.h"
#include "engines/meetings/meetings_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using base::Date;
using base::Id;
using meetings::Answer;
using meetings::Attendance;
using meetings::By;
using meetings::DecisionAction;
using meetings::Kind;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 2;  // of the ids made here, so that they differ from those of the program
constexpr const char* kMembers[] = {"县委宣传部", "县发改局",     "县教育局",     "县科技局", "县财政局",
                                    "县人社局",   "县农业农村局", "县卫健局",     "县应急局", "县总工会",
                                    "团县委",     "县妇联",       "县融媒体中心", "县气象局"};

struct Assigned {
  const char* what;
  const char* unit;
  const char* partners;
  int due;            // days after the meeting
  const char* task;   // its title in the plan; empty: none
  int reported = -1;  // days after the meeting; -1: not reported
  enum class End { open, taken, reported, returned, accepted, closed, withdrawn } end = End::open;
};

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
    office_ = account ? TRY(program_.directory().actor_of(tenant_, account->id)) : auth::Actor{};
    const auto plan = TRY(program_.plan().store().current(tenant_));
    for (const auto* t : plan->living_tasks()) tasks_.push_back({t->id, t->code, t->title});
    TRY(add_members());
    TRY(add_past());
    TRY(add_coming());
    TRY(add_recurring());
    return add_briefings();
  }

 private:
  By by() { return {office_, kRemote}; }
  Date day(std::int64_t offset) const { return base::from_days(today_ + offset); }
  void set(std::int64_t offset, int hour) { clock_.set(base::start_of(day(offset)) + hour * 3'600'000LL); }
  Id unit(const std::string& name) {
    const auto* found = program_.directory().units(tenant_)->find_by_name(name);
    return found == nullptr ? Id{0} : found->id;
  }

  // Somebody of the unit, in whose name the command acts where he has no account.
  auth::Actor of_unit(const std::string& name) {
    auto actor = program_.command_actor(tenant_);
    const auto found = people_.find(name + "联络员");
    if (found == people_.end()) return actor;
    actor.person = found->second.id;
    actor.name = found->second.name;
    actor.unit = found->second.unit;
    actor.unit_name = name;
    return actor;
  }

  base::Done add_members() {
    set(-330, 9);
    const Date from = {day(-330).year, 1, 10};
    const std::string basis = "岚府办发〔2026〕12号 第四部分";
    const auto add = [&](Id of, meetings::MemberRole role, const std::string& person,
                         const std::string& deputy, std::optional<Date> until = {}) -> base::Done {
      meetings::Member m;
      m.unit = of;
      m.role = role;
      m.person_name = person;
      m.deputy_name = deputy;
      m.basis = basis;
      m.from = from;
      m.until = until;
      TRY(store_.save_member(by(), m));
      return {};
    };
    const Id root = program_.directory().units(tenant_)->root();
    TRY(add(root, meetings::MemberRole::chair, "分管副县长", ""));
    TRY(add(unit("县科协"), meetings::MemberRole::vice_chair, "县科协主席", "县科协副主席"));
    TRY(add(unit("县委宣传部"), meetings::MemberRole::vice_chair, "县委宣传部副部长",
            "县委宣传部理论科科长"));
    for (std::size_t i = 1; i < std::size(kMembers); ++i) {
      const std::string name = kMembers[i];
      TRY(add(unit(name), meetings::MemberRole::member, name + "分管负责人",
              i % 3 == 0 ? "" : name + "办公室主任"));
    }
    TRY(add(unit("县文旅局"), meetings::MemberRole::member, "县文旅局分管负责人", "", day(-100)));
    return add(unit("县科协"), meetings::MemberRole::liaison, "县科协科普部部长", "");
  }

  base::Result<Id> arrange(const std::string& title, Kind kind, std::int64_t offset, const std::string& place,
                           const std::string& agenda, const std::vector<const char*>& units) {
    meetings::Meeting m;
    m.title = std::to_string(day(offset).year) + "年" + title;
    m.kind = kind;
    m.day = day(offset);
    m.time = "09:30";
    m.place = place;
    m.chair = kind == Kind::working ? "县科协主席" : "分管副县长";
    m.agenda = agenda;
    for (const auto* name : units) {
      m.invitations.push_back({unit(name), kind == Kind::conference, Answer::none, "", Attendance::none, ""});
    }
    return store_.save_meeting(by(), m);
  }

  base::Result<std::int64_t> revision(Id id) { return TRY(store_.meeting(tenant_, id)).revision; }

  // Called, answered by all but every `silent`-th unit.
  base::Done call(Id id, int silent) {
    TRY(store_.call(by(), id, TRY(revision(id))));
    const auto m = TRY(store_.meeting(tenant_, id));
    const auto tree = program_.directory().units(tenant_);
    int number = 0;
    for (const auto& i : m.invitations) {
      ++number;
      if (silent > 0 && number % silent == 0) continue;
      const auto* found = tree->find(i.unit);
      const std::string name = found->short_name.empty() ? found->name : found->short_name;
      const auto actor = of_unit(name);
      const Answer answer = number % 7 == 0   ? Answer::excused
                            : number % 4 == 0 ? Answer::stand_in
                                              : Answer::comes;
      const std::string who = answer == Answer::excused    ? "参加上级会议"
                              : answer == Answer::stand_in ? name + "办公室主任"
                                                           : name + "分管负责人";
      TRY(store_.answer({actor, kRemote}, id, i.unit, answer, who));
    }
    return {};
  }

  base::Done hold(Id id, const std::string& minutes, bool filed) {
    auto came = TRY(store_.meeting(tenant_, id)).invitations;
    for (auto& i : came) {
      i.attendance = i.answer == Answer::comes      ? Attendance::present
                     : i.answer == Answer::stand_in ? Attendance::stand_in
                                                    : Attendance::absent;
    }
    TRY(store_.hold(by(), id, TRY(revision(id)), came));
    if (!minutes.empty()) TRY(store_.save_minutes(by(), id, TRY(revision(id)), minutes, {}));
    if (filed) TRY(store_.file(by(), id, TRY(revision(id))));
    return {};
  }

  base::Done act(Id id, DecisionAction action, const auth::Actor& actor, const std::string& text) {
    meetings::DecisionChange c;
    c.action = action;
    c.revision = TRY(store_.decision(tenant_, id)).revision;
    c.text = text;
    return store_.act({actor, kRemote}, id, c);
  }

  base::Done assign(Id meeting, std::int64_t offset, const Assigned& a) {
    using End = Assigned::End;
    set(offset, 15);
    meetings::Decision d;
    d.meeting = meeting;
    d.what = a.what;
    d.unit = unit(a.unit);
    d.partners = a.partners;
    d.due = day(offset + a.due);
    for (const auto& t : tasks_) {
      if (t.title == a.task) d.task = t;
    }
    const Id id = TRY(store_.add_decision(by(), d));
    const auto actor = of_unit(a.unit);
    if (a.end == End::open) return {};
    set(offset + 1, 10);
    if (a.end == End::withdrawn)
      return act(id, DecisionAction::withdraw, office_, "与省里新部署重复，合并办理");
    TRY(act(id, DecisionAction::take, actor, "已明确经办科室"));
    if (a.end == End::taken) return {};
    set(offset + a.reported, 11);
    TRY(act(id, DecisionAction::report, actor, "已按会议要求办理，形成工作方案并报县纲要实施办公室备案。"));
    if (a.end == End::reported) return {};
    set(offset + a.reported + 1, 16);
    if (a.end == End::returned)
      return act(id, DecisionAction::give_back, office_, "方案没有写明经费来源和完成时限，请补充后再报。");
    TRY(act(id, DecisionAction::accept, office_, "符合会议要求"));
    return a.end == End::accepted ? base::Done{} : act(id, DecisionAction::close, office_, "");
  }

  base::Done add_past() {
    using End = Assigned::End;
    const std::vector<const char*> all(std::begin(kMembers), std::end(kMembers));
    set(-262, 9);
    const Id first =
        TRY(arrange("全民科学素质工作联席会议第一次会议", Kind::conference, -250, "县政府第二会议室",
                    "通报上年度工作情况\n审议本年度工作要点和任务分工\n研究科普经费安排", all));
    TRY(call(first, 0));
    set(-250, 12);
    TRY(hold(first,
             "会议听取了县科协关于上年度工作情况的汇报，审议并原则通过本年度工作要点。\n"
             "会议指出，要把任务分到单位、分到月份，做到有人抓、有记录、可核对。\n"
             "会议要求各成员单位按季度如实报送进展，数字以平台记录为准。",
             true));
    TRY(assign(first, -250,
               {"制定本年度科普经费安排方案，报县政府审定", "县财政局", "县科协、县发改局", 60, "", 40,
                End::closed}));
    TRY(assign(first, -250,
               {"建立中小学科学教师配备台账，一校一表", "县教育局", "县人社局", 90, "壮大科学教师队伍", 110,
                End::closed}));
    TRY(assign(first, -250,
               {"完善应急科普专家库，每个乡镇至少联系一名专家", "县应急局", "县气象局、县卫健局", 120,
                "健全应急科普协同机制", 115, End::accepted}));
    set(-130, 9);
    const Id second = TRY(arrange("工作调度会", Kind::working, -120, "县科协会议室",
                                  "听取各单位上半年进展\n研究滞后任务的措施",
                                  {"县教育局", "县农业农村局", "县卫健局", "县科技局", "县气象局"}));
    TRY(call(second, 0));
    set(-120, 12);
    TRY(hold(second, "会议逐项对照平台上的进展，研究了滞后任务的原因和措施。", true));
    TRY(assign(second, -120,
               {"高素质农民培训要补齐参训人员名册，去除重复人员", "县农业农村局", "各乡镇（街道）", 75,
                "实施高素质农民培育计划", -1, End::taken}));
    TRY(assign(second, -120,
               {"提出基层卫生人员健康科普培训安排，明确批次和人数", "县卫健局", "", 100, "普及老年人健康知识",
                110, End::reported}));
    set(-70, 9);
    const Id hearing = TRY(arrange("实施情况专题汇报会", Kind::hearing, -62, "县委常委会议室",
                                   "县科协汇报实施方案推进情况", {"县委宣传部", "县财政局", "县教育局"}));
    TRY(call(hearing, 0));
    set(-62, 12);
    TRY(hold(hearing, "县委、县政府听取了实施方案推进情况汇报，要求对滞后任务挂账推进。", true));
    TRY(assign(hearing, -62,
               {"研究流动科技馆巡展路线与乡村振兴示范点结合的办法", "县文旅局", "", 40,
                "组织流动科技馆和科普大篷车巡展", -1, End::withdrawn}));
    set(-24, 9);
    const Id last =
        TRY(arrange("全民科学素质工作联席会议第二次会议", Kind::conference, -14, "县政府第二会议室",
                    "听取第一次会议议定事项落实情况\n研究基层科普阵地建设\n部署年底考核", all));
    TRY(call(last, 0));
    set(-14, 12);
    TRY(hold(last,
             "会议听取了第一次会议议定事项落实情况，对逾期事项逐项点评。\n"
             "会议强调，基层科普阵地要开得了门、找得到人、看得见记录。",
             false));
    TRY(assign(last, -14,
               {"开展基层科普阵地专项督查，结果在全县通报", "县科协", "县教育局、县农业农村局", 40,
                "完善基层科普服务体系", -1, End::taken}));
    TRY(assign(last, -14,
               {"拟订气象灾害预警与应急科普联动办法", "县气象局", "县应急局、县融媒体中心", 12,
                "健全应急科普协同机制", 9, End::returned}));
    return assign(last, -14,
                  {"在县融媒体中心开设科普专栏，每周至少更新两次", "县融媒体中心", "县科协", 30,
                   "打造全媒体科普传播矩阵", -1, End::open});
  }

  base::Done add_coming() {
    set(-3, 9);
    const Id special = TRY(arrange("基层科普阵地建设专题会议", Kind::special, 9, "县政府第三会议室",
                                   "研究科普阵地管护经费和责任单位",
                                   {"县财政局", "县教育局", "县农业农村局", "县卫健局", "柳溪镇", "白鹭乡"}));
    TRY(call(special, 3));
    const Id cancelled = TRY(arrange("青少年科技创新大赛筹备会", Kind::special, 4, "县教育局会议室",
                                     "研究大赛方案", {"县教育局", "县科技局", "团县委"}));
    TRY(call(cancelled, 2));
    TRY(store_.cancel(by(), cancelled, TRY(revision(cancelled)), "与市里活动时间冲突，改为书面征求意见"));
    set(-1, 16);
    const std::vector<const char*> all(std::begin(kMembers), std::end(kMembers));
    meetings::DecisionQuery query;
    query.open_only = true;
    const auto open = store_.decisions(tenant_, query).decisions;
    std::vector<std::string> names;
    for (const auto& d : open) names.push_back(program_.directory().units(tenant_)->find(d.unit)->name);
    TRY(arrange("全民科学素质工作联席会议第三次会议", Kind::conference, 35, "县政府第二会议室",
                meetings::proposed_agenda(open, day(0), names) + "通报中期评估情况", all));
    return {};
  }

  base::Done add_recurring() {
    set(-320, 10);
    const int year = day(0).year;
    const auto add = [&](const std::string& title, const std::string& basis, meetings::Every every, int times,
                         meetings::Proof proof, Kind kind, const std::string& of,
                         int since) -> base::Result<Id> {
      meetings::Recurring r;
      r.title = title;
      r.basis = basis;
      r.every = every;
      r.times = times;
      r.proof = proof;
      r.kind = kind;
      r.unit = unit(of);
      r.since = {since, 1, 1};
      return store_.save_recurring(by(), r);
    };
    using meetings::Every, meetings::Proof;
    TRY(add("向县委、县政府汇报实施情况", "实施方案 组织保障第一条", Every::year, 1, Proof::meeting,
            Kind::hearing, "县科协", year));
    TRY(add("召开联席会议", "实施方案 组织保障第一条", Every::year, 2, Proof::meeting, Kind::conference,
            "县科协", year));
    TRY(add("印发工作简报", "联席会议工作规则", Every::half, 1, Proof::briefing, Kind::special, "县科协",
            year));
    const Id money = TRY(add("核对科普经费落实情况", "实施方案 条件保障", Every::year, 1, Proof::note,
                             Kind::special, "县财政局", year - 1));
    const auto file = TRY(program_.files().put("岚江县财政局：年度科普经费预算下达情况核对表（示范数据）\n"));
    meetings::NewProof proof;
    proof.day = day(-30).year == year ? day(-30) : day(0);
    proof.words = "与县科协核对年度科普经费预算，专项经费已下达";
    proof.file = {file.sha256, "科普经费核对表.txt", file.type};
    set(0, 8);
    return store_.add_proof({of_unit("县财政局"), kRemote}, money, proof);
  }

  // Issued as a person does it, by the page, so that its figures are those of the platform.
  base::Done add_briefings() {
    set(0, 9);
    meetings::Briefing b;
    b.title = "岚江县全民科学素质工作情况";
    b.metrics = {"reports.on_time",
                 "evidence.count",
                 "inspection.open",
                 "meetings.held",
                 "meetings.decisions_on_time",
                 "meetings.duties_proven"};
    b.words =
        "各成员单位按联席会议要求推进年度任务，多数任务进展正常。\n"
        "主要问题：部分培训没有名册，人数不能核对；个别阵地开放时间不足。";
    b.questions = "基层科普阵地管护经费由县、乡两级如何分担。";
    const Id id = TRY(store_.save_briefing(by(), b));
    auth::Credentials credentials;
    credentials.tenant = tenant_;
    credentials.login = "kexie";
    credentials.password = "Lanjiang-kexie";
    const auto session = TRY(program_.sign_in().sign_in(credentials));
    http::Request request;
    request.method = http::Method::post;
    request.target = request.path = fmt::format("/briefings/{}/issue", id);
    request.cookies = {{std::string(site::kSessionCookie), session.token}};
    request.form = {{"csrf", session.csrf}, {"revision", "1"}};
    request.remote = kRemote;
    const auto answered = program_.site().answer(std::move(request));
    TRY(program_.sign_in().sign_out(session.token));
    if (answered.status != 303)
      return base::refuse(base::Code::conflict, "demo.briefing", "示范数据里的简报没有印发成功。");
    b.title = "岚江县全民科学素质工作情况（会议材料）";
    b.questions.clear();
    TRY(store_.save_briefing(by(), b));
    return {};
  }

  Program& program_;
  Id tenant_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  meetings::MeetingStore store_;
  std::int64_t today_;
  std::map<std::string, auth::Person> people_;
  auth::Actor office_;
  std::vector<meetings::TaskName> tasks_;
};

}  // namespace

base::Done make_meetings(Program& program, base::Id tenant) {
  Maker maker(program, tenant);
  return maker.make();
}

}  // namespace kepu::app::demo
