// 汇总关系: whom we report to, who reports to us.
#include "core/base/text.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

const form::Form& link_form() {
  static const form::Form kForm({{.name = "code",
                                  .label = "上级地区的代码",
                                  .required = true,
                                  .hint = "如 chengzhou；是上级登录本平台时地区的简称，请向上级核对",
                                  .max_length = 32,
                                  .short_field = true}});
  return kForm;
}

const form::Form& end_form() {
  static const form::Form kForm(
      {{.name = "reason", .label = "解除的原因", .required = true, .max_length = 500}});
  return kForm;
}

void write_ended(Out& h, const std::vector<Link>& links) {
  html::SimpleTable table;
  table.caption = "已解除的关系";
  table.columns = {{"县（市、区）"}, {"上级"}, {"建立"}, {"解除"}, {"原因"}};
  for (const auto& l : links) {
    if (l.stands()) continue;
    table.rows.push_back({l.county.name, l.superior.name, base::to_local(l.since) + "　" + l.by,
                          base::to_local(l.ended_at) + "　" + l.ended_side + "　" + l.ended_by, l.reason});
  }
  if (!table.rows.empty()) h("{}", html::panel("已解除的关系", table, {.note = "此前的上报双方都保留"}));
}

void write_superior(Out& h, Context& context, const std::optional<Link>& above, bool may, const Typed& typed,
                    Id typed_of) {
  h("{}", html::panel("上级", [&](Out& o) {
      if (!above) {
        o("<p>还没有上级。建立关系以后，上级下发的汇总要求会出现在“收到的要求”中；上级只看得到正式上报的数，"
          "看不到草稿和本地区的其他数据。</p>");
        if (may)
          link_form().write(o, view_of(context, "/rollup/links", "设为上级，同意向其上报",
                                       typed_of == 0 ? typed : Typed{}));
        return;
      }
      o("{}", html::Definitions{{{"上级", above->superior.name + "（代码 " + above->superior.code + "）"},
                                 {"建立", base::to_local(above->since) + "　" + above->by}}});
    }));
}

http::Response links_page(Context& context, RollupEngine& engine, const Typed& typed, Id typed_of) {
  const Id tenant = context.tenant.id;
  const auto links = engine.store().links(tenant);
  const auto above = engine.store().superior_of(tenant);
  const auto below = engine.store().counties_of(tenant);
  const bool may = context.actor.may_everywhere(kLink);
  const auto asked = typed_of != 0 ? std::optional(typed_of) : base::parse_id(context.param("end"));
  site::Page page;
  page.title = "汇总关系";
  page.path = {{"汇总上报", "/rollup"}, {"汇总关系", ""}};
  page.note = "由县（市、区）填写上级代码，即为同意；双方的管理员都可以解除";
  page.body = [&](Out& h) {
    h("<div class=\"mt\">{}</div>", views(context, engine, 2));
    write_superior(h, context, above, may, typed, typed_of);
    html::SimpleTable table;
    table.caption = "下级县（市、区）";
    table.columns = {{"县（市、区）"}, {"区划代码"}, {"建立"}};
    for (const auto& l : below) {
      table.rows.push_back({[&l](Out& o) {
                              o("<a href=\"{}\">{}</a>", html::Url{county_url(l.county.tenant)},
                                l.county.name);
                            },
                            l.county.area_code.empty() ? std::string("—") : l.county.area_code,
                            base::to_local(l.since) + "　" + l.by});
    }
    if (!below.empty())
      h("{}", html::panel("下级县（市、区）", table, {.note = fmt::format("{} 个", below.size())}));
    for (const auto& l : links) {
      if (!may || !l.stands()) continue;
      const auto& other = l.county.tenant == tenant ? l.superior : l.county;
      const std::string open = fmt::format("/rollup/links?end={}#end-{}", l.id, l.id);
      if (asked != l.id) {
        h("{} ", html::button_link("解除与" + other.name + "的关系", open));
        continue;
      }
      auto view = view_of(context, fmt::format("/rollup/links/{}/end", l.id), "解除", typed);
      view.cancel_url = "/rollup/links";
      h("{}", html::panel("解除与" + other.name + "的汇总关系", [&](Out& o) { end_form().write(o, view); },
                          {.note = "解除后不能再上报，已上报的保留", .id = fmt::format("end-{}", l.id)}));
    }
    write_ended(h, links);
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer add_link(Context& context, RollupEngine& engine) {
  auto in = link_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().link(by(context), in.values.text("code"));
    if (done) {
      engine.tell();
      context.say(html::Tone::green, "已建立汇总关系。上级以后下发的汇总要求会出现在“收到的要求”中。");
      return site::redirect("/rollup/links");
    }
    in.errors.push_back(done.error());
  }
  return links_page(context, engine, {in.values, in.errors}, 0);
}

PageAnswer end_link(Context& context, RollupEngine& engine) {
  const Id link = TRY(context.id("link"));
  auto in = end_form().check(context.request.form);
  if (in.ok()) {
    const auto done = engine.store().end_link(by(context), link, in.values.text("reason"));
    if (done) {
      context.say(html::Tone::green, "已解除。此前的上报双方都保留。");
      return site::redirect("/rollup/links");
    }
    if (done.error().code != base::Code::invalid) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return links_page(context, engine, {in.values, in.errors}, link);
}

}  // namespace

void add_link_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/links", Access::right, "rollup.read",
            [&](Context& c) -> PageAnswer { return links_page(c, engine, {}, 0); }});
  site.add({Method::post, "/rollup/links", Access::right, "tenant.manage",
            [&](Context& c) { return add_link(c, engine); }});
  site.add({Method::post, "/rollup/links/{link}/end", Access::right, "tenant.manage",
            [&](Context& c) { return end_link(c, engine); }});
}

}  // namespace kepu::rollup
