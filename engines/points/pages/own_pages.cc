// 我的时长与积分: the volunteer on his phone: what he did, what he has, what he may exchange it for.
#include <fmt/format.h>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr std::int64_t kMostShown = 10;

base::Result<Id> own_person(Context& context, PointsEngine& engine) {
  const auto person = engine.sources().registers.person_of_account(context.tenant.id, context.actor.person);
  if (!person)
    return refuse(Code::not_found, "points.no_person",
                  "您还没有志愿者档案。请在名录里申请，或请队长、县科协登记。");
  return *person;
}

void write_claim(Out& h, const Context& context, const Claim& c) {
  h("<p><strong>{}</strong>　{}</p>", c.title, html::light(light_of(c.state), title_of(c.state)));
  if (c.state == ClaimState::reserved) {
    h("<p>领取码 <b class=\"order-code\">{}</b></p><p class=\"hint\">{} "
      "前到{}出示领取码；过期自动退回积分。</p>{}",
      c.code, base::to_iso(c.until), c.place,
      html::PostButton{fmt::format("取消“{}”，退回 {} 分", c.title, c.points),
                       "/my/points/cancel",
                       context.csrf,
                       html::Look::plain,
                       "",
                       {{"claim", std::to_string(c.id)}}});
  } else {
    h("<p class=\"muted\">{}　{} 分{}</p>", base::to_local(c.ended_at), c.points,
      c.reason.empty() ? "" : "　" + c.reason);
  }
}

http::Response nobody_page(Context& context, const base::Error& why) {
  site::Page page;
  page.title = "我的时长与积分";
  page.path = {{"我的时长与积分", ""}};
  page.narrow = true;
  page.body = [&](Out& h) { h("{}", html::EmptyState{why.message, {}, {}, "users"}); };
  return site::page(context, std::move(page));
}

