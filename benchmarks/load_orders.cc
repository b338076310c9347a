// Five years of a county that orders science services by the hundred thousand: load_orders DATABASE_FOLDER
// [ORDERS=1000000] [DATABASE_URL]. Adds to the demonstration county (kepu demo) what five years leave behind:
// nearly all orders ended, 10,000 still open, each with its steps, offer, presence and words for the search.
// Rows are written as the stores write them, without going through each step: a million orders in minutes.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "app/demo.h"
#include "app/program.h"
#include "core/auth/directory.h"
#include "core/search/search.h"
#include "engines/orders/orders_engine.h"
#include "engines/orders/orders_rows.h"

namespace {

using namespace kepu;  // NOLINT: a program
using base::Id;
using base::Millis;
using orders::State;

constexpr int kOpen = 10'000, kYears = 5, kOpenDays = 30, kBatch = 500;
constexpr Millis kHour = 3'600'000, kDay = 24 * kHour;
constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
constexpr const char* kFree[] = {"请教一下果树冬季修剪", "想听听怎么预防流感和用药", "小区要学垃圾分类",
                                 "请讲讲电动车充电安全", "孩子们想看天文望远镜",     "无人机怎么考证",
                                 "学用人工智能写材料",   "老人学手机挂号",           "地震来了怎么躲"};
constexpr const char* kWords[] = {"老人多，请讲本地话", "赶场天人多，最好逢五逢十", "能发点资料最好", "",
                                  "院子里有电源"};
constexpr const char* kPlaces[] = {"村委会院坝",       "文化活动室", "老年活动中心",
                                   "新时代文明实践站", "村小操场",   "社区会议室"};

struct Team {
  Id id = 0;
  std::string name;
};

struct Ground {
  Id tenant = 0;
  std::vector<std::pair<Id, Id>> villages;  // with its township
  std::vector<orders::Service> services;
  std::shared_ptr<const orders::Settings> settings;
  std::vector<Team> teams;
  std::vector<Id> members;
};

struct Made {
  Id id = 0;
  Millis at = 0;
  State state = State::closed;
  std::string number, kind, title;
  Id township = 0, department = 0;
  Team team;
  int people = 0, rating = 0;
  Millis closed_at = 0;
};

class Loader {
 public:
  Loader(app::Program& program, Ground ground, int count)
      : program_(program),
        ground_(std::move(ground)),
        clock_(program.clock().now()),
        ids_(clock_, 104),
        now_(program.clock().now()),
        count_(count) {}

