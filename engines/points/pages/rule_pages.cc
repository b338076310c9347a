// 积分规则: what service is worth, since when; each version stays.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using http::Method;
using site::Access;

namespace {

form::Form rules_form() {
  const auto number = [](std::string name, std::string label, std::string hint, double min, double max,
                         std::string unit) {
    form::Field f;
    f.name = std::move(name);
    f.label = std::move(label);
    f.kind = form::Kind::integer;
    f.required = true;
    f.hint = std::move(hint);
    f.min = min;
    f.max = max;
    f.unit = std::move(unit);
    f.short_field = true;
    return f;
  };
  return form::Form(
      {{.name = "rules",
        .label = "规则",
        .kind = form::Kind::long_text,
        .required = true,
        .hint =
            "每行一条：服务类别 | 角色 | 在册名录 | 每小时或每次 | 分数；不限的写“任意”。条件多的一条优先",
        .max_length = 4000,
        .rows = 6},
       number("day_cap", "每人每天最多", "0 为不限", 0, 100000, "分"),
       number("month_cap", "每人每月最多", "0 为不限", 0, 100000, "分"),
       number("filled", "补录的时长折算", "没有当场签到、事后补录的", 0, 100, "%"),
       number("years", "有效年数", "到第几年年底；0 为长期有效", 0, 10, "年"),
       number("pickup", "兑换后领取期限", "过期自动退回", 1, 365, "天")});
}

form::Values values_of(const Rules& r) {
  form::Values v;
  v.add("rules", rules_text(r.rules));
  v.add("day_cap", std::to_string(r.day_cap));
  v.add("month_cap", std::to_string(r.month_cap));
  v.add("filled", std::to_string(r.filled_percent));
  v.add("years", std::to_string(r.years));
  v.add("pickup", std::to_string(r.pickup_days));
  return v;
}

std::string version_words(const Rules& r) {
  return r.version == 0 ? std::string("平台自带的规则")
                        : fmt::format("第 {} 版，{}起，{}设定", r.version, base::to_iso(r.from), r.by);
}

PageAnswer show(Context& context, PointsEngine& engine, const Typed& typed) {
  const Id tenant = context.tenant.id;
  const auto all = engine.ledger().all_rules(tenant);
  const Rules& now = all.front();
  const auto kinds = engine.sources().kinds(tenant), grades = engine.sources().grades(tenant);
  site::Page page;
  page.title = "积分规则";
  page.path = {{"服务时长与积分", "/points"}, {"积分规则", ""}};
  page.note = version_words(now);
  page.body = [&](Out& h) {
    h("{}", html::panel("现在的规则",
                        [&](Out& o) {
                          auto view =
                              view_of(context, "/points/rules", "保存为新的一版", typed, values_of(now));
                          view.hidden = {{"version", std::to_string(now.version)}};
                          rules_form().write(o, view);
                        },
                        {.note = "从保存起记账按新规则，已经记的不变"}));
    h("{}", html::panel("可以写的名称", [&](Out& o) {
        html::Definitions names;
        names.items = {{"服务类别", base::join(kinds, "、")},
                       {"角色", std::string("队长、讲师、助手、司机、队员（除队长以外）")},
                       {"在册名录", base::join(grades, "、")}};
        o("{}<p class=\"hint\">积分只用来感谢服务，平台不提供个人积分排名（国办函〔2026〕12号）。</p>",
          names);
      }));
    if (all.size() > 1)
      h("{}", html::panel("以前的规则", [&](Out& o) {
          for (std::size_t i = 1; i < all.size(); ++i)
            o("<h3>{}</h3><pre>{}</pre><p class=\"muted\">补录折算 {}%，有效 {} 年</p>",
              version_words(all[i]), rules_text(all[i].rules), all[i].filled_percent, all[i].years);
        }));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, PointsEngine& engine) {
  const Id tenant = context.tenant.id;
  auto in = rules_form().check(context.request.form);
  if (in.ok()) {
    const auto number = [&](std::string_view name) {
      return static_cast<int>(base::parse_int(in.values.text(name)).value_or(0));
    };
    auto lines =
        parse_rules(in.values.text("rules"), engine.sources().kinds(tenant), engine.sources().grades(tenant));
    in.errors = lines.errors;
    if (in.errors.empty()) {
      Rules rules;
      rules.version = static_cast<int>(base::parse_int(context.field("version")).value_or(-1));
      rules.rules = std::move(lines.rules);
      rules.day_cap = number("day_cap");
      rules.month_cap = number("month_cap");
      rules.filled_percent = number("filled");
      rules.years = number("years");
      rules.pickup_days = number("pickup");
      in.errors = engine.ledger().save_rules(by(context), rules);
    }
    if (in.errors.empty()) {
      context.say(html::Tone::green, "已保存，从现在起按新规则记账。");
      return site::redirect("/points/rules");
    }
  }
  return show(context, engine, {in.values, in.errors});
}

}  // namespace

void add_rule_pages(site::Site& site, PointsEngine& engine) {
  const std::string right(kManage);
  site.add(
      {Method::get, "/points/rules", Access::right, right, [&](Context& c) { return show(c, engine, {}); }});
  site.add(
      {Method::post, "/points/rules", Access::right, right, [&](Context& c) { return save(c, engine); }});
}

}  // namespace kepu::points
