#include "app/demo_orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/demo_order_members.h"
#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "engines/indicators/indicators_engine.h"
#include "engines/orders/orders_engine.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using base::Date;
using base::Id;
using base::Millis;
using orders::Act;
using orders::Action;
using orders::By;
using orders::Order;
using orders::State;

constexpr const char* kRemote = "示范数据";
constexpr int kNode = 6;  // of the ids made here
constexpr int kOrders = 200, kDays = 26;
constexpr Millis kHour = 3'600'000;

constexpr const char* kAskers[] = {"村民小组长",   "老年协会会长", "妇女主任",     "幼儿园老师",
                                   "广场舞队队长", "网格员",       "合作社负责人", "学校少先队辅导员",
                                   "楼栋长",       "茶农代表"};
constexpr const char* kPlaces[] = {"村委会院坝",       "文化活动室", "老年活动中心",
                                   "新时代文明实践站", "村小操场",   "社区会议室"};
constexpr const char* kOwnWords[] = {"请教一下果树冬季修剪", "想听听怎么预防流感和用药", "小区要学垃圾分类",
                                     "请讲讲电动车充电安全", "孩子们想看天文望远镜"};
// Asked for again and again, and nobody there to do it.
constexpr const char* kNotOnMenu[] = {"想学无人机怎么考证", "无人机植保怎么操作", "无人机考证要哪些条件"};
constexpr int kGivenUp = 79, kNoNeed = 12;
constexpr bool is_in_vain(int index) { return index % 39 == 20; }  // of those in people's own words
constexpr const char* kWords[] = {
    "老人多，请讲本地话", "赶场天人多，最好逢五逢十", "能发点资料最好", "", "", ""};
constexpr const char* kPraise[] = {"讲得实在，听得懂", "老师很耐心", "下次还请他们来", "", "", ""};

// What happens to one order, one step after another; each step says when the next one comes.
struct Course {
  Id order = 0;
  int index = 0;
  int step = 0;  // 0: to be placed
};

class Maker {
 public:
  Maker(Program& program, Id tenant, Dice& dice)
      : program_(program),
        tenant_(tenant),
        dice_(dice),
        now_(program.clock().now()),
        clock_(now_),
        ids_(program.clock(), kNode),
        store_(parts()),
        resident_(store_),
        offers_(store_, program.orders().registers()),
        members_(program, tenant, store_) {}

  base::Result<OrdersMade> make() {
    units_ = program_.directory().units(tenant_);
    services_ = store_.services(tenant_);
    for (const auto* u : units_->of_kind(auth::UnitKind::village)) villages_.push_back(u->id);
    for (const auto& [name, person] : TRY(people_by_name(program_, program_.command_actor(tenant_))))
      if (base_name_ends(name, "联络员")) liaisons_.emplace(person.unit, person);
    TRY(set_up());
    TRY(members_.find());
    std::multimap<Millis, Course> agenda;
    for (int i = 0; i < kOrders; ++i) agenda.emplace(placing_time(i), Course{0, i, 0});
    while (!agenda.empty()) {
      const auto at = agenda.begin();
      const Millis when = at->first;
      Course course = at->second;
      agenda.erase(at);
      if (when >= now_) continue;  // still to come
      clock_.set(when);
      const auto next = TRY(go_on(course));
      if (next) agenda.emplace(*next, course);
    }
    program_.orders().serving().record_hours(now_);
    clock_.set(now_);
    TRY(members_.plan_shifts());
    TRY(bind_target());
    return made_;
  }

 private:
  static bool base_name_ends(const std::string& name, std::string_view end) {
    return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
  }
  orders::OrderStore::Parts parts() {
    const auto& p = program_.orders().store().parts();
    return {p.db, clock_, ids_, p.directory, p.cipher, p.calendars, p.shipped};
  }

  // By a person of the unit, with the rights of a command: the county's own liaison stands in the log.
  auth::Actor actor_of(Id unit) {
    auto actor = program_.command_actor(tenant_);
    for (const auto* u = units_->find(unit); u != nullptr; u = units_->find(u->parent)) {
      const auto at = liaisons_.find(u->id);
      if (at == liaisons_.end()) continue;
      actor.person = at->second.id;
      actor.name = at->second.name;
      actor.unit = u->id;
      actor.unit_name = u->name;
      break;
    }
    return actor;
  }
  auth::Actor office() {
    const auto* unit = units_->find_by_name("县科协");
    return actor_of(unit == nullptr ? units_->root() : unit->id);
  }

  base::Done set_up() {
    auto settings = *store_.settings(tenant_);
    const auto add = [&](const char* kind, const char* unit) {
      if (const auto* u = units_->find_by_name(unit)) settings.routes.push_back({kind, 0, u->id});
    };
    add("", "县科协");
    add("health", "县卫健局");
    add("farming", "县农业农村局");
    add("ecology", "县生态环境分局");
    add("experiment", "县教育局");
    settings.telephone = "0990-7000012";
    return store_.save_settings({office(), kRemote}, settings);
  }

