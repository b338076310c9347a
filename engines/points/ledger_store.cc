// Booking: service, what ends, and the movements that the rewards ask for.
#include "engines/points/ledger_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/points/ledger_rows.h"

namespace kepu::points {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

std::string person_account(Id person) { return fmt::format("person:{}", person); }

}  // namespace

void LedgerStore::log(sql::Session& s, const By& by, std::string action, std::string subject,
                      std::string summary) {
  audit::Entry e;
  e.at = now();
  e.person = by.actor.person;
  e.person_name = by.actor.name;
  e.unit_name = by.actor.unit_name;
  e.action = std::move(action);
  e.subject = std::move(subject);
  e.summary = std::move(summary);
  e.remote = by.remote;
  audit::append(s, by.actor.tenant, std::move(e));
}

void LedgerStore::lock(sql::Session& s, Id tenant) {
  s.run("insert into points_head (tenant, number, hash) values (:tenant, 0, '') on conflict do nothing",
        {{"tenant", tenant}});
  s.run("update points_head set number = number + 0 where tenant = :tenant", {{"tenant", tenant}});
}

// Both lines, the balance and the hash. The caller holds the head.
Booking LedgerStore::book(sql::Session& s, Id tenant, Booking b) {
  std::string before;
  s.each("select number, hash from points_head where tenant = :tenant", {{"tenant", tenant}},
         [&](const sql::Row& r) { b.number = r.integer(0) + 1, before = r.text(1); });
  b.at = now();
  b.hash = chain(before, tenant, b);
  const std::string day = base::to_iso(b.day), own = person_account(b.person);
  s.run("update points_head set number = :number, hash = :hash where tenant = :tenant",
        {{"number", b.number}, {"hash", b.hash}, {"tenant", tenant}});
  s.run(
      "insert into points_booking (tenant, number, at, entry, person, name, points, day, source, words, "
      "by_name, rules, "
      "hash) values (:tenant, :number, :at, :entry, :person, :name, :points, :day, :source, :words, "
      ":by_name, :rules, "
      ":hash)",
      {{"tenant", tenant},
       {"number", b.number},
       {"at", b.at},
       {"entry", points::to_text(b.entry)},
       {"person", b.person},
       {"name", b.name},
       {"points", b.points},
       {"day", day},
       {"source", b.source},
       {"words", b.words},
       {"by_name", b.by},
       {"rules", b.rules},
       {"hash", b.hash}});
  const auto line = [&](std::string_view account, int points) {
    s.run(
        "insert into points_line (tenant, booking, account, points) values (:tenant, :booking, :account, "
        ":points)",
        {{"tenant", tenant}, {"booking", b.number}, {"account", account}, {"points", points}});
  };
  line(own, b.points);
  line(account_of(b.entry), -b.points);
  s.run(
      "insert into points_account (tenant, person, name, balance) values (:tenant, :person, :name, 0) on "
      "conflict "
      "(tenant, person) do update set name = excluded.name",
      {{"tenant", tenant}, {"person", b.person}, {"name", b.name}});
  s.run("update points_account set balance = balance + :points where tenant = :tenant and person = :person",
        {{"points", b.points}, {"tenant", tenant}, {"person", b.person}});
  return b;
}

void LedgerStore::add_lot(sql::Session& s, Id tenant, const Booking& b, std::optional<Date> last_day) {
  const std::string last = iso_or_empty(last_day);
  s.run(
      "insert into points_lot (tenant, person, booking, last_day, remaining) values (:tenant, :person, "
      ":booking, "
      ":last_day, :points)",
      {{"tenant", tenant},
       {"person", b.person},
       {"booking", b.number},
       {"last_day", last},
       {"points", b.points}});
}

std::vector<Lot> LedgerStore::lots(sql::Session& s, Id tenant, Id person) {
  return s.rows(
      "select booking, last_day, remaining from points_lot where tenant = :tenant and person = :person and "
      "remaining > 0 order by case when last_day = '' then 1 else 0 end, last_day, booking",
      {{"tenant", tenant}, {"person", person}}, [](const sql::Row& r) {
        return Lot{r.integer(0), base::parse_date(r.view(1)), static_cast<int>(r.integer(2))};
      });
}

void LedgerStore::use(sql::Session& s, Id tenant, std::int64_t booking, const std::vector<Taken>& taken) {
  for (const auto& t : taken) {
    s.run("insert into points_use (tenant, booking, lot, points) values (:tenant, :booking, :lot, :points)",
          {{"tenant", tenant}, {"booking", booking}, {"lot", t.booking}, {"points", t.points}});
    s.run("update points_lot set remaining = remaining - :points where tenant = :tenant and booking = :lot",
          {{"points", t.points}, {"tenant", tenant}, {"lot", t.booking}});
  }
}

