#include "engines/appraisal/pages/sheet.h"

namespace kepu::appraisal {

using html::Out;
using site::Context;

const Mark* Sheet::mark(Mark::Kind kind, const std::string& item, Id person) const {
  for (const auto& m : in.marks) {
    if (m.kind == kind && m.item == item && (kind != Mark::Kind::assessor || m.person == person)) return &m;
  }
  return nullptr;
}

const Figure* Sheet::figure(const std::string& item) const {
  for (const auto& a : in.figures) {
    if (a.item == item) return &a;
  }
  return nullptr;
}

const ItemScore* Sheet::score_of(const std::string& item) const {
  for (const auto& s : scores.items) {
    if (s.item == item) return &s;
  }
  return nullptr;
}

base::Result<Sheet> sheet_of(Context& context, AppraisalEngine& engine) {
  const Id unit = TRY(context.id("unit"));
  Sheet out;
  out.loaded = TRY(appraisal_of(context, engine));
  TRY(context.require("appraisal.read", unit));
  const Head& head = out.loaded.head;
  out.sheet = TRY(engine.store().sheet(context.tenant.id, head.id, unit));
  out.in = TRY(engine.store().inputs(context.tenant.id, head.id, unit));
  out.scores = score(out.in).units.front();
  out.items = out.loaded.table->items_of(out.sheet.entry.group);
  out.sees = sees_scores(context, head);
  out.bar = own_unit_bar(context.actor, *context.app.directory.units(context.tenant.id), unit);
  const auto open = [&](Action action, std::string_view right) {
    return transition(head.state, action) != nullptr && context.actor.may(right, unit);
  };
  out.self = open(Action::save_self, "appraisal.self") && out.sheet.submitted_at == 0;
  out.assess = open(Action::assess, "appraisal.assess") && !out.bar &&
               context.actor.on_behalf_of("appraisal.assess", unit) == 0;
  out.review = open(Action::review, "appraisal.review") && !out.bar;
  return out;
}

std::string figure_text(const Item& item, const Figure& a) {
  if (!a.value) return "缺：" + a.why;
  return amount_text(*a.value) + item.rule.metric_unit;
}

std::string mark_text(std::optional<Points> points, bool not_applicable) {
  return not_applicable ? "不适用" : points_or_dash(points);
}

html::Content link_to(const std::string& text, const std::string& url) {
  return [text, url](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{url}, text); };
}

std::string item_page(const Sheet& s, const std::string& code) {
  return sheet_url(s.loaded.head.id, s.sheet.entry.unit) + "/items/" + http::url_encode(code);
}

}  // namespace kepu::appraisal
