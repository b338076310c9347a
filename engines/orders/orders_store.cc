// Menu and rules of a county, and who sees an order.
#include "engines/orders/orders_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/orders/orders_rows.h"

namespace kepu::orders {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr int kMostMinutes = 24 * 60, kMostTerm = 60 * 480;

auto changed_meanwhile(std::string_view what) {
  return refuse(Code::conflict, "order.changed_meanwhile",
                fmt::format("{}刚被别人改过。请刷新页面，看清后再办理。", what));
}

Done check_terms(const Terms& t) {
  base::Errors errors;
  const auto check = [&](int minutes, std::string field, std::string_view title) {
    if (minutes < 5 || minutes > kMostTerm)
      errors.push_back({Code::invalid, "order.terms", std::move(field),
                        fmt::format("{}要在 5 分钟到 60 个工作日之间。", title)});
  };
  check(t.check, "check", "核实时限");
  check(t.claim, "claim", "领单时限");
  check(t.find_team, "find_team", "找队伍时限");
  check(t.confirm, "confirm", "评价时限");
  check(t.review, "review", "核查时限");
  check(t.offer, "offer", "邀约时限");
  check(t.offer_urgent, "offer_urgent", "紧急邀约时限");
  if (t.erase_days < 1 || t.erase_days > 365)
    errors.push_back({Code::invalid, "order.terms", "erase_days", "联系方式的保留天数要在 1 到 365 之间。"});
  if (t.travel < 0 || t.travel > 240)
    errors.push_back({Code::invalid, "order.terms", "travel", "两单之间的路程要在 0 到 240 分钟之间。"});
  if (!errors.empty()) return tl::unexpected(errors.front());
  return {};
}

Done check_service(const Service& s, const Settings& settings) {
  const auto wrong = [](std::string_view field, std::string message) {
    return refuse(Code::invalid, "order.service", std::move(message), std::string(field));
  };
  const auto length = base::length(s.title);
  if (length < 2 || length > 40) return wrong("title", "服务名称要写 2 到 40 个字。");
  if (settings.kind(s.kind) == nullptr) return wrong("kind", "请选择服务类别。");
  if (base::length(s.what) > 200) return wrong("what", "服务说明不要超过 200 字。");
  if (base::length(s.needs) > 200) return wrong("needs", "需要准备的条件不要超过 200 字。");
  if (s.minutes < 10 || s.minutes > kMostMinutes) return wrong("minutes", "时长要在 10 到 1,440 分钟之间。");
  if (s.photos && s.for_minors) return wrong("photos", "对象是孩子的服务不收现场照片。");
  if (s.people_min < 0 || s.people_max < 0 || (s.people_max != 0 && s.people_max < s.people_min))
    return wrong("people_max", "人数上限不能小于下限。");
  if (s.notice_days < 0 || s.notice_days > 60) return wrong("notice_days", "提前天数要在 0 到 60 之间。");
  if (s.daily_limit < 0 || s.daily_limit > 10'000)
    return wrong("daily_limit", "每天最多单数要在 0 到 10,000 之间。");
  return {};
}

}  // namespace

const Kind* Settings::kind(std::string_view key) const {
  const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& k) { return k.key == key; });
  return at == kinds.end() ? nullptr : &*at;
}

Id Settings::department_for(std::string_view kind, Id township) const {
  const Route* best = nullptr;
  int best_weight = -1;
  for (const auto& r : routes) {
    if ((!r.kind.empty() && r.kind != kind) || (r.township != 0 && r.township != township)) continue;
    const int weight = (r.kind.empty() ? 0 : 2) + (r.township == 0 ? 0 : 1);
    if (weight > best_weight) best = &r, best_weight = weight;
  }
  return best == nullptr ? 0 : best->department;
}

std::shared_ptr<const Settings> OrderStore::settings(Id tenant) {
  return kept_settings_.get(p_.db.stamp(), tenant, [&] {
    auto out = std::make_shared<Settings>();
    p_.db.read([&](sql::Session& s) {
      const auto row =
          s.one("select body, revision from orders_settings where tenant = :tenant", {{"tenant", tenant}},
                [](const sql::Row& r) { return std::pair(r.text(0), r.integer(1)); });
      *out = settings_from(row ? row->first : std::string(), p_.shipped);
      if (row) out->revision = row->second;
      return 0;
    });
    return std::shared_ptr<const Settings>(out);
  });
}

