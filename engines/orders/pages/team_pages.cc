// 我的接单: the team leader on his phone: offers that wait for his answer, orders in hand, signing off.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/file/attachment.h"
#include "engines/orders/pages/order_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr std::size_t kPhotos = 3;                // in one form
constexpr std::uint64_t kMostUpload = 48u << 20;  // three of them and the form

struct Of {  // which form was refused
  std::string deed;
  Id id = 0;
  Typed typed;
};

form::Form accept_form(const Order& o, Date today) {
  std::vector<form::Option> days;
  for (const Date d : o.days) {
    if (d < today) continue;
    days.push_back({base::to_iso(d), fmt::format("{}月{}日", d.month, d.day)});
  }
  form::Field day = day_field(today);
  day.label = "哪天去";
  if (!days.empty()) day.hint = "群众方便的日子：" + when_words(o);
  return form::Form({day, time_field("from", "开始"), time_field("to", "结束")});
}
form::Form refuse_form() {
  return form::Form({{.name = "text",
                      .label = "接不了的原因",
                      .required = true,
                      .hint = "好交给下一支队伍",
                      .max_length = 200}});
}
form::Form finish_form(bool photos) {
  std::vector<form::Field> fields = {
      {.name = "people",
       .label = "实际到场",
       .kind = form::Kind::integer,
       .required = true,
       .min = 0,
       .max = 100000,
       .unit = "人",
       .short_field = true},
      {.name = "text", .label = "服务情况", .kind = form::Kind::long_text, .max_length = 500, .rows = 2}};
  for (std::size_t i = 1; photos && i <= kPhotos; ++i)
    fields.push_back({.name = fmt::format("photo{}", i),
                      .label = fmt::format("现场照片 {}", i),
                      .kind = form::Kind::file,
                      .hint = i == 1 ? "只拍场面，不要有孩子的正脸；拍照的地点和手机信息会去掉" : "",
                      .accept = ".jpg,.jpeg,.png"});
  return form::Form(std::move(fields));
}
form::Form release_form() {
  return form::Form({{.name = "text", .label = "去不了的原因", .required = true, .max_length = 200}});
}

void folded(Out& h, std::string_view title, bool open, const form::Form& fields, const form::View& view) {
  h("<details{}><summary>{}</summary>{}</details>", html::Attr{open, " open"}, title,
    [&](Out& o) { fields.write(o, view); });
}

void write_facts(Out& h, const auth::UnitTree& units, const Order& o, const std::string& required) {
  html::Definitions facts;
  facts.items.emplace_back("时间", when_words(o));
  facts.items.emplace_back("地点", area_name(units, o.area) + (o.place.empty() ? "" : "　" + o.place));
  if (o.people != 0) facts.items.emplace_back("人数", fmt::format("约 {} 人", o.people));
  if (!o.words.empty()) facts.items.emplace_back("要求", o.words);
  if (!required.empty()) facts.items.emplace_back("须到场", "“" + required + "”在册的队员");
  h("{}", facts);
}