Done LedgerStore::on_service(Id tenant, const Service& v) {
  return db_.write([&](sql::Session& s) -> Done {
    lock(s, tenant);
    const auto known = s.integer(
        "select count(*) from points_service where tenant = :tenant and source = :source and person = "
        ":person",
        {{"tenant", tenant}, {"source", v.source}, {"person", v.person}});
    if (known != 0) return {};
    const Rules rules = rules_in(s, tenant);
    const std::string day = base::to_iso(v.day), month = day.substr(0, 7);
    const auto so_far = [&](const std::string& from, const std::string& to) {
      return static_cast<int>(s.integer(
          "select coalesce(sum(points), 0) from points_service where tenant = :tenant and person = :person "
          "and day >= :from_day and day <= :to_day",
          {{"tenant", tenant}, {"person", v.person}, {"from_day", from}, {"to_day", to}}));
    };
    Award award = award_of(rules, v);
    const int points = capped(rules, award.points, so_far(day, day), so_far(month + "-01", month + "-31"));
    if (points < award.points) award.why += fmt::format("，到了上限，记 {} 分", points);
    s.run(
        "insert into points_service (tenant, source, person, name, role, kind, title, day, minutes, filled, "
        "township, "
        "points, why) values (:tenant, :source, :person, :name, :role, :kind, :title, :day, :minutes, "
        ":filled, "
        ":township, :points, :why)",
        {{"tenant", tenant},
         {"source", v.source},
         {"person", v.person},
         {"name", v.name},
         {"role", v.role},
         {"kind", v.kind},
         {"title", v.title},
         {"day", day},
         {"minutes", v.minutes},
         {"filled", v.filled},
         {"township", v.township},
         {"points", points},
         {"why", award.why}});
    if (points == 0) {  // a name to be found by, all the same
      s.run(
          "insert into points_account (tenant, person, name, balance) values (:tenant, :person, :name, 0) on "
          "conflict "
          "do nothing",
          {{"tenant", tenant}, {"person", v.person}, {"name", v.name}});
      return {};
    }
    Booking b;
    b.entry = Entry::issue;
    b.person = v.person;
    b.name = v.name;
    b.points = points;
    b.day = v.day;
    b.source = v.source;
    b.words = fmt::format("{}（{}）：{}", v.title, v.filled ? "补录" : "两方证实", award.why);
    b.by = "平台";
    b.rules = rules.version;
    b = book(s, tenant, std::move(b));
    add_lot(s, tenant, b, last_day_of(rules, v.day));
    return {};
  });
}

std::string LedgerStore::expire(Millis at) {
  const std::string today = base::to_iso(base::date_of(at));
  int people = 0;
  struct Over {
    Id tenant = 0, person = 0;
  };
  const auto over = db_.read([&](sql::Session& s) {
    return s.rows(
        "select distinct tenant, person from points_lot where remaining > 0 and last_day <> '' and last_day "
        "< :today "
        "order by tenant, person limit 5000",
        {{"today", today}}, [](const sql::Row& r) {
          return Over{r.integer(0), r.integer(1)};
        });
  });
  for (const auto& o : over) {
    people += db_.write([&](sql::Session& s) {
      lock(s, o.tenant);
      std::vector<Taken> taken;
      int points = 0;
      s.each(
          "select booking, remaining from points_lot where tenant = :tenant and person = :person and "
          "remaining > 0 and "
          "last_day <> '' and last_day < :today order by last_day, booking",
          {{"tenant", o.tenant}, {"person", o.person}, {"today", today}}, [&](const sql::Row& r) {
            taken.push_back({r.integer(0), static_cast<int>(r.integer(1))});
            points += taken.back().points;
          });
      if (points == 0) return 0;
      Booking b;
      b.entry = Entry::expiry;
      b.person = o.person;
      b.points = -points;
      b.day = base::date_of(at);
      b.words = "有效期已过";
      b.by = "平台";
      b.name =
          s.one("select name from points_account where tenant = :tenant and person = :person",
                {{"tenant", o.tenant}, {"person", o.person}}, [](const sql::Row& r) { return r.text(0); })
              .value_or("");
      b = book(s, o.tenant, std::move(b));
      use(s, o.tenant, b.number, taken);
      return 1;
    });
  }
  return fmt::format("{} 人的积分到期", people);
}

Result<Booking> LedgerStore::spend(sql::Session& s, Id tenant, Booking b) {
  lock(s, tenant);
  auto there = lots(s, tenant, b.person);
  // What is over but not yet booked as ended is not to be had.
  const Date day = today();
  there.erase(std::remove_if(there.begin(), there.end(),
                             [&](const Lot& l) { return l.last_day && *l.last_day < day; }),
              there.end());
  int all = 0;
  for (const auto& lot : there) all += lot.left;
  const auto taken = take(there, -b.points);
  if (taken.empty())
    return refuse(Code::conflict, "points.not_enough",
                  fmt::format("积分不够：需要 {} 分，可用 {} 分。", -b.points, all));
  b = book(s, tenant, std::move(b));
  use(s, tenant, b.number, taken);
  return b;
}

Result<Booking> LedgerStore::give_back(sql::Session& s, Id tenant, std::int64_t of, Booking b) {
  lock(s, tenant);
  const auto taken =
      s.rows("select lot, points from points_use where tenant = :tenant and booking = :booking",
             {{"tenant", tenant}, {"booking", of}}, [](const sql::Row& r) {
               return Taken{r.integer(0), static_cast<int>(r.integer(1))};
             });
  b.points = 0;
  for (const auto& t : taken) b.points += t.points;
  if (b.points == 0) return refuse(Code::not_found, "points.not_found", "没有这笔兑换。");
  b = book(s, tenant, std::move(b));
  for (const auto& t : taken) {
    s.run("insert into points_use (tenant, booking, lot, points) values (:tenant, :booking, :lot, :points)",
          {{"tenant", tenant}, {"booking", b.number}, {"lot", t.booking}, {"points", -t.points}});
    s.run("update points_lot set remaining = remaining + :points where tenant = :tenant and booking = :lot",
          {{"points", t.points}, {"tenant", tenant}, {"lot", t.booking}});
  }
  return b;
}

}  // namespace kepu::points