  void run() {
    for (int done = 0; done < count_; done += kBatch) {
      program_.db().write([&](sql::Session& s) {
        for (int i = done; i < std::min(count_, done + kBatch); ++i) add(s, i);
        return 0;
      });
      if (done % 100'000 == 0) fmt::print(stderr, "{} orders\n", done);
    }
    program_.db().write([&](sql::Session& s) {
      orders::recount(s);
      return 0;
    });
  }

 private:
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  template <class List>
  const auto& one_of(const List& list) {
    return list[below(std::size(list))];
  }
  State state_of(bool open) {
    const auto p = below(1000);
    if (!open)
      return p < 920 ? State::closed : p < 950 ? State::refused : p < 990 ? State::cancelled : State::merged;
    return p < 300   ? State::placed
           : p < 500 ? State::dispatched
           : p < 700 ? State::claimed
           : p < 850 ? State::accepted
           : p < 860 ? State::serving
           : p < 960 ? State::served
           : p < 990 ? State::review
                     : State::split;
  }

  void add(sql::Session& s, int i) {
    const bool open = i >= count_ - kOpen;
    const Millis span = static_cast<Millis>(kYears) * 365 * kDay, open_span = kOpenDays * kDay;
    Made o;
    o.at = open ? now_ - open_span + (open_span - kHour) * (i - (count_ - kOpen)) / kOpen
                : now_ - span + (span - open_span) * i / std::max(1, count_ - kOpen);
    clock_.set(o.at);
    o.id = ids_.next();
    o.state = state_of(open);
    const int year = base::date_of(o.at).year;
    o.number = fmt::format("单{}-{:06}", year, 100'000 + ++numbers_[year]);
    const auto& [village, township] = one_of(ground_.villages);
    o.township = township;
    const bool free = below(100) < 8;
    const auto& service = one_of(ground_.services);
    o.title = free ? one_of(kFree) : service.title;
    o.kind = free ? "care" : service.kind;
    const bool dispatched = o.state != State::placed && o.state != State::refused && o.state != State::merged;
    if (dispatched)
      o.department = !free && service.department != 0 ? service.department
                                                      : ground_.settings->department_for(o.kind, township);
    const bool served = o.state == State::closed || o.state == State::accepted || o.state == State::serving ||
                        o.state == State::served || o.state == State::review;
    if (served) o.team = one_of(ground_.teams);
    o.people = 15 + static_cast<int>(below(30)) * 10;
    if (o.state == State::closed && below(100) < 70) o.rating = 3 + static_cast<int>(below(3));
    if (orders::is_ended(o.state)) o.closed_at = o.at + static_cast<Millis>(2 + below(15)) * kDay;
    insert(s, o, village, free ? 0 : service.id, open);
  }

  void insert(sql::Session& s, const Made& o, Id village, Id service, bool open) {
    const std::string phone = fmt::format("1990{:07}", below(10'000'000));
    const std::string words = one_of(kWords), place = one_of(kPlaces);
    std::string code;
    for (int i = 0; i < 10; ++i) code += kLetters[below(kLetters.size())];
    const auto wished = base::to_iso(base::date_of(o.at + static_cast<Millis>(3 + below(6)) * kDay));
    const bool clock = open && o.state != State::split;
    const Millis due = clock ? now_ + (static_cast<Millis>(below(200)) - 40) * kHour : 0;
    const auto& cipher = program_.orders().store().parts().cipher;
    s.run(
        "insert into orders_order (tenant, id, number, code, idem_key, state, service, kind, title, words, "
        "area, township, place, days, first_day, time, people, name, phone, phone_index, minor, guardian, "
        "channel, phone_proven, placed_by, community, department, team, team_name, day, from_minute, "
        "to_minute, parent, merged_into, rating, rating_words, reason, since, due, escalated, revision, "
        "created_at, closed_at, erased_at) values (:tenant, :id, :number, :code, '', :state, :service, "
        ":kind, :title, :words, :area, :township, :place, :first_day, :first_day, '', :people, :name, "
        ":phone, :phone_index, 0, '', 'web', 0, 0, :area, :department, :team, :team_name, :day, :from, :to, "
        "0, 0, :rating, '', :reason, :at, :due, 2, 6, :at, :closed_at, :erased_at)",
        {{"tenant", ground_.tenant},
         {"id", o.id},
         {"number", o.number},
         {"code", code},
         {"state", to_text(o.state)},
         {"service", service},
         {"kind", o.kind},
         {"title", o.title},
         {"words", words},
         {"area", village},
         {"township", o.township},
         {"place", place},
         {"first_day", wished},
         {"people", o.people},
         {"name", open ? "村民小组长" : ""},
         {"phone",
          open ? cipher.seal(phone, {"orders_order", "phone", ground_.tenant, o.id}) : std::string()},
         {"phone_index",
          open ? cipher.blind_index(phone, orders::kPhonePurpose, ground_.tenant) : std::string()},
         {"department", o.department},
         {"team", o.team.id},
         {"team_name", o.team.name},
         {"day", o.team.id != 0 ? wished : std::string()},
         {"from", o.team.id != 0 ? 540 : 0},
         {"to", o.team.id != 0 ? 630 : 0},
         {"rating", o.rating},
         {"reason", o.state == State::refused ? "没有这样的队伍" : ""},
         {"at", o.at},
         {"due", due},
         {"closed_at", o.closed_at},
         {"erased_at", open ? 0 : o.closed_at + 30 * kDay}});
    search::put(s, "order", ground_.tenant, o.id,
                fmt::format("{} {} {} {}", o.number, o.title, words, place));
    add_steps(s, o);
    if (o.team.id != 0) add_service(s, o);
    add_tally(s, o);
  }

  void add_steps(sql::Session& s, const Made& o) {
    static constexpr std::pair<const char*, State> kWay[] = {
        {"place", State::placed},    {"dispatch", State::dispatched}, {"claim", State::claimed},
        {"accept", State::accepted}, {"finish", State::served},       {"confirm", State::closed}};
    State before = State::placed;
    const int steps = o.team.id != 0 ? 6 : 2;
    for (int i = 0; i < steps; ++i) {
      s.run(
          "insert into orders_step (tenant, order_id, number, at, action, person, person_name, unit_name, "
          "words, before_state, after_state, for_resident, minutes) values (:tenant, :id, :number, :at, "
          ":action, 0, '经办', '单位', '', :before, :after, 1, 60)",
          {{"tenant", ground_.tenant},
           {"id", o.id},
           {"number", i + 1},
           {"at", o.at + i * kDay},
           {"action", kWay[i].first},
           {"before", to_text(before)},
           {"after", to_text(kWay[i].second)}});
      before = kWay[i].second;
    }
  }

  void add_service(sql::Session& s, const Made& o) {
    s.run(
        "insert into orders_offer (tenant, id, order_id, team, team_name, why, state, made_at, until_at, "
        "answered_at, person_name, reason, by_hand) values (:tenant, :id, :order_id, :team, :name, '就近', "
        "'accepted', :at, :at, :at, '队长', '', 0)",
        {{"tenant", ground_.tenant},
         {"id", ids_.next()},
         {"order_id", o.id},
         {"team", o.team.id},
         {"name", o.team.name},
         {"at", o.at + 2 * kDay}});
    if (o.state != State::closed || ground_.members.empty()) return;
    s.run(
        "insert into orders_presence (tenant, order_id, person, visit, team, name, kind, state, in_at, "
        "out_at, "
        "filled_by, filled_person, decided_by, decided_person, decided_unit, reason, recorded_at, leader, "
        "shift, "
        "in_key, out_key) values (:tenant, :order_id, :person, 1, :team, '队员', 'code', 'out', :in_at, "
        ":out_at, '', 0, "
        "'', 0, '', '', :out_at, 0, 0, '', '')",
        {{"tenant", ground_.tenant},
         {"order_id", o.id},
         {"person", one_of(ground_.members)},
         {"team", o.team.id},
         {"in_at", o.closed_at - 2 * kHour},
         {"out_at", o.closed_at}});
  }

  void add_tally(sql::Session& s, const Made& o) {
    if (o.state == State::merged) return;
    const bool closed = o.state == State::closed;
    s.run(
        "insert into orders_tally as t (tenant, day, township, kind, placed, closed, refused, cancelled, "
        "rated, rating_sum, people) values (:tenant, :day, :township, :kind, 1, :closed, :refused, "
        ":cancelled, :rated, :rating, :people) on conflict (tenant, day, township, kind) do update set "
        "placed = t.placed + 1, closed = t.closed + excluded.closed, refused = t.refused + "
        "excluded.refused, cancelled = t.cancelled + excluded.cancelled, rated = t.rated + excluded.rated, "
        "rating_sum = t.rating_sum + excluded.rating_sum, people = t.people + excluded.people",
        {{"tenant", ground_.tenant},
         {"day", base::to_iso(base::date_of(o.at))},
         {"township", o.township},
         {"kind", o.kind},
         {"closed", closed},
         {"refused", o.state == State::refused},
         {"cancelled", o.state == State::cancelled},
         {"rated", o.rating != 0},
         {"rating", o.rating},
         {"people", closed ? o.people : 0}});
  }

  app::Program& program_;
  Ground ground_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  Millis now_;
  int count_;
  std::mt19937_64 random_{7};
  std::map<int, int> numbers_;
};

Ground ground_of(app::Program& program) {
  Ground out;
  const auto tenant = program.directory().tenant_by_code(app::demo::kTenantCode);
  if (!tenant) {
    fmt::print(stderr, "no demonstration county: run kepu demo first\n");
    std::exit(1);
  }
  out.tenant = tenant->id;
  const auto units = program.directory().units(out.tenant);
  for (const auto* u : units->of_kind(auth::UnitKind::village)) out.villages.emplace_back(u->id, u->parent);
  out.services = program.orders().store().services(out.tenant);
  out.settings = program.orders().store().settings(out.tenant);
  for (auto& t : program.orders().registers().find_teams(out.tenant, {.type = "team", .limit = 2000}))
    out.teams.push_back({t.entry, t.name});
  program.db().read([&](sql::Session& s) {
    s.each("select distinct person from orders_presence where tenant = :tenant order by person",
           {{"tenant", out.tenant}}, [&](const sql::Row& r) { out.members.push_back(r.integer(0)); });
  });
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "load_orders DATABASE_FOLDER [ORDERS] [DATABASE_URL]\n");
    return 2;
  }
  app::Config config;
  config.data = argv[1];
  if (argc > 3) config.database = argv[3];
  app::Program program(config);
  const int count = argc > 2 ? std::max(std::atoi(argv[2]), 2 * kOpen) : 1'000'000;
  const auto start = std::chrono::steady_clock::now();
  Loader(program, ground_of(program), count).run();
  fmt::print(stderr, "{} orders in {:.0f} s\n", count,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return 0;
}
