// Places and things in the registers of the demonstration county.
#include "app/demo_register_maker.h"

namespace kepu::app::demo {

base::Done RegisterMaker::make_places() {
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

base::Done RegisterMaker::make_things() {
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

}  // namespace kepu::app::demo
