#include "engines/orders/resident_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::int64_t kLookedAt = 200, kMostMessages = 50;
constexpr int kWithin = 7, kLastDays = 30;
constexpr double kHalf = 0.5;
constexpr auth::GuessLimit kCodeGuesses{"order.code", 60, "查询码输错次数过多"};

constexpr std::string_view kTables = R"sql(
create table orders_message (
  tenant bigint not null, order_id bigint not null, id bigint not null, at bigint not null, from_resident bigint not null,
  name text not null, unit_name text not null, words text not null,
  primary key (tenant, order_id, id));
)sql";

bool near(const std::vector<Date>& one, const std::vector<Date>& other) {
  for (const Date a : one) {
    for (const Date b : other) {
      if (std::abs(base::to_days(a) - base::to_days(b)) <= kWithin) return true;
    }
  }
  return false;
}

std::string upper(std::string_view code) {
  std::string out;
  for (const char c : base::without_space(base::to_narrow(code)))
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

}  // namespace

const std::vector<sql::Migration>& resident_migrations() {
  static const std::vector<sql::Migration> kSteps = {{"orders_resident", 1, "点单留言", kTables}};
  return kSteps;
}

std::vector<Alike> ResidentStore::alike(Id tenant, const Request& r) {
  const auto units = orders_.parts().directory.units(tenant);
  Id township = r.area;
  if (const auto* u = units->find(r.area); u != nullptr && u->kind == auth::UnitKind::village)
    township = u->parent;
  OrderQuery q;
  q.township = township;
  q.open_only = true;
  q.from = base::from_days(base::to_days(orders_.today()) - kLastDays);
  q.limit = kLookedAt;
  std::string title = base::trim(r.title);
  if (r.service != 0) {
    if (const auto s = orders_.service(tenant, r.service)) title = s->title;
  }
  std::vector<Alike> out;
  for (auto& o : orders_.orders(tenant, q).orders) {
    if (o.state == State::split || !near(o.days, r.days)) continue;
    const double like = r.service != 0 && r.service == o.service ? 1 : likeness(title, o.title);
    if (like >= kHalf) out.push_back({std::move(o), like});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Alike& a, const Alike& b) { return a.likeness > b.likeness; });
  if (out.size() > 5) out.resize(5);
  return out;
}

Result<Order> ResidentStore::of_code(Id tenant, std::string_view code, std::string_view remote) {
  TRY(guesses_.may_try(kCodeGuesses, tenant, remote));
  auto found = orders_.by_code(tenant, upper(code));
  if (!found) guesses_.missed(kCodeGuesses, tenant, remote);
  return found;
}

Result<Order> ResidentStore::act(const By& nobody, const std::string& code, const Act& act) {
  const Id tenant = nobody.actor.tenant;
  const Order seen = TRY(of_code(tenant, code, nobody.remote));
  const Rule* rule = find_rule(seen.state, act.action);
  if (rule != nullptr && rule->step != Step::resident)
    return refuse(Code::forbidden, "order.not_yours", "这一步由工作人员办理。");
  const Ground ground = orders_.ground(tenant, seen, act);
  return orders_.parts().db.write([&](sql::Session& s) -> Result<Order> {
    Order o = TRY(orders_.load(s, tenant, seen.id));
    return orders_.advance(s, nobody, ground, std::move(o), act, false);
  });
}

std::vector<Message> ResidentStore::messages(Id tenant, const Order& order) {
  return orders_.parts().db.read([&](sql::Session& s) {
    return s.rows(
        "select id, at, from_resident, name, unit_name, words from orders_message where tenant = :tenant and "
        "order_id in (select cast(:order_id as bigint) union select cast(:above as bigint) union select id "
        "from "
        "orders_order where tenant = :tenant2 and parent = :parent and parent <> 0) order by id",
        {{"tenant", tenant},
         {"order_id", order.id},
         {"above", order.parent},
         {"tenant2", tenant},
         {"parent", order.id}},
        [](const sql::Row& r) {
          return Message{r.integer(0), r.integer(1), r.flag(2), r.text(3), r.text(4), r.text(5)};
        });
  });
}

