// One service of the menu: what it is, whom it asks for, what it asks of who serves.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/file/attachment.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr std::uint64_t kMostBytes = 4u << 20;

form::Form service_form(const auth::UnitTree& units, const Settings& settings,
                        registers::Registers& registers, Id tenant) {
  std::vector<form::Option> holders;
  for (const auto& [key, title] : registers.person_types(tenant)) holders.push_back({key, title});
  std::vector<form::Option> kinds;
  for (const auto& k : settings.kinds) kinds.push_back({k.key, k.title});
  return form::Form({
      {.name = "title", .label = "服务名称", .required = true, .max_length = 40},
      {.name = "kind",
       .label = "类别",
       .kind = form::Kind::select,
       .required = true,
       .options = kinds,
       .short_field = true},
      {.name = "department",
       .label = "承办单位",
       .kind = form::Kind::select,
       .hint = "不选就按派单规则",
       .options = department_options(units),
       .short_field = true},
      {.name = "what",
       .label = "说明",
       .kind = form::Kind::long_text,
       .hint = "谁来、做什么、适合谁",
       .max_length = 200,
       .rows = 2},
      {.name = "needs", .label = "群众要准备什么", .max_length = 200},
      {.name = "minutes",
       .label = "时长",
       .kind = form::Kind::integer,
       .required = true,
       .min = 10,
       .max = 1440,
       .initial = "60",
       .unit = "分钟",
       .short_field = true},
      {.name = "notice",
       .label = "提前几天约",
       .kind = form::Kind::integer,
       .required = true,
       .min = 0,
       .max = 60,
       .initial = "3",
       .unit = "天",
       .short_field = true},
      {.name = "people_min",
       .label = "至少",
       .kind = form::Kind::integer,
       .min = 0,
       .max = 100000,
       .unit = "人",
       .short_field = true},
      {.name = "people_max",
       .label = "最多",
       .kind = form::Kind::integer,
       .min = 0,
       .max = 100000,
       .unit = "人",
       .short_field = true},
      {.name = "daily",
       .label = "全县每天最多",
       .kind = form::Kind::integer,
       .hint = "不填不限",
       .min = 0,
       .max = 10000,
       .unit = "单",
       .short_field = true},
      {.name = "certificate",
       .label = "须有在册人员到场",
       .kind = form::Kind::select,
       .hint = "队里没有这个名录在册的队员，就不邀约；不选不要求",
       .options = holders,
       .short_field = true},
      {.name = "position",
       .label = "排在第几",
       .kind = form::Kind::integer,
       .min = 0,
       .max = 9999,
       .short_field = true},
      {.name = "minors",
       .label = "对象是未满 14 周岁的孩子，点单要写负责的大人",
       .kind = form::Kind::checkbox},
      {.name = "photos",
       .label = "完成时要交现场照片",
       .kind = form::Kind::checkbox,
       .hint = "验收确实需要时才选；对象是孩子的服务不收照片"},
      {.name = "photo",
       .label = "照片",
       .kind = form::Kind::file,
       .hint = "JPG 或 PNG，最大 4 MB；不要有孩子的正脸",
       .accept = ".jpg,.jpeg,.png"},
      {.name = "active", .label = "在菜单上", .kind = form::Kind::checkbox},
  });
}

form::Values values_of(const Service& s) {
  form::Values v;
  const auto number = [](int n) { return n == 0 ? std::string() : std::to_string(n); };
  v.add("title", s.title);
  v.add("kind", s.kind);
  v.add("department", s.department == 0 ? "" : std::to_string(s.department));
  v.add("what", s.what);
  v.add("needs", s.needs);
  v.add("minutes", std::to_string(s.minutes));
  v.add("notice", std::to_string(s.notice_days));
  v.add("people_min", number(s.people_min));
  v.add("people_max", number(s.people_max));
  v.add("daily", number(s.daily_limit));
  v.add("certificate", s.certificate);
  v.add("position", std::to_string(s.position));
  v.add("minors", s.for_minors ? "1" : "");
  v.add("photos", s.photos ? "1" : "");
  v.add("active", s.active ? "1" : "");
  return v;
}

