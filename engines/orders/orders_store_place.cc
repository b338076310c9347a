// Placing an order: who receives it is found here, and the same request is one order however often it comes.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/search/search.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";  // none that looks like another

// 10 of 31 letters: 49 bits.
std::string new_code() {
  std::string out;
  while (out.size() < 10) {
    for (const unsigned char byte : base::random_bytes(16)) {
      if (byte < 248 && out.size() < 10) out += kLetters[byte % kLetters.size()];  // 248 = 8 × 31
    }
  }
  return out;
}

std::string searched_text(const Order& o) {
  return fmt::format("{} {} {} {}", o.number, o.title, o.words, o.place);
}

std::optional<Placed> order_of_key(sql::Session& s, Id tenant, std::string_view key) {
  return s.one(
      "select id, number, code from orders_order where tenant = :tenant and idem_key = :key and idem_key <> "
      "''",
      {{"tenant", tenant}, {"key", key}}, [](const sql::Row& r) {
        return Placed{r.integer(0), r.text(1), r.text(2), true};
      });
}

Id township_of(const auth::UnitTree& units, Id area) {
  for (const auto* u = units.find(area); u != nullptr; u = units.find(u->parent)) {
    if (u->kind == auth::UnitKind::township) return u->id;
  }
  return 0;
}

}  // namespace

std::string OrderStore::next_number(sql::Session& s, Id tenant) {
  const int year = today().year;
  const auto number =
      s.one(
           "insert into orders_counter (tenant, year, last) values (:tenant, :year, 1) on conflict (tenant, "
           "year) do "
           "update set last = orders_counter.last + 1 returning last",
           {{"tenant", tenant}, {"year", year}}, [](const sql::Row& r) { return r.integer(0); })
          .value_or(1);
  return fmt::format("单{}-{:06}", year, number);
}

void OrderStore::insert(sql::Session& s, Id tenant, const Order& o, const std::string& key) {
  const std::string sealed = p_.cipher.seal(o.phone, {"orders_order", "phone", tenant, o.id});
  const std::string index = p_.cipher.blind_index(o.phone, kPhonePurpose, tenant);
  s.run(
      "insert into orders_order (tenant, id, number, code, idem_key, state, service, kind, title, words, "
      "area, "
      "township, place, days, first_day, time, people, name, phone, phone_index, minor, guardian, channel, "
      "phone_proven, placed_by, community, department, team, team_name, day, from_minute, to_minute, parent, "
      "merged_into, rating, rating_words, reason, since, due, escalated, revision, created_at, closed_at, "
      "erased_at) "
      "values (:tenant, :id, :number, :code, :key, :state, :service, :kind, :title, :words, :area, "
      ":township, "
      ":place, :days, :first_day, :time, :people, :name, :phone, :phone_index, :minor, :guardian, :channel, "
      ":proven, "
      ":placed_by, :community, 0, 0, '', '', 0, 0, :parent, 0, 0, '', '', :since, :due, 0, 1, :created_at, "
      "0, 0)",
      {{"tenant", tenant},
       {"id", o.id},
       {"number", o.number},
       {"code", o.code},
       {"key", key},
       {"state", to_text(o.state)},
       {"service", o.service},
       {"kind", o.kind},
       {"title", o.title},
       {"words", o.words},
       {"area", o.area},
       {"township", o.township},
       {"place", o.place},
       {"days", days_text(o.days)},
       {"first_day", o.days.empty() ? std::string() : base::to_iso(o.days.front())},
       {"time", o.time},
       {"people", o.people},
       {"name", o.name},
       {"phone", sealed},
       {"phone_index", index},
       {"minor", o.minor ? 1 : 0},
       {"guardian", o.guardian},
       {"channel", to_text(o.channel)},
       {"proven", o.phone_proven ? 1 : 0},
       {"placed_by", o.placed_by},
       {"community", o.community},
       {"parent", o.parent},
       {"since", o.since},
       {"due", o.due},
       {"created_at", o.created_at}});
  search::put(s, "order", tenant, o.id, searched_text(o));
  tally(s, tenant, o, "placed", 1);
  count(s, tenant, o, 1);
}

