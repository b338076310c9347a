// 兑换物品: what there is, for how many points, how many are left.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using http::Method;
using site::Access;

namespace {

std::string reward_url(Id id) {
  return id == 0 ? "/points/rewards/new" : fmt::format("/points/rewards/{}", id);
}

form::Form reward_form() {
  return form::Form({{.name = "title", .label = "物品名称", .required = true, .max_length = 40},
                     {.name = "what", .label = "说明", .max_length = 200},
                     {.name = "place", .label = "领取地点", .required = true, .max_length = 60},
                     {.name = "points",
                      .label = "所需积分",
                      .kind = form::Kind::integer,
                      .required = true,
                      .min = 1,
                      .max = 100000,
                      .unit = "分",
                      .short_field = true},
                     {.name = "restock",
                      .label = "增减库存",
                      .kind = form::Kind::integer,
                      .hint = "新到的写正数，取走的写负数",
                      .min = -100000,
                      .max = 100000,
                      .unit = "件",
                      .short_field = true},
                     {.name = "most_each",
                      .label = "每人限兑",
                      .kind = form::Kind::integer,
                      .hint = "不填不限",
                      .min = 0,
                      .max = 1000,
                      .unit = "件",
                      .short_field = true},
                     {.name = "active", .label = "可以兑换", .kind = form::Kind::checkbox}});
}

PageAnswer list_rewards(Context& context, PointsEngine& engine) {
  const auto rows = engine.rewards().rewards(context.tenant.id, true);
  table::Table<Reward> table({.id = "rewards", .caption = "兑换物品", .search_hint = "名称", .unit = "种"});
  const bool manages = context.actor.may(kManage);
  table
      .column({.key = "title", .title = "物品", .width = 24},
              [manages](const Reward& r) {
                return manages ? table::link(r.title, reward_url(r.id)) : table::text(r.title);
              })
      .column({.key = "points", .title = "所需积分", .number = true},
              [](const Reward& r) { return table::count(r.points); })
      .column({.key = "stock", .title = "库存", .number = true},
              [](const Reward& r) { return table::count(r.stock); })
      .column(
          {.key = "most_each", .title = "每人限兑", .number = true, .hide_on_phone = true},
          [](const Reward& r) { return r.most_each == 0 ? table::text("不限") : table::count(r.most_each); })
      .column({.key = "place", .title = "领取地点", .width = 24},
              [](const Reward& r) { return table::text(r.place); })
      .column({.key = "active", .title = "状态"}, [](const Reward& r) {
        return table::status(!r.active      ? html::Light::idle
                             : r.stock == 0 ? html::Light::watch
                                            : html::Light::ok,
                             !r.active      ? "停兑"
                             : r.stock == 0 ? "已兑完"
                                            : "可兑换");
      });
  site::Page page;
  page.title = "兑换物品";
  page.path = {{"服务时长与积分", "/points"}, {"兑换物品", ""}};
  page.actions = [&](Out& h) {
    h("{}", html::button_link("兑换和领取", "/points/claims"));
    if (manages) h("{}", html::button_link("新增物品", reward_url(0), "", html::Look::primary));
  };
  return site::list(
      context, table, table.in_memory(rows), std::move(page),
      {.file_name = "兑换物品", .subject = "points.rewards", .empty_hint = "还没有可以兑换的物品。"});
}

PageAnswer reward_page(Context& context, const Reward& r, const Typed& typed) {
  site::Page page;
  page.title = r.id == 0 ? "新增物品" : r.title;
  page.path = {{"服务时长与积分", "/points"}, {"兑换物品", "/points/rewards"}, {page.title, ""}};
  page.narrow = true;
  if (r.id != 0) page.note = fmt::format("现有库存 {} 件", r.stock);
  form::Values v;
  v.add("title", r.title);
  v.add("what", r.what);
  v.add("place", r.place);
  v.add("points", r.points == 0 ? "" : std::to_string(r.points));
  v.add("most_each", r.most_each == 0 ? "" : std::to_string(r.most_each));
  v.add("active", r.active ? "1" : "");
  auto view = view_of(context, reward_url(r.id), "保存", typed, std::move(v));
  view.hidden = {{"revision", std::to_string(r.revision)}};
  view.cancel_url = "/points/rewards";
  page.body = [&](Out& h) { h("{}", html::panel("物品", [&](Out& o) { reward_form().write(o, view); })); };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, PointsEngine& engine, Reward r) {
  auto in = reward_form().check(context.request.form);
  const Reward stored = r;
  if (in.ok()) {
    const auto number = [&](std::string_view name) {
      return static_cast<int>(base::parse_int(in.values.text(name)).value_or(0));
    };
    r.title = in.values.text("title");
    r.what = in.values.text("what");
    r.place = in.values.text("place");
    r.points = number("points");
    r.most_each = number("most_each");
    r.active = in.values.text("active") == "1";
    r.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto saved = engine.rewards().save(by(context), r, number("restock"));
    if (saved) {
      context.say(html::Tone::green, "已保存“" + r.title + "”。");
      return site::redirect("/points/rewards");
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return reward_page(context, stored, {in.values, in.errors});
}

}  // namespace

void add_reward_pages(site::Site& site, PointsEngine& engine) {
  const std::string read(kRead), manage(kManage);
  const auto reward_of = [&engine](Context& c) -> base::Result<Reward> {
    return engine.rewards().reward(c.tenant.id, TRY(c.id("reward")));
  };
  site.add({Method::get, "/points/rewards", Access::right, read,
            [&](Context& c) { return list_rewards(c, engine); }});
  site.add({Method::get, "/points/rewards/new", Access::right, manage,
            [](Context& c) { return reward_page(c, Reward{}, {}); }});
  site.add({Method::post, "/points/rewards/new", Access::right, manage,
            [&](Context& c) { return save(c, engine, Reward{}); }});
  site.add({Method::get, "/points/rewards/{reward}", Access::right, manage,
            [reward_of](Context& c) -> PageAnswer { return reward_page(c, TRY(reward_of(c)), {}); }});
  site.add({Method::post, "/points/rewards/{reward}", Access::right, manage,
            [&engine, reward_of](Context& c) -> PageAnswer { return save(c, engine, TRY(reward_of(c))); }});
}

}  // namespace kepu::points
