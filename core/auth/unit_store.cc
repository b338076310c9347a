#include "core/auth/store.h"

namespace kepu::auth::store {
namespace {

constexpr std::string_view kTenant = "select tenant, code, name, area_code, parent_name from auth_tenant ";
constexpr std::string_view kUnit =
    "select unit, parent, kind, name, short_name, area_code, system, position, active, revision from "
    "auth_unit ";

Tenant tenant_from(const sql::Row& row) {
  return {row.integer(0), row.text(1), row.text(2), row.text(3), row.text(4)};
}

Unit unit_from(const sql::Row& row) {
  Unit out;
  out.id = row.integer(0);
  out.parent = row.integer(1);
  out.kind = parse_unit_kind(row.view(2)).value_or(UnitKind::other);
  out.name = row.text(3);
  out.short_name = row.text(4);
  out.area_code = row.text(5);
  out.system = row.text(6);
  out.position = static_cast<int>(row.integer(7));
  out.active = row.flag(8);
  out.revision = row.integer(9);
  return out;
}

sql::Args unit_args(Id tenant, const Unit& unit, const Stamp& stamp) {
  return {{"tenant", tenant},
          {"unit", unit.id},
          {"parent", unit.parent},
          {"kind", to_text(unit.kind)},
          {"name", unit.name},
          {"short_name", unit.short_name},
          {"area_code", unit.area_code},
          {"system", unit.system},
          {"position", unit.position},
          {"revision", unit.revision},
          {"at", stamp.at},
          {"by", stamp.by}};
}

}  // namespace

void insert_tenant(Session& s, const Tenant& tenant, base::Millis now) {
  s.run(
      "insert into auth_tenant (tenant, code, name, area_code, parent_name, created_at, revision) "
      "values (:tenant, :code, :name, :area_code, :parent_name, :now, 1)",
      {{"tenant", tenant.id},
       {"code", tenant.code},
       {"name", tenant.name},
       {"area_code", tenant.area_code},
       {"parent_name", tenant.parent_name},
       {"now", now}});
}

std::int64_t update_tenant(Session& s, const Tenant& tenant) {
  return s.run(
      "update auth_tenant set name = :name, area_code = :area_code, parent_name = :parent_name "
      "where tenant = :tenant",
      {{"tenant", tenant.id},
       {"name", tenant.name},
       {"area_code", tenant.area_code},
       {"parent_name", tenant.parent_name}});
}

std::vector<Tenant> tenants(Session& s) {
  return s.rows(std::string(kTenant) + "order by code", {}, tenant_from);
}

std::optional<Tenant> tenant(Session& s, Id id) {
  return s.one(std::string(kTenant) + "where tenant = :tenant", {{"tenant", id}}, tenant_from);
}

std::optional<Tenant> tenant_by_code(Session& s, std::string_view code) {
  return s.one(std::string(kTenant) + "where code = :code", {{"code", code}}, tenant_from);
}

std::int64_t revision(Session& s, Id tenant) {
  return s.integer("select revision from auth_tenant where tenant = :tenant", {{"tenant", tenant}});
}

bool bump_revision(Session& s, Id tenant) {
  return s.run("update auth_tenant set revision = revision + 1 where tenant = :tenant",
               {{"tenant", tenant}}) == 1;
}

std::vector<Unit> units(Session& s, Id tenant) {
  return s.rows(std::string(kUnit) + "where tenant = :tenant", {{"tenant", tenant}}, unit_from);
}

std::optional<Unit> unit(Session& s, Id tenant, Id id) {
  return s.one(std::string(kUnit) + "where tenant = :tenant and unit = :unit",
               {{"tenant", tenant}, {"unit", id}}, unit_from);
}

std::optional<Stamp> unit_stamp(Session& s, Id tenant, Id id) {
  return s.one("select changed_at, changed_by from auth_unit where tenant = :tenant and unit = :unit",
               {{"tenant", tenant}, {"unit", id}}, [](const sql::Row& row) {
                 return Stamp{row.integer(0), row.text(1)};
               });
}

void insert_unit(Session& s, Id tenant, const Unit& unit, const Stamp& stamp) {
  s.run(
      "insert into auth_unit (tenant, unit, parent, kind, name, short_name, area_code, system, position, "
      "active, "
      "reason, revision, changed_at, changed_by) values (:tenant, :unit, :parent, :kind, :name, :short_name, "
      ":area_code, :system, :position, 1, '', :revision, :at, :by)",
      unit_args(tenant, unit, stamp));
}

std::int64_t update_unit(Session& s, Id tenant, const Unit& unit, const Stamp& stamp) {
  return s.run(
      "update auth_unit set parent = :parent, kind = :kind, name = :name, short_name = :short_name, "
      "area_code = :area_code, system = :system, position = :position, revision = revision + 1, "
      "changed_at = :at, changed_by = :by "
      "where tenant = :tenant and unit = :unit and revision = :revision",
      unit_args(tenant, unit, stamp));
}

void set_unit_active(Session& s, Id tenant, Id unit, bool active, std::string_view reason,
                     const Stamp& stamp) {
  s.run(
      "update auth_unit set active = :active, reason = :reason, revision = revision + 1, changed_at = :at, "
      "changed_by = :by where tenant = :tenant and unit = :unit",
      {{"tenant", tenant},
       {"unit", unit},
       {"active", active},
       {"reason", reason},
       {"at", stamp.at},
       {"by", stamp.by}});
}

void delete_unit(Session& s, Id tenant, Id unit) {
  s.run("delete from auth_unit where tenant = :tenant and unit = :unit",
        {{"tenant", tenant}, {"unit", unit}});
}

std::int64_t grants_listing(Session& s, Id tenant, Id unit) {
  return s.integer("select count(*) from auth_grant_unit where tenant = :tenant and unit = :unit",
                   {{"tenant", tenant}, {"unit", unit}});
}

}  // namespace kepu::auth::store
