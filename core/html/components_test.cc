#include "core/html/components.h"

#include <gtest/gtest.h>

#include "core/html/charts.h"
#include "core/html/review.h"
#include "core/html/shell.h"

namespace kepu::html {
namespace {

std::string written(const auto& component) {
  return render([&](Out& h) { component(h); });
}

int count(const std::string& text, std::string_view part) {
  int n = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++n;
  return n;
}

TEST(Components, EveryLightHasItsOwnShapeAndAWord) {
  std::vector<std::string> shapes;
  for (const Light l : {Light::done, Light::ok, Light::watch, Light::late, Light::idle}) {
    const std::string html = written(light(l));
    EXPECT_NE(html.find(word_of(l)), html.npos);
    const std::string shape = html.substr(html.find("<svg"), html.find("</svg>") - html.find("<svg"));
    for (const auto& other : shapes) EXPECT_NE(shape, other);
    shapes.push_back(shape);
  }
}

TEST(Components, ARoleShowsTheFirstCharacterAndSaysTheWord) {
  EXPECT_EQ(written(role_chip(Role::partner, "责任")),
            "<span class=\"rl co-r\" title=\"责任\"><span aria-hidden=\"true\">责</span><span "
            "class=\"sr\">责任</span></span>");
}

TEST(Components, ProgressKeepsWithinItsTrack) {
  const std::string html = written(progress(140, 72, Light::done));
  EXPECT_NE(html.find("width=\"100\" height=\"8\"/><path"), html.npos) << html;
  EXPECT_NE(html.find("aria-label=\"进度140%，应达72%\""), html.npos);
  EXPECT_EQ(written(progress(10, -1, Light::ok)).find("f-tick"), std::string::npos);
}

TEST(Components, AMissingTileIsHatchedNeverZero) {
  const std::string html = written(Tiles{{{"镇", "", {{"松林", "松林镇", "", 3}}}}, {"<40"}});
  EXPECT_NE(html.find("class=\"tile q0\" title=\"松林镇 缺\""), html.npos);
}

TEST(Components, ErrorsLinkToTheirFields) {
  const std::string html = written(ErrorSummary{
      {{base::Code::invalid, "r", "phone", "少了 1 位"}, {base::Code::conflict, "r", "", "已被改过"}}});
  EXPECT_NE(html.find("有 2 项需要改"), html.npos);
  EXPECT_NE(html.find("<a href=\"#f-phone\">少了 1 位</a>"), html.npos);
  EXPECT_NE(html.find("<li>已被改过</li>"), html.npos);
  EXPECT_EQ(written(ErrorSummary{}), "");
}

TEST(Pager, ShowsFirstLastAndTheNeighbours) {
  EXPECT_EQ(written(Pager{1, 50, 50, "/x?page="}), "") << "one page needs no pager";
  const std::string html = written(Pager{5, 10, 95, "/x?page=", "list"});
  for (const auto* shown : {">1<", ">3<", ">4<", ">6<", ">7<", ">10<", ">上一页<", ">下一页<"})
    EXPECT_NE(html.find(shown), html.npos) << shown;
  EXPECT_EQ(html.find(">2<"), html.npos);
  EXPECT_NE(html.find("<span class=\"cur\" aria-current=\"page\">5</span>"), html.npos);
  EXPECT_EQ(count(html, "data-part=\"list\""), 8);
}

TEST(Pager, APageBeyondTheEndIsTheLast) {
  const std::string html = written(Pager{99, 10, 25, "?page="});
  EXPECT_NE(html.find("aria-current=\"page\">3<"), html.npos);
  EXPECT_EQ(html.find("下一页"), html.npos);
}

TEST(Charts, SayWhatTheyShowAndCarryTheirData) {
  const TargetChart chart{.title = "距目标差 1.2 个百分点",
                          .name = "具备科学素质的比例",
                          .measured = {{2024, 11.2, 9.8, 12.6}, {2026, 12.9, {}, {}}},
                          .goals = {{2030, 18}}};
  const std::string html = written(chart);
  EXPECT_EQ(count(html,
                  "role=\"img\" aria-label=\"具备科学素质的比例。2024 年 11.2%（9.8～12.6）；2026 年 "
                  "12.9%；2030 年目标 18.0%；\""),
            2);
  EXPECT_NE(html.find("<figcaption class=\"sr\">距目标差 1.2 个百分点</figcaption>"), html.npos);
  EXPECT_EQ(count(html, "<tbody>"), 1);
  EXPECT_EQ(count(html, "<tr>"), 4) << "head, two measured, one goal";
  EXPECT_EQ(count(html, "class=\"ci\""), 2) << "an interval only where there is one, in both sizes";
  EXPECT_EQ(html.find("style="), html.npos);
  EXPECT_EQ(html.find("nan"), html.npos);
}

TEST(Charts, AGanttDrawsBarsOnlyWithinItsAxis) {
  Gantt gantt{.title = "进度",
              .rows = {{.label = "头"},
                       {.label = "甲",
                        .from = base::Date{2026, 1, 1},
                        .to = base::Date{2026, 12, 31},
                        .state = Light::ok},
                       {.label = "乙", .to = base::Date{2026, 6, 30}, .state = Light::late},
                       {.label = "早已过去", .from = base::Date{2020, 1, 1}, .to = base::Date{2020, 2, 1}}},
              .today = {2026, 9, 18},
              .from = base::Date{2026, 1, 1},
              .to = base::Date{2026, 12, 31}};
  const std::string html = written(gantt);
  EXPECT_EQ(count(html, "<rect"), 1);
  EXPECT_EQ(count(html, "l7 7l-7 7l-7 -7z"), 1) << "a single date is a diamond";
  EXPECT_NE(html.find("今日 9-18"), html.npos);
  EXPECT_EQ(count(html, ">12月<"), 1);
  gantt.today = {2028, 1, 1};
  EXPECT_EQ(written(gantt).find("今日"), std::string::npos);
  EXPECT_NE(written(Gantt{.title = "空", .rows = {}, .today = {2026, 1, 1}}).find("没有可画的日期"),
            std::string::npos);
}

TEST(Charts, ALongLabelIsCutAndNeverMeetsTheBars) {
  const std::string longest(300, 'x');
  const std::string html = written(
      Gantt{.title = "t",
            .rows = {{.label = longest, .from = base::Date{2026, 1, 1}, .to = base::Date{2026, 1, 2}}},
            .today = {2026, 1, 1}});
  EXPECT_NE(html.find("x…</text>"), html.npos);
}

TEST(Review, AnItemKnowsItsLines) {
  const std::string html = written(ReviewItem{.id = "t1",
                                              .from = 3,
                                              .to = 5,
                                              .state = ReviewItem::State::doubtful,
                                              .title = "甲",
                                              .why = {"没有牵头单位"}});
  EXPECT_NE(html.find("<article class=\"item doubtful\" id=\"t1\" data-from=\"3\" data-to=\"5\">"),
            html.npos);
  EXPECT_NE(html.find("<a href=\"#L3\">第 3～5 行</a>"), html.npos);
  const std::string pane =
      written(SourcePane{"原文", {}, {{3, "<b>", SourceLine::Kind::heading, SourceLine::Use::doubtful}}});
  EXPECT_NE(pane.find("<li class=\"ln head doubt\" id=\"L3\">"), pane.npos);
  EXPECT_NE(pane.find("&lt;b&gt;"), pane.npos);
}

TEST(Shell, FramesAPageWithoutInlineScriptOrStyle) {
  Shell shell{.title = "任务",
              .site = "某县",
              .css = "/assets/a.css",
              .js = "/assets/a.js",
              .favicon = "/assets/f.svg",
              .csrf = "tok",
              .nav = {{"", {{.text = "总览", .url = "/", .current = true}}}},
              .account = {{.text = "退出", .url = "/out", .post = true}},
              .elder = true};
  const std::string html = render([&](Out& h) { write_page(h, shell, [](Out& o) { o("<h1>任务</h1>"); }); });
  EXPECT_EQ(html.rfind("<!doctype html>\n<html lang=\"zh-CN\" data-mode=\"elder\">", 0), 0u);
  EXPECT_NE(html.find("<title>任务 · 某县</title>"), html.npos);
  EXPECT_NE(
      html.find("<form method=\"post\" action=\"/out\"><input type=\"hidden\" name=\"csrf\" value=\"tok\">"),
      html.npos);
  EXPECT_NE(html.find("<a href=\"/\" aria-current=\"page\">总览</a>"), html.npos);
  EXPECT_EQ(count(html, "<script"), 1);
  EXPECT_EQ(html.find("style="), html.npos);
  EXPECT_EQ(count(html, "<h1>"), 1);
}

}  // namespace
}  // namespace kepu::html
