// Reading the ledger, and proving it.
#include <fmt/format.h>

#include <map>

#include "core/base/text.h"
#include "engines/points/ledger_rows.h"
#include "engines/points/ledger_store.h"

namespace kepu::points {

using base::Code;
using base::refuse;
using base::Result;

namespace {

constexpr std::int64_t kMostFound = 20;

std::string like_of(std::string_view text) {
  std::string out = "%";
  for (const char c : base::trim(text)) {
    if (c == '%' || c == '_' || c == '\\') out += '\\';
    out += c;
  }
  return out + "%";
}

// What the bookings alone say, gone through from the first to the last.
struct Replay {
  std::string hash;
  std::int64_t number = 0;
  std::map<Id, std::int64_t> balance;
  std::map<std::int64_t, std::int64_t> lots;  // by booking
  std::string wrong;

  void add(Id tenant, const Booking& b, std::int64_t lines, std::int64_t own, std::int64_t sum) {
    if (!wrong.empty()) return;
    if (b.number != number + 1) {
      wrong = fmt::format("第 {} 笔之后缺号", number);
    } else if (chain(hash, tenant, b) != b.hash) {
      wrong = fmt::format("第 {} 笔的内容和散列对不上，记录被改动过", b.number);
    } else if (lines != 2 || sum != 0 || own != b.points) {
      wrong = fmt::format("第 {} 笔的两边不相等", b.number);
    } else if ((balance[b.person] += b.points) < 0) {
      wrong = fmt::format("第 {} 笔之后余额小于零", b.number);
    }
    number = b.number;
    hash = b.hash;
    if (b.points > 0 && b.entry != Entry::give_back) lots[b.number] = b.points;
  }
};

}  // namespace

Result<Account> LedgerStore::account(Id tenant, Id person) {
  return db_.read([&](sql::Session& s) -> Result<Account> {
    auto found =
        s.one("select person, name, balance from points_account where tenant = :tenant and person = :person",
              {{"tenant", tenant}, {"person", person}}, [](const sql::Row& r) {
                Account a;
                a.person = r.integer(0);
                a.name = r.text(1);
                a.balance = static_cast<int>(r.integer(2));
                return a;
              });
    if (!found) return refuse(Code::not_found, "points.not_found", "这个人还没有服务和积分记录。");
    found->lots = lots(s, tenant, person);
    s.each(
        "select count(*), coalesce(sum(case when filled = 0 then minutes else 0 end), 0), coalesce(sum(case "
        "when filled "
        "<> 0 then minutes else 0 end), 0) from points_service where tenant = :tenant and person = :person",
        {{"tenant", tenant}, {"person", person}}, [&](const sql::Row& r) {
          found->services = r.integer(0);
          found->minutes = r.integer(1);
          found->filled_minutes = r.integer(2);
        });
    return *found;
  });
}

std::vector<Account> LedgerStore::search(Id tenant, std::string_view name) {
  const std::string like = like_of(name);
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select person, name from points_account where tenant = :tenant and name like :name escape '\\' "
        "order by name, "
        "person limit :limit",
        {{"tenant", tenant}, {"name", like}, {"limit", kMostFound}}, [](const sql::Row& r) {
          Account a;
          a.person = r.integer(0);
          a.name = r.text(1);
          return a;
        });
  });
}

PageOf<Booking> LedgerStore::bookings(Id tenant, const BookingQuery& q) {
  std::string where = "tenant = :tenant";
  const std::string like = like_of(q.text);
  const std::string entry(q.entry ? points::to_text(*q.entry) : std::string_view());
  sql::Args args = {{"tenant", tenant}};
  if (q.person != 0) where += " and person = :person", args.emplace_back("person", q.person);
  if (q.entry) where += " and entry = :entry", args.emplace_back("entry", entry);
  if (!base::trim(q.text).empty()) {
    where += " and (name like :text escape '\\' or words like :text escape '\\')";
    args.emplace_back("text", like);
  }
  return db_.read([&](sql::Session& s) {
    PageOf<Booking> out;
    out.total = s.integer("select count(*) from points_booking where " + where, args);
    args.emplace_back("limit", q.limit);
    args.emplace_back("offset", q.offset);
    out.rows =
        s.rows(fmt::format("select {} from points_booking where {} order by {} limit :limit offset :offset",
                           kBookingColumns, where, q.order_by.empty() ? "number desc" : q.order_by),
               args, booking_from);
    return out;
  });
}

PageOf<ServiceRow> LedgerStore::services(Id tenant, Id person, std::int64_t offset, std::int64_t limit) {
  return db_.read([&](sql::Session& s) {
    PageOf<ServiceRow> out;
    out.total = s.integer("select count(*) from points_service where tenant = :tenant and person = :person",
                          {{"tenant", tenant}, {"person", person}});
    out.rows = s.rows(
        "select source, name, role, kind, title, day, minutes, filled, township, points, why from "
        "points_service where "
        "tenant = :tenant and person = :person order by day desc, source desc limit :limit offset :offset",
        {{"tenant", tenant}, {"person", person}, {"limit", limit}, {"offset", offset}},
        [&](const sql::Row& r) {
          ServiceRow row;
          row.service.source = r.text(0);
          row.service.person = person;
          row.service.name = r.text(1);
          row.service.role = r.text(2);
          row.service.kind = r.text(3);
          row.service.title = r.text(4);
          row.service.day = base::parse_date(r.view(5)).value_or(Date{});
          row.service.minutes = static_cast<int>(r.integer(6));
          row.service.filled = r.flag(7);
          row.service.township = r.integer(8);
          row.points = static_cast<int>(r.integer(9));
          row.why = r.text(10);
          return row;
        });
    return out;
  });
}

