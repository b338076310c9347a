// 设置: what the area is called and where it belongs.
#include "core/auth/directory.h"
#include "engines/administration/pages.h"

namespace kepu::administration {

using html::Out;
using site::Answer;
using site::Context;

namespace {

const form::Form& tenant_form() {
  static const form::Form kForm({
      {.name = "name", .label = "地区名称", .required = true, .hint = "显示在每页左上角，如“岚江县”"},
      {.name = "code",
       .label = "地址简称",
       .required = true,
       .hint = "公开页面的地址 /p/简称；改动后，已发出的链接会失效",
       .max_length = 32,
       .pattern = "[a-z0-9-]{2,32}",
       .pattern_message = "地址简称应为 2 至 32 个小写字母、数字或“-”",
       .short_field = true},
      {.name = "area_code", .label = "区划代码", .hint = "12 位统计用区划代码", .short_field = true},
      {.name = "parent_name", .label = "上级地区", .hint = "如“临江市”，用于对标上位文件"},
  });
  return kForm;
}

http::Response settings_page(Context& context, const Typed& returned) {
  const auto tenant = context.app.directory.tenant(context.tenant.id).value_or(context.tenant);
  form::Values stored;
  stored.set("name", tenant.name);
  stored.set("code", tenant.code);
  stored.set("area_code", tenant.area_code);
  stored.set("parent_name", tenant.parent_name);
  const auto view = view_of(context, "/settings", "保存", returned.only("tenant"), std::move(stored));
  site::Page page;
  page.title = "设置";
  page.path = {{"设置", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}{}", html::panel("地区", [&](Out& o) { tenant_form().write(o, view); }),
      html::panel("变更记录", history_of(context, fmt::format("tenant:{}", tenant.id))));
  };
  return site::page(context, std::move(page), status_of(returned.errors));
}

Answer save(Context& context) {
  auto in = tenant_form().check(context.request.form);
  if (in.ok()) {
    auth::Tenant tenant = context.tenant;
    tenant.name = in.values.text("name");
    tenant.code = in.values.text("code");
    tenant.area_code = in.values.text("area_code");
    tenant.parent_name = in.values.text("parent_name");
    const auto done = context.app.directory.change_tenant(context.actor, tenant);
    if (done) {
      context.say(html::Tone::green, "地区设置已保存。");
      return site::redirect("/settings");
    }
    in.errors.push_back(done.error());
  }
  return settings_page(context, {in.values, in.errors, "tenant"});
}

}  // namespace

void add_settings_pages(site::Site& site) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/settings", Access::right, "tenant.manage",
            [](Context& c) -> Answer { return settings_page(c, {}); }});
  site.add({Method::post, "/settings", Access::right, "tenant.manage", save});
  site.add(site::MenuItem{"系统", "设置", "/settings", "tenant.manage", 905, {}, {}, false});
}

}  // namespace kepu::administration
