// Lists sorted by a type's own fields: a key for each value beside the entry, so that a page is read from an
// index. Entries without a value come last, both ways.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {
namespace {

constexpr std::int64_t kBatch = 2000;

// What the keys of a field follow from. They are made again when it changes.
std::string rule_of(const TypeField& f) {
  std::vector<std::string> options;
  for (const auto& o : f.field.options) options.push_back(o.value);
  return fmt::format("1 {} {}", static_cast<int>(f.field.kind), base::join(options, "、"));
}

void insert_key(sql::Session& s, Id tenant, const std::string& type, const TypeField& f, const Entry& e) {
  const std::string key = sort_key(f, e.values);
  if (key.empty()) return;
  s.run(
      "insert into register_sort (tenant, entry, field, type, key) values (:tenant, :entry, :field, :type, "
      ":key) on conflict do nothing",
      {{"tenant", tenant}, {"entry", e.id}, {"field", f.field.name}, {"type", type}, {"key", key}});
}

}  // namespace

void RegisterStore::write_sort(sql::Session& s, Id tenant, const Type& type, const Entry& e) {
  s.run("delete from register_sort where tenant = :tenant and entry = :entry",
        {{"tenant", tenant}, {"entry", e.id}});
  for (const auto& f : type.fields) insert_key(s, tenant, type.key, f, e);
}

// Entries written before the field could be sorted by, or while it had other choices, get their keys when
// somebody first asks. In batches, each a write of its own: other writes go on between.
void RegisterStore::make_sortable(Id tenant, const Type& type, const TypeField& f) {
  const std::string rule = rule_of(f);
  const auto same_rule = [&](sql::Session& s) {
    const auto made =
        s.one("select rule from register_sorted where tenant = :tenant and type = :type and field = :field",
              {{"tenant", tenant}, {"type", type.key}, {"field", f.field.name}},
              [](const sql::Row& r) { return r.text(0); });
    return made == rule;
  };
  if (p_.db.read(same_rule)) return;
  p_.db.write([&](sql::Session& s) {
    s.run("delete from register_sort where tenant = :tenant and type = :type and field = :field",
          {{"tenant", tenant}, {"type", type.key}, {"field", f.field.name}});
  });
  Id after = 0;
  for (bool more = true; more;) {
    more = p_.db.write([&](sql::Session& s) {
      const auto batch = s.rows(
          fmt::format("select {} from register_entry where tenant = :tenant and type = :type and id > :after "
                      "order by id limit :limit",
                      kEntryColumns),
          {{"tenant", tenant}, {"type", type.key}, {"after", after}, {"limit", kBatch}},
          [&](const sql::Row& r) { return entry_from(r, tenant, false); });
      for (const auto& e : batch) insert_key(s, tenant, type.key, f, e);
      if (!batch.empty()) after = batch.back().id;
      return static_cast<std::int64_t>(batch.size()) == kBatch;
    });
  }
  p_.db.write([&](sql::Session& s) {
    s.run(
        "insert into register_sorted (tenant, type, field, rule) values (:tenant, :type, :field, :rule) on "
        "conflict (tenant, type, field) do update set rule = excluded.rule",
        {{"tenant", tenant}, {"type", type.key}, {"field", f.field.name}, {"rule", rule}});
  });
}

std::vector<Entry> RegisterStore::sorted_entries(sql::Session& s, Id tenant, const EntryQuery& q,
                                                 const std::string& where, const sql::Args& conditions) {
  // SQLite keeps the order of a cross join: the index leads, and the page ends the reading.
  const std::string with_value =
      "from register_sort x cross join register_entry e where x.tenant = :tenant and x.type = :type and "
      "x.field = :sort and e.id = x.entry and " +
      where;
  const std::string down = q.sort_down ? " desc" : "";
  const auto columns = prefixed(kEntryColumns, "e");
  const auto read = [&](const std::string& tail, std::int64_t limit, std::int64_t offset) {
    sql::Args args = conditions;
    args.emplace_back("sort", std::string_view(q.sort_field));
    args.emplace_back("limit", limit);
    args.emplace_back("offset", offset);
    return s.rows(fmt::format("select {} {} limit :limit offset :offset", columns, tail), args,
                  [&](const sql::Row& r) { return entry_from(r, tenant, false); });
  };
  auto out = read(fmt::format("{} order by x.key{}, x.entry{}", with_value, down, down), q.limit, q.offset);
  const auto got = static_cast<std::int64_t>(out.size());
  if (got == q.limit) return out;
  sql::Args args = conditions;
  args.emplace_back("sort", std::string_view(q.sort_field));
  const std::int64_t present =
      got > 0 || q.offset == 0 ? q.offset + got : s.integer("select count(*) " + with_value, args);
  const auto missing =
      read(fmt::format(
               "from register_entry e where {} and not exists (select 1 from register_sort x where x.tenant "
               "= e.tenant and x.entry = e.id and x.field = :sort) order by e.id desc",
               where),
           q.limit - got, std::max<std::int64_t>(0, q.offset - present));
  out.insert(out.end(), missing.begin(), missing.end());
  return out;
}

}  // namespace kepu::registers
