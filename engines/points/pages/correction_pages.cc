// 积分更正: what waits for a second person, and what became of the others.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using http::Method;
using site::Access;

namespace {

html::Light light_of_correction(CorrectionState state) {
  return state == CorrectionState::asked      ? html::Light::watch
         : state == CorrectionState::approved ? html::Light::done
                                              : html::Light::idle;
}

form::Form decision_form(std::string_view id) {
  return form::Form(
      {{.name = "why", .label = fmt::format("意见（第 {} 号，不批准时必填）", id), .max_length = 200}});
}

PageAnswer show(Context& context, PointsEngine& engine, Id refused, const Typed& typed) {
  const auto all = engine.ledger().corrections(context.tenant.id, false);
  site::Page page;
  page.title = "积分更正";
  page.path = {{"服务时长与积分", "/points"}, {"更正", ""}};
  page.note = "一个人提出，另一个人批准；批准后记一笔新的流水";
  page.body = [&](Out& h) {
    if (all.empty()) h("{}", html::EmptyState{"还没有更正。", {}, {}, "circle-check"});
    for (const auto& c : all) {
      h("{}", html::panel(fmt::format("{}：{:+} 分", c.name, c.points), [&](Out& o) {
          o("<p>{}　{}</p>", html::light(light_of_correction(c.state), title_of(c.state)), c.reason);
          o("<p class=\"muted\">{} {} 提出{}</p>", base::to_local(c.asked_at), c.asked_by,
            c.decided_at == 0 ? std::string()
                              : fmt::format("；{} {} 办理{}", base::to_local(c.decided_at), c.decided_by,
                                            c.decided_why.empty() ? "" : "：" + c.decided_why));
          if (c.state != CorrectionState::asked || !context.actor.may(kApprove)) return;
          if (c.asked_person == context.actor.person) {
            o("<p class=\"hint\">您提出的更正，要由另一个人批准。</p>");
            return;
          }
          const bool mine = refused == c.id;
          if (refused != 0 && !mine) return;  // one form's fields have ids at a time
          if (refused == 0 && base::parse_id(context.param("open")).value_or(0) != c.id) {
            o("<p>{}</p>", html::button_link("办理", fmt::format("/points/corrections?open={}", c.id)));
            return;
          }
          auto view =
              view_of(context, fmt::format("/points/corrections/{}", c.id), "批准", mine ? typed : Typed{});
          view.after = [](Out& x) { x("{}", html::button("不批准", html::Look::danger, "refuse", "1")); };
          decision_form(std::to_string(c.id % 1000)).write(o, view);
        }));
    }
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer decide(Context& context, PointsEngine& engine) {
  const Id id = TRY(context.id("correction"));
  auto in = decision_form("").check(context.request.form);
  const bool approved = context.field("refuse").empty();
  if (in.ok()) {
    auto done = engine.ledger().decide(by(context), id, approved, in.values.text("why"));
    if (done) {
      context.say(html::Tone::green, approved ? "已批准，记入流水。" : "已退回，没有记账。");
      return site::redirect("/points/corrections");
    }
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    if (done.error().field == "reason") done.error().field = "why";
    in.errors.push_back(done.error());
  }
  return show(context, engine, id, {in.values, in.errors});
}

}  // namespace

void add_correction_pages(site::Site& site, PointsEngine& engine) {
  site.add({Method::get, "/points/corrections", Access::right, std::string(kRead),
            [&](Context& c) { return show(c, engine, 0, {}); }});
  site.add({Method::post, "/points/corrections/{correction}", Access::right, std::string(kApprove),
            [&](Context& c) { return decide(c, engine); }});
}

}  // namespace kepu::points
