// Lists find what the plain query finds, whatever the way there: random orders, random questions, every page.
#include <algorithm>
#include <random>

#include "core/base/text.h"
#include "engines/orders/orders_rows.h"
#include "engines/orders/testing.h"

namespace kepu::orders {
namespace {

using auth::testing::must;

class OrderListTest : public testing::OrdersTest {
 protected:
  // Orders of several places and kinds, moved on at random: about half of them ended.
  void fill(int count) {
    const std::vector<Id> areas = {willow, village, egret};
    const std::vector<std::string> asked = {"果树冬季修剪", "预防流感", "垃圾分类", "电动车充电",
                                            "天文望远镜"};
    for (int i = 0; i < count; ++i) {
      Request r = request(pick(5) == 0 ? 0 : 1 + static_cast<int>(pick(8)));
      if (r.service == 0) r.title = asked[pick(asked.size())];
      r.area = areas[pick(3)];
      r.days = {base::from_days(base::to_days(store->today()) + 10 + static_cast<int>(pick(6)))};
      r.people = static_cast<int>(pick(4)) * 20;
      r.guardian = "带队老师";
      r.words = pick(2) == 0 ? "院坝里办" : "";
      const auto placed = store->place({nobody, ""}, r);
      if (!placed) continue;  // that day is full
      all.push_back(placed->id);
      world->clock.set(world->clock.now() + static_cast<Millis>(pick(3)) * 3'600'000);
    }
    for (int i = 0; i < count * 4; ++i) walk(all[pick(all.size())]);
  }
  void walk(Id id) {
    static constexpr Action kAll[] = {Action::dispatch, Action::claim,     Action::accept, Action::finish,
                                      Action::confirm,  Action::give_back, Action::refuse, Action::cancel,
                                      Action::merge,    Action::object,    Action::settle, Action::transfer};
    Act a = team();
    a.action = kAll[std::min(pick(12), pick(12))];
    a.text = "原因";
    a.rating = a.action == Action::confirm ? 3 + static_cast<int>(pick(3)) : 0;
    a.into = all[pick(all.size())];
    if (a.action == Action::transfer) a.unit = pick(2) == 0 ? egret : farming;
    if (a.action == Action::dispatch && pick(3) == 0) a.unit = farming;
    if (a.action == Action::dispatch && pick(3) == 0) a.kind = "care";
    a.revision = now_is(id).revision;
    (void)store->act({boss, ""}, id, a);  // what the state does not allow is refused
  }
  std::size_t pick(std::size_t n) { return random() % n; }

  static bool among(const std::vector<Id>& list, Id id) {
    return std::find(list.begin(), list.end(), id) != list.end();
  }
  static bool fits(const OrderQuery& q, const Order& o) {
    if (q.units && !among(*q.units, o.community) && !among(*q.units, o.department) && !among(q.teams, o.team))
      return false;
    if (!q.units && !q.teams.empty() && !among(q.teams, o.team)) return false;
    if ((q.state && o.state != *q.state) || (q.open_only && !is_open(o.state))) return false;
    if ((q.ended_only && !is_ended(o.state)) || (!q.kind.empty() && q.kind != o.kind)) return false;
    const auto other = [](Id wanted, Id is) { return wanted != 0 && wanted != is; };
    if (other(q.service, o.service) || other(q.township, o.township) || other(q.community, o.community) ||
        other(q.department, o.department) || other(q.team, o.team))
      return false;
    if (q.due_before && (o.due == 0 || o.due >= *q.due_before)) return false;
    if (q.from && base::date_of(o.created_at) < *q.from) return false;
    if (q.to && *q.to < base::date_of(o.created_at)) return false;
    if (q.before != 0 && o.id >= q.before) return false;
    return q.text.empty() || base::contains(o.number + " " + o.title + " " + o.words + " " + o.place, q.text);
  }
  static bool earlier(const OrderQuery& q, const Order& a, const Order& b) {
    const bool down = q.order_by.empty() || base::contains(q.order_by, " desc");
    const auto order = [&](auto x, auto y) { return down ? y < x : x < y; };
    if (base::starts_with(q.order_by, "due") && a.due != b.due) {
      if (a.due == 0 || b.due == 0) return b.due == 0;
      return order(a.due, b.due);
    }
    const auto day = [](const Order& o) { return o.day ? *o.day : o.days.front(); };
    if (base::starts_with(q.order_by, "first_day") && day(a) != day(b)) return order(day(a), day(b));
    if (base::starts_with(q.order_by, "people") && a.people != b.people) return order(a.people, b.people);
    return order(a.id, b.id);
  }

