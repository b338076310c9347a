// Bookings in the database. A day that is held is a row of its own key, so that no two ever hold it.
#include <fmt/format.h>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/registers/bookings_rows.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

std::string url_of(const Entry& e, Id booking) {
  return fmt::format("/registers/{}/{}/bookings/{}", e.type, e.id, booking);
}

// Takes the days; false where one of them is another's.
bool take_days(sql::Session& s, Id tenant, const Booking& b) {
  for (auto day = base::to_days(b.first); day <= base::to_days(b.last); ++day) {
    const std::string iso = base::to_iso(base::from_days(day));
    const auto taken = s.run(
        "insert into register_booking_day (tenant, entry, day, booking) values (:tenant, :entry, :day, "
        ":booking) on conflict do nothing",
        {{"tenant", tenant}, {"entry", b.entry}, {"day", iso}, {"booking", b.id}});
    if (taken == 0) return false;
  }
  return true;
}

std::optional<Booking> holder(sql::Session& s, Id tenant, const Booking& wanted) {
  const std::string first = base::to_iso(wanted.first), last = base::to_iso(wanted.last);
  return s.one(
      fmt::format("select {} from register_booking_day d join register_booking b on b.tenant = d.tenant and "
                  "b.id = d.booking where d.tenant = :tenant and d.entry = :entry and d.day >= :first and "
                  "d.day <= :last and d.booking <> :own order by d.day limit 1",
                  kBookingColumns),
      {{"tenant", tenant}, {"entry", wanted.entry}, {"first", first}, {"last", last}, {"own", wanted.id}},
      booking_from);
}

void insert(sql::Session& s, Id tenant, const Booking& b) {
  const std::string first = base::to_iso(b.first), last = base::to_iso(b.last);
  s.run(
      "insert into register_booking (tenant, id, entry, unit, first_day, last_day, purpose, state, reason, "
      "item_condition, condition_note, returned_on, asked_at, decided_at, asked_by, asked_name, "
      "decided_name, "
      "revision) values (:tenant, :id, :entry, :unit, :first, :last, :purpose, :state, '', '', '', '', "
      ":asked, "
      ":decided, :by, :name, :decided_name, 1)",
      {{"tenant", tenant},
       {"id", b.id},
       {"entry", b.entry},
       {"unit", b.unit},
       {"first", first},
       {"last", last},
       {"purpose", b.purpose},
       {"state", to_text(b.state)},
       {"asked", b.asked_at},
       {"decided", b.decided_at},
       {"by", b.asked_by},
       {"name", b.asked_name},
       {"decided_name", b.decided_name}});
}

}  // namespace