Done ResidentStore::add_message(const By& by, const Order& o, const std::string& typed) {
  const std::string text = base::trim(typed);
  if (text.empty()) return refuse(Code::invalid, "order.message", "请写留言。", "message");
  if (base::length(text) > 500)
    return refuse(Code::invalid, "order.message", "留言不要超过 500 字。", "message");
  if (is_ended(o.state) && by.actor.person == 0)
    return refuse(Code::conflict, "order.message", "订单已经结束，不能再留言。", "message");
  const Id tenant = by.actor.tenant;
  const bool resident = by.actor.person == 0;
  auto& parts = orders_.parts();
  // The unit in turn hears of the resident's words; a resident who placed it while signed in, of the unit's.
  std::vector<Id> tell;
  if (resident) {
    const std::string_view right = o.state == State::placed ? kCheck : kClaim;
    if (const Id unit = unit_in_turn(o); unit != 0) tell = parts.directory.holders(tenant, right, unit);
    if (o.state == State::split) {
      for (const auto& part : orders_.children(tenant, o.id)) {
        const Id unit = is_open(part.state) ? unit_in_turn(part) : 0;
        if (unit == 0) continue;
        for (const Id person :
             parts.directory.holders(tenant, part.state == State::placed ? kCheck : kClaim, unit)) {
          if (std::count(tell.begin(), tell.end(), person) == 0) tell.push_back(person);
        }
      }
    }
  } else if (o.placed_by != 0 && o.channel != Channel::api && o.placed_by != by.actor.person) {
    tell.push_back(o.placed_by);
  }
  const Id id = parts.ids.next();
  return parts.db.write([&](sql::Session& s) -> Done {
    if (resident) {
      const auto there = s.integer(
          "select count(*) from orders_message where tenant = :tenant and order_id = :order_id and "
          "from_resident = 1",
          {{"tenant", tenant}, {"order_id", o.id}});
      if (there >= kMostMessages)
        return refuse(Code::conflict, "order.message", "留言太多了，请拨打点单电话联系。", "message");
    }
    s.run(
        "insert into orders_message (tenant, order_id, id, at, from_resident, name, unit_name, words) values "
        "(:tenant, "
        ":order_id, :id, :at, :resident, :name, :unit, :words)",
        {{"tenant", tenant},
         {"order_id", o.id},
         {"id", id},
         {"at", orders_.now()},
         {"resident", resident ? 1 : 0},
         {"name", resident ? std::string("群众") : by.actor.name},
         {"unit", by.actor.unit_name},
         {"words", text}});
    audit::append(s, tenant,
                  entry_of(by, orders_.now(), "order.message", subject_of(o.id),
                           o.number + " 留言：" + base::shorten(text, 60)));
    for (const Id person : tell) {
      notify::post(s, tenant,
                   {person, fmt::format("order.message:{}:{}", o.id, id), "订单有新留言：" + o.number,
                    base::shorten(text, 100), fmt::format("/orders/{}", o.id)},
                   orders_.now(), parts.ids);
    }
    return {};
  });
}

Done ResidentStore::say_by_code(const By& nobody, const std::string& code, const std::string& text) {
  return add_message(nobody, TRY(of_code(nobody.actor.tenant, code, nobody.remote)), text);
}

Done ResidentStore::say(const By& by, Id order, const std::string& text) {
  const Order o = TRY(orders_.order(by.actor.tenant, order));
  const bool community = by.actor.may(kCheck, o.community) || by.actor.may(kPlace, o.area);
  const bool department = o.department != 0 && by.actor.may(kClaim, o.department);
  if (!community && !department && !by.actor.may_everywhere(kSettle))
    return refuse(Code::forbidden, "order.not_yours", "只有办理这个订单的单位可以回复。");
  return add_message(by, o, text);
}

std::vector<Order> ResidentStore::of_phone(const auth::Actor& actor, std::string_view typed) {
  const auto phone = auth::normal_phone(typed);
  if (!phone) return {};
  const auto ids = orders_.parts().db.read([&](sql::Session& s) {
    const std::string index = orders_.parts().cipher.blind_index(*phone, kPhonePurpose, actor.tenant);
    return s.rows(
        "select id from orders_order where tenant = :tenant and phone_index = :phone and phone_index <> '' "
        "order by id desc limit "
        "20",
        {{"tenant", actor.tenant}, {"phone", index}},
        [](const sql::Row& r) { return static_cast<Id>(r.integer(0)); });
  });
  std::vector<Order> out;
  for (const Id id : ids) {
    auto o = orders_.order(actor.tenant, id);
    if (o && actor.may(kPlace, o->area)) out.push_back(std::move(*o));
  }
  return out;
}

}  // namespace kepu::orders