  OrderQuery any_query() {
    static const std::vector<std::string> kSorts = {
        "", "id", "due", "due desc", "first_day", "first_day desc", "people", "people desc", "due, id"};
    OrderQuery q;
    const auto sometimes = [&] { return pick(4) == 0; };
    if (sometimes()) q.units = std::vector<Id>{willow, village};
    if (sometimes()) q.units = std::vector<Id>{health};
    if (pick(9) == 0) q.teams = {77};
    if (sometimes()) q.state = static_cast<State>(pick(12));
    if (sometimes()) q.open_only = true;
    if (pick(6) == 0) q.ended_only = true;
    if (sometimes()) q.kind = pick(2) == 0 ? "health" : "care";
    if (sometimes()) q.township = pick(2) == 0 ? willow : egret;
    if (pick(6) == 0) q.community = village;
    if (sometimes()) q.department = pick(2) == 0 ? health : farming;
    if (pick(8) == 0) q.service = 1 + static_cast<Id>(pick(8));
    if (pick(8) == 0) q.due_before = world->clock.now();
    if (pick(6) == 0) q.from = base::from_days(base::to_days(store->today()) - static_cast<int>(pick(5)));
    if (pick(6) == 0) q.to = base::from_days(base::to_days(store->today()) - static_cast<int>(pick(3)));
    if (pick(6) == 0) q.before = all[pick(all.size())];
    if (pick(5) == 0) q.text = pick(2) == 0 ? "院坝" : "分类";
    q.order_by = kSorts[pick(kSorts.size())];
    q.sorted_up_to = pick(2) == 0 ? 0 : 20'000;  // both ways
    q.limit = 1 + static_cast<int>(pick(9));
    return q;
  }
  std::vector<Order> expected(const OrderQuery& q) {
    std::vector<Order> out;
    for (const Id id : all) {
      if (const Order o = now_is(id); fits(q, o)) out.push_back(o);
    }
    std::sort(out.begin(), out.end(), [&](const Order& a, const Order& b) { return earlier(q, a, b); });
    return out;
  }

  std::mt19937_64 random{20'261'126};
  std::vector<Id> all;
};
KEPU_STORE_TEST_SUITE(OrderListTest);

TEST_P(OrderListTest, AnyPageOfAnyQuestion_IsThatOfThePlainQuery) {
  fill(120);
  ASSERT_GT(all.size(), 80U);
  int found = 0;
  for (int i = 0; i < 300; ++i) {
    OrderQuery q = any_query();
    const auto wanted = expected(q);
    found += static_cast<int>(wanted.size());
    const auto total = static_cast<std::int64_t>(wanted.size());
    const std::int64_t last = std::max<std::int64_t>(0, (total - 1) / q.limit * q.limit);
    for (const std::int64_t offset : {std::int64_t{0}, last / q.limit / 2 * q.limit, last, total}) {
      q.offset = offset;
      const auto page = store->orders(lan->tenant, q);
      ASSERT_EQ(page.total, total) << "question " << i << " " << q.order_by;
      std::vector<std::string> got, right;
      for (const auto& o : page.orders) got.push_back(o.number);
      for (auto k = offset; k < std::min(total, offset + q.limit); ++k)
        right.push_back(wanted[static_cast<std::size_t>(k)].number);
      ASSERT_EQ(got, right) << "question " << i << " by " << q.order_by << " from " << offset << " of "
                            << total << (q.sorted_up_to == 0 ? " walked" : " sorted");
    }
  }
  EXPECT_GT(found, 300) << "the questions find something";
}

TEST_P(OrderListTest, KeptCounts_AreThoseOfTheOrders) {
  fill(60);
  const auto counts = [&] {
    return world->db.read([&](sql::Session& s) {
      return s.rows(
          "select community, department, township, kind, state, orders from orders_count where tenant = "
          ":tenant and orders <> 0 order by community, department, township, kind, state",
          {{"tenant", lan->tenant}}, [](const sql::Row& r) {
            std::string line;
            for (int i = 0; i < 6; ++i) line += r.text(i) + "|";
            return line;
          });
    });
  };
  const auto kept = counts();
  ASSERT_GT(kept.size(), 10U);
  world->db.write([](sql::Session& s) {
    recount(s);
    return 0;
  });
  EXPECT_EQ(kept, counts());
  std::map<State, std::int64_t> open;
  for (const Id id : all) {
    if (const Order o = now_is(id); is_open(o.state)) ++open[o.state];
  }
  EXPECT_EQ(store->counts(lan->tenant, {}), open);
}

TEST_P(OrderListTest, ASearchThatFindsTooMuch_SaysSo) {
  const Id one = place(request());
  const std::string word = now_is(one).title.substr(0, 6);  // two characters
  const auto ask = [&] {
    OrderQuery q;
    q.text = word;
    return store->orders(lan->tenant, q);
  };
  EXPECT_EQ(ask().total, 1);
  EXPECT_FALSE(ask().more);
  world->db.write([&](sql::Session& s) {
    for (Id id = 1; id <= kMostFound; ++id) search::put(s, "order", lan->tenant, id, word);
    return 0;
  });
  const auto page = ask();
  EXPECT_EQ(page.total, kMostFound);
  EXPECT_TRUE(page.more);
  ASSERT_FALSE(page.orders.empty());
  EXPECT_EQ(page.orders[0].id, one) << "the newest is among them";
}

}  // namespace
}  // namespace kepu::orders
