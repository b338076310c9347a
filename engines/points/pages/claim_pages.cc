// 兑换和领取: the desk where things are handed out against a code.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using http::Method;
using site::Access;

namespace {

form::Form code_form() {
  return form::Form({{.name = "code",
                      .label = "领取码",
                      .required = true,
                      .hint = "请志愿者出示手机上的 8 位领取码",
                      .max_length = 20,
                      .short_field = true}});
}

table::Table<Claim> claim_table() {
  table::Table<Claim> table({.id = "claims", .caption = "兑换", .search_hint = "姓名、物品", .unit = "次"});
  table
      .column({.key = "title", .title = "物品", .sortable = false, .width = 24},
              [](const Claim& c) { return table::text(c.title); })
      .column({.key = "name", .title = "姓名", .sortable = false},
              [](const Claim& c) { return table::link(c.name, account_url(c.person)); })
      .column({.key = "points", .title = "积分", .number = true, .sortable = false},
              [](const Claim& c) { return table::count(c.points); })
      .column({.key = "made", .title = "兑换日期", .sql = "made_at"},
              [](const Claim& c) { return table::date(base::date_of(c.made_at)); })
      .column({.key = "until", .title = "领取期限", .sql = "until_day"},
              [](const Claim& c) { return table::date(c.until); })
      .column({.key = "state", .title = "状态", .sortable = false},
              [](const Claim& c) { return table::status(light_of(c.state), std::string(title_of(c.state))); })
      .column({.key = "by", .title = "办理", .sortable = false, .hide_on_phone = true},
              [](const Claim& c) { return table::text(c.by); })
      .filter({.key = "state",
               .title = "状态",
               .options = {{"reserved", "待领取"},
                           {"handed_out", "已领取"},
                           {"cancelled", "已取消"},
                           {"lapsed", "逾期未领"}}});
  return table;
}

PageAnswer show(Context& context, PointsEngine& engine, const Typed& typed) {
  const auto table = claim_table();
  const table::Source<Claim> source = [&](const table::Wanted& w) {
    ClaimQuery q;
    q.state = parse_claim_state(w.query.filter("state"));
    q.text = w.query.text;
    q.order_by = w.order_by;
    q.offset = w.offset;
    q.limit = w.limit;
    auto found = engine.rewards().claims(context.tenant.id, q);
    return table::Found<Claim>{std::move(found.rows), found.total};
  };
  site::Page page;
  page.title = "兑换和领取";
  page.path = {{"服务时长与积分", "/points"}, {"兑换和领取", ""}};
  site::ListOptions options{
      .file_name = "兑换记录", .subject = "points.claims", .empty_hint = "还没有人兑换。"};
  if (context.actor.may(kHandOut))
    options.before = [&](Out& h) {
      h("{}", html::panel("发放", [&](Out& o) {
          code_form().write(o, view_of(context, "/points/claims/hand-out", "核对并发放", typed));
        }));
    };
  auto answer = site::list(context, table, source, std::move(page), options);
  if (answer && !typed.empty()) answer->status = 422;
  return answer;
}

PageAnswer hand_out(Context& context, PointsEngine& engine) {
  auto in = code_form().check(context.request.form);
  if (in.ok()) {
    auto claim = engine.rewards().hand_out(by(context), in.values.text("code"));
    if (claim) {
      context.say(html::Tone::green, fmt::format("请把“{}”交给{}，已记为领取。", claim->title, claim->name));
      return site::redirect("/points/claims");
    }
    if (claim.error().code == base::Code::forbidden) return tl::unexpected(claim.error());
    in.errors.push_back(claim.error());
  }
  return show(context, engine, {in.values, in.errors});
}

}  // namespace

void add_claim_pages(site::Site& site, PointsEngine& engine) {
  site.add({Method::get, "/points/claims", Access::right, std::string(kRead),
            [&](Context& c) { return show(c, engine, {}); }});
  site.add({Method::post, "/points/claims/hand-out", Access::right, std::string(kHandOut),
            [&](Context& c) { return hand_out(c, engine); }});
}

}  // namespace kepu::points