PageAnswer own_page(Context& context, PointsEngine& engine) {
  const auto own = own_person(context, engine);
  if (!own) return nobody_page(context, own.error());
  const Id person = *own;
  const Id tenant = context.tenant.id;
  Account account;
  if (auto found = engine.ledger().account(tenant, person)) account = std::move(*found);
  const auto services = engine.ledger().services(tenant, person, 0, kMostShown);
  BookingQuery query;
  query.person = person;
  query.limit = kMostShown;
  const auto bookings = engine.ledger().bookings(tenant, query);
  ClaimQuery mine;
  mine.person = person;
  const auto claims = engine.rewards().claims(tenant, mine);
  const auto rewards = engine.rewards().rewards(tenant);
  const auto rules = engine.ledger().rules(tenant);
  const std::string request = base::random_token(12);
  site::Page page;
  page.title = "我的时长与积分";
  page.path = {{"我的时长与积分", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::StatStrip{{{"两方证实的时长", fmt::format("{:.1f}", account.minutes / 60.0), "小时"},
                             {"补录的时长", fmt::format("{:.1f}", account.filled_minutes / 60.0), "小时"},
                             {"服务", std::to_string(account.services), "次"},
                             {"可用积分", std::to_string(account.balance), "分"}},
                            "我的时长与积分"});
    if (!account.lots.empty())
      h("{}", html::panel("积分的有效期", [&](Out& o) { write_lots(o, account.lots); }));
    if (!claims.rows.empty())
      h("{}", html::panel("我的兑换", [&](Out& o) {
          for (const auto& c : claims.rows) write_claim(o, context, c);
        }));
    h("{}", html::panel("可以兑换", [&](Out& o) {
        if (rewards.empty()) o("<p class=\"muted\">现在没有可以兑换的物品。</p>");
        for (const auto& r : rewards) {
          o("<p><strong>{}</strong>　{} 分</p><p class=\"muted\">{}{}在{}领取，还有 {} "
            "件{}</p>{}",
            r.title, r.points, r.what, r.what.empty() ? "" : "；", r.place, r.stock,
            r.most_each > 0 ? fmt::format("，每人限 {} 件", r.most_each) : std::string(), [&](Out& x) {
              if (r.stock > 0 && account.balance >= r.points)
                x("{}", html::PostButton{"兑换" + r.title,
                                         "/my/points/redeem",
                                         context.csrf,
                                         html::Look::primary,
                                         "",
                                         {{"reward", std::to_string(r.id)}, {"request", request}}});
              else
                x("<p class=\"hint\">{}</p>", r.stock == 0
                                                  ? std::string("已兑完")
                                                  : fmt::format("还差 {} 分", r.points - account.balance));
            });
        }
      }));
    h("{}", html::panel("服务记录", [&](Out& o) { write_services(o, services); }));
    h("{}", html::panel("积分流水", [&](Out& o) {
        html::SimpleTable table;
        table.caption = "积分流水";
        table.columns = {{"事由"}, {"日期"}, {"积分", html::Column::Kind::number}};
        for (const auto& b : bookings.rows)
          table.rows.push_back({std::string(title_of(b.entry)) + "：" + b.words, base::to_iso(b.day),
                                fmt::format("{:+}", b.points)});
        if (table.rows.empty())
          o("<p class=\"muted\">还没有积分。</p>");
        else
          o("{}", table);
        if (bookings.total > kMostShown)
          o("<p class=\"hint\">共 {} 笔，这里是最近 {} 笔。</p>", bookings.total, kMostShown);
      }));
    h("{}", html::panel("积分怎么来", [&](Out& o) {
        o("<p class=\"hint\">积分用来感谢服务，不排名、不评比。补录的时长按 {}% 计{}。</p><ul>{}</ul>",
          rules.filled_percent,
          rules.day_cap > 0 ? fmt::format("，每天最多 {} 分", rules.day_cap) : std::string(), [&](Out& x) {
            for (const auto& r : rules.rules)
              x("<li>{}{}{}：{} {} 分</li>", r.kind.empty() ? "各类服务" : r.kind,
                r.role.empty() ? "" : "，" + r.role, r.grade.empty() ? "" : "，" + r.grade + "在册",
                std::string(title_of(r.basis)), r.points);
          });
      }));
  };
  return site::page(context, std::move(page));
}

PageAnswer redeem(Context& context, PointsEngine& engine) {
  const Id person = TRY(own_person(context, engine));
  const Id reward = TRY(context.field_id("reward"));
  const auto record = TRY(engine.sources().registers.record(context.tenant.id, person));
  const auto claim = engine.rewards().reserve(by(context), person, record.person.name, reward,
                                              std::string(context.field("request")));
  if (claim)
    context.say(html::Tone::green, fmt::format("已兑换“{}”，领取码 {}，{} 前到{}领取。", claim->title,
                                               claim->code, base::to_iso(claim->until), claim->place));
  else if (belongs_to_form(claim.error()))
    context.say(html::Tone::red, claim.error().message);
  else
    return tl::unexpected(claim.error());
  return site::redirect("/my/points");
}

PageAnswer cancel(Context& context, PointsEngine& engine) {
  const Id person = TRY(own_person(context, engine));
  TRY(engine.rewards().cancel(by(context), TRY(context.field_id("claim")), person, "本人取消"));
  context.say(html::Tone::green, "已取消，积分退回。");
  return site::redirect("/my/points");
}

}  // namespace

void add_own_pages(site::Site& site, PointsEngine& engine) {
  const std::string right(kOwn);
  site.add(
      {Method::get, "/my/points", Access::right, right, [&](Context& c) { return own_page(c, engine); }});
  site.add({Method::post, "/my/points/redeem", Access::right, right,
            [&](Context& c) { return redeem(c, engine); }});
  site.add({Method::post, "/my/points/cancel", Access::right, right,
            [&](Context& c) { return cancel(c, engine); }});
}

}  // namespace kepu::points
