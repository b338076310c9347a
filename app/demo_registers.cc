#include "app/demo_registers.h"

#include <deque>
#include <map>

#include "app/demo_people.h"
#include "app/demo_register_values.h"
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/registers/registers_engine.h"

namespace kepu::app::demo {
namespace {

using base::Id;
using registers::Act;
using registers::Action;
using registers::Application;
using registers::By;
using registers::ImportRow;
using registers::Type;

constexpr const char* kRemote = "示范数据";

class Maker {
 public:
  Maker(Program& program, Id tenant)
      : program_(program),
        store_(program.registers().store()),
        tenant_(tenant),
        tree_(program.directory().units(tenant)),
        command_(program.command_actor(tenant)) {}

  base::Result<RegistersMade> make() {
    people_ = TRY(people_by_name(program_, command_));
    TRY(make_bodies());
    TRY(make_people());
    TRY(make_places());
    TRY(make_things());
    TRY(link_accounts());
    TRY(move_some());
    TRY(apply_some());
    TRY(make_record());
    return made_;
  }

 private:
  struct Row {
    std::string name;
    Id unit = 0, place = 0;
    std::map<std::string, std::string> values = {};
    std::string phone = {};
    std::vector<Id> serves = {};
    Id parent = 0;
    int months_ago = 8;
  };

  Id unit_of(const std::string& name) const {
    const auto* found = tree_->find_by_name(name);
    return found == nullptr ? Id{0} : found->id;
  }
  const std::vector<const auth::Unit*> townships() const { return tree_->of_kind(auth::UnitKind::township); }
  std::vector<const auth::Unit*> villages_of(Id township) const { return tree_->children(township); }
  base::Date ago(int months) const {
    return base::from_days(base::to_days(program_.clock().today()) - 30LL * months);
  }
  std::string next_phone() { return fmt::format("1990000{:04}", ++phones_); }

  std::string unit_name(Id unit) const {
    const auto* found = tree_->find(unit);
    return found == nullptr ? "县科协" : found->name;
  }

  base::Done add(const std::string& key, const std::vector<Row>& rows) {
    const Type type = TRY(store_.type(tenant_, key));
    std::vector<ImportRow> sheet;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ImportRow line;
      line.row = static_cast<int>(i) + 2;
      Application& a = line.application;
      a.consent = true;
      a.phone = rows[i].phone;
      a.entry.type = key;
      a.entry.name = rows[i].name;
      a.entry.unit = rows[i].unit;
      a.entry.place = rows[i].place;
      a.entry.parent = rows[i].parent;
      a.entry.serves = rows[i].serves;
      a.entry.values = filled(type, rows[i].values, unit_name(rows[i].unit), program_.clock().today(), i);
      a.entry.valid_from = ago(rows[i].months_ago);
      sheet.push_back(std::move(line));
    }
    const auto report = TRY(store_.import({command_, kRemote}, key, sheet, false));
    if (!report.applied) {
      return base::refuse(base::Code::invalid, "demo.register",
                          type.title + "：" + report.problems.front().message);
    }
    made_.entries += report.added;
    return {};
  }

  base::Result<std::map<std::string, Id>> entries_by_name(const std::string& key) {
    registers::EntryQuery q;
    q.type = key;
    q.limit = 1000;
    std::map<std::string, Id> out;
    for (const auto& e : store_.entries(tenant_, q).entries) out[e.name] = e.id;
    return out;
  }

  // ---------------------------------------------------------------- teams, associations …

