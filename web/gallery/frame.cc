#include "web/assets.h"
#include "web/gallery/gallery.h"

namespace kepu::gallery {

std::string document(const Page& page) {
  html::Shell shell;
  shell.title = page.title;
  shell.site = "云溪县全民科学素质行动";
  shell.tagline = "计划协同平台　云溪县科学技术协会";
  shell.css = web::asset_url("kp.css");
  shell.js = web::asset_url("kp.js");
  shell.favicon = web::asset_url("favicon.svg");
  shell.manifest = web::asset_url("site.webmanifest");
  shell.csrf = "token";
  shell.elder = page.elder;
  shell.narrow = false;
  shell.foot = "样张　数据均为虚构";
  shell.foot_links = {{"无障碍说明", "#"}, {"键盘快捷键 ?", "#keys"}, {"字体与密度", "#"}};
  if (!page.narrow) {
    shell.search_url = "/search";
    shell.search_hint = "搜任务、单位、方案";
    shell.nav = {
        {"",
         {{.text = "总览", .url = "overview.html", .current = page.file.rfind("overview", 0) == 0},
          {.text = "我的待办", .url = "#", .count = 12}}},
        {"计划",
         {{.text = "方案", .url = "review.html", .current = page.file == "review.html"},
          {.text = "任务",
           .url = "tasks.html",
           .count = 84,
           .quiet = true,
           .current = page.file == "tasks.html"},
          {.text = "版本对比", .url = "compare.html", .current = page.file == "compare.html"},
          {.text = "督办与预警", .url = "#", .count = 14}}},
        {"基础",
         {{.text = "单位与人员", .url = "organisations.html", .current = page.file == "organisations.html"},
          {.text = "表单", .url = "forms.html", .current = page.file == "forms.html"},
          {.text = "消息与确认", .url = "messages.html", .current = page.file == "messages.html"}}}};
    shell.account = {{.text = "待办 ", .url = "#", .count = 12},
                     {.text = "大字版", .url = "overview-elder.html", .wide_only = true},
                     {.text = "县科协　办公室", .url = "#", .wide_only = true},
                     {.text = "退出", .url = "/sign-out", .post = true, .wide_only = true}};
    shell.tabs = {{.text = "总览", .url = "overview.html", .icon = "layout-dashboard", .current = true},
                  {.text = "待办", .url = "#", .icon = "list-check"},
                  {.text = "任务", .url = "tasks.html", .icon = "table"},
                  {.text = "方案", .url = "review.html", .icon = "file-text"},
                  {.text = "更多", .url = "#menu", .icon = "menu-2"}};
    shell.path = {{"云溪县", "#"}, {page.title, ""}};
  }
  return html::render([&](html::Out& h) { html::write_page(h, shell, page.write); });
}

}  // namespace kepu::gallery
