// Bookings: rules, and random histories against brute force.
#include "engines/registers/bookings.h"

#include <atomic>
#include <random>
#include <thread>

#include "core/audit/audit.h"
#include "engines/registers/registers_store_testing.h"

namespace kepu::registers {
namespace {

base::Date day(int n) { return base::from_days(base::to_days({2026, 3, 1}) + n); }

TEST(Bookings, WordsAreReadBack) {
  for (const auto s : {BookingState::asked, BookingState::approved, BookingState::refused,
                       BookingState::cancelled, BookingState::returned}) {
    EXPECT_EQ(parse_booking_state(to_text(s)), s);
    EXPECT_EQ(parse_booking_state(title_of(s)), s);
  }
  for (const auto c : {Condition::good, Condition::damaged, Condition::incomplete})
    EXPECT_EQ(parse_condition(to_text(c)), c);
}

TEST(Bookings, ClashIsAnyCommonDay_ByBruteForce) {
  for (int first = 0; first < 8; ++first) {
    for (int last = first; last < 8; ++last) {
      for (int state = 0; state < 5; ++state) {
        for (int back = -1; back < 9; ++back) {
          Booking b;
          b.first = day(first);
          b.last = day(last);
          b.state = static_cast<BookingState>(state);
          if (b.state == BookingState::returned && back >= 0) b.returned_on = day(back);
          for (int from = 0; from < 8; ++from) {
            for (int to = from; to < 8; ++to) {
              bool common = false;
              for (int d = from; d <= to; ++d) {
                const bool within = d >= first && d <= last;
                common = common ||
                         (within && (b.state == BookingState::asked || b.state == BookingState::approved ||
                                     (b.state == BookingState::returned && back >= d)));
              }
              ASSERT_EQ(clash({&b, 1}, day(from), day(to)) != nullptr, common)
                  << first << " " << last << " " << state << " " << back << " " << from << " " << to;
            }
          }
        }
      }
    }
  }
}

TEST(Bookings, DaysHaveBounds) {
  const auto today = day(0);
  EXPECT_TRUE(check_days(day(0), day(0), today));
  EXPECT_TRUE(check_days(day(3), day(3 + kMostBookedDays - 1), today));
  EXPECT_EQ(check_days(day(-1), day(2), today).error().field, "first");
  EXPECT_EQ(check_days(day(3), day(2), today).error().field, "last");
  EXPECT_EQ(check_days(day(3), day(3 + kMostBookedDays), today).error().field, "last");
  EXPECT_EQ(check_days(day(400), day(401), today).error().field, "first");
  EXPECT_EQ(days_text({2026, 3, 5}, {2026, 3, 8}, today), "3月5日至3月8日");
  EXPECT_EQ(days_text({2026, 12, 30}, {2027, 1, 2}, today), "12月30日至2027年1月2日");
  EXPECT_EQ(days_text({2027, 1, 2}, {2027, 1, 2}, today), "2027年1月2日");
}

class BookingTest : public RegisterStoreTest {
 protected:
  void prepare(sql::Database& database) override {
    RegisterStoreTest::prepare(database);
    bookings = std::make_unique<BookingStore>(
        BookingStore::Parts{world->db, world->clock, world->ids, world->directory, *store});
    van = in_force("科普大篷车一号", "vehicle");
    lecturer = lan->actor("liaison", egret, ScopeKind::unit);
  }
  void TearDown() override {
    bookings.reset();
    RegisterStoreTest::TearDown();
  }
  // Kept by the town of 柳溪, or by another unit.
  Id in_force(const std::string& name, const std::string& type, Id keeper = 0) {
    Application a;
    a.entry.type = type;
    a.entry.name = name;
    a.entry.unit = keeper == 0 ? willow : keeper;
    a.entry.values.set("kind", "科普大篷车");
    a.entry.values.set("host", "柳溪镇");
    const Id id = must(store->apply(by(keeper == 0 ? town : office), a, true));
    for (const auto step : {Action::check, Action::approve, Action::publish}) must(act(office, id, step));
    return id;
  }
  Booking wanted(int first, int last, Id unit) const {
    Booking b;
    b.entry = van;
    b.unit = unit;
    b.first = base::from_days(base::to_days(store->today()) + first);
    b.last = base::from_days(base::to_days(store->today()) + last);
    b.purpose = "科普进校园";
    return b;
  }
  BookingState state_of(Id id) { return must(bookings->booking(lan->tenant, id)).state; }
  std::unique_ptr<BookingStore> bookings;
  Id van = 0;
  auth::Actor lecturer;  // of another unit
};
KEPU_STORE_TEST_SUITE(BookingTest);

TEST_P(BookingTest, WhatWaits_IsNotCrowdedOutByWhatOthersKeep) {
  Booking own = wanted(1, 1, egret);
  own.entry = in_force("科普大篷车二号", "vehicle", office.unit);
  const Id mine = must(bookings->ask(by(lecturer), own));
  for (int d = 2; d < 6; ++d)
    must(bookings->ask(by(lecturer), wanted(d, d, egret)));  // later days come first
  const auto waits = bookings->to_decide(office, 2);
  ASSERT_EQ(waits.size(), 1u);
  EXPECT_EQ(waits[0].booking.id, mine);
  EXPECT_EQ(bookings->to_decide(town, 2).size(), 2u);
}

TEST_P(BookingTest, AskedApprovedReturned_EachByWhoMay) {
  EXPECT_EQ(bookings->ask(by(lecturer), wanted(1, 3, hospital)).error().code, base::Code::forbidden);
  EXPECT_FALSE(bookings->ask(by(stranger), wanted(1, 3, yun->root))) << "another county's";
  Booking nothing = wanted(1, 3, egret);
  nothing.purpose = "  ";
  EXPECT_EQ(bookings->ask(by(lecturer), nothing).error().field, "purpose");
  const Id id = must(bookings->ask(by(lecturer), wanted(1, 3, egret)));
  EXPECT_EQ(bookings->to_decide(town, 10).size(), 1u);
  EXPECT_TRUE(bookings->to_decide(neighbour, 10).empty());
  EXPECT_EQ(bookings->decide(by(lecturer), id, true, "", 1).error().code, base::Code::forbidden);
  EXPECT_EQ(bookings->decide(by(town), id, false, " ", 1).error().rule, "booking.reason");
  EXPECT_EQ(bookings->decide(by(town), id, true, "", 7).error().rule, "booking.changed_meanwhile");
  must(bookings->decide(by(town), id, true, "", 1));
  EXPECT_EQ(bookings->decide(by(town), id, true, "", 2).error().rule, "booking.not_open");
  EXPECT_EQ(bookings->give_back(by(town), id, Condition::good, "", 2).error().rule, "booking.not_open")
      << "not yet";
  later(5);
  ASSERT_EQ(bookings->overdue(town, 10).size(), 1u);
  EXPECT_TRUE(bookings->overdue(neighbour, 10).empty());
  EXPECT_EQ(bookings->cancel(by(lecturer), id, "", 2).error().rule, "booking.not_open");
  EXPECT_EQ(bookings->give_back(by(town), id, Condition::damaged, "", 2).error().field, "note");
  must(bookings->give_back(by(town), id, Condition::damaged, "一块展板松动", 2));
  const auto back = must(bookings->booking(lan->tenant, id));
  EXPECT_EQ(back.state, BookingState::returned);
  EXPECT_EQ(back.condition, Condition::damaged);
  EXPECT_EQ(back.condition_note, "一块展板松动");
  EXPECT_EQ(back.returned_on, store->today());
  EXPECT_TRUE(bookings->overdue(town, 10).empty());
  EXPECT_EQ(bookings->booking(yun->tenant, id).error().code, base::Code::not_found);
  world->db.read([&](sql::Session& s) {
    EXPECT_EQ(
        s.integer(
            "select count(*) from audit_entry where tenant = :tenant and action like 'register.booking.%'",
            {{"tenant", lan->tenant}}),
        3);
  });
}

TEST_P(BookingTest, AClashNamesTheHolderAndTheDays_FreeAgainAfterRefusalCancellationAndReturn) {
  const Id first = must(bookings->ask(by(lecturer), wanted(2, 4, egret)));
  const auto clashed = bookings->ask(by(liaison), wanted(4, 6, hospital));
  ASSERT_FALSE(clashed);
  EXPECT_EQ(clashed.error().rule, "booking.clash");
  EXPECT_NE(clashed.error().message.find("白鹭镇"), std::string::npos);
  EXPECT_NE(
      clashed.error().message.find(days_text(wanted(2, 4, 0).first, wanted(2, 4, 0).last, store->today())),
      std::string::npos);
  EXPECT_EQ(bookings->bookings(lan->tenant, {}).size(), 1u) << "nothing of the refused one is left";
  must(bookings->ask(by(liaison), wanted(5, 6, hospital)));
  must(bookings->decide(by(town), first, false, "车辆年检", 1));
  const Id second = must(bookings->ask(by(liaison), wanted(2, 4, hospital)));
  EXPECT_FALSE(bookings->cancel(by(lecturer), second, "我要用", 1));
  must(bookings->cancel(by(liaison), second, "", 1));
  const Id own = must(bookings->ask(by(town), wanted(2, 4, willow)));
  EXPECT_EQ(state_of(own), BookingState::approved) << "the keeper asks himself only";
  later(2);
  must(bookings->give_back(by(town), own, Condition::good, "", 1));
  EXPECT_FALSE(bookings->ask(by(liaison), wanted(0, 0, hospital))) << "the day of the return is still held";
  must(bookings->ask(by(liaison), wanted(1, 2, hospital)));
}

TEST_P(BookingTest, WhatIsNotInForceOrNotLentIsNotBooked) {
  const Id before = must(bookings->ask(by(lecturer), wanted(1, 2, egret)));
  world->db.read([&](sql::Session& s) { EXPECT_TRUE(unit_in_use(s, lan->tenant, egret)); });
  must(act(office, van, Action::suspend, "检修"));
  EXPECT_EQ(bookings->ask(by(lecturer), wanted(1, 2, egret)).error().rule, "booking.not_bookable");
  EXPECT_EQ(bookings->decide(by(town), before, true, "", 1).error().rule, "booking.not_bookable");
  must(bookings->decide(by(town), before, false, "检修", 1));
  world->db.read([&](sql::Session& s) { EXPECT_FALSE(unit_in_use(s, lan->tenant, egret)); });
  Booking person = wanted(1, 2, egret);
  person.entry = published(expert_of("测试专家", "13900000050"), liaison, office);
  EXPECT_EQ(bookings->ask(by(lecturer), person).error().rule, "booking.not_bookable");
}

// A random history: what the store takes and refuses is what a list of days says, and no day is held twice.
TEST_P(BookingTest, RandomHistoriesNeverOverlap) {
  std::mt19937 dice(17);
  std::vector<Id> known;
  const auto all = [&] {
    BookingQuery q;
    q.entry = van;
    std::vector<Booking> out;
    for (const auto& row : bookings->bookings(lan->tenant, q)) out.push_back(row.booking);
    return out;
  };
  for (int step = 0; step < 120; ++step) {
    const auto now = all();
    const int what = static_cast<int>(dice() % 10);
    if (what < 5 || known.empty()) {
      const int from = static_cast<int>(dice() % 25), length = static_cast<int>(dice() % 6);
      const Booking b = wanted(from, from + length, egret);
      const auto asked = bookings->ask(by(lecturer), b);
      ASSERT_EQ(static_cast<bool>(asked), clash(now, b.first, b.last) == nullptr) << step;
      if (asked) known.push_back(*asked);
    } else if (what < 9) {
      const Booking b = must(bookings->booking(lan->tenant, known[dice() % known.size()]));
      if (what < 7) {
        const bool yes = dice() % 3 != 0;
        (void)bookings->decide(by(town), b.id, yes, "原因", b.revision);
      } else if (what == 7) {
        (void)bookings->cancel(by(town), b.id, "原因", b.revision);
      } else {
        (void)bookings->give_back(by(town), b.id, Condition::good, "", b.revision);
      }
    } else {
      later(1);
    }
    const auto after = all();
    for (std::size_t i = 0; i < after.size(); ++i) {
      const auto days = held(after[i]);
      if (!days) continue;
      for (std::size_t j = i + 1; j < after.size(); ++j) {
        const auto& other = after[j];
        ASSERT_EQ(clash({&other, 1}, days->first, days->last), nullptr) << step;
      }
    }
  }
  EXPECT_GT(known.size(), 10u);
}

TEST_P(BookingTest, OfManyAtOnceOneGetsTheDays) {
  std::atomic<int> got = 0;
  std::vector<std::thread> many;
  for (int i = 0; i < 6; ++i) {
    many.emplace_back([&, i] {
      if (bookings->ask(by(i % 2 == 0 ? lecturer : liaison),
                        wanted(3 - i % 2, 5, i % 2 == 0 ? egret : hospital)))
        ++got;
    });
  }
  for (auto& one : many) one.join();
  EXPECT_EQ(got, 1);
  EXPECT_EQ(bookings->bookings(lan->tenant, {}).size(), 1u);
}

}  // namespace
}  // namespace kepu::registers