  base::Done make_bodies() {
    const Id corps = unit_of("科技志愿总队");
    std::vector<Row> teams = {
        {"农技服务队", corps, 0, {{"kind", "农技服务"}, {"skills", "种植养殖、信息技术"}}},
        {"健康服务队", corps, 0, {{"kind", "健康服务"}, {"skills", "健康义诊、急救自救"}}},
        {"青年科普队", corps, 0, {{"kind", "青年科普"}, {"skills", "科学实验、防范诈骗"}}},
        {"老科协报告团",
         unit_of("县老科协"),
         0,
         {{"kind", "老科技工作者"}, {"skills", "健康义诊、助老助残"}}}};
    std::size_t i = 0;
    for (const auto* t : townships()) {
      if (++i == 5 || i == 11) continue;  // two townships without a team
      teams.push_back({t->name + "科技志愿服务队",
                       t->id,
                       t->id,
                       {{"kind", i % 2 == 0 ? "综合服务" : "应急科普"}},
                       "",
                       {t->id},
                       0,
                       static_cast<int>(3 + (i * 5) % 22)});
    }
    TRY(add("team", teams));
    std::vector<Row> associations, elders;
    const char* crops[] = {"茶叶", "水产", "果树", "中药材", "林竹", "蔬菜", "粮油", "畜禽"};
    i = 0;
    for (const auto* t : townships()) {
      ++i;
      if (i > 3 && i < 12)
        associations.push_back({t->name + crops[i % 8] + "专业技术协会",
                                t->id,
                                t->id,
                                {{"kind", crops[i % 8]}},
                                "",
                                {t->id},
                                0,
                                14});
      if (i % 3 != 0) elders.push_back({t->name + "老年协会", t->id, t->id, {{"kind", "老年协会"}}});
    }
    TRY(add("rural_association", associations));
    TRY(add("elder_association", elders));
    TRY(add("society",
            {{"县医学会", unit_of("县人民医院"), 0, {{"kind", "医科"}}, "", {}, 0, 20},
             {"县农学会", unit_of("县农技中心"), 0, {{"kind", "农科"}}, "", {}, 0, 30},
             {"县青少年科技教育协会", unit_of("县教育局"), 0, {{"kind", "交叉与科普"}}, "", {}, 0, 58},
             {"县气象学会", unit_of("县气象局"), 0, {{"kind", "理科"}}, "", {}, 0, 12}}));
    TRY(add("studio",
            {{"茶叶栽培专家工作室", unit_of("县农技中心")}, {"慢病管理专家工作室", unit_of("县人民医院")}}));
    return add(
        "workstation",
        {{"园区茶叶加工专家工作站", unit_of("县工信局"), 0, {{"kind", "院士专家工作站"}}, "", {}, 0, 34},
         {"岚江产业园科协", unit_of("县工信局"), 0, {{"kind", "园区科协"}}},
         {"县茶业公司企业科协", unit_of("县工信局"), 0, {{"kind", "企业科协"}}}});
  }

  // ---------------------------------------------------------------- people

