// 接口密钥: the list, a new one (shown once), one key with its use, revoking it.
#include "core/base/text.h"
#include "core/site/list.h"
#include "engines/administration/interface.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using auth::ApiKey;
using html::Out;
using html::Tone;
using site::Answer;
using site::Context;

namespace {

constexpr const char* kHome = "/settings/api";
constexpr int kSoon = 14;  // days before the end in which a to-do is shown

std::string key_url(Id key) { return fmt::format("/settings/api/keys/{}", key); }

std::pair<std::string, Tone> state_of(const ApiKey& key, base::Date today) {
  if (key.revoked_at != 0) return {"已停用", Tone::plain};
  if (!key.is_good(today)) return {"已过期", Tone::red};
  if (key.until <= base::to_iso(base::from_days(base::to_days(today) + kSoon)))
    return {"快到期", Tone::amber};
  return {"可用", Tone::green};
}

std::string rights_text(const auth::ApiKeys& keys, const ApiKey& key) {
  std::vector<std::string> titles;
  for (const auto& right : key.rights) titles.push_back(keys.title_of_right(right));
  return base::join(titles, "、");
}

std::string scope_text(const ApiKey& key, const auth::UnitTree& tree) {
  if (key.everything) return "全县";
  std::vector<std::string> names;
  for (const Id unit : key.units) names.push_back(name_of(tree, unit));
  return base::join(names, "、") + "及下级";
}

std::string use_text(const ApiKey& key) { return fmt::format("{} / {}", key.used_today, key.quota.per_day); }

// ---------------------------------------------------------------- the list

table::Table<ApiKey> key_table(const auth::ApiKeys& keys, const auth::UnitTree& tree, base::Date today) {
  return table::Table<ApiKey>(
             {.id = "keys", .caption = "接口密钥", .search_hint = "系统、范围", .unit = "个"})
      .column({.key = "holder", .title = "使用的系统", .width = 24},
              [](const ApiKey& k) { return table::link(k.holder, key_url(k.id)); })
      .column({.key = "hint", .title = "尾号", .sortable = false},
              [](const ApiKey& k) { return table::text("…" + k.hint); })
      .column({.key = "rights", .title = "权限", .sortable = false, .full_on_phone = true, .width = 30},
              [&keys](const ApiKey& k) { return table::text(rights_text(keys, k)); })
      .column({.key = "scope", .title = "范围", .sortable = false, .width = 24},
              [&tree](const ApiKey& k) { return table::text(scope_text(k, tree)); })
      .column({.key = "minute",
               .title = "每分钟",
               .number = true,
               .hide_on_phone = true,
               .note = "每分钟最多几次请求"},
              [](const ApiKey& k) { return table::count(k.quota.per_minute); })
      .column({.key = "today",
               .title = "今天 / 每天",
               .number = true,
               .sortable = false,
               .note = "今天已用的请求数，和每天最多几次"},
              [](const ApiKey& k) { return table::text(use_text(k)); })
      .column({.key = "used", .title = "最近使用", .hide_on_phone = true},
              [](const ApiKey& k) {
                return k.used_at == 0 ? table::missing() : table::date(base::date_of(k.used_at));
              })
      .column({.key = "until", .title = "有效期到"},
              [](const ApiKey& k) { return table::date(base::parse_date(k.until)); })
      .column({.key = "state", .title = "状态", .sortable = false},
              [today](const ApiKey& k) { return table::tags({state_of(k, today)}); })
      .filter(
          {.key = "state",
           .title = "状态",
           .options = {{"可用", "可用"}, {"快到期", "快到期"}, {"已过期", "已过期"}, {"已停用", "已停用"}}},
          [today](const ApiKey& k, std::string_view value) { return state_of(k, today).first == value; });
}

Answer list_keys(Context& context, const Interface& parts) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto table = key_table(parts.keys, *tree, context.today());
  const auto rows = parts.keys.keys(context.tenant.id);
  site::Page page;
  page.title = "开放接口";
  page.path = {{"开放接口", ""}};
  page.note = "别的系统凭密钥点单、查进展；密钥只给系统用，不给人用";
  page.actions = [](Out& h) {
    h("{}{}{}", html::button_link("接口说明", "/api", "file-text"),
      html::button_link("事件回调", "/settings/events", "send"),
      html::button_link("开通密钥", "/settings/api/new", "key", html::Look::primary));
  };
  site::ListOptions options{.file_name = "接口密钥", .subject = "api_keys"};
  options.empty_hint = "政务服务平台、公众号、12345 等系统要代群众点单或查订单时，在这里开通。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- a new one

form::Form key_form(const Context& context, const Interface& parts) {
  std::vector<form::Option> rights;
  for (const auto& right : parts.keys.rights()) {
    if (context.actor.may(right.id)) rights.push_back({std::string(right.id), std::string(right.title)});
  }
  const auto today = context.today();
  return form::Form({
      {.name = "holder",
       .label = "使用的系统",
       .required = true,
       .hint = "日志里记为“接口：系统名称”，如“县政务服务平台”",
       .max_length = 40},
      {.name = "rights",
       .label = "权限",
       .kind = form::Kind::multi_select,
       .required = true,
       .hint = "只给用得着的；读取称呼和电话的每一次都记入日志",
       .options = std::move(rights)},
      {.name = "scope",
       .label = "范围",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"tenant", "全县"}, {"units", "指定单位", "连同它们的下级"}},
       .initial = "tenant"},
      {.name = "units",
       .label = "指定的单位",
       .kind = form::Kind::long_text,
       .hint = "范围选“指定单位”时填写，用顿号、逗号或换行隔开",
       .rows = 2},
      {.name = "per_minute",
       .label = "每分钟最多",
       .kind = form::Kind::integer,
       .required = true,
       .min = 1,
       .max = 600'000,
       .initial = "60",
       .unit = "次",
       .short_field = true},
      {.name = "per_day",
       .label = "每天最多",
       .kind = form::Kind::integer,
       .required = true,
       .min = 1,
       .max = 10'000'000,
       .initial = "5000",
       .unit = "次",
       .short_field = true},
      {.name = "until",
       .label = "有效期到",
       .kind = form::Kind::date,
       .required = true,
       .hint = "当天仍有效；最长两年",
       .earliest = today,
       .latest = base::from_days(base::to_days(today) + 731),
       .initial = base::to_iso(base::from_days(base::to_days(today) + 365)),
       .short_field = true},
  });
}

