#include "engines/orders/api/order_json.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::orders {

namespace {

constexpr Millis kMinute = 60'000;

std::string_view status_of(State state) { return is_open(state) ? "open" : "closed"; }

std::string notes_of(const Order& o) {
  switch (o.state) {
    case State::placed:
      return "已经收到，村、社区正在核实";
    case State::dispatched:
    case State::claimed:
      return "已派单，正在安排服务队伍";
    case State::accepted:
      return o.team_name + "已接单";
    case State::serving:
      return o.team_name + "正在服务";
    case State::served:
      return "服务已完成，等待评价";
    case State::review:
      return "意见已转县科协核查";
    case State::split:
      return "由几支队伍分别办理";
    case State::closed:
      return "已办结";
    case State::refused:
      return "没有受理：" + o.reason;
    case State::merged:
      return "已与附近相同的订单合在一起办理";
    case State::cancelled:
      return "已取消";
  }
  return "";
}

std::optional<Millis> expected(const Order& o) {
  if (is_ended(o.state)) return std::nullopt;
  if (o.day && o.to != 0) return base::start_of(*o.day) + o.to * kMinute;
  return o.due != 0 ? std::optional(o.due) : std::nullopt;
}

void text_or_null(base::Json& j, std::string_view name, const std::string& text) {
  j.key(name);
  text.empty() ? j.null() : j.value(text);
}
void number_or_null(base::Json& j, std::string_view name, int number) {
  j.key(name);
  number == 0 ? j.null() : j.value(number);
}
void instant_or_null(base::Json& j, std::string_view name, std::optional<Millis> at) {
  j.key(name);
  at ? j.value(base::to_rfc3339(*at)) : j.null();
}
std::string code_of(Id service) { return service == 0 ? std::string() : std::to_string(service); }

}  // namespace

std::string order_path(const std::string& number) {
  const bool usual = base::starts_with(number, kNumberMark);
  return "/api/v1/orders/" + (usual ? number.substr(kNumberMark.size()) : http::url_encode(number));
}

std::string pointer_of(const std::string& field) {
  static constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"service", "service_code"}, {"days", "wished_dates"}, {"time", "time_of_day"}, {"area", "address_id"},
      {"place", "address_string"}, {"name", "first_name"},   {"words", "description"}};
  for (const auto& [ours, theirs] : kNames) {
    if (field == ours) return "/" + std::string(theirs);
  }
  return "/" + field;
}

std::string address_id(const auth::Unit& unit) {
  return unit.area_code.empty() ? std::to_string(unit.id) : unit.area_code;
}

std::string full_name(const auth::UnitTree& units, Id id) {
  const auto* unit = units.find(id);
  if (unit == nullptr) return {};
  const auto* above = unit->kind == auth::UnitKind::village ? units.find(unit->parent) : nullptr;
  return above == nullptr ? unit->name : above->name + " " + unit->name;
}

void write_service(base::Json& j, const Service& s, const Settings& settings) {
  const Kind* kind = settings.kind(s.kind);
  j.object()
      .field("service_code", std::to_string(s.id))
      .field("service_name", s.title)
      .field("description", s.what)
      .field("group", kind == nullptr ? std::string() : kind->title)
      .field("keywords", kind == nullptr ? std::string() : base::join(kind->words, ","))
      .field("metadata", false)
      .field("type", "realtime")
      .field("minutes", s.minutes)
      .field("notice_days", s.notice_days);
  number_or_null(j, "people_min", s.people_min);
  number_or_null(j, "people_max", s.people_max);
  j.field("needs", s.needs).field("for_minors", s.for_minors).end();
}

void write_area(base::Json& j, const auth::UnitTree& units, const auth::Unit& unit) {
  const auto* above = unit.kind == auth::UnitKind::village ? units.find(unit.parent) : nullptr;
  j.object()
      .field("address_id", address_id(unit))
      .field("name", unit.name)
      .field("address", full_name(units, unit.id))
      .field("kind", auth::to_text(unit.kind));
  text_or_null(j, "parent_id", above == nullptr ? std::string() : address_id(*above));
  j.end();
}

void write_order(base::Json& j, const Order& o, const auth::UnitTree& units, bool words) {
  j.field("service_request_id", o.number)
      .field("status", status_of(o.state))
      .field("status_notes", notes_of(o))
      .field("state", to_text(o.state))
      .field("state_title", title_of(o.state));
  text_or_null(j, "service_code", code_of(o.service));
  j.field("service_name", o.title).key("description");
  words ? j.value(o.words) : j.null();
  text_or_null(j, "agency_responsible",
               full_name(units, unit_in_turn(o) != 0 ? unit_in_turn(o) : o.department));
  text_or_null(j, "team", o.team_name);
  j.field("requested_datetime", base::to_rfc3339(o.created_at))
      .field("updated_datetime", base::to_rfc3339(o.since));
  instant_or_null(j, "expected_datetime", expected(o));
  const auto* area = units.find(o.area);
  j.field("address", full_name(units, o.area));
  text_or_null(j, "address_id", area == nullptr ? std::string() : address_id(*area));
  j.field("address_string", o.place).key("wished_dates").array();
  for (const Date day : o.days) j.value(base::to_iso(day));
  j.end();
  text_or_null(j, "agreed_date", o.day ? base::to_iso(*o.day) : std::string());
  number_or_null(j, "people", o.people);
  number_or_null(j, "rating", o.rating);
  j.field("channel", to_text(o.channel)).field("revision", o.revision);
}

void write_contact(base::Json& j, const OrderStore::Contact& contact) {
  if (contact.name.empty() && contact.phone.empty()) {
    j.null();
    return;
  }
  j.object().field("first_name", contact.name).field("phone", contact.phone).end();
}

void write_steps(base::Json& j, const std::vector<HistoryStep>& steps, bool words) {
  j.array();
  for (const auto& step : steps) {
    if (!step.open_to_resident) continue;
    j.object()
        .field("datetime", base::to_rfc3339(step.at))
        .field("action", step.action)
        .field("state", to_text(step.after))
        .field("agency", step.unit)
        .key("notes");
    words ? j.value(step.words) : j.null();
    j.end();
  }
  j.end();
}

void write_event(base::Json& j, const Event& e) {
  const bool fresh = e.name == "order.placed";
  j.object().field("service_request_id", e.order.number);
  text_or_null(j, "service_code", code_of(e.order.service));
  j.field("status", status_of(e.order.state))
      .field("state", to_text(e.order.state))
      .field("state_title", title_of(e.order.state));
  text_or_null(j, "previous_state", fresh ? std::string() : std::string(to_text(e.before)));
  j.field("action", fresh ? std::string_view("place") : to_text(e.action))
      .field("updated_datetime", base::to_rfc3339(e.order.since))
      .field("revision", e.order.revision)
      .field("url", order_path(e.order.number))
      .end();
}

}  // namespace kepu::orders