Result<Id> BookingStore::ask(const By& by, const Booking& wanted) {
  const Id tenant = by.actor.tenant;
  const base::Date today = p_.registers.today();
  const Entry e = TRY(p_.registers.entry(tenant, wanted.entry));
  const Type type = TRY(p_.registers.type(tenant, e.type));
  if (!type.bookable || !in_force(e, today))
    return refuse(Code::conflict, "booking.not_bookable",
                  "“" + e.name + "”现在不能预约：不在册，或者不借用。");
  const auto units = p_.directory.units(tenant);
  const auto* unit = units->find(wanted.unit);
  if (unit == nullptr || !unit->active)
    return refuse(Code::invalid, "booking.unit", "请选择为哪个单位预约。", "unit");
  TRY(by.actor.require(kApply, wanted.unit));
  TRY(check_days(wanted.first, wanted.last, today));
  if (base::trim(wanted.purpose).empty())
    return refuse(Code::invalid, "booking.purpose", "请写明用在什么活动、什么地方。", "purpose");
  const bool keeper = keeps(by.actor, e);
  const auto deciders = p_.directory.holders(tenant, kReview, e.unit);
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    Booking b = wanted;
    b.id = p_.ids.next();
    b.purpose = base::squeeze(b.purpose);
    b.state = keeper ? BookingState::approved : BookingState::asked;
    b.asked_at = p_.clock.now();
    b.asked_by = by.actor.person;
    b.asked_name = by.actor.name;
    b.decided_at = keeper ? b.asked_at : 0;
    b.decided_name = keeper ? by.actor.name : "";
    if (!take_days(s, tenant, b)) {
      const auto other = holder(s, tenant, b);
      if (!other)
        return refuse(Code::conflict, "booking.clash", "这几天刚被别的单位预约，请看过日历再选。", "first");
      const auto* who = units->find(other->unit);
      const auto days = held(*other).value_or(DaySpan{other->first, other->last});
      return refuse(Code::conflict, "booking.clash",
                    fmt::format("{}已由{}预约（{}），请换别的日子。", days_text(days.first, days.last, today),
                                who == nullptr ? "已撤销的单位" : who->name, title_of(other->state)),
                    "first");
    }
    insert(s, tenant, b);
    for (const Id decider : deciders) {
      if (keeper || decider == by.actor.person) continue;
      notify::post(s, tenant,
                   {decider, fmt::format("booking:{}", b.id), "请确认借用：" + e.name,
                    fmt::format("{}，{}：{}", unit->name, days_text(b.first, b.last, today), b.purpose),
                    url_of(e, b.id)},
                   b.asked_at, p_.ids);
    }
    log(s, by, kApply, b.unit, "register.booking.ask", e.id,
        fmt::format("预约{}：{}，{}", e.name, unit->name, days_text(b.first, b.last, today)));
    return b.id;
  });
}

struct BookingStore::Change {
  BookingState from = BookingState::asked, to = BookingState::approved;
  std::int64_t revision = 0;
  std::string_view right = kReview;
  std::string action, word;  // register.booking.approve; 同意借用
  std::string reason;
  Condition condition = Condition::good;
  std::string note;
  std::optional<base::Date> returned_on;
};

Done BookingStore::change(const By& by, const Booking& seen, const Entry& e, const Change& c) {
  const Id tenant = by.actor.tenant;
  const base::Date today = p_.registers.today();
  return p_.db.write([&](sql::Session& s) -> Done {
    const std::string returned = iso_or_empty(c.returned_on);
    const auto taken = s.run(
        "update register_booking set state = :state, reason = :reason, item_condition = :condition, "
        "condition_note = :note, returned_on = :returned, decided_at = :at, decided_name = :name, revision = "
        "revision + 1 where tenant = :tenant and id = :id and revision = :revision and state = :from",
        {{"state", to_text(c.to)},
         {"reason", c.reason},
         {"condition", c.to == BookingState::returned ? to_text(c.condition) : std::string_view()},
         {"note", c.note},
         {"returned", returned},
         {"at", p_.clock.now()},
         {"name", by.actor.name},
         {"tenant", tenant},
         {"id", seen.id},
         {"revision", c.revision},
         {"from", to_text(c.from)}});
    if (taken == 0)
      return refuse(Code::conflict, "booking.changed_meanwhile", "这次预约刚被别人办理过，请看过最新情况。");
    if (c.to != BookingState::approved) {  // what it no longer holds is free for others
      const std::string after = c.returned_on ? base::to_iso(*c.returned_on) : "";
      s.run(
          "delete from register_booking_day where tenant = :tenant and entry = :entry and booking = :booking "
          "and "
          "day > :after",
          {{"tenant", tenant}, {"entry", seen.entry}, {"booking", seen.id}, {"after", after}});
    }
    if (seen.asked_by != 0 && seen.asked_by != by.actor.person) {
      notify::post(
          s, tenant,
          {seen.asked_by, fmt::format("booking.{}:{}", to_text(c.to), seen.id), c.word + "：" + e.name,
           days_text(seen.first, seen.last, today) + (c.reason.empty() ? c.note : c.reason),
           url_of(e, seen.id)},
          p_.clock.now(), p_.ids);
    }
    log(s, by, c.right, e.unit, c.action, e.id,
        fmt::format("{}：{}，{}{}", c.word, e.name, days_text(seen.first, seen.last, today),
                    c.reason.empty() ? "" : "，" + c.reason));
    return {};
  });
}

