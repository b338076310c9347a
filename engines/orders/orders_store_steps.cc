// Steps of an order by the table of states.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/orders_rows.h"
#include "engines/orders/unmet.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kMostCharacters = 500;

std::string_view right_of(Step step) {
  switch (step) {
    case Step::community:
      return kCheck;
    case Step::department:
      return kClaim;
    case Step::team:
      return kServe;
    case Step::resident:
      return kPlace;
    case Step::office:
      return kSettle;
    case Step::program:
      return "";
  }
  return "";
}

// What the resident reads on his own page; steps between offices are not his business.
bool for_resident(Action action) {
  return action != Action::transfer && action != Action::give_back && action != Action::claim &&
         action != Action::release;
}

// The unit that the step hands the order to; 0: none.
Id receiver(const Settings& settings, const Order& o, const Act& act, Id service_department) {
  if (act.action == Action::transfer) return act.unit;
  if (act.action != Action::dispatch) return 0;
  if (act.unit != 0) return act.unit;
  if (service_department != 0) return service_department;
  return settings.department_for(act.kind.empty() ? o.kind : act.kind, o.township);
}

Done check_unit(const auth::UnitTree& units, Id id) {
  const auto* unit = units.find(id);
  if (unit == nullptr || !unit->active)
    return refuse(Code::invalid, "order.unit", "没有找到承办单位。请选择一个单位，或先在设置里补上派单规则。",
                  "unit");
  return {};
}

Done check_agreed(const Act& act, Date today) {
  if (!act.day) return {};
  if (*act.day < today) return refuse(Code::invalid, "order.day", "约定的日期不能早于今天。", "day");
  if (act.from < 0 || act.to > 24 * 60 || act.from >= act.to)
    return refuse(Code::invalid, "order.day", "约定的结束时间要晚于开始时间。", "from");
  return {};
}

}  // namespace

Ground OrderStore::ground(Id tenant, const Order& o, const Act& act) {
  Ground out{settings(tenant), p_.calendars.of(tenant), p_.directory.units(tenant), {}, 0};
  Id department = 0;
  if (o.service != 0) {
    if (const auto s = service(tenant, o.service)) department = s->department;
  }
  out.receiver = receiver(*out.settings, o, act, department);
  const auto add = [&](std::string_view right, Id unit) {
    if (unit == 0) return;
    for (const Id person : p_.directory.holders(tenant, right, unit)) {
      if (std::count(out.tell.begin(), out.tell.end(), person) == 0) out.tell.push_back(person);
    }
  };
  switch (act.action) {
    case Action::dispatch:
      add(kClaim, out.receiver);
      break;
    case Action::transfer:
      add(o.state == State::placed ? kCheck : kClaim, out.receiver);
      break;
    case Action::give_back:
      add(kCheck, o.community);
      break;
    case Action::accept:
    case Action::release:
    case Action::redo:
    case Action::cancel:
      add(kClaim, o.department);
      break;
    case Action::object:
      add(kSettle, out.units->root());
      break;
    default:
      break;
  }
  return out;
}

void OrderStore::add_step(sql::Session& s, const By& by, const Ground& ground, const Order* before,
                          const Order& after, std::string_view action, const std::string& words,
                          bool open_to_resident) {
  const auto number = s.integer(
      "select coalesce(max(number), 0) + 1 from orders_step where tenant = :tenant and order_id = :order_id",
      {{"tenant", by.actor.tenant}, {"order_id", after.id}});
  const std::string who = by.program ? "平台" : by.actor.person == 0 ? "群众" : by.actor.name;
  s.run(
      "insert into orders_step (tenant, order_id, number, at, action, person, person_name, unit_name, words, "
      "before_state, after_state, for_resident, minutes) values (:tenant, :order_id, :number, :at, :action, "
      ":person, "
      ":name, :unit, :words, :before, :after, :for_resident, :minutes)",
      {{"tenant", by.actor.tenant},
       {"order_id", after.id},
       {"number", number},
       {"at", now()},
       {"action", action},
       {"person", by.actor.person},
       {"name", who},
       {"unit", by.actor.unit_name},
       {"words", words},
       {"before", to_text(before == nullptr ? after.state : before->state)},
       {"after", to_text(after.state)},
       {"for_resident", open_to_resident ? 1 : 0},
       {"minutes", before == nullptr ? 0 : working_minutes(before->since, now(), *ground.calendar)}});
}