  Millis placing_time(int i) {
    const auto today = base::to_days(base::date_of(now_));
    const int back = kDays - 1 - i * kDays / kOrders;
    const Date day = base::from_days(today - back);
    return base::start_of(day) + 8 * kHour + static_cast<Millis>(dice_.below(11 * 60)) * 60'000;
  }
  Millis later(int from_hours, int to_hours) {
    const Millis at =
        clock_.now() + static_cast<Millis>(from_hours) * kHour +
        static_cast<Millis>(dice_.below(static_cast<std::size_t>(to_hours - from_hours) * 60)) * 60'000;
    // Offices work by day.
    const Date day = base::date_of(at);
    const Millis of_day = at - base::start_of(day);
    if (of_day < 9 * kHour) return base::start_of(day) + 9 * kHour + of_day % kHour;
    if (of_day > 17 * kHour)
      return base::start_of(base::from_days(base::to_days(day) + 1)) + 9 * kHour + of_day % kHour;
    return at;
  }

  template <std::size_t N>
  std::string one_of(const char* const (&list)[N]) {
    return list[dice_.below(N)];
  }

  base::Result<Order> act(const auth::Actor& actor, Id order, Act a) {
    a.revision = TRY(store_.order(tenant_, order)).revision;
    return store_.act({actor, kRemote}, order, a);
  }

  // When the next step comes; none: the order rests.
  base::Result<std::optional<Millis>> go_on(Course& c) {
    if (c.order == 0) {
      c.order = TRY(place(c.index));
      c.step = 1;
      ++made_.placed;
      if (c.index == kGivenUp) return std::optional(clock_.now() + 6 * 24 * kHour);
      if (c.index % 37 == 5) return std::optional<Millis>();  // nobody looked at it: late
      return std::optional(later(1, 7));
    }
    const Order o = TRY(store_.order(tenant_, c.order));
    switch (o.state) {
      case State::placed:
        return check(o, c);
      case State::dispatched: {
        Act a;
        a.action = Action::claim;
        TRY(act(actor_of(o.department), o.id, a));
        return std::optional(later(1, 10));
      }
      case State::claimed:
        return find_team(o, c);
      case State::accepted:
      case State::serving:
        return serve(o);
      case State::served:
        return rate(o, c);
      case State::review: {
        if (c.index % 2 == 0) return std::optional<Millis>();
        Act a;
        a.action = Action::settle;
        a.text = "已与群众当面沟通，说明了情况，对方表示理解";
        TRY(act(office(), o.id, a));
        return std::optional<Millis>();
      }
      default:
        return std::optional<Millis>();
    }
  }

  base::Result<Id> place(int i) {
    orders::Request r;
    const bool own = i % 13 == 7;
    const auto& service = services_[dice_.below(services_.size())];
    if (own) {
      r.title = one_of(kOwnWords);
      if (is_in_vain(i)) r.title = kNotOnMenu[i / 39 % 3];
    } else {
      r.service = service.id;
    }
    const auto first =
        base::to_days(clock_.today()) + (own ? 2 : service.notice_days) + static_cast<int>(dice_.below(4));
    r.days = {base::from_days(first), base::from_days(first + 1 + static_cast<int>(dice_.below(3)))};
    r.time = dice_.percent(40) ? "上午" : dice_.percent(50) ? "下午" : "";
    // Nobody there has asked for farming help yet: whoever tries the form there meets no near duplicate.
    const auto* untouched = units_->find_by_name("柳溪镇");
    do r.area = villages_[dice_.below(villages_.size())];
    while (untouched != nullptr && (own || service.kind == "farming") &&
           units_->find(r.area)->parent == untouched->id);
    r.place = one_of(kPlaces);
    r.people = 15 + static_cast<int>(dice_.below(10)) * 10;
    r.name = one_of(kAskers);
    r.phone = fmt::format("1990001{:04}", i);
    r.words = one_of(kWords);
    r.guardian = service.for_minors && !own ? "带队老师" : "";
    r.consent = true;
    r.key = fmt::format("demo-order-{:04}", i);
    r.channel = i % 9 == 4 ? orders::Channel::on_behalf : orders::Channel::web;
    auth::Actor nobody;
    nobody.tenant = tenant_;
    const auth::Actor actor = r.channel == orders::Channel::on_behalf ? actor_of(r.area) : nobody;
    auto placed = store_.place({actor, kRemote}, r);
    for (int again = 0; again < 20 && !placed && placed.error().field == "days";
         ++again) {  // that day is full
      for (auto& day : r.days) day = base::from_days(base::to_days(day) + 3);
      placed = store_.place({actor, kRemote}, r);
    }
    return TRY(std::move(placed)).id;
  }