Done BookingStore::decide(const By& by, Id id, bool approve, const std::string& why, std::int64_t revision) {
  const Booking b = TRY(booking(by.actor.tenant, id));
  const Entry e = TRY(p_.registers.entry(by.actor.tenant, b.entry));
  TRY(by.actor.require(kReview, e.unit));
  if (b.state != BookingState::asked)
    return refuse(Code::conflict, "booking.not_open",
                  fmt::format("这次预约{}，不用再确认。", title_of(b.state)));
  if (approve && b.last < p_.registers.today())
    return refuse(Code::conflict, "booking.not_open", "预约的日子已经过了，只能不同意，或请对方重新预约。");
  if (approve && !in_force(e, p_.registers.today()))
    return refuse(Code::conflict, "booking.not_bookable", "“" + e.name + "”现在不在册，只能不同意。");
  Change c;
  c.to = approve ? BookingState::approved : BookingState::refused;
  c.revision = revision;
  c.action = approve ? "register.booking.approve" : "register.booking.refuse";
  c.word = approve ? "同意借用" : "未同意借用";
  c.reason = base::trim(why);
  if (!approve && c.reason.empty())
    return refuse(Code::invalid, "booking.reason", "请写明为什么不同意，对方会看到。", "reason");
  return change(by, b, e, c);
}

Done BookingStore::cancel(const By& by, Id id, const std::string& why, std::int64_t revision) {
  const Booking b = TRY(booking(by.actor.tenant, id));
  const Entry e = TRY(p_.registers.entry(by.actor.tenant, b.entry));
  TRY(may_cancel(by.actor, b, e));
  Change c;
  c.from = b.state;
  c.to = BookingState::cancelled;
  c.revision = revision;
  c.action = "register.booking.cancel";
  c.word = "取消预约";
  c.reason = base::trim(why);
  const bool own = by.actor.person != 0 && b.asked_by == by.actor.person;
  c.right = own ? kApply : kReview;
  if (!own && c.reason.empty())
    return refuse(Code::invalid, "booking.reason", "请写明取消的原因，预约的人会看到。", "reason");
  return change(by, b, e, c);
}

Done BookingStore::give_back(const By& by, Id id, Condition condition, const std::string& note,
                             std::int64_t revision) {
  const Booking b = TRY(booking(by.actor.tenant, id));
  const Entry e = TRY(p_.registers.entry(by.actor.tenant, b.entry));
  TRY(by.actor.require(kReview, e.unit));
  if (b.state != BookingState::approved)
    return refuse(Code::conflict, "booking.not_open",
                  fmt::format("这次预约{}，不能登记归还。", title_of(b.state)));
  const base::Date today = p_.registers.today();
  if (today < b.first)
    return refuse(Code::conflict, "booking.not_open", "还没有到借用的日子；不借了请取消。");
  Change c;
  c.from = BookingState::approved;
  c.to = BookingState::returned;
  c.revision = revision;
  c.action = "register.booking.return";
  c.word = "归还";
  c.condition = condition;
  c.note = base::trim(note);
  c.returned_on = today;
  if (condition != Condition::good && c.note.empty())
    return refuse(Code::invalid, "booking.reason", "请写明损坏或缺失的情况。", "note");
  return change(by, b, e, c);
}

void BookingStore::log(sql::Session& s, const By& by, std::string_view right, Id unit, std::string action,
                       Id entry, std::string summary) {
  audit::Entry line;
  line.at = p_.clock.now();
  line.person = by.actor.person;
  line.person_name = by.actor.name;
  line.on_behalf_of = by.actor.on_behalf_of(right, unit);
  line.unit_name = by.actor.unit_name;
  line.action = std::move(action);
  line.subject = subject_of("register_entry", entry);
  line.summary = std::move(summary);
  line.remote = by.remote;
  audit::append(s, by.actor.tenant, line);
}

}  // namespace kepu::registers
