#include "app/demo_rollup.h"

#include <algorithm>
#include <map>

#include "app/demo_paper.h"
#include "app/demo_plan.h"
#include "app/demo_text.h"
#include "core/auth/directory.h"
#include "core/metric/metric.h"
#include "engines/plan/plan_engine.h"
#include "engines/rollup/rollup_engine.h"

namespace kepu::app::demo {
namespace {

using base::Date;
using base::Id;
using rollup::Choice;
using rollup::Item;
using rollup::ItemKind;
using rollup::Origin;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 2;  // of the ids made here, so that they differ from those of the program

struct Quarter {
  Date first, last;
};
// The quarter that ended `back` quarters before the one of `today`.
Quarter quarter_before(Date today, int back) {
  const int index = today.year * 4 + (today.month - 1) / 3 - back;
  const int year = index / 4, quarter = index % 4;
  const Date next = quarter == 3 ? Date{year + 1, 1, 1} : Date{year, quarter * 3 + 4, 1};
  return {{year, quarter * 3 + 1, 1}, base::from_days(base::to_days(next) - 1)};
}
Date shifted(Date day, int by) { return base::from_days(base::to_days(day) + by); }

class Maker {
 public:
  Maker(Program& program, Id county)
      : program_(program),
        clock_(program.clock().now()),
        ids_(program.clock(), kNode),
        store_({program.db(), clock_, ids_, program.directory(), program.rollup().catalog()}),
        today_(program.clock().today()),
        county_(county) {}

  base::Done make() {
    for (const auto& area : rollup_areas()) TRY(make_area(area));
    TRY(act_as(county_, "县科协系统管理员"));
    TRY(act_as(county_, "县科协经办"));
    TRY(act_as(county_, "县科协主要负责人"));
    TRY(adopt_city_plan());
    const auto past = quarter_before(today_, 2), last = quarter_before(today_, 1);
    set(shifted(past.first, 9), 9);
    TRY(link(county_, "县科协系统管理员"));
    TRY(link(id_of("yunpo"), "云陂县科协负责人"));
    TRY(link(id_of("shitang"), "石棠县科协负责人"));
    TRY(closed_one(past));
    TRY(open_one(last));
    program_.rollup().tell();
    return {};
  }

 private:
  void set(Date day, int hour) { clock_.set(base::start_of(day) + hour * 3'600'000LL); }
  Id id_of(const std::string& code) const { return areas_.at(code); }
  rollup::By by(Id tenant, const std::string& name) { return {actors_.at({tenant, name}), kRemote}; }

  base::Done make_area(const DemoArea& area) {
    auto& directory = program_.directory();
    const bool city = area.code == kCityCode;
    auth::Tenant wanted;
    wanted.code = area.code;
    wanted.name = area.name;
    wanted.area_code = city ? "990300000000" : area.code == "yunpo" ? "990322000000" : "990323000000";
    wanted.parent_name = city ? "" : "澄州市";
    const Id tenant = TRY(directory.create_tenant(program_.command_actor(0), wanted)).id;
    areas_[area.code] = tenant;
    const auto command = program_.command_actor(tenant);
    auth::Unit unit;
    unit.name = area.accounts.front().unit;
    unit.parent = directory.units(tenant)->root();
    const Id association = TRY(directory.add_unit(command, unit));
    for (const auto& account : area.accounts) {
      auth::Person person;
      person.name = account.person;
      person.unit = association;
      const Id id = TRY(directory.add_person(command, person));
      const auto& roles = directory.roles()->all();
      const auto role = std::find_if(roles.begin(), roles.end(),
                                     [&](const auth::Role& r) { return r.title == account.role; });
      if (role == roles.end())
        return base::refuse(base::Code::not_found, "demo.role", "没有“" + account.role + "”这个角色。");
      TRY(directory.give(command, {0, id, role->id, auth::ScopeKind::tenant, {}, ""}));
    }
    TRY(open_accounts(program_, command, area.accounts));
    for (const auto& account : area.accounts) TRY(act_as(tenant, account.person));
    return {};
  }

  base::Done act_as(Id tenant, const std::string& name) {
    const auto people = TRY(people_by_name(program_, program_.command_actor(tenant)));
    const auto found = people.find(name);
    const auto account =
        found == people.end() ? std::nullopt : program_.directory().account_of(tenant, found->second.id);
    if (!account)
      return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有“" + name + "”的账号。");
    actors_.emplace(std::pair(tenant, name), TRY(program_.directory().actor_of(tenant, account->id)));
    return {};
  }