Done OrderStore::save_settings(const By& by, const Settings& settings) {
  const Id tenant = by.actor.tenant;
  const auto units = p_.directory.units(tenant);
  TRY(by.actor.require(kSetup, units->root()));
  TRY(check_terms(settings.terms));
  std::set<std::pair<std::string, Id>> seen;
  for (const auto& r : settings.routes) {
    const auto* department = units->find(r.department);
    if (department == nullptr || !department->active)
      return refuse(Code::invalid, "order.route", "派单规则里的承办单位不存在或已停用。", "routes");
    if (!r.kind.empty() && settings.kind(r.kind) == nullptr)
      return refuse(Code::invalid, "order.route", "派单规则里的服务类别不存在。", "routes");
    if (!seen.emplace(r.kind, r.township).second)
      return refuse(Code::invalid, "order.route", "同一类别、同一乡镇只能有一条派单规则。", "routes");
  }
  if (base::length(settings.telephone) > 40)
    return refuse(Code::invalid, "order.telephone", "点单电话不要超过 40 个字。", "telephone");
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto now = p_.clock.now();
    if (settings.revision == 0) {
      const auto made = s.run(
          "insert into orders_settings (tenant, body, revision, at, person_name) values (:tenant, :body, 1, "
          ":at, "
          ":name) on conflict do nothing",
          {{"tenant", tenant}, {"body", to_json(settings)}, {"at", now}, {"name", by.actor.name}});
      if (made == 0) return changed_meanwhile("设置");
    } else {
      const auto changed = s.run(
          "update orders_settings set body = :body, revision = revision + 1, at = :at, person_name = :name "
          "where "
          "tenant = :tenant and revision = :revision",
          {{"tenant", tenant},
           {"body", to_json(settings)},
           {"at", now},
           {"name", by.actor.name},
           {"revision", settings.revision}});
      if (changed == 0) return changed_meanwhile("设置");
    }
    audit::append(s, tenant, entry_of(by, now, "order.setup", "orders:settings", "修改点单服务的规则"));
    return {};
  });
}

std::vector<Service> OrderStore::services(Id tenant, bool inactive_too) {
  const auto all = kept_services_.get(p_.db.stamp(), tenant, [&] {
    auto out = std::make_shared<std::vector<Service>>();
    const auto units = p_.directory.units(tenant);
    for (std::size_t i = 0; i < p_.shipped.services.size(); ++i) {
      Service s = p_.shipped.services[i];
      s.id = static_cast<Id>(i) + 1;  // below every id of IdMaker
      s.position = static_cast<int>(i) + 1;
      if (i < p_.shipped.departments.size() && !p_.shipped.departments[i].empty()) {
        const auto* unit = units->find_by_name(p_.shipped.departments[i]);
        if (unit != nullptr && unit->active) s.department = unit->id;
      }
      out->push_back(std::move(s));
    }
    p_.db.read([&](sql::Session& s) {
      s.each("select id, position, active, body, revision from orders_service where tenant = :tenant",
             {{"tenant", tenant}}, [&](const sql::Row& r) {
               Service own = service_from(r.view(3));
               own.id = r.integer(0);
               own.position = static_cast<int>(r.integer(1));
               own.active = r.flag(2);
               own.revision = r.integer(4);
               const auto at =
                   std::find_if(out->begin(), out->end(), [&](const Service& o) { return o.id == own.id; });
               if (at == out->end()) {
                 out->push_back(std::move(own));
               } else {
                 *at = std::move(own);
               }
             });
      return 0;
    });
    std::stable_sort(out->begin(), out->end(), [](const Service& a, const Service& b) {
      return std::pair(a.position, a.id) < std::pair(b.position, b.id);
    });
    return std::shared_ptr<const std::vector<Service>>(out);
  });
  std::vector<Service> out;
  for (const auto& s : *all) {
    if (s.active || inactive_too) out.push_back(s);
  }
  return out;
}

Result<Service> OrderStore::service(Id tenant, Id id) {
  for (auto& s : services(tenant, true)) {
    if (s.id == id) return std::move(s);
  }
  return refuse(Code::not_found, "order.no_service", "服务菜单里没有这一项。请从菜单重新选择。", "service");
}

