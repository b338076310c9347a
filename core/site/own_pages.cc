// Small pages of the site itself: health, metrics, display settings, search, help.
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/site/site_state.h"
#include "core/sql/sql.h"
#include "web/assets.h"

namespace kepu::site {

using html::Out;

namespace {

Answer display(Context& context) {
  const auto set = [&](std::string_view name, std::string_view cookie, std::string_view allowed) {
    const auto* value = http::find(context.request.query, name);
    if (value == nullptr || (!value->empty() && *value != allowed)) return;
    context.set_cookies.emplace_back(cookie, cookie_value(context.app, *value, 365LL * 86400));
  };
  set("mode", "kp_mode", "elder");
  set("density", "kp_density", "loose");
  const auto back = context.param("back");
  return redirect(is_local_path(back) ? std::string(back) : "/");
}

Answer search(Context& context) {
  const std::string words = base::trim(context.param("q"));
  std::vector<SearchHit> hits;
  if (!words.empty()) {
    for (const auto& source : site_of(context).searches) {
      for (auto& hit : source(context, words)) hits.push_back(std::move(hit));
    }
  }
  Page shown;
  shown.title = words.empty() ? "搜索" : "搜索“" + base::shorten(words, 30) + "”";
  shown.path = {{"搜索", ""}};
  shown.note = words.empty() ? std::string("输入任务、单位或职责名称中的任意几个字。")
                             : fmt::format("找到 {} 条", hits.size());
  shown.body = [&](Out& h) {
    if (hits.empty()) {
      h("{}", html::EmptyState{words.empty() ? "还没有输入要找的内容" : "没有找到相符的内容",
                               "换个说法试试，例如只写两三个关键字；也可以从左侧菜单进入任务清单筛选。",
                               {},
                               "search"});
      return;
    }
    h("{}", html::panel("结果", [&](Out& o) {
        o("<ul class=\"hits\">{}</ul>", [&](Out& x) {
          for (const auto& hit : hits) {
            x("<li>{} <a href=\"{}\">{}</a><span class=\"muted small\">　{}</span></li>", html::tag(hit.kind),
              html::Url{hit.url}, hit.title, hit.note);
          }
        });
      }));
  };
  return page(context, std::move(shown));
}

// The script that keeps pages for when there is no network. It lies at the root, since a browser lets it
// serve only what lies below its own address.
Answer worker(Context&) {
  const auto* asset = web::find_asset(web::asset_url("worker.js"));
  http::Response response;
  response.set("Content-Type", std::string(asset->type));
  response.set("Cache-Control", "no-cache");
  response.set("ETag", std::string(asset->etag));
  response.body = asset->plain;
  return response;
}

Answer help_keys(Context& context) {
  Page shown;
  shown.title = "快捷键";
  shown.path = {{"快捷键", ""}};
  shown.narrow = true;
  shown.body = [](Out& h) {
    h("{}", html::panel("键盘操作", html::Definitions{{{"/", "把光标移到搜索框"},
                                                       {"?", "打开本页"},
                                                       {"Tab", "依次移到链接、按钮和输入框；回车打开"},
                                                       {"Esc", "离开搜索框"}}}));
  };
  return context.actor.signed_in() ? page(context, std::move(shown)) : public_page(context, std::move(shown));
}

Answer help_display(Context& context) {
  Page shown;
  shown.title = "字体与密度";
  shown.path = {{"字体与密度", ""}};
  shown.narrow = true;
  const bool elder = context.elder, loose = context.loose;
  shown.body = [=](Out& h) {
    h("{}", html::panel("显示方式", [=](Out& o) {
        o("<p>设置只保存在这台设备的浏览器里。</p><p>{}　{}</p>",
          html::button_link(
              elder ? "换回标准字号" : "换成大字版",
              elder ? "/display?mode=&back=/help/display" : "/display?mode=elder&back=/help/display"),
          html::button_link(
              loose ? "表格行距：标准" : "表格行距：宽松",
              loose ? "/display?density=&back=/help/display" : "/display?density=loose&back=/help/display"));
      }));
  };
  return context.actor.signed_in() ? page(context, std::move(shown)) : public_page(context, std::move(shown));
}

Answer help_accessibility(Context& context) {
  Page shown;
  shown.title = "无障碍说明";
  shown.path = {{"无障碍说明", ""}};
  shown.narrow = true;
  shown.body = [](Out& h) {
    h("{}", html::panel("怎样使用", [](Out& o) {
        o("<div "
          "class=\"prose\"><p>"
          "所有页面都可以只用键盘操作，不依赖脚本也能完成全部办理；状态同时用形状、颜色和文字表示。</p>"
          "<p>页面右上角可以切换大字版：正文放大、按钮加高、对比度提高。浏览器自身的缩放也可以使用。</p>"
          "<p>使用读屏软件时，每页开头有“跳到正文”，表格带有标题和表头说明，图表下方附有数据表。</p></div>");
      }));
  };
  return context.actor.signed_in() ? page(context, std::move(shown)) : public_page(context, std::move(shown));
}

}  // namespace

void Site::State::add_own_routes(Site& site) {
  site.add({http::Method::get, "/healthz", Access::open, "", [](Context& context) -> Answer {
              context.app.db.read([](sql::Session& session) { session.integer("select 1"); });
              return http::text("ok\n");
            }});
  site.add({http::Method::get, "/metrics", Access::open, "", [this](Context& context) -> Answer {
              // Operating figures are for this machine's own monitoring; nothing personal is in them.
              const bool forwarded = !context.request.header("x-forwarded-for").empty() ||
                                     !context.request.header("forwarded").empty();
              const bool here = context.request.remote == "127.0.0.1" || context.request.remote == "::1";
              if (!here || forwarded) {
                return base::refuse(base::Code::not_found, "site.no_such_page", "没有这个页面。");
              }
              std::string out;
              for (const auto& write : metrics) write(out);
              auto response = http::text(std::move(out));
              response.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
              return response;
            }});
  site.add({http::Method::get, "/worker.js", Access::open, "", worker});
  site.add({http::Method::get, "/display", Access::open, "", display});
  site.add({http::Method::get, "/search", Access::signed_in, "", search});
  site.add({http::Method::get, "/help/keys", Access::open, "", help_keys});
  site.add({http::Method::get, "/help/display", Access::open, "", help_display});
  site.add({http::Method::get, "/help/accessibility", Access::open, "", help_accessibility});
}

}  // namespace kepu::site