Result<Placed> OrderStore::place(const By& by, const Request& request) {
  const Id tenant = by.actor.tenant;
  const auto rules = settings(tenant);
  if (!rules->open && request.channel == Channel::web)
    return refuse(Code::conflict, "order.not_open", "点单服务暂停受理。急事请拨打页面上的点单电话。");
  std::optional<Service> service;
  if (request.service != 0) {
    service = TRY(this->service(tenant, request.service));
    if (!service->active)
      return refuse(Code::invalid, "order.no_service", "这项服务已停办，请从菜单另选一项。", "service");
  }
  const auto errors = check_request(request, service ? &*service : nullptr, today());
  if (!errors.empty()) return tl::unexpected(errors.front());
  const auto units = p_.directory.units(tenant);
  const auto* area = units->find(request.area);
  if (area == nullptr || !area->active ||
      (area->kind != auth::UnitKind::village && area->kind != auth::UnitKind::township)) {
    return refuse(Code::invalid, "order.area", "请选择村、社区或乡镇街道。", "area");
  }
  if (request.channel != Channel::web) TRY(by.actor.require(kPlace, request.area));
  const auto calendar = p_.calendars.of(tenant);
  Order o;
  o.service = request.service;
  o.title = base::trim(service ? service->title : request.title);
  o.words = base::trim(request.words);
  if (service) {
    o.kind = service->kind;
  } else if (const Kind* guessed = p_.shipped.guess(o.title + " " + o.words)) {
    o.kind = guessed->key;
  }
  o.area = request.area;
  o.township = township_of(*units, request.area);
  o.place = base::trim(request.place);
  o.days = request.days;
  std::sort(o.days.begin(), o.days.end());
  o.time = request.time;
  o.people = request.people;
  o.name = base::trim(request.name);
  o.phone = auth::normal_phone(request.phone).value_or("");
  o.minor = request.minor;
  o.guardian = base::trim(request.guardian);
  o.channel = request.channel;
  o.phone_proven = request.phone_proven;
  o.placed_by = by.actor.person;
  o.community = request.area;
  o.since = o.created_at = now();
  o.due = due_of(o, rules->terms, *calendar);
  o.revision = 1;
  o.id = p_.ids.next();
  o.code = new_code();
  const std::string first = o.days.empty() ? std::string() : base::to_iso(o.days.front());
  const Ground ground{rules, calendar, units, {}};
  const auto write = [&](sql::Session& s) -> Result<Placed> {
    if (!request.key.empty()) {
      if (auto known = order_of_key(s, tenant, request.key)) return std::move(*known);
    }
    if (service && service->daily_limit != 0) {
      const auto taken = s.integer(
          "select count(*) from orders_order where tenant = :tenant and service = :service and first_day = "
          ":day and "
          "state not in ('refused', 'merged', 'cancelled')",
          {{"tenant", tenant}, {"service", service->id}, {"day", first}});
      if (taken >= service->daily_limit)
        return refuse(Code::invalid, "order.days",
                      fmt::format("{}已约满，请另选一天。", base::to_chinese(o.days.front())), "days");
    }
    Order placed = o;
    placed.number = next_number(s, tenant);
    insert(s, tenant, placed, request.key);
    add_step(s, by, ground, nullptr, placed, "place", "", true);
    log(s, by, kPlace, placed.area, "order.place", placed,
        fmt::format("{}：{}", title_of(placed.channel), placed.title));
    for (const auto& listener : listeners_)
      listener(s, tenant, {"order.placed", placed, State::placed, Action::dispatch});
    return Placed{placed.id, placed.number, placed.code, false};
  };
  try {
    return p_.db.write(write);
  } catch (const sql::UniqueViolation&) {
    // Another one of the same key was a moment quicker (PostgreSQL writes at the same time).
    if (auto known = placed_with(tenant, request.key)) return std::move(*known);
    throw;
  }
}

std::optional<Placed> OrderStore::placed_with(Id tenant, std::string_view key) {
  if (key.empty()) return std::nullopt;
  return p_.db.read([&](sql::Session& s) { return order_of_key(s, tenant, key); });
}

// ---------------------------------------------------------------- splitting

Result<std::vector<Id>> OrderStore::split(const By& by, Id id, std::int64_t revision,
                                          const std::vector<Part>& parts) {
  const Id tenant = by.actor.tenant;
  if (parts.size() < 2 || parts.size() > 20)
    return refuse(Code::invalid, "order.parts", "拆分要写 2 到 20 个子订单。", "parts");
  const Order seen = TRY(order(tenant, id));
  TRY(may_act(by.actor, seen, Action::split));
  const auto units = p_.directory.units(tenant);
  std::vector<Service> chosen(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].service != 0) chosen[i] = TRY(service(tenant, parts[i].service));
    if (parts[i].service == 0 && base::length(base::trim(parts[i].title)) < 2)
      return refuse(Code::invalid, "order.parts",
                    fmt::format("第 {} 个子订单要选服务，或写明要什么。", i + 1), "parts");
    const Id area = parts[i].area == 0 ? seen.area : parts[i].area;
    if (const auto* u = units->find(area); u == nullptr || !u->active)
      return refuse(Code::invalid, "order.parts", fmt::format("第 {} 个子订单的地点不存在。", i + 1),
                    "parts");
  }
  Act act;
  act.action = Action::split;
  act.revision = revision;
  act.text = fmt::format("拆分为 {} 个子订单", parts.size());
  const Ground ground = this->ground(tenant, seen, act);
  return p_.db.write([&](sql::Session& s) -> Result<std::vector<Id>> {
    Order parent = TRY(load_order(s, tenant, id, true));
    std::vector<Id> out;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const Part& part = parts[i];
      Order child = parent;
      child.id = p_.ids.next();
      child.number = fmt::format("{}-{}", parent.number, i + 1);
      child.code = new_code();
      child.parent = parent.id;
      child.channel = Channel::part;
      child.department = child.team = 0;
      child.state = State::placed;
      child.service = part.service;
      child.title = part.service != 0 ? chosen[i].title : base::trim(part.title);
      child.kind = part.service != 0 ? chosen[i].kind : part.kind.empty() ? parent.kind : part.kind;
      if (part.area != 0) child.area = child.community = part.area;
      child.township = township_of(*units, child.area);
      if (!part.days.empty()) child.days = part.days;
      if (part.people != 0) child.people = part.people;
      child.since = child.created_at = now();
      child.due = due_of(child, ground.settings->terms, *ground.calendar);
      child.revision = 1;
      insert(s, tenant, child, "");
      add_step(s, by, ground, nullptr, child, "place", fmt::format("由 {} 拆分", parent.number), true);
      for (const auto& listener : listeners_)
        listener(s, tenant, {"order.placed", child, State::placed, Action::dispatch});
      out.push_back(child.id);
    }
    TRY(advance(s, by, ground, std::move(parent), act, true));
    return out;
  });
}

}  // namespace kepu::orders