  base::Done make_people() {
    struct Known {
      const char *name, *unit, *field, *skills;
    };
    const Known experts[] = {{"茶叶栽培专家", "县农技中心", "农业农村", "种植养殖"},
                             {"柑橘种植专家", "县农技中心", "农业农村", "种植养殖"},
                             {"淡水养殖专家", "县农技中心", "农业农村", "种植养殖"},
                             {"植物保护专家", "县农技中心", "农业农村", "种植养殖、食品安全"},
                             {"慢病管理专家", "县人民医院", "医疗卫生", "慢病防治、用药安全"},
                             {"急诊急救专家", "县人民医院", "医疗卫生", "急救自救"},
                             {"儿童保健专家", "县人民医院", "医疗卫生", "传染病防控"},
                             {"天气预报专家", "县气象局", "气象防灾", "防汛抗旱"},
                             {"防汛抗旱专家", "县水利局", "气象防灾", "防汛抗旱"},
                             {"地质灾害专家", "县自然资源局", "应急管理", "地震地灾"},
                             {"食品安全专家", "县市场监管局", "食品药品", "食品安全、用药安全"},
                             {"森林生态专家", "县林业局", "生态环境", "生态保护"}};
    std::vector<Row> rows;
    for (const auto& e : experts) {
      rows.push_back({e.name,
                      unit_of(e.unit),
                      0,
                      {{"field", e.field}, {"skills", e.skills}},
                      next_phone(),
                      {},
                      0,
                      rows.size() % 4 == 0 ? 35
                      : rows.size() == 7   ? 38
                                           : 10});
    }
    TRY(add("expert", rows));
    const std::string shared = rows[3].phone;  // of 植物保护专家, who is also called otherwise
    TRY(add(
        "lecturer",
        {{"县农技中心植保讲师", unit_of("县农技中心"), 0, {{"skills", "农业技术"}}, shared},
         {"急诊急救专家", unit_of("县人民医院"), 0, {{"skills", "健康生活"}}},  // without a telephone: twice
         {"防汛抗旱专家", unit_of("县水利局"), 0, {{"skills", "防灾减灾"}}, rows[8].phone},
         {"反诈宣传讲师", unit_of("县委网信办"), 0, {{"skills", "反诈与网络安全"}}, next_phone()},
         {"心理健康讲师", unit_of("县人民医院"), 0, {{"skills", "心理健康"}}, next_phone()}}));
    TRY(make_village_people());
    TRY(make_township_people());
    const auto teams = TRY(entries_by_name("team"));
    std::vector<Row> volunteers;
    for (const char* team : {"农技服务队", "健康服务队", "青年科普队"}) {
      volunteers.push_back(
          {fmt::format("{}队长", team), unit_of("科技志愿总队"), 0, {}, next_phone(), {}, teams.at(team), 2});
      for (int i = 1; i <= 8; ++i) {
        volunteers.push_back({fmt::format("{}志愿者{:02}号", team, i),
                              unit_of("科技志愿总队"),
                              0,
                              {},
                              next_phone(),
                              {},
                              teams.at(team),
                              2 + i});
      }
    }
    TRY(add("volunteer", volunteers));
    TRY(add("mentor", {{"县一中物理教师", unit_of("县一中"), 0, {{"host", "实验小学"}}, next_phone()},
                       {"慢病管理专家",
                        unit_of("县人民医院"),
                        0,
                        {{"host", "县融媒体中心"}, {"post", "媒体科普顾问"}},
                        "19900000005"}}));
    TRY(add("vice_principal",
            {{"天气预报专家", unit_of("县气象局"), 0, {{"school", "柳溪镇中心小学"}}, "19900000008"},
             {"森林生态专家", unit_of("县林业局"), 0, {{"school", "白鹭乡中心小学"}}, "19900000012"},
             {"县一中生物教师", unit_of("县一中"), 0, {{"school", "岚江县实验小学"}}, next_phone()}}));
    std::vector<Row> elders;
    for (const char* name :
         {"退休农艺师", "退休内科医生", "退休物理教师", "退休水利工程师", "退休林业工程师", "退休会计师"})
      elders.push_back({name, unit_of("县老科协"), 0, {}, next_phone(), {}, 0, 5});
    TRY(add("elder_talent", elders));
    std::vector<Row> personnel = {
        {"县科协公众号编辑", unit_of("县科协"), 0, {{"kind", "科普创作人员"}}, next_phone()}};
    for (const auto* school : {"实验小学", "柳溪小学", "白鹭小学"}) {
      personnel.push_back(
          {std::string(school) + "科技辅导员", unit_of(school), 0, {{"kind", "兼职科普人员"}}, next_phone()});
    }
    for (const auto* department :
         {"县教育局", "县农业农村局", "县卫健局", "县应急局", "县气象局", "县林业局"}) {
      personnel.push_back({std::string(department) + "联络员",
                           unit_of(department),
                           0,
                           {{"kind", "兼职科普人员"}},
                           next_phone()});
    }
    return add("personnel", personnel);
  }

  base::Done make_village_people() {
    std::vector<Row> informants, propagandists;
    std::size_t i = 0;
    for (const auto* t : townships()) {
      for (const auto* v : villages_of(t->id)) {
        ++i;
        if (i % 7 != 3)
          informants.push_back({v->name + "信息员",
                                t->id,
                                v->id,
                                {},
                                next_phone(),
                                {},
                                0,
                                static_cast<int>(1 + (i * 5) % 23)});
        if (i % 11 != 6) propagandists.push_back({v->name + "科普工作者", t->id, v->id, {}, next_phone()});
      }
    }
    TRY(add("informant", informants));
    return add("propagandist", propagandists);
  }

  base::Done make_township_people() {
    std::vector<Row> heads, commissioners;
    const char* skills[] = {"茶叶", "果树", "水产", "中药材", "粮油", "蔬菜"};
    std::size_t i = 0;
    for (const auto* t : townships()) {
      ++i;
      for (const char* head : {"院长", "校长", "站长"}) {
        if (i == 9 && std::string_view(head) != "校长") continue;  // one township lacks two of the three
        const char* where = std::string_view(head) == "院长"   ? "卫生院"
                            : std::string_view(head) == "校长" ? "中心小学"
                                                               : "农技站";
        heads.push_back({t->name + where + head,
                         t->id,
                         t->id,
                         {{"head", head}, {"employer", t->name + where}},
                         next_phone(),
                         {},
                         0,
                         static_cast<int>(6 + (i * 7) % 31)});
      }
      if (i > 2)
        commissioners.push_back(
            {t->name + skills[i % 6] + "特派员",
             unit_of("县科技局"),
             t->id,
             {{"skills", skills[i % 6]}, {"kind", i % 5 == 0 ? "法人科技特派员" : "个人科技特派员"}},
             next_phone(),
             {t->id},
             0,
             static_cast<int>(2 + (i * 4) % 22)});
    }
    TRY(add("three_heads", heads));
    return add("commissioner", commissioners);
  }

