#include "engines/orders/shift_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/orders_rows.h"
#include "engines/orders/serve_rows.h"
#include "engines/orders/shift_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

Shift shift_from(const sql::Row& r) {
  Shift s;
  s.id = r.integer(0);
  s.order = r.integer(1);
  s.role = parse_role(r.view(2)).value_or(Role::help);
  s.from = r.integer(3);
  s.to = r.integer(4);
  s.places = static_cast<int>(r.integer(5));
  return s;
}

Result<Shift> load(sql::Session& s, Id tenant, Id order, Id id) {
  auto found = s.one(
      "select id, order_id, role, from_at, to_at, places from orders_shift where tenant = :tenant and id = "
      ":id and order_id = :order_id",
      {{"tenant", tenant}, {"id", id}, {"order_id", order}}, shift_from);
  if (!found)
    return refuse(Code::conflict, "shift.not_found", "这个班次刚被队长取消了。请刷新页面看最新的安排。");
  return *found;
}

std::string span_words(const Shift& s) {
  return fmt::format("{} 至 {}", base::to_local(s.from), base::to_local(s.to).substr(11));
}

void log(sql::Session& s, const By& by, const Order& o, std::string action, const std::string& words,
         Millis now) {
  audit::append(s, by.actor.tenant,
                entry_of(by, now, std::move(action), subject_of(o.id), o.number + " " + words));
}

}  // namespace

ShiftStore::ShiftStore(OrderStore& orders, ServeStore& serving, registers::Registers& registers)
    : orders_(orders), serving_(serving), registers_(registers) {
  // Shifts are of one team on one day: they go with its promise.
  orders.add_listener([](sql::Session& s, Id tenant, const Event& event) {
    if (event.action != Action::release && event.action != Action::redo) return;
    s.run("delete from orders_duty where tenant = :tenant and order_id = :order_id",
          {{"tenant", tenant}, {"order_id", event.order.id}});
    s.run("delete from orders_shift where tenant = :tenant and order_id = :order_id",
          {{"tenant", tenant}, {"order_id", event.order.id}});
  });
}

std::vector<Shift> ShiftStore::shifts(Id tenant, Id order) {
  auto found = shifts_of(tenant, {order});
  return found.empty() ? std::vector<Shift>() : std::move(found.begin()->second);
}

std::map<Id, std::vector<Shift>> ShiftStore::shifts_of(Id tenant, const std::vector<Id>& orders) {
  return orders_.parts().db.read([&](sql::Session& s) {
    std::map<Id, std::vector<Shift>> out;
    s.each(fmt::format(
               "select id, order_id, role, from_at, to_at, places from orders_shift where tenant = :tenant "
               "and order_id in {} order by from_at, to_at, id",
               in_list(orders)),
           {{"tenant", tenant}}, [&](const sql::Row& r) {
             Shift shift = shift_from(r);
             out[shift.order].push_back(std::move(shift));
           });
    if (out.empty()) return out;
    for (auto& d : duties_at(s, tenant, orders)) {
      for (auto& shift : out[d.order]) {
        if (shift.id == d.shift) shift.people.push_back(d);
      }
    }
    return out;
  });
}

std::vector<ShiftStore::Lack> ShiftStore::lacking(Id tenant, const std::vector<Id>& teams, Date from,
                                                  Date to) {
  if (teams.empty()) return {};
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return orders_.parts().db.read([&](sql::Session& s) {
    std::vector<Lack> out;
    s.each(
        fmt::format(
            "select o.id, cast(sum(p.places) as bigint), (select count(*) from orders_duty d where d.tenant "
            "= :tenant and d.order_id = o.id) from orders_order o join orders_shift p on p.tenant = "
            "o.tenant and p.order_id = o.id where o.tenant = :tenant and o.team in {} and o.state = "
            "'accepted' and o.closed_at = 0 and o.day >= :first and o.day <= :last group by o.id, o.day "
            "order by o.day, o.id",
            in_list(teams)),
        {{"tenant", tenant}, {"first", first}, {"last", last}}, [&](const sql::Row& r) {
          if (r.integer(1) > r.integer(2))
            out.push_back({r.integer(0), static_cast<int>(r.integer(1) - r.integer(2))});
        });
    return out;
  });
}

std::vector<Duty> ShiftStore::duties(Id tenant, Id person, Millis after) {
  return orders_.parts().db.read([&](sql::Session& s) { return duties_of_person(s, tenant, person, after); });
}

