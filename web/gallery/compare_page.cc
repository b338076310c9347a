// Two versions side by side, and a plan aligned with its superior's.
#include "core/html/review.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

namespace {

using namespace html;  // NOLINT: a page is made of components

void write(Out& h) {
  Headline{"版本对比", "第 2 版（2026-03-10 印发）与第 3 版（草稿）",
           button_link("导出 Word", "#", "file-type-doc")}(h);
  DeltaStrip{
      "变化",
      {{"新增", 2, "#", true}, {"删去", 1, "#"}, {"改写", 3, "#"}, {"换单位", 4, "#"}, {"未变", 74, "#"}}}(h);
  panel("逐项对比",
        CompareTable{
            "两个版本的任务",
            "第 2 版",
            "第 3 版",
            {{CompareRow::Kind::heading, "青少年科学素质提升行动", {}},
             {CompareRow::Kind::changed,
              [](Out& o) {
                o("<h3>推动科学教育进课堂</h3><p>建设县级科学教育实验校<del>4</del>所<del>。</del></p><p "
                  "class=\"who2\">牵头：县教育局</p>");
              },
              [](Out& o) {
                o("<h3>推动科学教育进课堂</h3><p>建设县级科学教育实验校<ins>6</"
                  "ins>所<ins>，每所配备一名科学副校长。</ins></p><p class=\"who2\">牵头：县教育局</p>");
              }},
             {CompareRow::Kind::added,
              {},
              [](Out& o) {
                o("<h3>人工智能通识课</h3><p>在初中开设人工智能通识课。</p><p "
                  "class=\"who2\">牵头：县教育局</p>");
              }},
             {CompareRow::Kind::heading, "农民科学素质提升行动", {}},
             {CompareRow::Kind::dropped,
              [](Out& o) { o("<h3>农村书屋科普角</h3><p>为每个农家书屋配备科普图书。</p>"); },
              {}},
             {CompareRow::Kind::handed_over,
              [](Out& o) { o("<h3>农民培训</h3><p class=\"who2\">牵头：<del>县科协</del></p>"); },
              [](Out& o) { o("<h3>农民培训</h3><p class=\"who2\">牵头：<ins>县农业农村局</ins></p>"); }},
             {CompareRow::Kind::same, "科普惠农基地认定", "科普惠农基地认定"}}})(h);
  panel("与上级方案对标",
        SimpleTable{
            "对标",
            {{"上级任务"}, {"本县任务"}, {"相似度"}, {"依据"}},
            {{"推动科学教育提质", "推动科学教育进课堂", Likeness{0.86}, tag("自动", Tone::plain)},
             {"实施家庭科学教育", [](Out& o) { o("{}", light(Light::watch, "本县没有对应任务")); }, "—", ""},
             {"建设科技小院", "主导产业科技小院建设", Likeness{0.64}, tag("人工确认", Tone::blue)}}},
        {.note = "上级 41 项任务，本县对应 38 项"})(h);
}

}  // namespace

Page compare() { return {"compare.html", "版本对比", false, false, write}; }

}  // namespace kepu::gallery
