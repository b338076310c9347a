#include "core/auth/directory.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "core/auth/change.h"
#include "core/base/text.h"

namespace kepu::auth {
namespace {

constexpr std::size_t kActorsKept = 10'000;

struct KeptActor {
  std::int64_t revision = 0;
  base::Date day;  // stand-ins and grants end with a day
  std::shared_ptr<const Actor> actor;
};

bool good_code(std::string_view code) {
  return code.size() >= 2 && code.size() <= 32 && std::all_of(code.begin(), code.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

Result<Tenant> checked_tenant(Tenant t) {
  t.name = TRY(text_field(t.name, "地区名称", "name", 2, 40));
  t.parent_name = TRY(text_field(t.parent_name, "上级地区", "parent_name", 0, 40));
  t.area_code = base::trim(t.area_code);
  const bool digits =
      std::all_of(t.area_code.begin(), t.area_code.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!t.area_code.empty() && (t.area_code.size() != 12 || !digits)) {
    return base::refuse(base::Code::invalid, "auth.area_code", "统计用区划代码应为12位数字，也可留空",
                        "area_code");
  }
  return t;
}

}  // namespace

struct Directory::Caches {
  std::mutex mutex;
  std::unordered_map<Id, std::pair<std::int64_t, std::shared_ptr<const UnitTree>>> trees;
  std::map<std::pair<Id, Id>, KeptActor> actors;
};

Directory::Directory(Parts parts) : parts_(std::move(parts)), caches_(std::make_unique<Caches>()) {}
Directory::~Directory() = default;

void Directory::add_use_check(UseCheck check) { use_checks_.push_back(std::move(check)); }

Result<Tenant> Directory::create_tenant(const Actor& by, Tenant tenant) {
  if (by.tenant != 0) {
    return base::refuse(base::Code::forbidden, "auth.tenant",
                        "新增地区只能由运行维护人员在服务器上用命令办理");
  }
  TRY(by.require("tenant.manage"));
  tenant = TRY(checked_tenant(std::move(tenant)));
  if (!good_code(tenant.code)) {
    return base::refuse(base::Code::invalid, "auth.tenant_code",
                        "地区代号应为2至32个小写字母、数字或“-”，它会出现在网址中", "code");
  }
  const auto taken = [&] {
    return base::refuse(base::Code::conflict, "auth.tenant_code",
                        fmt::format("地区代号“{}”已被使用，请换一个", tenant.code), "code");
  };
  tenant.id = parts_.ids.next();
  Unit root;
  root.id = parts_.ids.next();
  root.kind = UnitKind::county;
  root.name = tenant.name;
  root.area_code = tenant.area_code;
  root.revision = 1;
  const base::Millis now = parts_.clock.now();
  Actor here = by;
  here.tenant = tenant.id;
  try {
    return parts_.db.write([&](sql::Session& s) -> Result<Tenant> {
      if (store::tenant_by_code(s, tenant.code)) return taken();
      store::insert_tenant(s, tenant, now);
      store::insert_unit(s, tenant.id, root, {now, by.name});
      const Change change{s, here, parts_, use_checks_, now, base::to_iso(base::date_of(now)), nullptr};
      change.note("tenant.manage", 0, "tenant.create", fmt::format("tenant:{}", tenant.id),
                  fmt::format("建立地区“{}”", tenant.name));
      return tenant;
    });
  } catch (const sql::UniqueViolation&) {
    return taken();
  }
}

Done Directory::change_tenant(const Actor& by, const Tenant& tenant) {
  TRY(by.require("tenant.manage"));
  if (by.tenant != tenant.id) return no_such("地区");
  const Tenant fresh = TRY(checked_tenant(tenant));
  return run_change(by, [&](Change& c) -> Done {
    if (store::update_tenant(c.s, fresh) == 0) return no_such("地区");
    c.note("tenant.manage", 0, "tenant.change", fmt::format("tenant:{}", fresh.id),
           fmt::format("修改地区信息：{}", fresh.name));
    return {};
  });
}

std::vector<Tenant> Directory::tenants() {
  auto out = parts_.db.read([](sql::Session& s) { return store::tenants(s); });
  std::sort(out.begin(), out.end(),
            [](const Tenant& a, const Tenant& b) { return base::compare_pinyin(a.name, b.name) < 0; });
  return out;
}

std::optional<Tenant> Directory::tenant(Id id) {
  return parts_.db.read([&](sql::Session& s) { return store::tenant(s, id); });
}

std::optional<Tenant> Directory::tenant_by_code(std::string_view code) {
  return parts_.db.read([&](sql::Session& s) { return store::tenant_by_code(s, code); });
}

std::shared_ptr<const UnitTree> Directory::tree_at(sql::Session& s, Id tenant, std::int64_t revision,
                                                   bool keep) {
  {
    const std::lock_guard lock(caches_->mutex);
    const auto at = caches_->trees.find(tenant);
    if (at != caches_->trees.end() && at->second.first == revision) return at->second.second;
  }
  auto tree = std::make_shared<const UnitTree>(store::units(s, tenant));
  if (keep) {
    const std::lock_guard lock(caches_->mutex);
    caches_->trees[tenant] = {revision, tree};
  }
  return tree;
}

std::shared_ptr<const UnitTree> Directory::units(Id tenant) {
  return parts_.db.read(
      [&](sql::Session& s) { return tree_at(s, tenant, store::revision(s, tenant), true); });
}

Done Directory::run_change(const Actor& by, const std::function<Done(Change&)>& work) {
  const base::Millis now = parts_.clock.now();
  return parts_.db.write([&](sql::Session& s) -> Done {
    if (!store::bump_revision(s, by.tenant)) return no_such("地区");
    // The bump holds the tenant's row, so revision - 1 is what was committed last; it is only looked up and
    // never kept from here, because this transaction may still be rolled back.
    auto tree = tree_at(s, by.tenant, store::revision(s, by.tenant) - 1, false);
    Change change{s, by, parts_, use_checks_, now, base::to_iso(base::date_of(now)), std::move(tree)};
    return work(change);
  });
}

Result<Actor> Directory::actor_of(Id tenant, Id account, std::optional<std::int64_t> revision) {
  const base::Date day = parts_.clock.today();
  const auto kept = [&](std::int64_t at) -> std::shared_ptr<const Actor> {
    const std::lock_guard lock(caches_->mutex);
    const auto found = caches_->actors.find({tenant, account});
    if (found == caches_->actors.end() || found->second.revision != at || found->second.day != day)
      return nullptr;
    return found->second.actor;
  };
  if (revision) {
    if (const auto actor = kept(*revision)) return *actor;
  }
  return parts_.db.read([&](sql::Session& s) -> Result<Actor> {
    const std::int64_t now = store::revision(s, tenant);
    if (const auto actor = kept(now)) return *actor;
    auto loaded = std::make_shared<const Actor>(TRY(load_actor(s, tenant, account)));
    const std::lock_guard lock(caches_->mutex);
    if (caches_->actors.size() >= kActorsKept) caches_->actors.clear();
    caches_->actors[{tenant, account}] = {now, day, loaded};
    return *loaded;
  });
}

Result<Actor> Directory::load_actor(sql::Session& s, Id tenant, Id account) {
  const auto row = store::account(s, tenant, account);
  if (!row || row->account.disabled || !row->person_active) return no_such("账号");
  const auto person = store::person(s, tenant, row->account.person);
  if (!person) return no_such("账号");
  const auto tree = tree_at(s, tenant, store::revision(s, tenant), true);
  const std::string today = base::to_iso(parts_.clock.today());
  Actor out;
  out.tenant = tenant;
  out.account = account;
  out.person = person->person.id;
  out.unit = person->person.unit;
  out.name = person->person.name;
  out.login = row->account.login;
  out.roles = parts_.roles;
  if (const Unit* unit = tree->find(out.unit)) out.unit_name = unit->name;
  out.reaches = reaches_of(store::grants(s, tenant, out.person, today), *parts_.roles, *tree, out.unit);
  for (const StandIn& stand_in : store::stand_ins_of(s, tenant, out.person, today)) {
    if (stand_in.deputy != out.person || stand_in.from > today || stand_in.until < today) continue;
    const auto principal = store::person(s, tenant, stand_in.principal);
    if (!principal || !principal->person.active) continue;
    const auto more = reaches_of(store::grants(s, tenant, stand_in.principal, today), *parts_.roles, *tree,
                                 principal->person.unit, stand_in.principal);
    out.reaches.insert(out.reaches.end(), more.begin(), more.end());
  }
  return out;
}

}  // namespace kepu::auth