http::Response team_page(Context& context, OrdersEngine& engine, const Of& refused) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const auto teams = engine.offers().teams_of(context.actor);
  std::vector<Id> ids;
  std::vector<std::string> names;
  for (const auto& t : teams) ids.push_back(t.entry), names.push_back(t.name);
  const auto waiting = engine.offers().waiting(tenant, ids);
  OrderQuery q;
  q.teams = ids;
  q.open_only = true;
  q.order_by = "first_day, id";
  q.limit = 100;
  const auto in_hand = ids.empty() ? std::vector<Order>() : engine.store().orders(tenant, q).orders;
  const auto view = [&](std::string_view deed, Id id, std::string url, std::string submit) {
    const bool mine = refused.deed == deed && refused.id == id;
    auto v = view_of(context, std::move(url), std::move(submit), mine ? refused.typed : Typed{});
    return std::pair(v, mine);
  };
  site::Page page;
  page.title = "我的接单";
  page.path = {{"我的接单", ""}};
  page.narrow = true;
  page.note = names.empty() ? std::string("您还不是任何服务队的成员") : base::join(names, "、");
  page.body = [&](Out& h) {
    if (ids.empty()) {
      h("{}",
        html::EmptyState{"您的档案里没有在册的服务队。请联系县科协，在名录里登记为队员。", {}, {}, "users"});
      return;
    }
    // One form's fields at a time have ids: the first card is open, others lead to theirs.
    const Id shown = refused.id != 0 ? refused.id : base::parse_id(context.param("open")).value_or(0);
    if (waiting.empty() && in_hand.empty())
      h("{}", html::EmptyState{"现在没有邀约，也没有要去的订单。", {}, {}, "circle-check"});
    for (const auto& w : waiting) {
      h("{}",
        html::panel(
            "邀约：" + w.order.title,
            [&](Out& o) {
              o("<p><strong>请在 {} 前答复。</strong> 邀您的理由：{}</p>", base::to_local(w.offer.until),
                w.offer.why);
              write_facts(o, *units, w.order, engine.offers().required(tenant, w.order));
              if (shown != w.offer.id && waiting.size() + in_hand.size() > 1) {
                o("<p class=\"mt\">{}</p>",
                  html::button_link("答复", fmt::format("/my/orders?open={}", w.offer.id), "",
                                    html::Look::primary));
                return;
              }
              o("<div class=\"order-acts\">{}</div>", [&](Out& x) {
                const auto [yes, again] = view(
                    "accept", w.offer.id, fmt::format("/my/orders/offers/{}/accept", w.offer.id), "接单");
                const bool no_first = refused.deed == "refuse";
                if (!no_first) folded(x, "接单", true, accept_form(w.order, context.today()), yes);
                const auto [no, told] = view("refuse", w.offer.id,
                                             fmt::format("/my/orders/offers/{}/refuse", w.offer.id), "谢绝");
                if (no_first || context.param("refuse") == "1")
                  folded(x, "接不了", true, refuse_form(), no);
                else
                  x("<p class=\"mt\">{}</p>",
                    html::button_link("接不了", fmt::format("/my/orders?open={}&refuse=1", w.offer.id)));
                (void)again;
                (void)told;
              });
            },
            {.alarm = true}));
    }
    for (const auto& order : in_hand) {
      const std::string state(title_of(order.state));
      h("{}", html::panel(order.title, [&](Out& o) {
          o("<p>{}　<a href=\"{}\">{}</a></p>", html::light(light_of(order, context.now()), state),
            html::Url{order_url(order.id)}, order.number);
          write_facts(o, *units, order, engine.offers().required(tenant, order));
          if (order.state != State::accepted && order.state != State::serving) return;
          o("<p>{}</p>",
            html::PostButton{"查看电话", order_url(order.id) + "/phone", context.csrf, html::Look::plain});
          if (shown != order.id) {
            o("<p class=\"mt\">{}</p>",
              html::button_link("办完了 / 去不了", fmt::format("/my/orders?open={}", order.id)));
            return;
          }
          o("<div class=\"order-acts\">{}</div>", [&](Out& x) {
            auto [done, again] =
                view("finish", order.id, fmt::format("/my/orders/{}/finish", order.id), "报告完成");
            done.hidden = {{"revision", std::to_string(order.revision)}};
            auto [gone, told] =
                view("release", order.id, fmt::format("/my/orders/{}/release", order.id), "退单");
            gone.hidden = done.hidden;
            const bool releasing = refused.deed == "release" || context.param("release") == "1";
            if (!releasing) {
              folded(x, "服务完成了", true, finish_form(engine.serving().wants_photos(tenant, order)), done);
              if (order.state == State::accepted)
                x("<p class=\"mt\">{}</p>",
                  html::button_link("去不了，退单", fmt::format("/my/orders?open={}&release=1", order.id)));
            } else {
              folded(x, "去不了，退单", true, release_form(), gone);
            }
            (void)again;
            (void)told;
          });
        }));
    }
    write_feeds(h, context, engine, teams);
  };
  return site::page(context, std::move(page), refused.typed.empty() ? 200 : 422);
}