namespace {

constexpr std::string_view kSums =
    "count(*), count(distinct person), coalesce(sum(case when filled = 0 then minutes else 0 end), 0), "
    "coalesce(sum(case "
    "when filled <> 0 then minutes else 0 end), 0), coalesce(sum(points), 0)";

std::string within(const std::vector<Id>& townships) {
  std::string in;
  for (const Id t : townships) in += fmt::format("{}{}", in.empty() ? " and township in (" : ",", t);
  return in.empty() ? in : in + ")";
}

Sum sum_from(const sql::Row& r, int first) {
  Sum out;
  out.services = r.integer(first);
  out.people = r.integer(first + 1);
  out.minutes = r.integer(first + 2);
  out.filled_minutes = r.integer(first + 3);
  out.points = r.integer(first + 4);
  return out;
}

}  // namespace

std::vector<Sum> LedgerStore::sums(Id tenant, SumBy by, Date from, Date to,
                                   const std::vector<Id>& townships) {
  const std::string first = base::to_iso(from), last = base::to_iso(to), in = within(townships);
  const std::string_view what = by == SumBy::month  ? "substr(day, 1, 7)"
                                : by == SumBy::kind ? "kind"
                                                    : "cast(township as text)";
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {0}, {1} from points_service where tenant = :tenant and day >= :from_day and day "
                    "<= :to_day{2} group by {0} order by {0}",
                    what, kSums, in),
        {{"tenant", tenant}, {"from_day", first}, {"to_day", last}}, [](const sql::Row& r) {
          Sum out = sum_from(r, 1);
          out.what = r.text(0);
          return out;
        });
  });
}

Sum LedgerStore::sum(Id tenant, Date from, Date to, const std::vector<Id>& townships) {
  const std::string first = base::to_iso(from), last = base::to_iso(to), in = within(townships);
  return db_.read([&](sql::Session& s) {
    return s
        .one(fmt::format(
                 "select {} from points_service where tenant = :tenant and day >= :from_day and day <= "
                 ":to_day{}",
                 kSums, in),
             {{"tenant", tenant}, {"from_day", first}, {"to_day", last}},
             [](const sql::Row& r) { return sum_from(r, 0); })
        .value_or(Sum{});
  });
}

std::int64_t LedgerStore::redeemed(Id tenant, Date from, Date to) {
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return db_.read([&](sql::Session& s) {
    return -s.integer(
        "select coalesce(sum(points), 0) from points_booking where tenant = :tenant and entry in "
        "('redemption', "
        "'give_back') and day >= :from_day and day <= :to_day",
        {{"tenant", tenant}, {"from_day", first}, {"to_day", last}});
  });
}

Verdict LedgerStore::verify(Id tenant) {
  return db_.read([&](sql::Session& s) {
    Replay replay;
    struct Lines {
      std::int64_t count = 0, own = 0, sum = 0;
    };
    std::map<std::int64_t, Lines> lines;
    s.each("select booking, account, points from points_line where tenant = :tenant", {{"tenant", tenant}},
           [&](const sql::Row& r) {
             auto& l = lines[r.integer(0)];
             ++l.count;
             l.sum += r.integer(2);
             if (base::starts_with(r.view(1), "person:")) l.own += r.integer(2);
           });
    s.each(
        fmt::format("select {} from points_booking where tenant = :tenant order by number", kBookingColumns),
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          const Booking b = booking_from(r);
          const Lines& l = lines[b.number];
          replay.add(tenant, b, l.count, l.own, l.sum);
        });
    const auto fail = [&](std::string what) {
      if (replay.wrong.empty()) replay.wrong = std::move(what);
    };
    s.each("select number, hash from points_head where tenant = :tenant", {{"tenant", tenant}},
           [&](const sql::Row& r) {
             if (r.integer(0) != replay.number || r.view(1) != replay.hash) fail("最后几笔不见了");
           });
    s.each("select lot, sum(points) from points_use where tenant = :tenant group by lot",
           {{"tenant", tenant}}, [&](const sql::Row& r) { replay.lots[r.integer(0)] -= r.integer(1); });
    s.each("select booking, remaining from points_lot where tenant = :tenant", {{"tenant", tenant}},
           [&](const sql::Row& r) {
             if (replay.lots[r.integer(0)] != r.integer(1))
               fail(fmt::format("第 {} 笔还剩的积分对不上", r.integer(0)));
             replay.lots.erase(r.integer(0));
           });
    for (const auto& [booking, left] : replay.lots) {
      if (left != 0) fail(fmt::format("第 {} 笔的剩余记录不见了", booking));
    }
    std::map<Id, std::int64_t> of_lots;
    s.each("select person, sum(remaining) from points_lot where tenant = :tenant group by person",
           {{"tenant", tenant}}, [&](const sql::Row& r) { of_lots[r.integer(0)] = r.integer(1); });
    Verdict out;
    s.each("select person, name, balance from points_account where tenant = :tenant", {{"tenant", tenant}},
           [&](const sql::Row& r) {
             ++out.people;
             if (replay.balance[r.integer(0)] != r.integer(2) || of_lots[r.integer(0)] != r.integer(2))
               fail(fmt::format("{}的余额和流水对不上", r.view(1)));
           });
    out.bookings = replay.number;
    out.ok = replay.wrong.empty();
    out.message = out.ok ? fmt::format("{} 笔流水、{} 个账户逐笔重算，全部相符", out.bookings, out.people)
                         : replay.wrong;
    return out;
  });
}

}  // namespace kepu::points
