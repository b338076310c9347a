// Messages, empty states, confirmation, trees, steps, sign-in, a failed page.
#include "core/html/components.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

namespace {

using namespace html;  // NOLINT: a page is made of components

void write_messages(Out& h) {
  Headline{"消息与确认"}(h);
  Flash{Tone::green, "已保存。第 3 版成为当前版本，86 项任务已通知 14 家单位。"}(h);
  Flash{Tone::amber, [](Out& o) { o("已导入 38 人，另有 2 行没有导入。<a href=\"#\">查看原因</a>"); }}(h);
  Flash{Tone::red, "没有保存：这项任务刚被“县农业农村局”改过。请先看看改了什么，再决定是否覆盖。"}(h);
  Flash{Tone::blue, "正在读取文档，通常不到 10 秒。"}(h);
  h("<div class=\"grid\">{}{}{}</div>",
    panel("还没有方案",
          EmptyState{"还没有方案", "导入本县印发的实施方案，平台会读出行动、任务、单位和目标，供您逐条核对。",
                     button_link("导入方案", "forms.html", "file-import", Look::primary)},
          {.columns = 6}),
    panel("过程",
          [](Out& o) {
            Steps{{{"下达", "02-26", Step::State::done},
                   {"分解", "03-10", Step::State::done},
                   {"实施", "61／144", Step::State::now},
                   {"自评", "12-05"},
                   {"归档", "12-31"}}}(o);
            Definitions{{{"牵头", "县科协（科普部）"},
                         {"本轮期限", [](Out& p) { p("9 月 12 日 <span class=\"down\">已过 6 天</span>"); }},
                         {"佐证", "58 场有照片与签到；3 场待补"}}}(o);
            o("<section class=\"sec\"><h3>过程记录<span>共 17 条</span></h3>{}</section><section "
              "class=\"sec\"><h3>附件<span>2 个</span></h3>{}</section>",
              Timeline{{{"9-17 16:20", "县科协　提交延期申请",
                         "连续降雨致 4 个乡镇道路中断，拟顺延至 10 月 20 日。", true},
                        {"9-13 08:00", "系统　期限已到，自动转“滞后”"}}},
              Files{{{"延期申请（盖章）.pdf", "#", "312 KB", "file-type-pdf"},
                     {"场次台账.xlsx", "#", "88 KB", "file-spreadsheet"}}});
          },
          {.columns = 6}),
    [](Out& o) {
      o("<div class=\"c12\">{}</div>",
        Confirm{.title = "停用“柳溪镇人民政府”？",
                .what =
                    [](Out& p) {
                      p("<ul><li>3 名人员将不能再登录；</li><li>2 "
                        "项任务会失去牵头单位，需另行指定；</li><li>历史记录保留，可以随时恢复。</li></ul>");
                    },
                .button = "停用",
                .url = "#",
                .csrf = "token",
                .cancel_url = "#",
                .tick = "我已与该单位联系"});
    });
}

void write_tree(Out& h) {
  Headline{"单位与人员", "31 家单位，118 人", [](Out& o) {
             o("{}{}", button_link("导入", "#", "file-import"),
               button_link("新增单位", "#", "plus", Look::primary));
           }}(h);
  const auto unit = [](const char* name, const char* note, std::vector<TreeNode> children = {},
                       bool current = false) {
    const std::string text = name;
    return TreeNode{[text](Out& o) { o("<a href=\"#\">{}</a>", text); }, note, std::move(children), current,
                    name};
  };
  h("<div class=\"split\">{}{}</div>",
    panel("单位树",
          Tree{"单位",
               {unit("云溪县人民政府", "31 家",
                     {unit("县科协", "6 人", {unit("科普部", "3 人", {}, true), unit("办公室", "2 人")}),
                      unit("县教育局", "4 人"),
                      unit("乡镇街道", "13 家",
                           {unit("青石街道办事处", "2 人"), unit("柳溪镇人民政府", "2 人")})})},
               2}),
    panel("科普部", Definitions{{{"上级", "县科协"}, {"类别", "内设机构"}, {"人员", "3 人"}}}));
}

void write_sign_in(Out& h) {
  h("<div class=\"sign\"><div "
    "class=\"say\">{}<h1>一次填报<br>处处可查</"
    "h1><p>从方案到任务，从任务到佐证，从佐证到报表：每一个数都能点开，看到它从哪里来。</p></div>"
    "<section class=\"panel\"><h2>登录</h2><form method=\"post\" action=\"/sign-in\"><input type=\"hidden\" "
    "name=\"csrf\" value=\"token\">"
    "<div class=\"field\"><label for=\"f-account\">账号</label><input class=\"in\" id=\"f-account\" "
    "name=\"account\" autocomplete=\"username\"></div>"
    "<div class=\"field\"><label for=\"f-password\">密码</label><input class=\"in\" id=\"f-password\" "
    "name=\"password\" type=\"password\" autocomplete=\"current-password\"></div>"
    "{}</form><p class=\"note\">忘了密码，请联系本单位管理员重设。连续输错 5 次，账号锁定 15 "
    "分钟。</p></section></div>",
    seal(), button("登录"));
}

void write_fault(Out& h) {
  h("<div class=\"fault\"><p class=\"code\" "
    "aria-hidden=\"true\">404</p><h1>没有找到这一页</"
    "h1><p>可能已被删除，或者地址抄错了。请从首页重新进入，或用上方的搜索框查找。</p>"
    "<div class=\"acts\">{}{}</div><p class=\"id\">事件编号 7F3K-22A1，联系管理员时请报这个编号。</p></div>",
    button_link("回到首页", "/", "home", Look::primary), button_link("返回上一页", "#", {}, Look::link));
}

}  // namespace

Page messages() { return {"messages.html", "消息与确认", false, false, write_messages}; }
Page organisations() { return {"organisations.html", "单位与人员", false, false, write_tree}; }
Page sign_in() { return {"sign-in.html", "登录", false, true, write_sign_in}; }
Page fault() { return {"fault.html", "没有找到", false, false, write_fault}; }

}  // namespace kepu::gallery
