// The overview: figures, progress, alerts, charts, tiles.
#include "core/html/charts.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

namespace {

using namespace html;  // NOLINT: a page is made of components

struct Line {
  const char* name;
  const char* lead;
  Composition parts;
  double percent;
  Light state;
  const char* next;
};

const std::vector<Line> kLines = {
    {"农民素质提升", "县农业农村局", {2, 6, 3, 2, 1}, 58, Light::late, "09-25 科普赶场"},
    {"科普基础设施工程", "县科协", {2, 4, 1, 1, 1}, 61, Light::late, "10-08 展品检修"},
    {"产业工人素质提升", "县总工会", {1, 4, 1, 1, 0}, 63, Light::watch, "09-30 技能竞赛"},
    {"老年人素质提升", "县卫生健康委", {3, 5, 1, 0, 0}, 74, Light::ok, "10-21 重阳周"},
    {"青少年素质提升", "县教育局", {4, 5, 1, 0, 0}, 78, Light::ok, "10-15 科技节"},
    {"领导干部和公务员素质提升", "县委组织部", {6, 0, 0, 0, 0}, 100, Light::done, "—"},
};

void write_lines(Out& h) {
  h(
      "<table class=\"t3 stack nw\"><caption class=\"sr\">行动和工程的进度</caption><thead><tr><th "
      "scope=\"col\">行动／工程</th>"
      "<th scope=\"col\" class=\"hide-s\">牵头单位</th><th scope=\"col\">任务构成</th><th scope=\"col\" "
      "aria-sort=\"ascending\">"
      "<a href=\"#\">进度</a></th><th scope=\"col\">状态</th><th "
      "scope=\"col\">下一节点</th></tr></thead><tbody>{}</tbody></table>{}",
      [](Out& o) {
        for (const Line& l : kLines) {
          o("<tr><th scope=\"row\"><a href=\"#\">{}</a></th><td class=\"hide-s\">{}</td><td "
            "class=\"hide-s\">{}</td><td class=\"full\">{}</td>"
            "<td class=\"stc\">{}</td><td class=\"small muted hide-s\">{}</td></tr>",
            l.name, l.lead, l.parts, progress(l.percent, 72, l.state), light(l.state), l.next);
        }
      },
      LightKey{});
}

Tiles tiles() {
  const std::vector<std::string> names = {"青石", "柳溪", "白沙", "石桥", "双河", "大坪", "云台",
                                          "桃源", "龙潭", "松林", "清水", "长岭", "马鞍"};
  Tiles out{{{"街道　3 个", "平均 75%", {}}, {"镇　10 个", "平均 61%", {}}},
            {"<40", "40～", "55～", "70～", "85～"}};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const int value = static_cast<int>(31 + i * 37 % 66);
    const int level = value < 40 ? 1 : value < 55 ? 2 : value < 70 ? 3 : value < 85 ? 4 : 5;
    Tile tile{names[i], names[i] + (i < 3 ? "街道" : "镇"), std::to_string(value), level, "#"};
    if (i == 9) tile.value.clear();
    out.groups[i < 3 ? 0 : 1].tiles.push_back(tile);
  }
  return out;
}

Gantt milestones() {
  return {.title = "七项里程碑在年内到期",
          .rows = {{.label = "面向群众"},
                   {.label = "电子屏联播“全国科普日”",
                    .url = "#",
                    .who = "县委宣传部",
                    .from = base::Date{2026, 9, 18},
                    .to = base::Date{2026, 9, 27},
                    .state = Light::ok},
                   {.label = "科普赶场第三轮（顺延）",
                    .url = "#",
                    .who = "县科协",
                    .from = base::Date{2026, 7, 12},
                    .to = base::Date{2026, 10, 8},
                    .state = Light::late},
                   {.label = "重阳健康科普周",
                    .who = "县卫生健康委",
                    .from = base::Date{2026, 10, 18},
                    .to = base::Date{2026, 10, 26},
                    .state = Light::idle},
                   {.label = "面向单位"},
                   {.label = "园区技能竞赛",
                    .who = "县总工会",
                    .from = base::Date{2026, 8, 27},
                    .to = base::Date{2026, 10, 2},
                    .state = Light::watch},
                   {.label = "科普教育基地认定公示",
                    .who = "县科协",
                    .to = base::Date{2026, 11, 15},
                    .state = Light::ok},
                   {.label = "年度素质调查入户抽样与复核",
                    .who = "县统计局",
                    .from = base::Date{2026, 3, 1},
                    .to = base::Date{2026, 6, 30},
                    .state = Light::done}},
          .today = {2026, 9, 18},
          .wide = true};
}

