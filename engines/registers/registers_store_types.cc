// Types of a tenant: shipped ones until it changes or uses them, then its own, in versions.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

const Type* TypeSet::find(std::string_view key) const {
  for (const auto& t : current) {
    if (t.key == key) return &t;
  }
  return nullptr;
}

const Type* TypeSet::find(std::string_view key, int version) const {
  const Type* now = find(key);
  if (now == nullptr || now->version == version) return now;
  const auto at = old.find(std::string(key));
  if (at == old.end()) return now;
  for (const auto& t : at->second) {
    if (t.version == version) return &t;
  }
  return now;
}

std::shared_ptr<const TypeSet> RegisterStore::types(Id tenant) {
  return kept_types_.get(p_.db.stamp(), tenant, [&] {
    auto out = std::make_shared<TypeSet>();
    out->current = p_.shipped;
    const auto own = p_.db.read([&](sql::Session& s) {
      return s.rows("select version, body from register_type where tenant = :tenant order by key, version",
                    {{"tenant", tenant}},
                    [](const sql::Row& r) { return std::pair(static_cast<int>(r.integer(0)), r.text(1)); });
    });
    for (const auto& [version, body] : own) {
      auto read = parse_types(body, "register_type");
      if (!read) throw sql::Failure(read.error().message);
      Type type = std::move(read->front());
      type.version = version;
      const auto at = std::find_if(out->current.begin(), out->current.end(),
                                   [&](const Type& t) { return t.key == type.key; });
      if (at == out->current.end()) {
        out->current.push_back(std::move(type));
      } else {
        // A shipped type that was kept as it was when first used is version 1 itself.
        if (at->version < version) out->old[type.key].push_back(*at);
        *at = std::move(type);
      }
    }
    return std::shared_ptr<const TypeSet>(std::move(out));
  });
}

Result<Type> RegisterStore::type(Id tenant, std::string_view key, int version) {
  const auto all = types(tenant);
  const auto* found = version == 0 ? all->find(key) : all->find(key, version);
  if (found == nullptr)
    return refuse(Code::not_found, "register.no_type", "没有这个名录。请从名录页面进入。");
  return *found;
}

void RegisterStore::log(sql::Session& s, const By& by, std::string_view right, Id unit, std::string action,
                        std::string subject, std::string summary) {
  audit::Entry entry;
  entry.at = p_.clock.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(s, by.actor.tenant, entry);
}

// What an entry was written by stays, also when a later release ships another text.
void RegisterStore::freeze(sql::Session& s, const By& by, const Type& type) {
  const std::string body = type_toml(type);
  s.run(
      "insert into register_type (tenant, key, version, body, at, person_name) values (:tenant, :key, "
      ":version, "
      ":body, :at, :name) on conflict do nothing",
      {{"tenant", by.actor.tenant},
       {"key", type.key},
       {"version", type.version},
       {"body", body},
       {"at", p_.clock.now()},
       {"name", by.actor.name}});
}

Done RegisterStore::add_type(const By& by, const Type& wanted) {
  TRY(by.actor.require(kTypes));
  const auto all = types(by.actor.tenant);
  if (all->find(wanted.key) != nullptr)
    return refuse(Code::conflict, "register.type", "代号“" + wanted.key + "”已经有了，请换一个。", "key");
  const auto errors = check_type(wanted, all->current);
  if (!errors.empty()) return tl::unexpected(errors.front());
  return p_.db.write([&](sql::Session& s) -> Done {
    const std::string body = type_toml(wanted);
    const auto added = s.run(
        "insert into register_type (tenant, key, version, body, at, person_name) values (:tenant, :key, 1, "
        ":body, "
        ":at, :name) on conflict do nothing",
        {{"tenant", by.actor.tenant},
         {"key", wanted.key},
         {"body", body},
         {"at", p_.clock.now()},
         {"name", by.actor.name}});
    if (added == 0)
      return refuse(Code::conflict, "register.type", "代号“" + wanted.key + "”刚被别人用了，请换一个。",
                    "key");
    log(s, by, kTypes, 0, "register.type.add", "register_type:" + wanted.key,
        "新增名录“" + wanted.title + "”");
    return {};
  });
}