void OrderStore::log(sql::Session& s, const By& by, std::string_view right, Id unit, std::string action,
                     const Order& o, std::string summary) {
  auto e = entry_of(by, now(), std::move(action), subject_of(o.id), fmt::format("{} {}", o.number, summary));
  if (by.actor.person != 0 && !right.empty()) e.on_behalf_of = by.actor.on_behalf_of(right, unit);
  audit::append(s, by.actor.tenant, std::move(e));
}

void OrderStore::tell(sql::Session& s, const By& by, const Ground& ground, const Order& o, Action action,
                      const std::string& words) {
  const std::string title = fmt::format("{}：{}　{}", title_of(action), o.number, base::shorten(o.title, 30));
  const std::string text = words.empty() ? std::string("请打开订单办理。") : words;
  for (const Id person : ground.tell) {
    if (person == by.actor.person) continue;
    notify::post(
        s, by.actor.tenant,
        {person, fmt::format("order:{}:{}", o.id, o.revision), title, text, fmt::format("/orders/{}", o.id)},
        now(), p_.ids);
  }
  // Who placed it while signed in reads of what concerns the resident; a system is told by webhook.
  if (o.placed_by != 0 && o.channel != Channel::api && o.placed_by != by.actor.person &&
      for_resident(action) && std::count(ground.tell.begin(), ground.tell.end(), o.placed_by) == 0) {
    notify::post(s, by.actor.tenant,
                 {o.placed_by, fmt::format("order:{}:{}", o.id, o.revision), title, text,
                  fmt::format("/orders/{}", o.id)},
                 now(), p_.ids);
  }
}

// By day, and by month for spans of years.
void OrderStore::tally(sql::Session& s, Id tenant, const Order& o, std::string_view column, std::int64_t by) {
  const std::string day = base::to_iso(base::date_of(o.created_at)), month = day.substr(0, 7);
  const auto add = [&](std::string_view table, std::string_view key, const std::string& value) {
    std::string ones;
    for (const std::string_view c :
         {"placed", "closed", "refused", "cancelled", "rated", "rating_sum", "people"})
      ones += c == column ? ", :by" : ", 0";
    s.run(fmt::format("insert into {0} (tenant, {1}, township, kind, placed, closed, refused, cancelled, "
                      "rated, rating_sum, people) values (:tenant, :at, :township, :kind{2}) on conflict "
                      "(tenant, {1}, township, kind) do update set {3} = {0}.{3} + excluded.{3}",
                      table, key, ones, column),
          {{"tenant", tenant}, {"at", value}, {"township", o.township}, {"kind", o.kind}, {"by", by}});
  };
  add("orders_tally", "day", day);
  add("orders_month", "month", month);
}