Result<ShiftStore::Place> ShiftStore::place_of(const By& by, Id order) {
  Place out;
  out.order = TRY(serving_.order_of_member(by.actor, order, out.self));
  out.leads = by.actor.may(kServe);
  if ((out.order.state != State::accepted && out.order.state != State::serving) || !out.order.day)
    return refuse(Code::conflict, "order.not_in_state", "接单以后、服务完成以前才能排班。");
  return out;
}

Result<std::string> ShiftStore::name_of(const By& by, const Place& place, Id person) {
  if (person == place.self) return by.actor.name;
  if (!place.leads) return refuse(Code::forbidden, "serve.leader", "替别人报名由队长办理。");
  for (const auto& m : registers_.members(by.actor.tenant, place.order.team)) {
    if (m.person == person) return m.name;
  }
  return refuse(Code::invalid, "serve.not_member", "这个人不是本队在册的队员。", "person");
}

// Who speaks at a service that asks for a register is in it on that day.
Done ShiftStore::check_certificate(Id tenant, const Order& order, const Shift& shift, Id person) {
  if (shift.role != Role::speak || order.service == 0) return {};
  const auto service = orders_.service(tenant, order.service);
  if (!service || service->certificate.empty()) return {};
  const Date day = base::date_of(shift.from);
  if (const auto record = registers_.record(tenant, person)) {
    for (const auto& e : record->entries) {
      if (e.type == service->certificate && registers::in_force(e, day)) return {};
    }
  }
  return refuse(Code::invalid, "shift.certificate",
                "这项服务的讲师要在“" + registers_.holding(tenant, service->certificate, day).title +
                    "”在册。请换一位，或报别的岗位。",
                "person");
}

void ShiftStore::tell(sql::Session& s, Id tenant, Id account, const Shift& shift, const Order& order,
                      std::string_view title) {
  if (account == 0) return;
  notify::post(s, tenant,
               {account, fmt::format("shift:{}:{}:{}", shift.id, title, orders_.now()),
                fmt::format("{}：{}", title, base::shorten(order.title, 30)),
                fmt::format("{}，{}。去不了请尽早退出或告诉队长。", title_of(shift.role), span_words(shift)),
                fmt::format("/my/service/{}/shifts", order.id)},
               orders_.now(), orders_.parts().ids);
}

Result<Id> ShiftStore::add(const By& by, Shift shift) {
  const Id tenant = by.actor.tenant;
  const Place place = TRY(place_of(by, shift.order));
  if (!place.leads) return refuse(Code::forbidden, "serve.leader", "排班由队长办理。");
  if (const auto errors = check_shift(shift, span_of(place.order)); !errors.empty())
    return tl::unexpected(errors.front());
  shift.id = orders_.parts().ids.next();
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Id> {
    const Order o = TRY(orders_.load(s, tenant, shift.order));
    if (o.state != place.order.state || o.team != place.order.team || o.day != place.order.day)
      return refuse(Code::conflict, "order.changed_meanwhile", "订单刚有变化。请刷新页面再排班。");
    const auto there =
        s.integer("select count(*) from orders_shift where tenant = :tenant and order_id = :order_id",
                  {{"tenant", tenant}, {"order_id", o.id}});
    if (there >= kMostShifts)
      return refuse(Code::conflict, "shift.many", fmt::format("一单最多 {} 个班次。", kMostShifts));
    s.run(
        "insert into orders_shift (tenant, id, order_id, role, from_at, to_at, places, made_by, made_at) "
        "values "
        "(:tenant, :id, :order_id, :role, :from_at, :to_at, :places, :made_by, :made_at)",
        {{"tenant", tenant},
         {"id", shift.id},
         {"order_id", o.id},
         {"role", to_text(shift.role)},
         {"from_at", shift.from},
         {"to_at", shift.to},
         {"places", shift.places},
         {"made_by", by.actor.name},
         {"made_at", orders_.now()}});
    log(s, by, o, "order.shift_added",
        fmt::format("排班：{} {} 人，{}", title_of(shift.role), shift.places, span_words(shift)),
        orders_.now());
    return shift.id;
  });
}

Done ShiftStore::remove(const By& by, Id order, Id id) {
  const Id tenant = by.actor.tenant;
  const Place place = TRY(place_of(by, order));
  if (!place.leads) return refuse(Code::forbidden, "serve.leader", "排班由队长办理。");
  std::vector<Id> accounts;
  for (const auto& shift : shifts(tenant, order)) {
    if (shift.id != id) continue;
    for (const auto& d : shift.people) {
      if (const auto record = registers_.record(tenant, d.person); record && d.person != place.self)
        accounts.push_back(record->person.account);
    }
  }
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Shift shift = TRY(load(s, tenant, order, id));
    if (shift.from <= orders_.now()) return refuse(Code::conflict, "shift.begun", "班次已经开始，不能取消。");
    s.run("delete from orders_duty where tenant = :tenant and shift = :shift",
          {{"tenant", tenant}, {"shift", id}});
    s.run("delete from orders_shift where tenant = :tenant and id = :id", {{"tenant", tenant}, {"id", id}});
    for (const Id account : accounts) tell(s, tenant, account, shift, place.order, "班次取消");
    log(s, by, place.order, "order.shift_removed",
        fmt::format("取消班次：{}，{}", title_of(shift.role), span_words(shift)), orders_.now());
    return {};
  });
}

