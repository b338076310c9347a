#include <unordered_map>

#include "core/auth/store.h"

namespace kepu::auth::store {
namespace {

constexpr std::string_view kGrant =
    "select grant_id, person, role, scope, until_date from auth_grant where tenant = :tenant ";
constexpr std::string_view kStandIn =
    "select stand_in, principal, deputy, from_date, until_date, reason from auth_stand_in where tenant = "
    ":tenant ";

Grant grant_from(const sql::Row& row) {
  Grant out;
  out.id = row.integer(0);
  out.person = row.integer(1);
  out.role = row.text(2);
  // An unknown word must never widen what somebody reaches.
  out.scope = parse_scope_kind(row.view(3)).value_or(ScopeKind::own);
  out.until = row.text(4);
  return out;
}

StandIn stand_in_from(const sql::Row& row) {
  return {row.integer(0), row.integer(1), row.integer(2), row.text(3), row.text(4), row.text(5)};
}

void add_units(Session& s, Id tenant, std::vector<Grant>& grants, Id person) {
  std::unordered_map<Id, Grant*> listed;
  for (Grant& g : grants) {
    if (g.scope == ScopeKind::listed) listed[g.id] = &g;
  }
  if (listed.empty()) return;
  s.each(
      "select u.grant_id, u.unit from auth_grant_unit u join auth_grant g on g.tenant = u.tenant and "
      "g.grant_id = u.grant_id where u.tenant = :tenant and (g.person = :person or :person = 0) "
      "order by u.grant_id, u.unit",
      {{"tenant", tenant}, {"person", person}}, [&](const sql::Row& row) {
        if (const auto at = listed.find(row.integer(0)); at != listed.end()) {
          at->second->units.push_back(row.integer(1));
        }
      });
}

}  // namespace

std::vector<Grant> grants(Session& s, Id tenant, Id person, std::string_view day) {
  const std::string which = person == 0 ? "" : "and person = :person ";
  sql::Args args = {{"tenant", tenant}, {"day", day}};
  if (person != 0) args.emplace_back("person", person);
  auto out =
      s.rows(std::string(kGrant) + which + "and (until_date = '' or until_date >= :day) order by grant_id",
             args, grant_from);
  add_units(s, tenant, out, person);
  return out;
}

std::optional<Grant> grant(Session& s, Id tenant, Id id) {
  auto found =
      s.rows(std::string(kGrant) + "and grant_id = :id", {{"tenant", tenant}, {"id", id}}, grant_from);
  if (found.empty()) return std::nullopt;
  add_units(s, tenant, found, found.front().person);
  return found.front();
}

void insert_grant(Session& s, Id tenant, const Grant& grant, const Stamp& stamp) {
  s.run(
      "insert into auth_grant (tenant, grant_id, person, role, scope, until_date, given_at, given_by) "
      "values (:tenant, :id, :person, :role, :scope, :until, :at, :by)",
      {{"tenant", tenant},
       {"id", grant.id},
       {"person", grant.person},
       {"role", grant.role},
       {"scope", to_text(grant.scope)},
       {"until", grant.until},
       {"at", stamp.at},
       {"by", stamp.by}});
  for (Id unit : grant.units) {
    s.run("insert into auth_grant_unit (tenant, grant_id, unit) values (:tenant, :id, :unit)",
          {{"tenant", tenant}, {"id", grant.id}, {"unit", unit}});
  }
}

void set_grant_until(Session& s, Id tenant, Id id, std::string_view until) {
  s.run("update auth_grant set until_date = :until where tenant = :tenant and grant_id = :id",
        {{"tenant", tenant}, {"id", id}, {"until", until}});
}

void delete_grant(Session& s, Id tenant, Id id) {
  s.run("delete from auth_grant_unit where tenant = :tenant and grant_id = :id",
        {{"tenant", tenant}, {"id", id}});
  s.run("delete from auth_grant where tenant = :tenant and grant_id = :id", {{"tenant", tenant}, {"id", id}});
}

void delete_grants_of(Session& s, Id tenant, Id person) {
  s.run(
      "delete from auth_grant_unit where tenant = :tenant and grant_id in "
      "(select grant_id from auth_grant where tenant = :tenant and person = :person)",
      {{"tenant", tenant}, {"person", person}});
  s.run("delete from auth_grant where tenant = :tenant and person = :person",
        {{"tenant", tenant}, {"person", person}});
}

std::vector<StandIn> stand_ins(Session& s, Id tenant, std::string_view day) {
  return s.rows(std::string(kStandIn) + "and until_date >= :day order by from_date, stand_in",
                {{"tenant", tenant}, {"day", day}}, stand_in_from);
}

std::vector<StandIn> stand_ins_of(Session& s, Id tenant, Id person, std::string_view day) {
  return s.rows(std::string(kStandIn) +
                    "and (principal = :person or deputy = :person) and until_date >= :day "
                    "order by from_date, stand_in",
                {{"tenant", tenant}, {"person", person}, {"day", day}}, stand_in_from);
}

std::optional<StandIn> stand_in(Session& s, Id tenant, Id id) {
  return s.one(std::string(kStandIn) + "and stand_in = :id", {{"tenant", tenant}, {"id", id}}, stand_in_from);
}

void insert_stand_in(Session& s, Id tenant, const StandIn& stand_in, const Stamp& stamp) {
  s.run(
      "insert into auth_stand_in (tenant, stand_in, principal, deputy, from_date, until_date, reason, "
      "given_at, "
      "given_by) values (:tenant, :id, :principal, :deputy, :from, :until, :reason, :at, :by)",
      {{"tenant", tenant},
       {"id", stand_in.id},
       {"principal", stand_in.principal},
       {"deputy", stand_in.deputy},
       {"from", stand_in.from},
       {"until", stand_in.until},
       {"reason", stand_in.reason},
       {"at", stamp.at},
       {"by", stamp.by}});
}

void set_stand_in_until(Session& s, Id tenant, Id id, std::string_view until) {
  s.run("update auth_stand_in set until_date = :until where tenant = :tenant and stand_in = :id",
        {{"tenant", tenant}, {"id", id}, {"until", until}});
}

void delete_stand_in(Session& s, Id tenant, Id id) {
  s.run("delete from auth_stand_in where tenant = :tenant and stand_in = :id",
        {{"tenant", tenant}, {"id", id}});
}

}  // namespace kepu::auth::store
