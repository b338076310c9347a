// What happens to the registers of the demonstration county: steps, applications, a record, bookings.
#include "app/demo_register_maker.h"
#include "app/demo_register_values.h"

namespace kepu::app::demo {

using registers::Act;
using registers::Application;
using registers::Type;

// Who has an account sees his own record.
base::Done RegisterMaker::link_accounts() {
  registers::PersonQuery q;
  q.limit = 1000;
  for (const auto& row : store_.people(tenant_, q).people) {
    const auto found = people_.find(row.person.name);
    if (found == people_.end() || found->second.login.empty()) continue;
    registers::Person wanted = row.person;
    wanted.phone = row.person.masked;
    wanted.account = found->second.id;
    if (wanted.phone.empty()) continue;
    TRY(store_.change_person({command_, kRegisterRemote}, wanted));
  }
  return {};
}

base::Done RegisterMaker::act(Id id, Action action, const std::string& text) {
  Act wanted;
  wanted.action = action;
  wanted.revision = TRY(store_.entry(tenant_, id)).revision;
  wanted.text = text;
  return store_.act({command_, kRegisterRemote}, id, wanted);
}

base::Done RegisterMaker::move_some() {
  const auto experts = TRY(entries_by_name("expert"));
  TRY(act(experts.at("地质灾害专家"), Action::suspend, "本人借调外地半年"));
  const auto volunteers = TRY(entries_by_name("volunteer"));
  TRY(act(volunteers.at("青年科普队志愿者08号"), Action::retire, "外出上学，本人申请退出"));
  TRY(act(volunteers.at("健康服务队志愿者07号"), Action::suspend, "没有参加复训"));
  const auto stations = TRY(entries_by_name("station"));
  return act(stations.begin()->second, Action::suspend, "房屋维修，预计两个月");
}

base::Result<Id> RegisterMaker::apply(const std::string& key, const Row& row, std::size_t i) {
  const Type type = TRY(store_.type(tenant_, key));
  Application a;
  a.consent = true;
  a.phone = row.phone;
  a.entry.type = key;
  a.entry.name = row.name;
  a.entry.unit = row.unit;
  a.entry.place = row.place;
  a.entry.values = filled(type, row.values, unit_name(row.unit), program_.clock().today(), i);
  ++made_.entries;
  return store_.apply({command_, kRegisterRemote}, a, true);
}

base::Done RegisterMaker::apply_some() {
  const Id willow = unit_of("柳溪镇");
  TRY(apply("expert", {"航天科普专家", unit_of("县教育局"), 0, {{"field", "科学教育"}}, next_phone()}, 1));
  const Id checked = TRY(apply(
      "expert", {"中医药文化专家", unit_of("县人民医院"), 0, {{"field", "医疗卫生"}}, next_phone()}, 2));
  TRY(act(checked, Action::check, "材料齐全"));
  const Id approved =
      TRY(apply("team", {"白鹭观鸟科普队", unit_of("白鹭乡"), unit_of("白鹭乡"), {{"kind", "青年科普"}}}, 3));
  TRY(act(approved, Action::check, ""));
  TRY(act(approved, Action::approve, "同意"));
  const Id returned = TRY(apply("base", {"柳溪水文化园", willow, willow, {{"level", "县级"}}}, 4));
  TRY(act(returned, Action::give_back, "请补充开放时间和接待能力的证明材料"));
  const auto villages = villages_of(willow);
  TRY(apply("informant", {"新增信息员", willow, villages.back()->id, {}, next_phone()}, 5));
  const Id refused = TRY(apply("expert", {"保健品推销员", unit_of("县市场监管局"), 0, {}, next_phone()}, 6));
  return act(refused, Action::refuse, "从事商品推销，不符合专家条件");
}

// A year of talks of one expert, told by one and confirmed by the other side, and a certificate of it.
base::Done RegisterMaker::make_record() {
  registers::PersonQuery q;
  q.text = "茶叶栽培专家";
  const auto found = store_.people(tenant_, q);
  if (found.people.empty())
    return base::refuse(base::Code::not_found, "demo.person", "示范数据里没有茶叶栽培专家。");
  const Id person = found.people.front().person.id;
  struct Work {
    const char *title, *host;
    registers::ProofKind kind;
    int days_ago;
    double hours;
    int audience;
  };
  const Work works[] = {{"茶园冬季管理现场课", "茶坪镇", registers::ProofKind::talk, 20, 2, 64},
                        {"茶树病虫害绿色防控", "柳溪镇", registers::ProofKind::talk, 75, 2.5, 48},
                        {"指导茶叶合作社改造老茶园", "茶坪镇", registers::ProofKind::mentoring, 110, 6, 12},
                        {"科普手册《看懂一片茶叶》", "县科协", registers::ProofKind::work, 160, 0, 0},
                        {"科技下乡咨询", "云岭镇", registers::ProofKind::service, 8, 4, 90}};
  for (std::size_t i = 0; i < std::size(works); ++i) {
    const auto& w = works[i];
    registers::Proof p;
    p.person = person;
    p.kind = w.kind;
    p.title = w.title;
    p.on = base::from_days(base::to_days(program_.clock().today()) - w.days_ago);
    p.hours = w.hours;
    p.audience = w.audience;
    p.host = unit_of(w.host);
    p.note = "有通知和签到表";
    if (i == 4) {  // who decides has something to look at
      const auto sheet =
          TRY(program_.files().put("云岭镇科技下乡咨询签到表\n到场九十人，茶农六十二人，其他二十八人\n"));
      p.files = {{sheet.sha256, "签到表.txt", sheet.type}};
    }
    const Id id = TRY(store_.tell(as("县农技中心联络员"), p));
    if (i == 4) continue;  // waits to be confirmed
    TRY(store_.decide(as(std::string(w.host) + "联络员"), id, true, "", 1));
  }
  const auto today = program_.clock().today();
  TRY(store_.issue(as("县科协经办"), person, base::from_days(base::to_days(today) - 365), today));
  return {};
}

// The command in the name of a person.
By RegisterMaker::as(const std::string& name) {
  auto& actor = acting_.emplace_back(command_);
  if (const auto found = people_.find(name); found != people_.end()) {
    actor.person = found->second.id;
    actor.unit = found->second.unit;
    const auto* unit = tree_->find(found->second.unit);
    actor.unit_name = unit == nullptr ? "" : unit->name;
  }
  actor.name = name;
  return {actor, kRegisterRemote};
}

// The keeper is the association; a township has the van today, a school waits for an answer.
base::Done RegisterMaker::make_bookings() {
  auto& bookings = program_.registers().bookings();
  const auto vans = TRY(entries_by_name("vehicle")), things = TRY(entries_by_name("resource"));
  struct Wish {
    Id entry;
    const char *unit, *who;
    int from, to;
    const char* purpose;
    int verdict;  // 1 yes, -1 no, 0 waits
  };
  const Wish wishes[] = {
      {vans.at("科普大篷车一号"), "柳溪镇", "柳溪镇联络员", 0, 1, "科普大集，展品二十件，约三百人", 1},
      {vans.at("科普大篷车一号"), "县教育局", "县教育局联络员", 5, 9, "乡村小学巡展五所", 1},
      {vans.at("科普大篷车一号"), "茶坪镇", "茶坪镇联络员", 12, 13, "茶叶节科普专区", 0},
      {vans.at("流动科普车二号"), "云岭镇", "云岭镇联络员", 3, 4, "中药材科普进村", -1},
      {things.at("流动科普展品 20 件"), "县教育局", "县教育局联络员", 2, 15, "实验小学科技节布展", 0},
      {things.at("土壤速测仪"), "青禾镇", "青禾镇联络员", 1, 1, "稻田取土检测", 0}};
  for (const auto& w : wishes) {
    registers::Booking b;
    b.entry = w.entry;
    b.unit = unit_of(w.unit);
    b.first = base::from_days(base::to_days(program_.clock().today()) + w.from);
    b.last = base::from_days(base::to_days(program_.clock().today()) + w.to);
    b.purpose = w.purpose;
    // Somebody of that unit, who may ask and decides on nothing.
    auth::Actor asking = as(w.who).actor;
    asking.reaches = {{std::string(registers::kRead), true, false, {}, 0},
                      {std::string(registers::kApply), false, false, {b.unit}, 0}};
    const Id id = TRY(bookings.ask({asking, kRegisterRemote}, b));
    if (w.verdict == 0) continue;
    TRY(bookings.decide(as("县科协经办"), id, w.verdict > 0,
                        w.verdict > 0 ? "" : "那两天车辆年检，请改到下周", 1));
  }
  return {};
}

}  // namespace kepu::app::demo