  // The city runs the plan that the county keeps as its superior's.
  base::Done adopt_city_plan() {
    const plan::By by{actors_.at({id_of("chengzhou"), "市科协经办"}), kRemote};
    const auto command = program_.command_actor(by.actor.tenant);
    const plan::By maker{command, kRemote};
    const Id version = TRY(program_.plan().import_document(by, docx_of(superior_text(), Numbers::automatic),
                                                           "澄州市全民科学素质行动规划纲要实施方案.docx",
                                                           plan::PlanKind::own));
    TRY(decide_names(program_, maker, version, true));
    return adopt(program_, by, version);
  }

  base::Done link(Id tenant, const std::string& name) {
    TRY(store_.link(by(tenant, name), std::string(kCityCode)));
    return {};
  }

  base::Result<std::vector<Item>> items() {
    std::vector<Item> out = {
        {"A-01", "报送的进展填报", ItemKind::sum, "项", 0,
         "各单位在时段内首次报送的任务进展填报，退回的也算报送过。", "reports.submitted", 0, ""},
        {"A-02", "按期报送率", ItemKind::side, "%", 1, "时段内到期的应报项数中，在期限前首次报送的占比。",
         "reports.on_time", 0, ""},
        {"B-01", "科普下乡活动", ItemKind::sum, "场", 0,
         "到乡镇集市、村院坝现场开展的科普活动；线上活动不算。", "", 0, ""},
        {"B-02", "财政科普经费", ItemKind::sum, "万元", 1,
         "时段内县级财政实际拨付的科普专项经费，不含上级转移支付。", "", 0, ""}};
    for (const auto& task : program_.rollup().tasks(id_of("chengzhou"), today_)) {
      if (task.title != "完善基层科普服务体系") continue;
      out.push_back({"T-01", task.title, ItemKind::task, "", 0,
                     "请说明本县基层科普服务体系建设的进展和困难。", "", task.id, task.code});
    }
    return out;
  }

  base::Result<Id> issue(const std::string& title, const Quarter& quarter, Date issued, Date due) {
    const auto clerk = by(id_of("chengzhou"), "市科协经办");
    set(issued, 10);
    rollup::Call call;
    call.title = title;
    call.note = "依据《澄州市全民科学素质行动规划纲要实施方案》，请各县（市、区）核对平台数据后上报。";
    call.from = quarter.first;
    call.to = quarter.last;
    call.due = due;
    const Id id = TRY(store_.add_call(clerk, call));
    for (const auto& item : TRY(items())) {
      TRY(store_.put_item(clerk, id, TRY(store_.call(clerk.actor.tenant, id)).revision, item, ""));
    }
    TRY(store_.issue(clerk, id, TRY(store_.call(clerk.actor.tenant, id)).revision));
    return id;
  }

  // The county's metric of that title, where its catalogue has one.
  std::string metric_called(Id tenant, const std::string& title) {
    for (const auto& m : program_.rollup().catalog().all(tenant)) {
      if (m.title == title) return m.id;
    }
    return "";
  }

  std::vector<Choice> county_choices(double money) {
    std::vector<Choice> out;
    const auto trips = metric_called(county_, "科普下乡活动");
    if (!trips.empty()) out.push_back({"B-01", Origin::metric, trips, "", {}, "", 0, ""});
    out.push_back({"B-02", Origin::typed, "", "", money, "县财政局国库集中支付台账", 0, ""});
    return out;
  }
  static std::vector<Choice> small_choices(double trips, std::optional<double> money,
                                           const std::string& words) {
    const std::string none = "本县刚启用平台，进展填报从下一季度开始";
    std::vector<Choice> out = {{"A-01", Origin::empty, "", none, {}, "", 0, ""},
                               {"A-02", Origin::empty, "", none, {}, "", 0, ""},
                               {"B-01", Origin::typed, "", "", trips, "三下乡活动登记簿", 0, ""},
                               {"T-01", Origin::task, "", "", {}, "", 0, words}};
    out.push_back(money ? Choice{"B-02", Origin::typed, "", "", money, "县财政局拨款通知书汇总", 0, ""}
                        : Choice{"B-02", Origin::empty, "", "县财政局还没有对账，月底补报", {}, "", 0, ""});
    return out;
  }