// What the step makes of the order beside its state, or why it may not.
Result<Order> OrderStore::apply(sql::Session& s, const By& by, const Ground& ground, Order o,
                                const Act& act) {
  const Id tenant = by.actor.tenant;
  switch (act.action) {
    case Action::dispatch: {
      if (!act.kind.empty() && act.kind != o.kind) {
        if (ground.settings->kind(act.kind) == nullptr)
          return refuse(Code::invalid, "order.kind", "没有这个服务类别。", "kind");
        tally(s, tenant, o, "placed", -1);
        o.kind = act.kind;
        tally(s, tenant, o, "placed", 1);
      }
      o.department = ground.receiver;
      TRY(check_unit(*ground.units, o.department));
      break;
    }
    case Action::transfer: {
      TRY(check_unit(*ground.units, ground.receiver));
      Id& holder = o.state == State::placed ? o.community : o.department;
      if (holder == ground.receiver)
        return refuse(Code::invalid, "order.unit", "订单已经在这个单位，请选择另一个单位。", "unit");
      holder = ground.receiver;
      break;
    }
    case Action::merge: {
      const Order into = TRY(load(s, tenant, act.into));
      if (into.id == o.id || !is_open(into.state) || into.state == State::split || into.merged_into != 0)
        return refuse(Code::invalid, "order.into", "只能合并到另一个正在办理的订单。", "into");
      o.merged_into = into.id;
      s.run(
          "update orders_order set people = people + :people, revision = revision + 1 where tenant = :tenant "
          "and id = :id",
          {{"people", o.people}, {"tenant", tenant}, {"id", into.id}});
      add_step(s, by, ground, &into, into, "merged_here",
               fmt::format("并入 {}，约 {} 人", o.number, o.people), true);
      tally(s, tenant, o, "placed", -1);
      break;
    }
    case Action::give_back:
      o.department = 0;
      break;
    case Action::accept:
      if (act.team == 0) return refuse(Code::invalid, "order.team", "请选择接单的队伍。", "team");
      TRY(check_agreed(act, today()));
      o.team = act.team;
      o.team_name = act.team_name;
      o.day = act.day;
      o.from = act.day ? act.from : 0;
      o.to = act.day ? act.to : 0;
      break;
    case Action::release:
    case Action::redo:
      o.team = 0;
      o.team_name.clear();
      o.day.reset();
      o.from = o.to = 0;
      break;
    case Action::confirm:
    case Action::object:
      if (act.rating < 0 || act.rating > 5)
        return refuse(Code::invalid, "order.rating", "请选 1 到 5 星。", "rating");
      if (act.action == Action::confirm && act.rating != 0 && act.rating < 3)
        return refuse(Code::invalid, "order.rating", "1 到 2 星会交科协核查，请写明哪里不满意。", "rating");
      if (o.rating != 0) {  // rated again after a second service: the last word counts
        tally(s, tenant, o, "rated", -1);
        tally(s, tenant, o, "rating_sum", -o.rating);
      }
      o.rating = act.rating == 0 ? o.rating : act.rating;
      if (!act.text.empty()) o.rating_words = act.text;
      if (o.rating != 0) {
        tally(s, tenant, o, "rated", 1);
        tally(s, tenant, o, "rating_sum", o.rating);
      }
      break;
    default:
      break;
  }
  return o;
}