  // ---------------------------------------------------------------- places and things

  base::Done make_places() {
    std::vector<Row> stations, galleries, communities;
    std::size_t i = 0;
    for (const auto* t : townships()) {
      for (const auto* v : villages_of(t->id)) {
        ++i;
        if (i % 5 < 3) stations.push_back({v->name + "科普站", t->id, v->id});
        if (i % 3 == 1) galleries.push_back({v->name + "科普画廊", t->id, v->id});
        if (i % 9 == 2)
          communities.push_back(
              {v->name, t->id, v->id, {{"level", i % 2 == 0 ? "市级" : "县级"}}, "", {}, 0, 40});
      }
    }
    TRY(add("station", stations));
    TRY(add("gallery", galleries));
    TRY(add("community", communities));
    TRY(add("base", {{"岚江湿地科普教育基地",
                      unit_of("县林业局"),
                      unit_of("白鹭乡"),
                      {{"level", "省级"}, {"kind", "自然资源类"}},
                      "",
                      {},
                      0,
                      54},
                     {"云雾茶科普教育基地",
                      unit_of("县农业农村局"),
                      unit_of("茶坪镇"),
                      {{"level", "市级"}, {"kind", "三农类"}},
                      "",
                      {},
                      0,
                      30},
                     {"县气象科普教育基地",
                      unit_of("县气象局"),
                      unit_of("望塔街道"),
                      {{"level", "市级"}, {"kind", "教育科研与重大工程类"}},
                      "",
                      {},
                      0,
                      61},
                     {"县消防科普教育基地",
                      unit_of("县消防救援大队"),
                      unit_of("东渡街道"),
                      {{"level", "县级"}, {"kind", "场馆类"}},
                      "",
                      {},
                      0,
                      12},
                     {"药谷中草药科普教育基地",
                      unit_of("县农业农村局"),
                      unit_of("云岭镇"),
                      {{"level", "县级"}, {"kind", "企业类"}},
                      "",
                      {},
                      0,
                      57}}));
    TRY(add("venue",
            {{"县科技馆", unit_of("县科协"), unit_of("临岚街道"), {{"kind", "科技馆"}, {"fee", "免费"}}},
             {"柳溪中学农村科技馆",
              unit_of("县教育局"),
              unit_of("柳溪镇"),
              {{"kind", "农村中学科技馆"}, {"fee", "免费"}}}}));
    return add("yard", {{"茶坪云雾茶科技小院",
                         unit_of("县农业农村局"),
                         unit_of("茶坪镇"),
                         {{"crop", "茶叶"}, {"kind", "科技小院"}}},
                        {"青禾稻渔科技小院",
                         unit_of("县农业农村局"),
                         unit_of("青禾镇"),
                         {{"crop", "稻渔综合种养"}, {"kind", "科技小院"}}},
                        {"云岭中药材院地共建点",
                         unit_of("县农业农村局"),
                         unit_of("云岭镇"),
                         {{"crop", "中药材"}, {"kind", "院地共建点"}}}});
  }

  base::Done make_things() {
    TRY(add("vehicle", {{"科普大篷车一号", unit_of("县科协"), 0, {{"kind", "科普大篷车"}}},
                        {"流动科普车二号", unit_of("县科协"), 0, {{"kind", "流动科普车"}}}}));
    TRY(add("post", {{"县科技馆讲解岗", unit_of("县科协"), 0, {{"kind", "专职"}, {"vacant", "1"}}},
                     {"气象科普讲解岗", unit_of("县气象局"), 0, {{"kind", "兼职"}}}}));
    return add(
        "resource",
        {{"土壤速测仪",
          unit_of("县农技中心"),
          0,
          {{"kind", "仪器设备"}, {"opening", "农户凭身份证预约，当天出结果"}}},
         {"茶叶感官审评室", unit_of("县农业农村局"), 0, {{"kind", "实验室"}, {"opening", "提前三天预约"}}},
         {"流动科普展品 20 件",
          unit_of("县科协"),
          0,
          {{"kind", "科普展品"}, {"opening", "乡镇和学校可借两周"}}},
         {"森林昆虫标本", unit_of("县林业局"), 0, {{"kind", "样品标本"}, {"opening", "团体参观预约"}}}});
  }

  // ---------------------------------------------------------------- what happens to them

