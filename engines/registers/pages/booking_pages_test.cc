// Booking by pages, and lists sorted by a type's own fields.
#include "engines/registers/pages/registers_pages_testing.h"

namespace kepu::registers {
namespace {

class BookingPages : public RegisterPages {
 protected:
  // In force, kept by the town; its address.
  std::string van(const std::string& name) {
    Application a;
    a.entry.type = "vehicle";
    a.entry.name = name;
    a.entry.unit = willow;
    a.entry.values.set("kind", "科普大篷车");
    a.entry.values.set("host", "柳溪镇");
    a.entry.values.set("exhibits", name == "一号车" ? "9" : name == "二号车" ? "10" : "");
    const auto report = must(engine.store().import({lan.program, "test"}, "vehicle", {{2, a}}, false));
    EXPECT_TRUE(report.applied);
    EntryQuery q;
    q.type = "vehicle";
    return fmt::format("/registers/vehicle/{}", engine.store().entries(lan.tenant, q).entries.front().id);
  }
  http::Pairs wish(const std::string& first, const std::string& last) const {
    return {{"unit", std::to_string(hospital)}, {"first", first}, {"last", last}, {"purpose", "义诊进村"}};
  }
  std::string day(int n) { return base::to_iso(base::from_days(base::to_days(world.clock.today()) + n)); }
};
KEPU_STORE_TEST_SUITE(BookingPages);

TEST_P(BookingPages, AskedConfirmedReturned) {
  auto doctor = signed_in(lan, "liaison", hospital, ScopeKind::unit);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  auto neighbour = signed_in(lan, "town", egret, ScopeKind::subtree);
  auto foreign = signed_in(yun, "office", yun.root, ScopeKind::tenant);
  auto nobody = signed_in(lan, "nobody", lan.root, ScopeKind::tenant);
  const std::string url = van("一号车"), bookings = url + "/bookings";
  EXPECT_EQ(doctor.get("/registers/bookings").status, 200);
  EXPECT_TRUE(doctor.shows("一号车"));
  EXPECT_EQ(nobody.get("/registers/bookings").status, 403);
  EXPECT_EQ(foreign.get(bookings).status, 404);
  EXPECT_EQ(doctor.get(bookings).status, 200);
  EXPECT_EQ(doctor.get(bookings + "/new").status, 200);
  EXPECT_EQ(doctor.post(bookings + "/new", wish(day(3), day(2))).status, 422);
  EXPECT_TRUE(doctor.shows("义诊进村")) << "nothing typed is lost";
  auto forged = wish(day(1), day(2));
  forged.emplace_back("csrf", "");
  EXPECT_EQ(doctor.post(bookings + "/new", forged).status, 403) << "without its token";
  ASSERT_EQ(doctor.post(bookings + "/new", wish(day(1), day(2))).status, 303) << doctor.last().body;
  const std::string one = doctor.location();
  EXPECT_EQ(doctor.get(one).status, 200);
  EXPECT_FALSE(doctor.shows("是否同意"));
  EXPECT_EQ(neighbour.get(one).status, 404) << "of two other units";
  EXPECT_EQ(neighbour.get(bookings).status, 200);
  EXPECT_FALSE(neighbour.shows("义诊进村")) << "unit and days alone";
  EXPECT_EQ(town.get(one).status, 200);
  EXPECT_TRUE(town.shows("是否同意"));
  EXPECT_EQ(town.post(one + "/decide", {{"verdict", "no"}, {"reason", ""}, {"revision", "1"}}).status, 422);
  EXPECT_EQ(town.post(one + "/decide", {{"verdict", "yes"}, {"revision", "7"}}).status, 422);
  EXPECT_TRUE(town.shows("刚被别人办理过"));
  EXPECT_EQ(town.post(one + "/decide", {{"verdict", "yes"}, {"revision", "1"}}).status, 303);
  neighbour.get(bookings + "/new");
  auto late = wish(day(2), day(4));
  late[0].second = std::to_string(egret);
  EXPECT_EQ(neighbour.post(bookings + "/new", late).status, 422);
  EXPECT_TRUE(neighbour.shows("已由县人民医院预约"));
  world.clock.set(world.clock.now() + 4 * 24LL * 3'600'000);  // every session is over by then
  auto keeper = signed_in(lan, "town", willow, ScopeKind::subtree);
  auto borrower = signed_in(lan, "liaison", hospital, ScopeKind::unit);
  EXPECT_EQ(keeper.get("/registers/bookings").status, 200);
  EXPECT_TRUE(keeper.shows("超期 2 天未还"));
  EXPECT_EQ(keeper.get(one).status, 200);
  EXPECT_EQ(keeper.post(one + "/return", {{"condition", "damaged"}, {"note", ""}, {"revision", "2"}}).status,
            422);
  EXPECT_EQ(keeper.post(one + "/return", {{"condition", "good"}, {"revision", "2"}}).status, 303);
  EXPECT_EQ(borrower.get("/registers/bookings/all?f.state=returned").status, 200);
  EXPECT_TRUE(borrower.shows("完好"));
}

TEST_P(BookingPages, WhatWasLentIsCountedByWhoHadIt) {
  const std::string url = van("一号车");
  auto& bookings = engine.bookings();
  const auto town = lan.actor("town", willow, ScopeKind::subtree);
  const auto doctor = lan.actor("liaison", hospital, ScopeKind::unit);
  Booking b;
  b.entry = base::parse_id(url.substr(url.rfind('/') + 1)).value_or(0);
  b.purpose = "义诊";
  const auto ask = [&](const auth::Actor& who, Id unit, int first) {
    b.unit = unit;
    b.first = b.last = base::from_days(base::to_days(world.clock.today()) + first);
    return must(bookings.ask({who, "test"}, b));
  };
  const auto today = world.clock.today(), later = base::from_days(base::to_days(today) + 30);
  const auto count = [&](std::vector<Id> units) {
    return must(metrics.answer({lan.tenant, "registers.vehicle.bookings", std::move(units), today, later}))
        .value.value_or(-1);
  };
  must(bookings.decide({town, "test"}, ask(doctor, hospital, 0), true, "", 1));
  ask(town, willow, 1);      // approved at once, begins tomorrow
  ask(doctor, hospital, 2);  // nobody agreed
  EXPECT_EQ(count({}), 1);
  world.clock.set(world.clock.now() + 3 * 24LL * 3'600'000);
  EXPECT_EQ(count({}), 2);
  EXPECT_EQ(count({willow}), 1);
  EXPECT_EQ(count({egret}), 0);
  EXPECT_EQ(must(metrics.records({lan.tenant, "registers.vehicle.bookings", {}, today, later}, 0, 10)).size(),
            2u);
}

TEST_P(BookingPages, CancelledByWhoAsked) {
  auto doctor = signed_in(lan, "liaison", hospital, ScopeKind::unit);
  const std::string url = van("一号车");
  doctor.get(url + "/bookings/new");
  ASSERT_EQ(doctor.post(url + "/bookings/new", wish(day(1), day(2))).status, 303);
  const std::string one = doctor.location();
  doctor.get(one);
  EXPECT_EQ(doctor.post(one + "/cancel", {{"revision", "1"}}).status, 303);
  doctor.get(one);
  EXPECT_TRUE(doctor.shows("已取消"));
  EXPECT_FALSE(doctor.shows("取消这次预约"));
  EXPECT_EQ(doctor.get("/registers/vehicle/999/bookings").status, 404);
  EXPECT_EQ(doctor.get("/registers/informant/1/bookings").status, 404);
}

TEST_P(BookingPages, ListsAreSortedAndNarrowedByTheTypesOwnFields) {
  auto chief = signed_in(lan, "administrator", lan.root, ScopeKind::tenant);
  for (const char* name : {"三号车", "二号车", "一号车"}) van(name);
  const auto order = [&](const std::string& query) {
    EXPECT_EQ(chief.get("/registers/vehicle?" + query).status, 200);
    const std::string& body = chief.last().body;
    std::vector<std::pair<std::size_t, std::string>> at;
    for (const char* name : {"一", "二", "三"}) {
      const auto found = body.find(std::string(name) + "号车");
      if (found != std::string::npos) at.emplace_back(found, name);
    }
    std::sort(at.begin(), at.end());
    std::string out;
    for (const auto& [where, name] : at) out += name;
    return out;
  };
  EXPECT_EQ(order("sort=exhibits"), "一二三") << "9 before 10, nothing last";
  EXPECT_EQ(order("sort=-exhibits"), "二一三");
  EXPECT_EQ(order("f.kind=科普大篷车&sort=exhibits"), "一二三");
  EXPECT_EQ(order("f.kind=流动科普车"), "");
  EXPECT_EQ(chief.get("/p/lan/registers/vehicle?sort=-exhibits&f.kind=科普大篷车").status, 200);
  EXPECT_LT(chief.last().body.find("二号车"), chief.last().body.find("一号车"));
}

}  // namespace
}  // namespace kepu::registers