http::Response new_page(Context& context, const Interface& parts, const Typed& returned) {
  auto view = view_of(context, "/settings/api/new", "开通并显示密钥", returned.only("key"));
  view.cancel_url = kHome;
  site::Page page;
  page.title = "开通密钥";
  page.path = {{"开放接口", kHome}, {"开通密钥", ""}};
  page.note = "密钥只显示一次，平台只存它的摘要";
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) { key_form(context, parts).write(o, view); }));
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

http::Response once_page(Context& context, const std::string& holder, const auth::NewApiKey& made) {
  site::Page page;
  page.title = "密钥已开通";
  page.path = {{"开放接口", kHome}, {"密钥已开通", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}",
      html::panel(holder,
                  [&](Out& o) {
                    o("<p class=\"once\"><code>{}</code></p>"
                      "<p>请现在交给对方系统的管理人员（当面、加密邮件或政务内网），不要用群聊。离开本页后"
                      "不再显示；丢了就停用，再开通一个。</p>"
                      "<p>使用时放在请求头里：</p><pre class=\"sample\">Authorization: Bearer {}</pre>",
                      made.secret, made.secret);
                    o("<div class=\"acts\">{}{}</div>",
                      html::button_link("已经交给对方", kHome, "check", html::Look::primary),
                      html::button_link("接口说明", "/api", "file-text"));
                  },
                  {.note = "只显示这一次"}));
  };
  auto response = site::page(context, std::move(page));
  response.set("Cache-Control", "no-store");
  return response;
}

Answer make_key(Context& context, const Interface& parts) {
  auto in = key_form(context, parts).check(context.request.form);
  ApiKey key;
  key.holder = in.values.text("holder");
  key.rights = in.values.texts("rights");
  key.everything = in.values.text("scope") != "units";
  key.quota = {base::parse_int(in.values.text("per_minute")).value_or(0),
               base::parse_int(in.values.text("per_day")).value_or(0)};
  key.until = in.values.text("until");
  if (!key.everything) {
    const auto tree = context.app.directory.units(context.tenant.id);
    if (auto units = units_typed(in.values.text("units"), *tree)) {
      key.units = std::move(*units);
    } else {
      in.errors.push_back(units.error());
    }
  }
  if (in.ok()) in.errors = parts.keys.check(context.actor, key);
  if (in.ok()) {
    const auto made = parts.keys.make(context.actor, key);
    if (made) return once_page(context, base::trim(key.holder), *made);
    in.errors.push_back(made.error());
  }
  return new_page(context, parts, {in.values, in.errors, "key"});
}

// ---------------------------------------------------------------- one key

const form::Form& revoke_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "停用的原因",
                                  .required = true,
                                  .hint = "立即生效，不能恢复；要用可以再开通一个",
                                  .max_length = 200}});
  return kForm;
}

