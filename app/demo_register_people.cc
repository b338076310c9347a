// The people in the registers of the demonstration county: named by their post.
#include "app/demo_register_maker.h"

namespace kepu::app::demo {

base::Done RegisterMaker::make_people() {
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

base::Done RegisterMaker::make_village_people() {
  std::vector<Row> informants, propagandists;
  std::size_t i = 0;
  for (const auto* t : townships()) {
    for (const auto* v : villages_of(t->id)) {
      ++i;
      if (i % 7 != 3)
        informants.push_back(
            {v->name + "信息员", t->id, v->id, {}, next_phone(), {}, 0, static_cast<int>(1 + (i * 5) % 23)});
      if (i % 11 != 6) propagandists.push_back({v->name + "科普工作者", t->id, v->id, {}, next_phone()});
    }
  }
  TRY(add("informant", informants));
  return add("propagandist", propagandists);
}

base::Done RegisterMaker::make_township_people() {
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

}  // namespace kepu::app::demo
