// 名录设置: the types of registers, for the administrator.
#include <algorithm>

#include "core/auth/roles.h"
#include "core/base/text.h"
#include "engines/registers/pages/desk.h"

namespace kepu::registers {

using base::Code;

namespace {

using form::Field;
using form::Kind;
using site::options_of;

std::string url_of(std::string_view key) { return "/registers/types/" + std::string(key); }

form::Form type_form(const Context& context, RegistersEngine& engine, const Type* type) {
  std::vector<form::Option> roles = {{"", "不带角色"}}, bodies = {{"", "不归属"}};
  for (const auto& r : context.app.directory.roles()->all()) roles.push_back({r.id, r.title});
  const auto types = engine.store().types(context.tenant.id);
  for (const auto& t : types->current) {
    if (t.subject != Subject::person && (type == nullptr || t.key != type->key))
      bodies.push_back({t.key, t.title});
  }
  roles.erase(roles.begin());
  bodies.erase(bodies.begin());
  const auto levels = options_of({Level::unit, Level::county});
  std::vector<Field> fields;
  if (type == nullptr) {
    fields.push_back({.name = "key",
                      .label = "代号",
                      .required = true,
                      .hint = "小写英文字母，用在地址里，定了不能改，例如 expert",
                      .max_length = 32,
                      .short_field = true});
    fields.push_back({.name = "subject",
                      .label = "登记什么",
                      .kind = Kind::select,
                      .required = true,
                      .hint = "定了不能改",
                      .options = options_of({Subject::person, Subject::body, Subject::place, Subject::thing}),
                      .short_field = true});
  }
  const std::vector<Field> rest = {
      {.name = "title", .label = "名称", .required = true, .max_length = 30, .short_field = true},
      {.name = "unit",
       .label = "计量单位",
       .required = true,
       .hint = "人、支、个",
       .max_length = 4,
       .short_field = true},
      {.name = "prefix",
       .label = "编号字头",
       .required = true,
       .hint = "“专”编出 专2026-0012",
       .max_length = 4,
       .short_field = true},
      {.name = "purpose",
       .label = "用途",
       .kind = Kind::long_text,
       .required = true,
       .hint = "征求本人同意时显示，公开页面也显示",
       .max_length = 300,
       .rows = 2},
      {.name = "check",
       .label = "谁审核",
       .kind = Kind::select,
       .required = true,
       .options = levels,
       .short_field = true},
      {.name = "approve",
       .label = "谁批准",
       .kind = Kind::select,
       .required = true,
       .options = levels,
       .short_field = true},
      {.name = "maintain",
       .label = "谁发布和维护",
       .kind = Kind::select,
       .required = true,
       .options = levels,
       .short_field = true},
      {.name = "term",
       .label = "有效期",
       .kind = Kind::integer,
       .required = true,
       .hint = "0 为长期",
       .min = 0,
       .max = 240,
       .initial = "24",
       .unit = "个月",
       .short_field = true},
      {.name = "window",
       .label = "提前多少天提醒续期",
       .kind = Kind::integer,
       .required = true,
       .min = 0,
       .max = 365,
       .initial = "60",
       .unit = "天",
       .short_field = true},
      {.name = "cover",
       .label = "要覆盖到",
       .kind = Kind::select,
       .required = true,
       .options = options_of({Cover::none, Cover::township, Cover::village}),
       .short_field = true},
      {.name = "member_of", .label = "归属于", .kind = Kind::select, .options = bodies, .short_field = true},
      {.name = "role",
       .label = "在册后带来的角色",
       .kind = Kind::select,
       .hint = "只用于人员名录",
       .options = roles,
       .short_field = true},
      {.name = "self", .label = "本人可以申请", .kind = Kind::checkbox, .short_field = true},
      {.name = "public",
       .label = "在公开名录显示",
       .kind = Kind::checkbox,
       .initial = "1",
       .short_field = true},
      {.name = "minors",
       .label = "可登记未满 14 周岁的人（要监护人同意）",
       .kind = Kind::checkbox,
       .short_field = true},
      {.name = "serves",
       .label = "登记服务区域（可被点单找到）",
       .kind = Kind::checkbox,
       .short_field = true},
      {.name = "bookable",
       .label = "单位可以预约借用（场所和物品）",
       .kind = Kind::checkbox,
       .short_field = true},
      {.name = "active",
       .label = "受理新的登记",
       .kind = Kind::checkbox,
       .initial = "1",
       .short_field = true},
      {.name = "feeds",
       .label = "计入哪些指标",
       .kind = Kind::multi_select,
       .options = options_of({Feed::in_force, Feed::fresh, Feed::townships, Feed::villages, Feed::kinds})},
      {.name = "fields",
       .label = "字段",
       .kind = Kind::long_text,
       .hint = "每行一个：代号 名称 | 类型 | 标记 | 提示。类型：文字、长文字、整数 人、数字 公里、日期、单选 "
               "甲、乙、多选 甲、乙、是否、电话、邮箱。"
               "标记：必填、公开、个人（加密）、分类、技能、时间。代号不写由程序编；已有的代号不要改，改了等"
               "于换一个字段",
       .max_length = 6000,
       .rows = 12}};
  fields.insert(fields.end(), rest.begin(), rest.end());
  return form::Form(std::move(fields));
}

form::Values values_of(const Type& t) {
  form::Values v;
  v.set("title", t.title);
  v.set("unit", t.unit);
  v.set("prefix", t.prefix);
  v.set("purpose", t.purpose);
  v.set("check", std::string(to_text(t.check)));
  v.set("approve", std::string(to_text(t.approve)));
  v.set("maintain", std::string(to_text(t.maintain)));
  v.set("term", std::to_string(t.term_months));
  v.set("window", std::to_string(t.window_days));
  v.set("cover", std::string(to_text(t.cover)));
  v.set("member_of", t.member_of);
  v.set("role", t.role);
  v.set("self", t.self ? "1" : "");
  v.set("public", t.is_public ? "1" : "");
  v.set("minors", t.minors ? "1" : "");
  v.set("serves", t.serves ? "1" : "");
  v.set("bookable", t.bookable ? "1" : "");
  v.set("active", t.active ? "1" : "");
  for (const auto f : t.feeds) v.add("feeds", std::string(to_text(f)));
  v.set("fields", fields_text(t.fields));
  return v;
}

// Keys that this register ever used, so that a new field never gets an old one's values.
std::vector<std::string> taken_keys(const TypeSet& types, const Type& type) {
  std::vector<std::string> out;
  const auto add = [&](const Type& t) {
    for (const auto& f : t.fields) out.push_back(f.field.name);
  };
  add(type);
  const auto at = types.old.find(type.key);
  if (at != types.old.end()) std::for_each(at->second.begin(), at->second.end(), add);
  return out;
}

Type type_from(const form::Values& v, const Type* before, const TypeSet& types, base::Errors& errors) {
  Type t;
  if (before != nullptr) {
    t = *before;
  } else {
    t.key = v.text("key");
    t.subject = parse_subject(v.text("subject")).value_or(Subject::person);
  }
  t.title = v.text("title");
  t.unit = v.text("unit");
  t.prefix = v.text("prefix");
  t.purpose = v.text("purpose");
  t.check = parse_level(v.text("check")).value_or(Level::unit);
  t.approve = parse_level(v.text("approve")).value_or(Level::county);
  t.maintain = parse_level(v.text("maintain")).value_or(Level::county);
  t.term_months = static_cast<int>(v.integer("term").value_or(0));
  t.window_days = static_cast<int>(v.integer("window").value_or(60));
  t.cover = parse_cover(v.text("cover")).value_or(Cover::none);
  t.member_of = v.text("member_of");
  t.role = v.text("role");
  t.self = v.flag("self");
  t.is_public = v.flag("public");
  t.minors = v.flag("minors");
  t.serves = v.flag("serves");
  t.bookable = v.flag("bookable");
  t.active = v.flag("active");
  t.feeds.clear();
  for (const auto& f : v.texts("feeds")) {
    if (const auto feed = parse_feed(f)) t.feeds.push_back(*feed);
  }
  auto lines = parse_fields(v.text("fields"),
                            before == nullptr ? std::vector<std::string>() : taken_keys(types, *before));
  errors.insert(errors.end(), lines.errors.begin(), lines.errors.end());
  t.fields = std::move(lines.fields);
  const auto more = check_type(t, types.current);
  errors.insert(errors.end(), more.begin(), more.end());
  return t;
}

http::Response edit_page(Context& context, RegistersEngine& engine, const Type* type, const Typed& typed,
                         bool lost) {
  const auto types = engine.store().types(context.tenant.id);
  site::Page page;
  page.title = type == nullptr ? "新增名录" : "设置：" + type->title;
  page.path = {
      {"名录", "/registers"}, {"名录设置", "/registers/types"}, {type == nullptr ? "新增" : type->title, ""}};
  page.narrow = true;
  const auto fields = type_form(context, engine, type);
  form::Values stored;
  if (type != nullptr) stored = values_of(*type);
  auto view =
      view_of(context, type == nullptr ? "/registers/types/new" : url_of(type->key), "保存", typed, stored);
  view.cancel_url = "/registers/types";
  if (type != nullptr) view.hidden.emplace_back("version", std::to_string(type->version));
  if (lost) {
    view.after = [](Out& h) {
      h("<p><label><input type=\"checkbox\" name=\"lose\" value=\"1\"> "
        "我知道旧条目里这些字段不再填写，仍要保存</label></p>");
    };
  }
  page.body = [&](Out& h) {
    h("{}", html::panel(
                "", [&](Out& o) { fields.write(o, view); },
                {.note = type == nullptr ? "保存后立即可以登记"
                                         : fmt::format("现在是第 {} 版；保存产生新的一版，旧条目按原版本显示",
                                                       type->version)}));
    if (type == nullptr) return;
    const auto at = types->old.find(type->key);
    if (at == types->old.end()) return;
    for (auto old = at->second.rbegin(); old != at->second.rend(); ++old) {
      h("<details><summary>第 {} 版的字段</summary><pre>{}</pre></details>", old->version,
        fields_text(old->fields));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, RegistersEngine& engine, const Type* before) {
  auto in = type_form(context, engine, before).check(context.request.form);
  const auto types = engine.store().types(context.tenant.id);
  bool lost = false;
  if (in.ok()) {
    const Type wanted = type_from(in.values, before, *types, in.errors);
    if (in.ok()) {
      const int version = static_cast<int>(base::parse_int(context.field("version")).value_or(0));
      const auto done = before == nullptr ? engine.store().add_type(by(context), wanted)
                                          : engine.store().change_type(by(context), wanted, version,
                                                                       context.field("lose") == "1");
      if (done) {
        context.say(html::Tone::green, "已保存名录设置。");
        return site::redirect("/registers/types");
      }
      if (done.error().code == Code::forbidden) return tl::unexpected(done.error());
      lost = done.error().rule == "register.fields_lost";
      in.errors.push_back(done.error());
    }
  }
  return edit_page(context, engine, before, {in.values, in.errors}, lost);
}

PageAnswer list_types(Context& context, RegistersEngine& engine) {
  const auto types = engine.store().types(context.tenant.id);
  table::Table<Type> table({.id = "types", .caption = "名录设置", .search_hint = "名称、用途", .unit = "类"});
  table
      .column({.key = "title", .title = "名录", .full_on_phone = true, .width = 20},
              [](const Type& t) { return table::link(t.title, url_of(t.key)); })
      .column({.key = "subject", .title = "登记"},
              [](const Type& t) { return table::text(std::string(title_of(t.subject))); })
      .column({.key = "way", .title = "审核 → 批准 → 维护", .width = 24},
              [](const Type& t) {
                return table::text(fmt::format("{} → {} → {}", title_of(t.check), title_of(t.approve),
                                               title_of(t.maintain)));
              })
      .column({.key = "term", .title = "有效期", .number = true},
              [](const Type& t) {
                return t.term_months == 0 ? table::text("长期")
                                          : table::text(fmt::format("{} 个月", t.term_months));
              })
      .column({.key = "fields", .title = "字段", .number = true},
              [](const Type& t) { return table::count(static_cast<std::int64_t>(t.fields.size())); })
      .column({.key = "state", .title = "受理"},
              [](const Type& t) {
                return table::status(t.active ? html::Light::done : html::Light::idle,
                                     t.active ? "受理中" : "已停用");
              })
      .column({.key = "version", .title = "版本", .number = true},
              [](const Type& t) { return table::count(t.version); })
      .column({.key = "duties", .title = "对应职责", .hide_on_phone = true},
              [](const Type& t) { return table::text(base::join(t.duties, "、")); })
      .column({.key = "purpose", .title = "用途", .hide_on_phone = true, .width = 40},
              [](const Type& t) { return table::text(t.purpose); });
  site::Page page;
  page.title = "名录设置";
  page.path = {{"名录", "/registers"}, {"名录设置", ""}};
  page.note = "每类名录的字段、办理权限和有效期；改了留版本，旧条目按原版本显示";
  page.actions = [](Out& h) {
    h("{}", html::button_link("新增名录", "/registers/types/new", "plus", html::Look::primary));
  };
  return site::list(context, table, table.in_memory(types->current), std::move(page),
                    {.file_name = "名录设置", .subject = "registers"});
}

}  // namespace

void add_type_pages(site::Site& site, RegistersEngine& engine) {
  using http::Method;
  using site::Access;
  using site::options_of;
  site.add({Method::get, "/registers/types", Access::right, "register.types",
            [&](Context& c) { return list_types(c, engine); }});
  site.add({Method::get, "/registers/types/new", Access::right, "register.types",
            [&](Context& c) -> PageAnswer { return edit_page(c, engine, nullptr, {}, false); }});
  site.add({Method::post, "/registers/types/new", Access::right, "register.types",
            [&](Context& c) { return save(c, engine, nullptr); }});
  site.add({Method::get, "/registers/types/{register}", Access::right, "register.types",
            [&](Context& c) -> PageAnswer {
              const Type type = TRY(type_of(c, engine));
              return edit_page(c, engine, &type, {}, false);
            }});
  site.add({Method::post, "/registers/types/{register}", Access::right, "register.types",
            [&](Context& c) -> PageAnswer {
              const Type type = TRY(type_of(c, engine));
              return save(c, engine, &type);
            }});
}

}  // namespace kepu::registers