TargetChart literacy() {
  return {.title = "按现有趋势，2030 年距目标差 1.2 个百分点",
          .name = "公民具备科学素质的比例",
          .measured = {{2020, 7.4, 5.8, 9.0},
                       {2022, 9.1, 7.6, 10.6},
                       {2024, 11.2, 9.8, 12.6},
                       {2026, 12.9, 11.6, 14.2}},
          .goals = {{2025, 12, "2025 年目标 12.0%"}, {2030, 18}},
          .forecast = {{2026, 12.9, 12.9, 12.9},
                       {2027, 13.9, 13.1, 14.7},
                       {2028, 14.9, 13.4, 16.4},
                       {2029, 15.9, 13.8, 18.0},
                       {2030, 16.8, 14.1, 19.5}}};
}

void write(Out& h) {
  Headline{"县域总览", "2026 年度计划　时间进度 72%　数据截至 9 月 18 日 08:00", [](Out& o) {
             Segment{"周期", {{"本月", "#"}, {"本季", "#"}, {"本年", "#", true}}}(o);
             o("<span class=\"hide-s\">{}</span><span class=\"hide-s\">{}</span>",
               button_link("导出表格", "#", "file-spreadsheet"), button_link("打印简报", "#", "printer"));
           }}(h);
  Lead{[](Out& o) {
    o("<b>84 项年度任务完成 23 项，按期率 83.3%。</b><b class=\"late\">5 项滞后</b>、<b class=\"watch\">9 "
      "项需关注</b>，滞后主要在“农民"
      "科学素质提升行动”的乡镇环节；松林镇连续两个月未上报，覆盖率按缺失处理，未计入平均。");
  }}(h);
  StatStrip{{{"年度任务按期率", "83.3", "%", "84 项任务，5 项滞后", {71, 74, 76, 79, 81, 83.3}, "#"},
             {"公民具备科学素质比例", "12.9", "%", "2026 年调查，±1.3 个百分点", {7.4, 9.1, 11.2, 12.9}, "#"},
             {"乡镇街道活动覆盖率", "61", "%", "13 个乡镇街道，1 个未上报", {41, 48, 51, 55, 58, 61}},
             {"已编职责", "126", "项", "84 项任务，3 项尚无职责", {}},
             {"本年投入", "", "万元", "还没有录入预算", {}}}}(h);
  h("<div class=\"grid\">{}{}{}{}{}</div>",
    panel("五大提升行动、五项重点工程进度", write_lines,
          {.note = "竖线为今日应达 72%；落后 3～10 点为关注，10 点以上为滞后",
           .more = {"全部 84 项任务", "tasks.html"},
           .columns = 8}),
    panel([](Out& o) { o("督办与预警{}", pill(14)); },
          Alerts{{{Light::late, "设-06 社区科普馆消防整改", "#", "青石街道", "逾期 21 天", "整改中"},
                  {Light::late, "农-04 农村科普信息员培训", "#", "县科协", "逾期 18 天", "二次提醒已发"},
                  {Light::watch, "松林镇连续 2 月未上报", "#", "松林镇", "", "电话核实"},
                  {Light::watch, "素质调查样本缺口 37 份", "#", "测评组", "余 12 天", "调整路线"}}},
          {.note = "按逾期天数与影响排序", .more = {"全部", "#"}, .alarm = true, .columns = 4}),
    panel("按现有趋势，2030 年距目标差 1.2 个百分点",
          [](Out& o) {
            literacy()(o);
            o("<h3 class=\"sub3\">2026 年分群体　<span>城镇高出农村 9.7 个百分点</span></h3>{}",
              Bars{.title = "2026 年分群体",
                   .bars = {{"城镇居民", 18.4, 16.4, 20.4, "n=1 120"},
                            {"农村居民", 8.7, 7.2, 10.2, "n=1 420"},
                            {"55～69 岁", 6.3, 4.6, 8.0, "n=770"}},
                   .reference = 12.9,
                   .reference_label = "全县",
                   .title_above = true});
          },
          {.note = "公民具备科学素质的比例，%；抽样调查每两年一次，缺测年份不补值", .columns = 8}),
    panel("13 个乡镇街道活动覆盖率", tiles(),
          {.note = "本年开展过活动的村（社区）占比，%", .more = {"表格", "#"}, .columns = 4}),
    panel("七项里程碑在年内到期", milestones(), {.more = {"完整甘特图", "#"}, .columns = 12}));
}

}  // namespace

Page overview() { return {"overview.html", "县域总览", false, false, write}; }

}  // namespace kepu::gallery