Result<Id> OrderStore::save_service(const By& by, const Service& given) {
  const Id tenant = by.actor.tenant;
  const auto units = p_.directory.units(tenant);
  TRY(by.actor.require(kSetup, units->root()));
  Service service = given;
  service.title = base::trim(service.title);
  TRY(check_service(service, *settings(tenant)));
  if (service.department != 0) {
    const auto* unit = units->find(service.department);
    if (unit == nullptr || !unit->active)
      return refuse(Code::invalid, "order.service", "承办单位不存在或已停用。", "department");
  }
  if (service.id != 0) TRY(this->service(tenant, service.id));
  const bool fresh = service.id == 0;
  if (fresh) service.id = p_.ids.next();
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    const auto now = p_.clock.now();
    const std::string body = to_json(service);
    const sql::Args args = {{"tenant", tenant},
                            {"id", service.id},
                            {"position", service.position},
                            {"active", service.active ? 1 : 0},
                            {"body", body},
                            {"at", now},
                            {"name", by.actor.name}};
    std::int64_t done = 0;
    if (service.revision == 0) {
      done = s.run(
          "insert into orders_service (tenant, id, position, active, body, revision, at, person_name) values "
          "(:tenant, :id, :position, :active, :body, 1, :at, :name) on conflict do nothing",
          args);
    } else {
      sql::Args changed = args;
      changed.emplace_back("revision", service.revision);
      done = s.run(
          "update orders_service set position = :position, active = :active, body = :body, revision = "
          "revision + 1, "
          "at = :at, person_name = :name where tenant = :tenant and id = :id and revision = :revision",
          changed);
    }
    if (done == 0) return changed_meanwhile("这项服务");
    audit::append(s, tenant,
                  entry_of(by, now, "order.service", fmt::format("service:{}", service.id),
                           fmt::format("{}服务“{}”{}", fresh ? "新增" : "修改", service.title,
                                       service.active ? "" : "（停用）")));
    return service.id;
  });
}

std::vector<Date> OrderStore::full_days(Id tenant, const Service& service, Date from, int count) {
  if (service.daily_limit == 0) return {};
  const std::string first = base::to_iso(from),
                    last = base::to_iso(base::from_days(base::to_days(from) + count - 1));
  return p_.db.read([&](sql::Session& s) {
    std::vector<Date> out;
    s.each(
        "select first_day from orders_order where tenant = :tenant and service = :service and first_day >= "
        ":first "
        "and first_day <= :last and state not in ('refused', 'merged', 'cancelled') group by first_day "
        "having "
        "count(*) >= :limit order by first_day",
        {{"tenant", tenant},
         {"service", service.id},
         {"first", first},
         {"last", last},
         {"limit", service.daily_limit}},
        [&](const sql::Row& r) {
          if (const auto day = base::parse_date(r.view(0))) out.push_back(*day);
        });
    return out;
  });
}

// ---------------------------------------------------------------- who may

bool OrderStore::may_see(const auth::Actor& actor, const Order& o) const {
  if (o.placed_by != 0 && o.placed_by == actor.person) return true;
  for (const Id unit : {o.community, o.department, o.area, o.township}) {
    if (unit != 0 && (actor.may(kRead, unit) || actor.may(kSettle, unit))) return true;
  }
  return false;
}

Done OrderStore::may_act(const auth::Actor& actor, const Order& o, Action action) const {
  const Rule* rule = find_rule(o.state, action);
  if (rule == nullptr) {
    return refuse(Code::conflict, "order.not_in_state",
                  fmt::format("订单现在是“{}”，不能再“{}”。请刷新页面查看最新情况。", title_of(o.state),
                              title_of(action)));
  }
  switch (rule->step) {
    case Step::community:
      return actor.require(kCheck, o.community);
    case Step::department:
      return actor.require(kClaim, o.department);
    case Step::team:  // the office and the department may do it for a team that has no phone at hand
      return actor.require(kDispatch, o.department);
    case Step::resident:
      if (o.placed_by != 0 && o.placed_by == actor.person) return {};
      return actor.require(kPlace, o.area);  // on behalf, by telephone
    case Step::office:
      if (actor.may_everywhere(kSettle)) return {};
      return refuse(Code::forbidden, "order.settle", "差评和投诉由县级科协核查。");
    case Step::program:
      break;
  }
  return refuse(Code::forbidden, "order.program_only", "这一步由平台自动办理。");
}

}  // namespace kepu::orders
