// Teams, associations, societies, stations of the demonstration county.
#include "app/demo_register_maker.h"

namespace kepu::app::demo {

base::Done RegisterMaker::make_bodies() {
  const Id corps = unit_of("科技志愿总队");
  std::vector<Row> teams = {
      {"农技服务队", corps, 0, {{"kind", "农技服务"}, {"skills", "种植养殖、信息技术"}}},
      {"健康服务队", corps, 0, {{"kind", "健康服务"}, {"skills", "健康义诊、急救自救"}}},
      {"青年科普队", corps, 0, {{"kind", "青年科普"}, {"skills", "科学实验、防范诈骗"}}},
      {"老科协报告团", unit_of("县老科协"), 0, {{"kind", "老科技工作者"}, {"skills", "健康义诊、助老助残"}}}};
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
  return add("workstation",
             {{"园区茶叶加工专家工作站", unit_of("县工信局"), 0, {{"kind", "院士专家工作站"}}, "", {}, 0, 34},
              {"岚江产业园科协", unit_of("县工信局"), 0, {{"kind", "园区科协"}}},
              {"县茶业公司企业科协", unit_of("县工信局"), 0, {{"kind", "企业科协"}}}});
}

}  // namespace kepu::app::demo