http::Response service_page(Context& context, OrdersEngine& engine, const Service& s, const Typed& typed) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto settings = engine.store().settings(context.tenant.id);
  site::Page page;
  page.title = s.id == 0 ? "新增服务" : s.title;
  page.path = {{"订单", "/orders"}, {"设置", "/orders/setup"}, {page.title, ""}};
  page.narrow = true;
  const std::string url = s.id == 0 ? "/orders/services/new" : fmt::format("/orders/services/{}", s.id);
  auto view = view_of(context, url, "保存", typed, values_of(s));
  view.hidden = {{"revision", std::to_string(s.revision)}};
  view.cancel_url = "/orders/setup";
  const auto fields = service_form(*units, *settings, engine.registers(), context.tenant.id);
  page.body = [&](Out& h) {
    h("{}", html::panel("服务", [&](Out& o) {
        if (!s.photo.empty())
          o("<p><img class=\"ask-photo\" src=\"/orders/services/photo/{}\" alt=\"现在的照片\"></p>", s.id);
        fields.write(o, view);
      }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

base::Result<std::string> take_photo(Context& context) {
  const auto* upload = context.request.upload("photo");
  if (upload == nullptr || upload->size == 0) return std::string();
  if (upload->size > kMostBytes)
    return refuse(Code::invalid, "order.photo", "照片超过 4 MB，请压缩后再传。", "photo");
  // Without what the phone wrote into it: the page is open to everybody.
  return TRY(file::take_attachment(context.app.files, upload->path, upload->size, upload->name, "photo",
                                   true))
      .sha256;
}

PageAnswer show_service(Context& context, OrdersEngine& engine, bool fresh) {
  Service s;
  s.active = true;
  s.position = 100;
  if (!fresh) s = TRY(engine.store().service(context.tenant.id, TRY(context.id("service"))));
  return service_page(context, engine, s, {});
}

PageAnswer save_service(Context& context, OrdersEngine& engine, bool fresh) {
  const auto units = context.app.directory.units(context.tenant.id);
  const auto settings = engine.store().settings(context.tenant.id);
  Service s;
  if (!fresh) s = TRY(engine.store().service(context.tenant.id, TRY(context.id("service"))));
  auto in =
      service_form(*units, *settings, engine.registers(), context.tenant.id).check(context.request.form);
  if (in.ok()) {
    const auto& v = in.values;
    s.title = v.text("title");
    s.kind = v.text("kind");
    s.department = base::parse_id(v.text("department")).value_or(0);
    s.what = v.text("what");
    s.needs = v.text("needs");
    s.minutes = number_of(v, "minutes");
    s.notice_days = number_of(v, "notice");
    s.people_min = number_of(v, "people_min");
    s.people_max = number_of(v, "people_max");
    s.daily_limit = number_of(v, "daily");
    s.certificate = v.text("certificate");
    s.position = number_of(v, "position");
    s.for_minors = v.text("minors") == "1";
    s.photos = v.text("photos") == "1";
    s.active = v.text("active") == "1";
    s.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto photo = take_photo(context);
    if (photo && !photo->empty()) s.photo = *photo;
    const auto saved =
        photo ? engine.store().save_service(by(context), s) : base::Result<Id>(tl::unexpected(photo.error()));
    if (saved) {
      context.say(html::Tone::green, "已保存“" + s.title + "”。");
      return site::redirect("/orders/setup");
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return service_page(context, engine, s, {in.values, in.errors});
}

}  // namespace

void add_service_pages(site::Site& site, OrdersEngine& engine) {
  const std::string right(kSetup);
  site.add({Method::get, "/orders/services/new", Access::right, right,
            [&](Context& c) { return show_service(c, engine, true); }});
  site.add({Method::get, "/orders/services/{service}", Access::right, right,
            [&](Context& c) { return show_service(c, engine, false); }});
  site::Route make{Method::post, "/orders/services/new", Access::right, right,
                   [&](Context& c) { return save_service(c, engine, true); }};
  make.max_body = 6u << 20;
  make.uploads = true;
  site.add(std::move(make));
  site::Route change{Method::post, "/orders/services/{service}", Access::right, right,
                     [&](Context& c) { return save_service(c, engine, false); }};
  change.max_body = 6u << 20;
  change.uploads = true;
  site.add(std::move(change));
}

}  // namespace kepu::orders