http::Response show_key(Context& context, const Interface& parts, const ApiKey& key, const Typed& returned) {
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto state = state_of(key, context.today());
  site::Page page;
  page.title = key.holder;
  page.path = {{"开放接口", kHome}, {key.holder, ""}};
  page.note = [state](Out& o) { o("{}", html::tag(state.first, state.second)); };
  page.narrow = true;
  page.body = [&](Out& h) {
    html::Definitions facts{
        {{"密钥", "kp_…" + key.hint},
         {"权限", rights_text(parts.keys, key)},
         {"范围", scope_text(key, *tree)},
         {"请求数", fmt::format("每分钟最多 {} 次，每天最多 {} 次", key.quota.per_minute, key.quota.per_day)},
         {"今天已用", fmt::format("{} 次", key.used_today)},
         {"最近使用", key.used_at == 0 ? std::string("从未使用") : base::to_local(key.used_at)},
         {"有效期到", key.until},
         {"开通", key.made_by + "　" + base::to_local(key.made_at)}}};
    if (key.revoked_at != 0) {
      facts.items.emplace_back("停用", fmt::format("{}　{}", key.revoked_by, base::to_local(key.revoked_at)));
      facts.items.emplace_back("原因", key.reason);
    }
    h("{}", html::panel("密钥", [&](Out& o) { o("{}", facts); }));
    if (key.revoked_at == 0) {
      h("{}", html::panel("停用", [&](Out& o) {
          revoke_form().write(
              o, view_of(context, key_url(key.id) + "/revoke", "停用这个密钥", returned.only("revoke")));
        }));
    }
    h("{}", html::panel("变更记录", history_of(context, fmt::format("api_key:{}", key.id))));
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer revoke(Context& context, const Interface& parts) {
  const ApiKey key = TRY(parts.keys.key(context.tenant.id, TRY(context.id("key"))));
  auto in = revoke_form().check(context.request.form);
  if (in.ok()) {
    const auto done = parts.keys.revoke(context.actor, key.id, in.values.text("reason"));
    if (done) {
      context.say(Tone::green, "密钥已停用，用它的请求从现在起都被拒绝。");
      return site::redirect(key_url(key.id));
    }
    in.errors.push_back(done.error());
  }
  return show_key(context, parts, key, {in.values, in.errors, "revoke"});
}

std::vector<site::Todo> todos_of(const Context& context, const Interface& parts) {
  std::vector<site::Todo> out;
  if (!context.actor.may_everywhere(auth::kApiManage)) return out;
  for (const auto& key : parts.keys.ending(context.tenant.id, kSoon)) {
    site::Todo t;
    t.key = fmt::format("api_key:{}", key.id);
    t.kind = "换密钥";
    t.title = key.holder + "的接口密钥快到期";
    t.url = key_url(key.id);
    t.note = "开通新的交给对方，再停用这个";
    t.due = base::parse_date(key.until);
    out.push_back(std::move(t));
  }
  for (const auto& hook : parts.hooks.hooks(context.tenant.id)) {
    if (!hook.active || hook.dead == 0) continue;
    site::Todo t;
    t.key = fmt::format("webhook:{}", hook.id);
    t.kind = "事件送不到";
    t.title = fmt::format("{}有 {} 个事件送不到", hook.title, hook.dead);
    t.url = fmt::format("/settings/events/{}?f.state=dead", hook.id);
    t.note = hook.problem;
    out.push_back(std::move(t));
  }
  return out;
}

}  // namespace

void add_interface(site::Site& site, Interface parts) {
  add_api_key_pages(site, parts);
  add_event_pages(site, parts);
  add_interface_page(site, parts);
  site.add_todos([parts](const Context& c) { return todos_of(c, parts); });
}

void add_api_key_pages(site::Site& site, Interface parts) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/settings/api", Access::right, "api.manage",
            [parts](Context& c) { return list_keys(c, parts); }});
  site.add({Method::get, "/settings/api/new", Access::right, "api.manage",
            [parts](Context& c) -> Answer { return new_page(c, parts, {}); }});
  site.add({Method::post, "/settings/api/new", Access::right, "api.manage",
            [parts](Context& c) { return make_key(c, parts); }});
  site.add(
      {Method::get, "/settings/api/keys/{key}", Access::right, "api.manage", [parts](Context& c) -> Answer {
         const Id id = TRY(c.id("key"));
         return show_key(c, parts, TRY(parts.keys.key(c.tenant.id, id)), {});
       }});
  site.add({Method::post, "/settings/api/keys/{key}/revoke", Access::right, "api.manage",
            [parts](Context& c) { return revoke(c, parts); }});
  site.add(site::MenuItem{"系统", "开放接口", kHome, "api.manage", 907, {}, {}, false});
}

}  // namespace kepu::administration
