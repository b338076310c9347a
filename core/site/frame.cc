// The frame around pages, refusals as pages or problems, and the site's own small pages.
#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/html/shell.h"
#include "core/site/site_state.h"
#include "core/sql/sql.h"
#include "web/assets.h"

namespace kepu::site {

using base::Code;
using html::Out;

namespace {

bool may_use(const Context& context, const MenuItem& item) {
  return item.right.empty() || context.actor.may(item.right);
}

bool leads_to(std::string_view url, std::string_view path) {
  if (url == "/") return path == "/";
  return path == url || base::starts_with(path, std::string(url) + "/");
}

// Of "/reports" and "/reports/review" the nearer one: one entry at most is marked as the present one.
std::string_view current_entry(const Context& context) {
  std::string_view nearest;
  for (const auto& item : site_of(context).menu) {
    if (item.url.size() > nearest.size() && may_use(context, item) &&
        leads_to(item.url, context.request.path))
      nearest = item.url;
  }
  return nearest;
}

void add_menus(html::Shell& shell, const Context& context) {
  const auto current = current_entry(context);
  for (const auto& item : site_of(context).menu) {
    if (!may_use(context, item)) continue;
    html::NavItem nav{item.title, item.url, item.tab_icon};
    nav.current = item.url == current;
    if (item.count) nav.count = item.count(context);
    nav.quiet = !item.alarm;
    if (shell.nav.empty() || shell.nav.back().title != item.group) shell.nav.push_back({item.group, {}});
    if (!item.tab_icon.empty() && shell.tabs.size() < 5) shell.tabs.push_back(nav);
    shell.nav.back().items.push_back(std::move(nav));
  }
}

std::string display_link(const Context& context, std::string_view what, std::string_view value) {
  const bool reading = context.request.method == http::Method::get;
  return "/display?" + http::build_query({{std::string(what), std::string(value)},
                                          {"back", reading ? context.request.target : std::string("/")}});
}

html::Shell shell_of(Context& context, const Page& page, bool menus) {
  const auto& site = site_of(context);
  html::Shell shell;
  const std::string& area = context.tenant.name;
  shell.title = page.title;
  shell.site = area.empty() ? site.options.product : area + "全民科学素质行动";
  shell.tagline = site.options.product;
  shell.css = web::asset_url("kp.css");
  shell.js = web::asset_url("kp.js");
  shell.favicon = web::asset_url("favicon.svg");
  shell.elder = context.elder;
  shell.loose = context.loose;
  shell.csrf = context.csrf;
  shell.landscape = page.landscape;
  if (menus && context.actor.signed_in()) {
    add_menus(shell, context);
    shell.search_url = "/search";
    shell.search_hint = "搜任务、单位、职责";
    shell.search_text = std::string(context.request.path == "/search" ? context.param("q") : "");
  } else {
    shell.home = context.tenant.code.empty() ? "/" : "/p/" + context.tenant.code;
  }
  shell.account.push_back(
      {context.elder ? "标准版" : "大字版", display_link(context, "mode", context.elder ? "" : "elder")});
  if (context.actor.signed_in()) {
    html::NavItem me{context.actor.unit_name + "　" + context.actor.name, "/account"};
    me.wide_only = true;
    shell.account.push_back(me);
    html::NavItem out{"退出", "/sign-out"};
    out.post = true;
    shell.account.push_back(out);
  } else {
    shell.account.push_back({"登录", "/sign-in"});
  }
  if (!page.path.empty()) {
    shell.path.push_back({area, menus ? "/" : shell.home});
    for (const auto& link : page.path) shell.path.push_back(link);
  }
  for (const auto& [tone, text] : context.messages_now) shell.messages.push_back({tone, text});
  shell.foot = site.options.product + "　" + area;
  shell.foot_links = {
      {"无障碍说明", "/help/accessibility"}, {"快捷键", "/help/keys"}, {"字体与密度", "/help/display"}};
  return shell;
}

http::Response write(Context& context, const Page& page, bool menus, int status) {
  const html::Shell shell = shell_of(context, page, menus);
  std::string out;
  out.reserve(96 << 10);
  Out h(out);
  html::write_page(h, shell, [&](Out& o) {
    if (!page.plain_head) o("{}", html::Headline{page.title, page.note, page.actions});
    if (page.narrow) {
      o("<div class=\"narrow-column\">{}</div>", page.body);
    } else {
      o("{}", page.body);
    }
  });
  return http::html(std::move(out), status);
}

std::string_view title_of(Code code) {
  switch (code) {
    case Code::unauthenticated:
      return "需要登录";
    case Code::forbidden:
      return "没有权限";
    case Code::not_found:
      return "没有找到";
    case Code::conflict:
      return "没有保存";
    case Code::too_large:
      return "文件太大";
    case Code::too_many:
      return "请稍后再试";
    case Code::unavailable:
      return "暂时不能处理";
    case Code::unsupported:
      return "不能处理这种文件";
    case Code::invalid:
      return "请检查填写的内容";
  }
  return "没有完成";
}

}  // namespace

http::Response page(Context& context, Page page, int status) { return write(context, page, true, status); }
http::Response public_page(Context& context, Page page, int status) {
  return write(context, page, false, status);
}

http::Response redirect(std::string location) { return http::redirect(std::move(location), 303); }

http::Response refusal(Context& context, const base::Error& error) {
  const int status = http::status_of(error.code);
  if (wants_json(context.request)) return http::problem(error, context.request.id);
  const bool reading =
      context.request.method == http::Method::get || context.request.method == http::Method::head;
  if (error.code == Code::unauthenticated && reading) {
    return redirect("/sign-in?" + http::build_query({{"next", context.request.target}}));
  }
  Page shown;
  shown.title = std::string(title_of(error.code));
  shown.narrow = true;
  const std::string& id = context.request.id;
  shown.body = [&](Out& h) {
    h("{}",
      html::EmptyState{
          error.message,
          [&](Out& o) { o("<span class=\"muted\">编号 {}。如需帮助，请把编号告诉管理员。</span>", id); },
          [&](Out& o) {
            if (error.code == Code::unauthenticated) {
              o("{}", html::button_link("登录", "/sign-in", "login", html::Look::primary));
            } else {
              o("{}", html::button_link(
                          "回到首页", context.actor.signed_in() ? "/" : "/p/" + context.tenant.code, "home"));
            }
          },
          "alert-triangle"});
  };
  return write(context, shown, true, status);
}

http::Response Site::failure(int status, std::string_view id) {
  static const std::map<int, std::string_view> kTexts = {
      {400, "请求不完整或有错误，请返回重试。"},
      {408, "等待时间太长，请检查网络后重试。"},
      {413, "上传的内容超过了允许的大小，请压缩或拆分后再传。"},
      {431, "请求头太长，请清除浏览器缓存后重试。"},
      {503, "现在访问的人太多，请过一会儿再试。"},
      {500, "程序出了问题，已经记录下来。请稍后再试；如果一直这样，请把编号告诉管理员。"}};
  const auto found = kTexts.find(status);
  const std::string_view message = found == kTexts.end() ? "请求没有完成，请返回重试。" : found->second;
  html::Shell shell;
  shell.title = "没有完成";
  shell.site = state_->options.product;
  shell.css = web::asset_url("kp.css");
  shell.js = web::asset_url("kp.js");
  shell.favicon = web::asset_url("favicon.svg");
  std::string out;
  Out h(out);
  html::write_page(h, shell, [&](Out& o) {
    o("{}{}", html::Headline{"没有完成"},
      html::EmptyState{std::string(message), [&](Out& x) { x("<span class=\"muted\">编号 {}</span>", id); },
                       html::Content([](Out& x) { x("{}", html::button_link("回到首页", "/", "home")); }),
                       "alert-triangle"});
  });
  return http::html(std::move(out), status);
}

}  // namespace kepu::site