  base::Result<std::optional<Millis>> check(const Order& o, const Course& c) {
    const auth::Actor actor = actor_of(o.community);
    Act a;
    if (c.index == 41) {
      orders::Part one, two;
      one.service = services_.front().id;
      two.title = "同一天讲讲防溺水";
      two.kind = "emergency";
      TRY(store_.split({actor, kRemote}, o.id, o.revision, {one, two}));
      return std::optional<Millis>();
    }
    if (c.index == kGivenUp) {
      a.action = Action::cancel;
      a.text = "等了几天没有人联系，自己请人讲过了";
      TRY(act(actor, o.id, a));
      return std::optional<Millis>();
    }
    if (is_in_vain(c.index)) {
      a.action = Action::refuse;
      a.text = "县里还没有会无人机的队伍，已记下，有了再联系";
      TRY(act(actor, o.id, a));
      return std::optional<Millis>();
    }
    if (c.index % 50 == kNoNeed) {
      a.action = Action::refuse;
      a.text = c.index == kNoNeed ? "属于经营性培训，不在科普服务范围，已告知可以找县人社局"
                                  : "那几天队伍都排满了，已商量改到下个月再点";
      const Order refused = TRY(act(actor, o.id, a));
      if (c.index == kNoNeed)
        TRY(orders::UnmetStore(store_).leave_out({office(), kRemote}, o.id, refused.revision,
                                                 "经营性培训，不属于科普服务"));
      return std::optional<Millis>();
    }
    if (c.index % 40 == 21) {
      a.action = Action::cancel;
      a.text = "下雨改期，暂时不办了";
      TRY(act(actor, o.id, a));
      return std::optional<Millis>();
    }
    if (c.index % 45 == 33) {
      orders::OrderQuery q;
      q.township = o.township;
      q.open_only = true;
      for (const auto& other : store_.orders(tenant_, q).orders) {
        if (other.id == o.id || other.state == State::split) continue;
        a.action = Action::merge;
        a.into = other.id;
        TRY(act(actor, o.id, a));
        return std::optional<Millis>();
      }
    }
    a.action = Action::dispatch;
    a.text = dice_.percent(30) ? "已电话核实，场地可以" : "";
    if (o.kind.empty()) a.kind = "care";
    TRY(act(actor, o.id, a));
    return std::optional(later(1, 9));
  }

  base::Result<std::optional<Millis>> find_team(const Order& o, const Course& c) {
    if (c.index % 29 == 3) return std::optional<Millis>();  // no team was found: the need is not met
    const auto ranked = offers_.candidates(tenant_, o, false);
    if (ranked.empty()) return std::optional<Millis>();
    const auto& team = ranked[c.index % 5 == 0 && ranked.size() > 1 ? 1 : 0];
    Act a;
    a.day = std::max(o.days.front(), clock_.today());
    a.from = o.time == "下午" ? 14 * 60 + 30 : 9 * 60 + 30;
    a.to = a.from + 90;
    TRY(offers_.assign({actor_of(o.department), kRemote}, o.id, o.revision, team.team.team, a));
    return std::optional(base::start_of(*a.day) + static_cast<Millis>(a.to) * 60'000);
  }

  base::Result<std::optional<Millis>> serve(const Order& before) {
    TRY(members_.come(before, actor_of(before.department)));
    const Order o = TRY(store_.order(tenant_, before.id));
    const int came = std::max(8, o.people - 10 + static_cast<int>(dice_.below(25)));
    TRY(offers_.finish({actor_of(o.department), kRemote}, o.id, o.revision, came, "按约定完成，发放资料"));
    return std::optional(later(2, 40));
  }

  base::Result<std::optional<Millis>> rate(const Order& o, const Course& c) {
    auth::Actor nobody;
    nobody.tenant = tenant_;
    Act a;
    a.revision = o.revision;
    if (c.index % 23 == 9) {
      a.action = Action::object;
      a.rating = 2;
      a.text = "来晚了一个小时，老人都等散了";
    } else {
      a.action = Action::confirm;
      a.rating = dice_.percent(62) ? 5 : dice_.percent(80) ? 4 : 3;
      a.text = one_of(kPraise);
      ++made_.closed;
    }
    TRY(resident_.act({nobody, kRemote}, o.code, a));
    if (a.action == Action::object) return std::optional(later(10, 40));
    return std::optional<Millis>();
  }

  // The plan's own figure on orders comes from them.
  base::Done bind_target() {
    const auto now = TRY(program_.plan().running(tenant_));
    for (const auto& target : now->plan->targets) {
      if (target.text.find("订单办结率") == std::string::npos) continue;
      indicators::Binding b;
      b.metric = "orders.closure_rate";
      b.span = indicators::Span::yearly;
      b.note = "群众取消的和合并的不算";
      TRY(program_.indicators().store().bind(program_.command_actor(tenant_), *now, target, b));
    }
    return {};
  }

  Program& program_;
  Id tenant_;
  Dice& dice_;
  Millis now_;
  base::FixedClock clock_;
  base::IdMaker ids_;
  orders::OrderStore store_;
  orders::ResidentStore resident_;
  orders::OfferStore offers_;
  TeamMembers members_;
  std::shared_ptr<const auth::UnitTree> units_;
  std::vector<orders::Service> services_;
  std::vector<Id> villages_;
  std::map<Id, auth::Person> liaisons_;
  OrdersMade made_;
};

}  // namespace

base::Result<OrdersMade> make_orders(Program& program, Id tenant, Dice& dice) {
  return Maker(program, tenant, dice).make();
}

}  // namespace kepu::app::demo
