// A document beside what was read from it.
#include "core/html/review.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

namespace {

using namespace html;  // NOLINT: a page is made of components

std::vector<SourceLine> lines() {
  using K = SourceLine::Kind;
  using U = SourceLine::Use;
  return {
      {1, "云溪县全民科学素质行动规划纲要实施方案（2026—2030年）", K::heading, U::read},
      {2, "为提高全县公民科学素质，结合我县实际，制定本方案。", K::text, U::unused},
      {3, "一、总体目标", K::heading, U::read},
      {4, "到2030年，我县公民具备科学素质的比例达到18%以上，各乡镇、街道发展均衡，城乡差距进一步缩小。",
       K::text, U::read},
      {5, "二、重点任务", K::heading, U::read},
      {6, "（一）青少年科学素质提升行动", K::heading, U::read},
      {7, "1.推动科学教育进课堂。开足开好科学课程，每所学校配备一名科学副校长，建设县级科学教育实验校6所。",
       K::text, U::read},
      {8, "（牵头单位：县教育局；责任单位：县科协、县科技局、团县委）", K::text, U::read},
      {9, "2.丰富校外科技活动。每年举办一次青少年科技节，组织流动科技馆进乡镇。", K::text, U::doubtful},
      {10, "责任单位：县科协、县教育局等", K::text, U::doubtful},
      {11, "（二）农民科学素质提升行动", K::heading, U::read},
      {12, "1.实施高素质农民培育。围绕主导产业开展技术培训，每年不少于1200人次。", K::text, U::read},
      {13, "牵头单位：县农业农村局", K::cell, U::read},
      {14, "责任单位：县科协、县人力资源社会保障局、各乡镇人民政府、各街道办事处", K::cell, U::read}};
}

void units(Out& h, const std::vector<const char*>& lead, const std::vector<const char*>& partners) {
  h(
      "<p class=\"roles\">{}{}</p>",
      [&](Out& o) {
        for (const auto* u : lead) o("<span>{}{}</span>", role_chip(Role::lead), u);
      },
      [&](Out& o) {
        for (const auto* u : partners) o("<span>{}{}</span>", role_chip(Role::partner, "责任"), u);
      });
}

auto actions(bool open) {
  return [open](Out& h) {
    if (open) h("{}", button("确认无误", Look::primary));
    h("{}{}", button_link("修改", "#", "edit"), button_link("不是任务", "#", {}, Look::link));
  };
}

void write(Out& h) {
  Headline{"核对方案", "云溪县实施方案（2026—2030年）　读出 2 项行动、4 项任务、1 个目标　还有 2 处待核对",
           [](Out& o) {
             o("{}{}", button_link("下载原文", "#", "download"), button_link("重新读取", "#", "refresh"));
           }}(h);
  Review{{"原文", "implementation.docx，14 行　左边色条：蓝为已读出，黄为待核对", lines()}, [](Out& o) {
           o("<h2>青少年科学素质提升行动</h2>");
           ReviewItem{.id = "t1",
                      .from = 7,
                      .to = 8,
                      .state = ReviewItem::State::checked,
                      .code = "一（1）",
                      .title = "推动科学教育进课堂",
                      .marks = tag("已核对", Tone::green),
                      .body =
                          [](Out& p) {
                            units(p, {"县教育局"}, {"县科协", "县科技局", "团县委"});
                          },
                      .actions = actions(false)}(o);
           ReviewItem{.id = "t2",
                      .from = 9,
                      .to = 10,
                      .state = ReviewItem::State::doubtful,
                      .code = "一（2）",
                      .title = "丰富校外科技活动",
                      .marks = tag("待核对", Tone::amber),
                      .why = {"没有写明牵头单位，暂以第一个责任单位“县科协”为牵头。",
                              "单位末尾有“等”，可能还有未列出的单位。"},
                      .body = [](Out& p) { units(p, {"县科协"}, {"县教育局"}); },
                      .actions = actions(true)}(o);
           o("<h2>农民科学素质提升行动</h2>");
           ReviewItem{.id = "t3",
                      .from = 12,
                      .to = 14,
                      .code = "二（1）",
                      .title = "实施高素质农民培育",
                      .body =
                          [](Out& p) {
                            units(p, {"县农业农村局"},
                                  {"县科协", "县人力资源社会保障局", "各乡镇人民政府", "各街道办事处"});
                            p("<p>目标：<mark>每年不少于 1 200 人次</mark></p>");
                          },
                      .actions = actions(true)}(o);
           ReviewItem{.id = "t4",
                      .from = 0,
                      .to = 0,
                      .state = ReviewItem::State::wrong,
                      .title = "第（二）2 项缺失",
                      .marks = tag("有冲突", Tone::red),
                      .why = {"目录中有“科普赶场”，正文没有找到。请在原文中补上，或删去目录中的这一条。"},
                      .actions = actions(false)}(o);
           o("<div class=\"bar-review\"><span>{}</span><span class=\"muted\">核对完 2 "
             "处后可以提交</span><span class=\"acts\">{}{}</span></div>",
             light(Light::watch, "还有 2 处待核对"), button_link("存为草稿", "#"), button("提交发布"));
         }}(h);
}

}  // namespace

Page review() { return {"review.html", "核对方案", false, false, write}; }

}  // namespace kepu::gallery