  base::Done report(Id tenant, const std::string& clerk, const std::string& head, Id call, Date day,
                    const std::vector<Choice>& choices, const std::string& reason = {}) {
    set(day, 15);
    auto in = TRY(store_.incoming(tenant, call));
    auto all = choices;
    // What the platform has no figure for is left empty, with the reason.
    for (const auto& problem : program_.rollup().composed(tenant, in.call, all, day).problems) {
      if (problem.rule == "rollup.empty_reason")
        all.push_back(
            {problem.field, Origin::empty, "", "平台启用不久，这一时段还没有到期的填报", {}, "", 0, ""});
    }
    TRY(store_.save_draft(by(tenant, clerk), call, in.draft.revision, all));
    in = TRY(store_.incoming(tenant, call));
    const auto now = program_.rollup().composed(tenant, in.call, in.draft.choices, day);
    TRY(store_.submit(by(tenant, head), call, in.draft.revision, reason, now));
    return {};
  }

  base::Done give_back(Id call, Id county, Date day, const std::string& reason) {
    set(day, 11);
    const Id city = id_of("chengzhou");
    const auto board = TRY(store_.board(city, call));
    for (const auto& row : board.rows) {
      if (row.place.tenant == county && row.counts() != nullptr)
        return store_.give_back(by(city, "市科协经办"), row.counts()->id, reason);
    }
    return base::refuse(base::Code::not_found, "demo.return", "示范数据里没有要退回的上报。");
  }

  std::string title_of(const Quarter& q) const {
    static constexpr const char* kNames[] = {"一", "二", "三", "四"};
    return fmt::format("{} 年第{}季度科普工作汇总", q.first.year, kNames[(q.first.month - 1) / 3]);
  }

  base::Done closed_one(const Quarter& q) {
    const Date due = shifted(q.last, 15);
    const Id call = TRY(issue(title_of(q), q, shifted(q.last, -5), due));
    TRY(report(county_, "县科协经办", "县科协主要负责人", call, shifted(due, -4), county_choices(36.5)));
    TRY(report(county_, "县科协经办", "县科协主要负责人", call, shifted(due, -1), county_choices(38.2),
               "县财政局更正了拨付数"));
    TRY(report(id_of("yunpo"), "云陂县科协负责人", "云陂县科协负责人", call, shifted(due, -2),
               small_choices(11, 22.4, "乡镇科普站点已全部挂牌，缺专职人员")));
    TRY(report(id_of("shitang"), "石棠县科协负责人", "石棠县科协负责人", call, shifted(due, 3),
               small_choices(7, std::nullopt, "正在摸底，还没有开展建设")));
    set(shifted(due, 10), 16);
    const Id city = id_of("chengzhou");
    return store_.close(by(city, "市科协主要负责人"), call, TRY(store_.call(city, call)).revision,
                        "三个县都已上报；石棠县逾期 3 天，经费未对账");
  }

  base::Done open_one(const Quarter& q) {
    const Id call = TRY(issue(title_of(q), q, shifted(today_, -9), shifted(today_, 6)));
    TRY(report(id_of("yunpo"), "云陂县科协负责人", "云陂县科协负责人", call, shifted(today_, -4),
               small_choices(140, 19.8, "新增村级科普活动室 6 个，共 41 个")));
    TRY(report(id_of("shitang"), "石棠县科协负责人", "石棠县科协负责人", call, shifted(today_, -2),
               small_choices(9, 15.0, "3 个乡镇完成站点改造")));
    return give_back(call, id_of("yunpo"), shifted(today_, -1),
                     "科普下乡活动 140 场，上一季度是 11 场，请核对是否把人次填成了场次");
  }

  Program& program_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  rollup::RollupStore store_;
  Date today_;
  Id county_;
  std::map<std::string, Id> areas_;
  std::map<std::pair<Id, std::string>, auth::Actor> actors_;
};

}  // namespace

std::vector<DemoArea> rollup_areas() {
  const auto account = [](const char* area, const char* login, const char* person, const char* unit,
                          const char* role) {
    return DemoAccount{login, std::string(area) + "-" + login, person, unit, role};
  };
  return {
      {std::string(kCityCode),
       "澄州市",
       {account("Chengzhou", "kexie", "市科协经办", "市科协", "科协经办"),
        account("Chengzhou", "kexie-head", "市科协主要负责人", "市科协", "科协负责人")}},
      {"yunpo", "云陂县", {account("Yunpo", "kexie-head", "云陂县科协负责人", "云陂县科协", "系统管理员")}},
      {"shitang",
       "石棠县",
       {account("Shitang", "kexie-head", "石棠县科协负责人", "石棠县科协", "系统管理员")}}};
}

base::Done make_rollup(Program& program, Id county) { return Maker(program, county).make(); }

}  // namespace kepu::app::demo