PageAnswer answer(Context& context, OrdersEngine& engine, bool yes) {
  const Id id = TRY(context.id("offer"));
  Of refused{yes ? "accept" : "refuse", id, {}};
  Order any;
  any.days = {};
  auto in = yes ? accept_form(any, context.today()).check(context.request.form)
                : refuse_form().check(context.request.form);
  if (in.ok()) {
    base::Done done;
    if (yes) {
      const auto from = parse_clock(in.values.text("from")), to = parse_clock(in.values.text("to"));
      if (!from || !to) {
        done = refuse(Code::invalid, "order.day", "时间请写成 14:30 这样。", from ? "to" : "from");
      } else if (const auto r = engine.offers().accept(by(context), id, *in.values.date("day"), *from, *to);
                 !r) {
        done = tl::unexpected(r.error());
      }
    } else {
      done = engine.offers().decline(by(context), id, in.values.text("text"));
    }
    if (done) {
      context.say(html::Tone::green,
                  yes ? "已接单。请按约定的时间去，出发前和群众联系。" : "已谢绝，平台会去问下一支队伍。");
      return site::redirect("/my/orders");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    if (done.error().rule == "offer.not_open") {
      context.say(html::Tone::amber, done.error().message);
      return site::redirect("/my/orders");
    }
    in.errors.push_back(done.error());
  }
  refused.typed = {in.values, in.errors};
  return team_page(context, engine, refused);
}

// Before the order is finished: where it is refused then, they are there already when it is told again.
void take_photos(Context& context, OrdersEngine& engine, Id order, form::Checked& in) {
  std::vector<file::Attachment> taken;
  for (std::size_t i = 1; i <= kPhotos; ++i) {
    const std::string field = fmt::format("photo{}", i);
    const auto* upload = context.request.upload(field);
    if (upload == nullptr || upload->size == 0) continue;
    auto one =
        file::take_attachment(context.app.files, upload->path, upload->size, upload->name, field, true);
    if (one)
      taken.push_back(std::move(*one));
    else
      in.errors.push_back(one.error());
  }
  if (taken.empty() && in.ok() && engine.serving().photos(context.tenant.id, order).empty())
    in.errors.push_back({Code::invalid, "serve.photos", "photo1", "这项服务完成时要交现场照片，至少一张。"});
  if (!in.ok() || taken.empty()) return;
  if (const auto done = engine.serving().add_photos(by(context), order, taken); !done)
    in.errors.push_back(done.error());
}

PageAnswer report(Context& context, OrdersEngine& engine, bool finished) {
  const Id id = TRY(context.id("order"));
  const auto revision = base::parse_int(context.field("revision")).value_or(-1);
  const Order order = TRY(engine.store().order(context.tenant.id, id));
  const bool photos = finished && engine.serving().wants_photos(context.tenant.id, order);
  auto in =
      finished ? finish_form(photos).check(context.request.form) : release_form().check(context.request.form);
  if (in.ok() && photos) take_photos(context, engine, id, in);
  if (in.ok()) {
    const auto done = finished ? engine.offers().finish(
                                     by(context), id, revision,
                                     static_cast<int>(base::parse_int(in.values.text("people")).value_or(-1)),
                                     in.values.text("text"))
                               : engine.offers().release(by(context), id, revision, in.values.text("text"));
    if (done) {
      context.say(html::Tone::green, finished ? "已报告完成，等群众评价。" : "已退单，平台会另找队伍。");
      return site::redirect("/my/orders");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    in.errors.push_back(done.error());
  }
  return team_page(context, engine, {finished ? "finish" : "release", id, {in.values, in.errors}});
}

}  // namespace

void add_team_pages(site::Site& site, OrdersEngine& engine) {
  const std::string right(kServe);
  site.add({Method::get, "/my/orders", Access::right, right,
            [&](Context& c) -> PageAnswer { return team_page(c, engine, {}); }});
  site.add({Method::post, "/my/orders/offers/{offer}/accept", Access::right, right,
            [&](Context& c) { return answer(c, engine, true); }});
  site.add({Method::post, "/my/orders/offers/{offer}/refuse", Access::right, right,
            [&](Context& c) { return answer(c, engine, false); }});
  site::Route finish{Method::post, "/my/orders/{order}/finish", Access::right, right,
                     [&](Context& c) { return report(c, engine, true); }};
  finish.uploads = true;
  finish.max_body = kMostUpload;
  site.add(std::move(finish));
  site.add({Method::post, "/my/orders/{order}/release", Access::right, right,
            [&](Context& c) { return report(c, engine, false); }});
}

}  // namespace kepu::orders
