#include "engines/registers/pages/desk.h"

#include "core/auth/totp.h"
#include "core/base/text.h"

namespace kepu::registers {

std::string register_url(std::string_view key) { return "/registers/" + std::string(key); }
std::string entry_url(const Entry& e) { return fmt::format("/registers/{}/{}", e.type, e.id); }
std::string person_url(Id person) { return fmt::format("/registers/people/{}", person); }
std::string certificate_url(const Context& context, std::string_view code) {
  return fmt::format("/p/{}/certificates/{}", context.tenant.code, code);
}

std::string unit_name(const auth::UnitTree& units, Id unit) {
  if (unit == 0) return "—";
  const auto* found = units.find(unit);
  if (found == nullptr) return "（已撤销单位）";
  return found->short_name.empty() ? found->name : found->short_name;
}

std::string place_name(const auth::UnitTree& units, Id place) {
  const auto* found = units.find(place);
  if (found == nullptr || found->kind != auth::UnitKind::village) return unit_name(units, place);
  const auto* township = units.find(found->parent);
  return (township == nullptr ? std::string() : township->name + " ") + found->name;
}

html::Light light_of(const Entry& e, base::Date today) {
  if (is_expired(e, today)) return html::Light::late;
  switch (e.state) {
    case State::in_force:
      return html::Light::done;
    case State::submitted:
    case State::checked:
    case State::approved:
    case State::suspended:
      return html::Light::watch;
    case State::returned:
      return html::Light::late;
    default:
      return html::Light::idle;
  }
}

std::string word_of(const Entry& e, base::Date today) {
  return is_expired(e, today) ? "已过期" : std::string(title_of(e.state));
}

html::Light light_of(ProofState state) {
  return state == ProofState::confirmed ? html::Light::done
         : state == ProofState::told    ? html::Light::watch
                                        : html::Light::idle;
}

std::optional<std::vector<Id>> scope_of(const auth::Actor& actor) {
  if (actor.may_everywhere(kRead)) return std::nullopt;
  return actor.units_of(kRead).value_or(std::vector<Id>());
}

std::vector<form::Option> unit_options(const Context& context, std::string_view over) {
  std::vector<form::Option> out;
  const auto units = context.app.directory.units(context.tenant.id);
  for (const auto& u : units->all()) {
    if (!u.active || u.id == units->root()) continue;
    if (!over.empty() && !context.actor.may(over, u.id)) continue;
    out.push_back({std::to_string(u.id), place_name(*units, u.id)});
  }
  return out;
}

std::vector<form::Option> place_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto& u : units.all()) {
    if (!u.active || (u.kind != auth::UnitKind::township && u.kind != auth::UnitKind::village)) continue;
    out.push_back({std::to_string(u.id), place_name(units, u.id)});
  }
  return out;
}

std::vector<form::Option> township_options(const auth::UnitTree& units) {
  std::vector<form::Option> out;
  for (const auto* u : units.of_kind(auth::UnitKind::township))
    out.push_back({std::to_string(u->id), u->name});
  return out;
}

std::vector<Id> within(const auth::UnitTree& units, Id unit) { return units.below(unit); }

void write_qr(Out& h, std::string_view text, std::string_view label) {
  const auto qr = auth::qr_path(text);
  if (!qr) return;
  h("<p class=\"qr\"><svg viewBox=\"0 0 {} {}\" width=\"148\" height=\"148\" role=\"img\" "
    "aria-label=\"{}\"><rect "
    "width=\"100%\" height=\"100%\" fill=\"#fff\"/><path d=\"{}\" fill=\"#000\"/></svg></p>",
    qr->size, qr->size, label, qr->d);
}

http::Response attach_json(std::string json, const std::string& name) {
  return http::attachment_bytes(std::move(json), name, "application/json; charset=utf-8");
}

base::Result<Type> type_of(Context& context, RegistersEngine& engine) {
  return engine.store().type(context.tenant.id, context.variable("register"));
}

base::Result<Entry> seen_entry(Context& context, RegistersEngine& engine, const Type& type) {
  const Id id = TRY(context.id("entry"));
  auto& store = engine.store();
  const Entry e = TRY(store.entry(context.tenant.id, id));
  if (e.type != type.key || !store.may_see(context.actor, e)) {
    return base::refuse(base::Code::not_found, "register.not_found",
                        "没有这个条目，或者它不在您的数据范围内。");
  }
  if (store.may_open_personal(context.actor, e)) return store.entry(context.tenant.id, id, true);
  return e;
}

base::Result<Person> seen_person(Context& context, RegistersEngine& engine) {
  const Id id = TRY(context.id("record"));
  const Person p = TRY(engine.store().person(context.tenant.id, id));
  if (!engine.store().may_see_person(context.actor, p))
    return base::refuse(base::Code::not_found, "register.no_person",
                        "没有这个人的档案，或者不在您的数据范围内。");
  return p;
}

}  // namespace kepu::registers