std::int64_t RegisterStore::using_field(Id tenant, std::string_view key, std::string_view field) {
  const std::string like = fmt::format("%\"{}\":%", field);
  const auto all = types(tenant);
  const auto* type = all->find(key);
  const auto* f = type == nullptr ? nullptr : type->find(field);
  if (f != nullptr && f->personal) {
    // Sealed: what is inside cannot be asked, so every entry with something sealed counts.
    return p_.db.read([&](sql::Session& s) {
      return s.integer(
          "select count(*) from register_entry where tenant = :tenant and type = :type and secret <> '' and "
          "state not "
          "in ('refused', 'withdrawn')",
          {{"tenant", tenant}, {"type", key}});
    });
  }
  return p_.db.read([&](sql::Session& s) {
    return s.integer(
        "select count(*) from register_entry where tenant = :tenant and type = :type and body like :like and "
        "state not "
        "in ('refused', 'withdrawn')",
        {{"tenant", tenant}, {"type", key}, {"like", like}});
  });
}

Done RegisterStore::change_type(const By& by, const Type& wanted, int base_version, bool lose) {
  TRY(by.actor.require(kTypes));
  const Id tenant = by.actor.tenant;
  const auto all = types(tenant);
  const auto* now = all->find(wanted.key);
  if (now == nullptr) return refuse(Code::not_found, "register.no_type", "没有这个名录。");
  const auto errors = check_type(wanted, all->current);
  if (!errors.empty()) return tl::unexpected(errors.front());
  if (wanted.subject != now->subject)
    return refuse(Code::invalid, "register.type",
                  "登记的是人员还是组织、场所、物品，定了以后不能改；请另建名录。", "subject");
  std::vector<std::string> lost;
  for (const auto* f : lost_fields(*now, wanted)) {
    const auto count = using_field(tenant, wanted.key, f->field.name);
    if (count > 0) lost.push_back(fmt::format("“{}”（{} 个条目在用）", f->field.label, count));
  }
  if (!lost.empty() && !lose) {
    return refuse(Code::conflict, "register.fields_lost",
                  "这样改会去掉条目正在用的字段：" + base::join(lost, "、") +
                      "。旧条目仍按原版本显示，修改后不再填这些字段。确实要改，请勾选确认后再保存。",
                  "fields");
  }
  return p_.db.write([&](sql::Session& s) -> Done {
    Type before = *now;
    if (before.version == 1) freeze(s, by, before);
    const std::string body = type_toml(wanted);
    const auto added =
        base_version != now->version
            ? 0
            : s.run(
                  "insert into register_type (tenant, key, version, body, at, person_name) values "
                  "(:tenant, :key, :version, :body, :at, :name) on conflict do nothing",
                  {{"tenant", tenant},
                   {"key", wanted.key},
                   {"version", base_version + 1},
                   {"body", body},
                   {"at", p_.clock.now()},
                   {"name", by.actor.name}});
    if (added == 0) {
      return refuse(Code::conflict, "register.changed_meanwhile",
                    "这个名录的设置刚被别人改过，您的修改没有保存。请看过最新设置再改。");
    }
    log(s, by, kTypes, 0, "register.type.change", "register_type:" + wanted.key,
        fmt::format("修改名录“{}”的设置，第 {} 版{}", wanted.title, base_version + 1,
                    lost.empty() ? "" : "，去掉字段 " + base::join(lost, "、")));
    return {};
  });
}

std::optional<std::string> unit_in_use(sql::Session& s, Id tenant, Id unit) {
  const auto count = s.integer(
      "select count(*) from register_entry where tenant = :tenant and (unit = :unit or place = :unit2) and "
      "state in "
      "('submitted', 'checked', 'approved', 'in_force', 'suspended')",
      {{"tenant", tenant}, {"unit", unit}, {"unit2", unit}});
  const auto booked = s.integer(
      "select count(*) from register_booking where tenant = :tenant and unit = :unit and state in ('asked', "
      "'approved')",
      {{"tenant", tenant}, {"unit", unit}});
  if (count == 0 && booked > 0)
    return fmt::format("这个单位有 {} 次预约借用没有办结，请先归还或取消", booked);
  if (count == 0) return std::nullopt;
  return fmt::format("有 {} 个名录条目在这个单位，请先转到别的单位或办理退出", count);
}

}  // namespace kepu::registers