  // Who has an account sees his own record.
  base::Done link_accounts() {
    registers::PersonQuery q;
    q.limit = 1000;
    for (const auto& row : store_.people(tenant_, q).people) {
      const auto found = people_.find(row.person.name);
      if (found == people_.end() || found->second.login.empty()) continue;
      registers::Person wanted = row.person;
      wanted.phone = row.person.masked;
      wanted.account = found->second.id;
      if (wanted.phone.empty()) continue;
      TRY(store_.change_person({command_, kRemote}, wanted));
    }
    return {};
  }

  base::Done act(Id id, Action action, const std::string& text) {
    Act wanted;
    wanted.action = action;
    wanted.revision = TRY(store_.entry(tenant_, id)).revision;
    wanted.text = text;
    return store_.act({command_, kRemote}, id, wanted);
  }

  base::Done move_some() {
    const auto experts = TRY(entries_by_name("expert"));
    TRY(act(experts.at("地质灾害专家"), Action::suspend, "本人借调外地半年"));
    const auto volunteers = TRY(entries_by_name("volunteer"));
    TRY(act(volunteers.at("青年科普队志愿者08号"), Action::retire, "外出上学，本人申请退出"));
    TRY(act(volunteers.at("健康服务队志愿者07号"), Action::suspend, "没有参加复训"));
    const auto stations = TRY(entries_by_name("station"));
    return act(stations.begin()->second, Action::suspend, "房屋维修，预计两个月");
  }

  base::Result<Id> apply(const std::string& key, const Row& row, std::size_t i) {
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
    return store_.apply({command_, kRemote}, a, true);
  }

  base::Done apply_some() {
    const Id willow = unit_of("柳溪镇");
    TRY(apply("expert", {"航天科普专家", unit_of("县教育局"), 0, {{"field", "科学教育"}}, next_phone()}, 1));
    const Id checked = TRY(apply(
        "expert", {"中医药文化专家", unit_of("县人民医院"), 0, {{"field", "医疗卫生"}}, next_phone()}, 2));
    TRY(act(checked, Action::check, "材料齐全"));
    const Id approved = TRY(
        apply("team", {"白鹭观鸟科普队", unit_of("白鹭乡"), unit_of("白鹭乡"), {{"kind", "青年科普"}}}, 3));
    TRY(act(approved, Action::check, ""));
    TRY(act(approved, Action::approve, "同意"));
    const Id returned = TRY(apply("base", {"柳溪水文化园", willow, willow, {{"level", "县级"}}}, 4));
    TRY(act(returned, Action::give_back, "请补充开放时间和接待能力的证明材料"));
    const auto villages = villages_of(willow);
    TRY(apply("informant", {"新增信息员", willow, villages.back()->id, {}, next_phone()}, 5));
    const Id refused =
        TRY(apply("expert", {"保健品推销员", unit_of("县市场监管局"), 0, {}, next_phone()}, 6));
    return act(refused, Action::refuse, "从事商品推销，不符合专家条件");
  }

  // A year of talks of one expert, told by one and confirmed by the other side, and a certificate of it.
  base::Done make_record() {
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
      const Id id = TRY(store_.tell(as("县农技中心联络员"), p));
      if (i == 4) continue;  // waits to be confirmed
      TRY(store_.decide(as(std::string(w.host) + "联络员"), id, true, "", 1));
    }
    const auto today = program_.clock().today();
    TRY(store_.issue(as("县科协经办"), person, base::from_days(base::to_days(today) - 365), today));
    return {};
  }

  // The command in the name of a person.
  By as(const std::string& name) {
    auto& actor = acting_.emplace_back(command_);
    if (const auto found = people_.find(name); found != people_.end()) {
      actor.person = found->second.id;
      actor.unit = found->second.unit;
      const auto* unit = tree_->find(found->second.unit);
      actor.unit_name = unit == nullptr ? "" : unit->name;
    }
    actor.name = name;
    return {actor, kRemote};
  }

  Program& program_;
  registers::RegisterStore& store_;
  Id tenant_;
  std::shared_ptr<const auth::UnitTree> tree_;
  auth::Actor command_;
  std::map<std::string, auth::Person> people_;
  std::deque<auth::Actor> acting_;
  RegistersMade made_;
  int phones_ = 0;
};

}  // namespace

base::Result<RegistersMade> make_registers(Program& program, base::Id tenant) {
  return Maker(program, tenant).make();
}

}  // namespace kepu::app::demo