Done ShiftStore::join(const By& by, Id order, Id id, Id asked) {
  const Id tenant = by.actor.tenant;
  const Place place = TRY(place_of(by, order));
  const Id person = asked == 0 ? place.self : asked;
  const std::string name = TRY(name_of(by, place, person));
  for (const auto& shift : shifts(tenant, order)) {
    if (shift.id == id) TRY(check_certificate(tenant, place.order, shift, person));
  }
  const int travel = orders_.settings(tenant)->terms.travel;
  Id account = 0;
  if (person != place.self) {
    if (const auto record = registers_.record(tenant, person)) account = record->person.account;
  }
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Order o = TRY(orders_.load(s, tenant, order));  // locked: places are counted one after the other
    const Shift shift = TRY(load(s, tenant, order, id));
    const auto there = s.one(
        "select count(*), coalesce(sum(case when person = :person then 1 else 0 end), 0) from orders_duty "
        "where "
        "tenant = :tenant and shift = :shift",
        {{"person", person}, {"tenant", tenant}, {"shift", id}},
        [](const sql::Row& r) { return std::pair(r.integer(0), r.flag(1)); });
    if (there->second) return {};
    if (there->first >= shift.places)
      return refuse(Code::conflict, "shift.full", "这个班次刚报满。请看看别的班次。", "person");
    if (shift.to <= orders_.now())
      return refuse(Code::conflict, "shift.begun", "这个班次已经结束。", "person");
    hold_person(s, tenant, person);
    const auto others = duties_of_person(s, tenant, person, shift.from - kLongestShift);
    if (const Duty* other = clash_of(shift, others, travel)) {
      const auto where = orders_.load(s, tenant, other->order);
      return refuse(
          Code::conflict, "shift.clash",
          fmt::format("{}在 {} 的 {} 至 {} 已有班次{}，两处赶不过来。",
                      person == place.self ? std::string("您") : name, where ? where->number : "另一单",
                      base::to_local(other->from), base::to_local(other->to).substr(11),
                      other->order == order ? "" : fmt::format("（路上留 {} 分钟）", travel)),
          "person");
    }
    s.run(
        "insert into orders_duty (tenant, shift, person, order_id, name, put_in_by, made_at) values "
        "(:tenant, "
        ":shift, :person, :order_id, :name, :put_in_by, :made_at)",
        {{"tenant", tenant},
         {"shift", id},
         {"person", person},
         {"order_id", order},
         {"name", name},
         {"put_in_by", person == place.self ? "" : by.actor.name},
         {"made_at", orders_.now()}});
    tell(s, tenant, account, shift, o, "队长给您排了班");
    log(s, by, o, "order.shift_joined",
        fmt::format("{}：{}，{}", name, title_of(shift.role), span_words(shift)), orders_.now());
    return {};
  });
}

Done ShiftStore::leave(const By& by, Id order, Id id, Id asked) {
  const Id tenant = by.actor.tenant;
  const Place place = TRY(place_of(by, order));
  const Id person = asked == 0 ? place.self : asked;
  if (person != place.self && !place.leads)
    return refuse(Code::forbidden, "serve.leader", "替别人退出由队长办理。");
  Id account = 0;
  if (person != place.self) {
    if (const auto record = registers_.record(tenant, person)) account = record->person.account;
  }
  return orders_.parts().db.write([&](sql::Session& s) -> Done {
    const Shift shift = TRY(load(s, tenant, order, id));
    if (shift.from <= orders_.now() && !place.leads)
      return refuse(Code::conflict, "shift.begun", "班次已经开始。去不了请直接告诉队长。");
    const auto gone =
        s.run("delete from orders_duty where tenant = :tenant and shift = :shift and person = :person",
              {{"tenant", tenant}, {"shift", id}, {"person", person}});
    if (gone == 0) return {};
    tell(s, tenant, account, shift, place.order, "队长调整了班次，您不用去了");
    log(s, by, place.order, "order.shift_left",
        fmt::format("退出{}，{}", title_of(shift.role), span_words(shift)), orders_.now());
    return {};
  });
}

}  // namespace kepu::orders
