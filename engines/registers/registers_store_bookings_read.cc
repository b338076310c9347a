// Bookings as they are read: who may see them, lists, what waits for the keeper.
#include <fmt/format.h>

#include "engines/registers/bookings_rows.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

Booking booking_from(const sql::Row& r) {
  Booking b;
  b.id = r.integer(0);
  b.entry = r.integer(1);
  b.unit = r.integer(2);
  b.first = base::parse_date(r.view(3)).value_or(base::Date{});
  b.last = base::parse_date(r.view(4)).value_or(base::Date{});
  b.purpose = r.text(5);
  b.state = parse_booking_state(r.view(6)).value_or(BookingState::cancelled);
  b.reason = r.text(7);
  b.condition = parse_condition(r.view(8)).value_or(Condition::good);
  b.condition_note = r.text(9);
  b.returned_on = base::parse_date(r.view(10));
  b.asked_at = r.integer(11);
  b.decided_at = r.integer(12);
  b.asked_by = r.integer(13);
  b.asked_name = r.text(14);
  b.decided_name = r.text(15);
  b.revision = r.integer(16);
  return b;
}

bool BookingStore::may_look(const auth::Actor& actor, const Entry& e) {
  if (!actor.may(kRead)) return false;
  return in_force(e, p_.registers.today()) || p_.registers.may_see(actor, e);
}

bool BookingStore::keeps(const auth::Actor& actor, const Entry& e) const {
  return actor.may(kReview, e.unit);
}

bool BookingStore::may_see(const auth::Actor& actor, const Booking& b, const Entry& e) const {
  return keeps(actor, e) || actor.may(kRead, b.unit) || actor.may(kRead, e.unit) ||
         (actor.person != 0 && b.asked_by == actor.person);
}

Done BookingStore::may_cancel(const auth::Actor& actor, const Booking& b, const Entry& e) const {
  if (b.state != BookingState::asked && b.state != BookingState::approved)
    return refuse(Code::conflict, "booking.not_open",
                  fmt::format("这次预约{}，不能取消。", title_of(b.state)));
  if (keeps(actor, e)) return {};
  const bool own = actor.person != 0 && b.asked_by == actor.person;
  if (!own) TRY(actor.require(kApply, b.unit));
  TRY(actor.require(kApply));
  if (b.first < p_.registers.today())
    return refuse(Code::conflict, "booking.not_open",
                  "借用已经开始，请归还；确实没有领用的，请管理单位取消。");
  return {};
}

std::vector<BookingRow> BookingStore::bookings(Id tenant, const BookingQuery& q) {
  std::string where = "b.tenant = :tenant";
  sql::Args args = {{"tenant", tenant}, {"limit", q.limit}, {"offset", q.offset}};
  const std::string over = q.over_by ? base::to_iso(*q.over_by) : "",
                    from = q.from ? base::to_iso(*q.from) : "", to = q.to ? base::to_iso(*q.to) : "";
  const std::string lent_from = q.lent_in ? base::to_iso(q.lent_in->first) : "",
                    lent_to = q.lent_in ? base::to_iso(q.lent_in->last) : "";
  if (q.units) {
    const auto list = in_list(*q.units);
    where += " and (b.unit in " + list + " or e.unit in " + list;
    if (q.own != 0) {
      where += " or b.asked_by = :own";
      args.emplace_back("own", q.own);
    }
    where += ")";
  }
  if (q.state) {
    where += " and b.state = :state";
    args.emplace_back("state", to_text(*q.state));
  }
  if (q.entry != 0) {
    where += " and b.entry = :entry";
    args.emplace_back("entry", q.entry);
  }
  if (!q.type.empty()) {
    where += " and e.type = :type";
    args.emplace_back("type", std::string_view(q.type));
  }
  if (q.kept_by) where += " and e.unit in " + in_list(*q.kept_by);
  if (q.booked_by) where += " and b.unit in " + in_list(*q.booked_by);
  if (q.lent_in) {
    where +=
        " and b.state in ('approved', 'returned') and b.first_day >= :lent_from and b.first_day <= :lent_to";
    args.emplace_back("lent_from", std::string_view(lent_from));
    args.emplace_back("lent_to", std::string_view(lent_to));
  }
  const auto day = [&](const std::string& text, std::string_view name, const char* condition) {
    if (text.empty()) return;
    where += condition;
    args.emplace_back(name, std::string_view(text));
  };
  day(over, "over", " and b.last_day < :over");
  day(from, "from", " and b.last_day >= :from");
  day(to, "to", " and b.first_day <= :to");
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {}, e.name, e.type, e.unit from register_booking b join register_entry e on "
                    "e.tenant = b.tenant and e.id = b.entry where {} order by b.first_day desc, b.id "
                    "desc limit :limit offset :offset",
                    kBookingColumns, where),
        args, [](const sql::Row& r) {
          return BookingRow{booking_from(r), r.text(17), r.text(18), r.integer(19)};
        });
  });
}

Result<Booking> BookingStore::booking(Id tenant, Id id) {
  auto found = p_.db.read([&](sql::Session& s) {
    return s.one(fmt::format("select {} from register_booking b where b.tenant = :tenant and b.id = :id",
                             kBookingColumns),
                 {{"tenant", tenant}, {"id", id}}, booking_from);
  });
  if (!found) return refuse(Code::not_found, "booking.not_found", "没有这次预约。请从“预约借用”进入。");
  return std::move(*found);
}

std::vector<BookingRow> BookingStore::kept_by(const auth::Actor& actor, BookingQuery q) {
  if (!actor.may(kReview)) return {};
  q.kept_by = actor.may_everywhere(kReview) ? std::vector<Id>{actor.unit} : actor.units_of(kReview);
  return bookings(actor.tenant, q);
}

std::vector<BookingRow> BookingStore::to_decide(const auth::Actor& actor, std::int64_t limit) {
  BookingQuery q;
  q.state = BookingState::asked;
  q.limit = limit;
  return kept_by(actor, q);
}

std::vector<BookingRow> BookingStore::overdue(const auth::Actor& actor, std::int64_t limit) {
  BookingQuery q;
  q.state = BookingState::approved;
  q.over_by = p_.registers.today();
  q.limit = limit;
  return kept_by(actor, q);
}

}  // namespace kepu::registers