Result<Order> OrderStore::advance(sql::Session& s, const By& by, const Ground& ground, Order before,
                                  const Act& act, bool check) {
  const Id tenant = by.actor.tenant;
  const Rule* rule = find_rule(before.state, act.action);
  if (rule == nullptr) {
    return refuse(Code::conflict, "order.not_in_state",
                  fmt::format("订单现在是“{}”，不能再“{}”。请刷新页面查看最新情况。", title_of(before.state),
                              title_of(act.action)));
  }
  if (check) TRY(may_act(by.actor, before, act.action));
  Act given = act;
  given.text = base::trim(act.text);
  if (rule->reason && given.text.empty())
    return refuse(Code::invalid, "order.reason", fmt::format("请写明{}的原因。", title_of(act.action)),
                  "text");
  if (base::length(given.text) > kMostCharacters)
    return refuse(Code::invalid, "order.reason", "说明不要超过 500 字。", "text");
  Order after = TRY(apply(s, by, ground, before, given));
  after.state = rule->to;
  after.since = now();
  after.reason = rule->reason ? given.text : before.reason;
  after.escalated = 0;
  after.revision = act.revision + 1;
  after.due = due_of(after, ground.settings->terms, *ground.calendar);
  if (is_ended(after.state) != is_ended(before.state)) after.closed_at = is_ended(after.state) ? now() : 0;
  const std::string first = after.day            ? base::to_iso(*after.day)
                            : after.days.empty() ? std::string()
                                                 : base::to_iso(after.days.front());
  const auto changed = s.run(
      "update orders_order set state = :state, kind = :kind, community = :community, department = "
      ":department, team "
      "= :team, team_name = :team_name, day = :day, first_day = :first_day, from_minute = :from, to_minute = "
      ":to, "
      "merged_into = :merged_into, rating = :rating, rating_words = :rating_words, reason = :reason, since = "
      ":since, "
      "due = :due, escalated = 0, revision = revision + 1, closed_at = :closed_at, unmet = :unmet where "
      "tenant = :tenant and "
      "id = "
      ":id and revision = :revision",
      {{"state", to_text(after.state)},
       {"kind", after.kind},
       {"community", after.community},
       {"department", after.department},
       {"team", after.team},
       {"team_name", after.team_name},
       {"day", iso_or_empty(after.day)},
       {"first_day", first},
       {"from", after.from},
       {"to", after.to},
       {"merged_into", after.merged_into},
       {"rating", after.rating},
       {"rating_words", after.rating_words},
       {"reason", after.reason},
       {"since", after.since},
       {"due", after.due},
       {"closed_at", after.closed_at},
       {"unmet", to_text(unmet_of(before, after, now()))},
       {"tenant", tenant},
       {"id", after.id},
       {"revision", act.revision}});
  if (changed == 0) {
    return refuse(Code::conflict, "order.changed_meanwhile",
                  "订单刚被别人办理过。请刷新页面，看清现在的情况后再办理；您填写的内容没有保存。");
  }
  count(s, tenant, before, -1);
  count(s, tenant, after, 1);
  if (after.state == State::closed && before.state != State::closed) {
    tally(s, tenant, after, "closed", 1);
    tally(s, tenant, after, "people", after.people);
  }
  if (before.state == State::closed && after.state != State::closed) {
    tally(s, tenant, after, "closed", -1);
    tally(s, tenant, after, "people", -after.people);
  }
  if (after.state == State::refused) tally(s, tenant, after, "refused", 1);
  if (after.state == State::cancelled) tally(s, tenant, after, "cancelled", 1);
  add_step(s, by, ground, &before, after, to_text(act.action), given.text, for_resident(act.action));
  log(s, by, right_of(rule->step), unit_in_turn(before), fmt::format("order.{}", to_text(act.action)), after,
      given.text.empty() ? std::string(title_of(act.action))
                         : fmt::format("{}：{}", title_of(act.action), base::shorten(given.text, 80)));
  tell(s, by, ground, after, act.action, given.text);
  for (const auto& listener : listeners_)
    listener(s, tenant, {"order.state_changed", after, before.state, act.action});
  if (is_ended(after.state) && after.parent != 0) close_parent(s, ground, tenant, after.parent);
  return after;
}

Result<Order> OrderStore::act(const By& by, Id id, const Act& act) {
  const Id tenant = by.actor.tenant;
  if (act.action == Action::split) return refuse(Code::invalid, "order.parts", "拆分要写明子订单。", "parts");
  const Order seen = TRY(order(tenant, id));
  TRY(may_act(by.actor, seen, act.action));
  const Ground ground = this->ground(tenant, seen, act);
  return p_.db.write([&](sql::Session& s) -> Result<Order> {
    return advance(s, by, ground, TRY(load(s, tenant, id)), act, true);
  });
}

void OrderStore::close_parent(sql::Session& s, const Ground& ground, Id tenant, Id parent) {
  const auto still_open = s.integer(
      "select count(*) from orders_order where tenant = :tenant and parent = :parent and parent <> 0 and "
      "state not in "
      "('closed', "
      "'refused', 'merged', 'cancelled')",
      {{"tenant", tenant}, {"parent", parent}});
  if (still_open != 0) return;
  auto order = load(s, tenant, parent);
  if (!order || order->state != State::split) return;
  auth::Actor program;
  program.tenant = tenant;
  program.name = "平台";
  Ground quiet = ground;
  quiet.tell.clear();
  Act act;
  act.action = Action::close;
  act.revision = order->revision;
  act.text = "子订单已全部办结";
  (void)advance(s, {program, "", true}, quiet, std::move(*order), act, false);
}

}  // namespace kepu::orders
