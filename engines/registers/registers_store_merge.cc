// Who may be twice; merging two records, and taking them apart again.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

// ---------------------------------------------------------------- duplicates

std::vector<Duplicate> RegisterStore::duplicates(Id tenant, std::int64_t limit) {
  struct Pair {
    Id one, other;
    std::string why;
    int weight;
  };
  return p_.db.read([&](sql::Session& s) {
    std::vector<Pair> pairs;
    const auto look = [&](const std::string& on, const std::string& why, int weight) {
      s.each(
          fmt::format(
              "select distinct a.id, b.id from register_person a join register_person b on b.tenant = "
              "a.tenant and b.id > a.id and {} where a.tenant = :tenant and a.merged_into = 0 and "
              "a.erased_at = 0 and b.merged_into = 0 and b.erased_at = 0 and not exists (select 1 from "
              "register_distinct d where d.tenant = a.tenant and d.one = a.id and d.other = b.id) order by "
              "a.id, b.id limit :limit",
              on),
          {{"tenant", tenant}, {"limit", limit}}, [&](const sql::Row& r) {
            pairs.push_back({r.integer(0), r.integer(1), why, weight});
          });
    };
    const std::string same_unit =
        "exists (select 1 from register_entry x join register_entry y on y.tenant = x.tenant and (y.unit = "
        "x.unit or "
        "y.home = x.home) where x.tenant = a.tenant and x.person = a.id and y.person = b.id)";
    look("a.phone_index <> '' and b.phone_index = a.phone_index", "手机号相同", 3);
    look("b.pinyin = a.pinyin and b.name = a.name and " + same_unit, "姓名、单位相同", 2);
    look("b.pinyin = a.pinyin and b.name <> a.name and " + same_unit, "姓名读音相同、单位相同", 1);
    std::vector<Duplicate> out;
    std::set<std::pair<Id, Id>> seen;
    for (const auto& p : pairs) {
      if (static_cast<std::int64_t>(out.size()) == limit) break;
      if (!seen.insert({p.one, p.other}).second) continue;
      auto one = load_person(s, tenant, p.one, false), other = load_person(s, tenant, p.other, false);
      if (one && other) out.push_back({std::move(*one), std::move(*other), p.why, p.weight});
    }
    return out;
  });
}

Done RegisterStore::not_the_same(const By& by, Id one, Id other) {
  TRY(by.actor.require(kManage, p_.directory.units(by.actor.tenant)->root()));
  if (other < one) std::swap(one, other);
  return p_.db.write([&](sql::Session& s) -> Done {
    s.run(
        "insert into register_distinct (tenant, one, other, at, person_name) values (:tenant, :one, :other, "
        ":at, "
        ":name) on conflict do nothing",
        {{"tenant", by.actor.tenant},
         {"one", one},
         {"other", other},
         {"at", p_.clock.now()},
         {"name", by.actor.name}});
    log(s, by, kManage, 0, "register.person.distinct", subject_of("register_person", one),
        "确认两份档案不是同一个人");
    return {};
  });
}

// ---------------------------------------------------------------- merging

namespace {
struct Moved {
  std::string_view kind, table, key;
};
constexpr Moved kMoved[] = {{"entry", "register_entry", "id"}, {"proof", "register_proof", "id"}};
}  // namespace

Result<Id> RegisterStore::merge(const By& by, Id winner, Id loser, const std::string& reason) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  if (winner == loser) return refuse(Code::invalid, "person.same", "请选择两份不同的档案。");
  const auto all = types(tenant);
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    const Person a = TRY(load_person(s, tenant, winner, false)),
                 b = TRY(load_person(s, tenant, loser, false));
    if (a.id != winner || b.id != loser || a.erased_at != 0 || b.erased_at != 0)
      return refuse(Code::conflict, "register.changed_meanwhile", "其中一份档案刚被合并或删除，请重新查看。");
    if (a.account != 0 && b.account != 0 && a.account != b.account) {
      return refuse(Code::conflict, "person.two_accounts", "两份档案各对应一个账号，请先确定用哪个账号。");
    }
    const auto clash = s.one(
        "select x.type, x.number, y.number from register_entry x join register_entry y on y.tenant = "
        "x.tenant and "
        "y.type = x.type where x.tenant = :tenant and x.person = :winner and y.person = :loser and x.state "
        "in "
        "('in_force', 'suspended') and y.state in ('in_force', 'suspended')",
        {{"tenant", tenant}, {"winner", winner}, {"loser", loser}},
        [](const sql::Row& r) { return std::tuple(r.text(0), r.text(1), r.text(2)); });
    if (clash) {
      const auto* type = all->find(std::get<0>(*clash));
      return refuse(
          Code::conflict, "person.same_register",
          fmt::format("两份档案都在“{}”里（{} 和 {}），请先给其中一条办理退出，再合并。",
                      type == nullptr ? "" : type->title, std::get<1>(*clash), std::get<2>(*clash)));
    }
    const Id id = p_.ids.next();
    s.run(
        "insert into register_merge (tenant, id, winner, loser, account, at, person_name, reason, undone_at, "
        "undone_by) "
        "values (:tenant, :id, :winner, :loser, :account, :at, :name, :reason, 0, '')",
        {{"tenant", tenant},
         {"id", id},
         {"winner", winner},
         {"loser", loser},
         {"account", a.account == 0 ? b.account : 0},
         {"at", p_.clock.now()},
         {"name", by.actor.name},
         {"reason", reason}});
    for (const auto& m : kMoved) {
      s.run(fmt::format("insert into register_merged (tenant, merge_id, kind, id) select tenant, :merge, "
                        ":kind, id from "
                        "{} where tenant = :tenant and person = :loser",
                        m.table),
            {{"merge", id}, {"kind", m.kind}, {"tenant", tenant}, {"loser", loser}});
      s.run(fmt::format("update {} set person = :winner where tenant = :tenant and person = :loser", m.table),
            {{"winner", winner}, {"tenant", tenant}, {"loser", loser}});
    }
    s.run(
        "update register_person set merged_into = :winner, revision = revision + 1 where tenant = :tenant "
        "and id = "
        ":loser",
        {{"winner", winner}, {"tenant", tenant}, {"loser", loser}});
    s.run(
        "update register_person set account = :account, revision = revision + 1 where tenant = :tenant and "
        "id = :winner",
        {{"account", a.account != 0 ? a.account : b.account}, {"tenant", tenant}, {"winner", winner}});
    log(s, by, kManage, 0, "register.person.merge", subject_of("register_person", winner),
        fmt::format("合并人员档案：{}（{}）并入 {}（{}）", b.name, loser, a.name, winner));
    return id;
  });
}

Done RegisterStore::undo_merge(const By& by, Id merge) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  return p_.db.write([&](sql::Session& s) -> Done {
    struct Row {
      Id winner, loser, account;
      base::Millis undone;
    };
    const auto m = s.one(
        "select winner, loser, account, undone_at from register_merge where tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", merge}}, [](const sql::Row& r) {
          return Row{r.integer(0), r.integer(1), r.integer(2), r.integer(3)};
        });
    if (!m) return refuse(Code::not_found, "person.no_merge", "没有这次合并的记录。");
    if (m->undone != 0) return refuse(Code::conflict, "person.undone", "这次合并已经撤销过了。");
    const auto later = s.integer(
        "select count(*) from register_person where tenant = :tenant and id = :winner and (merged_into <> 0 "
        "or "
        "erased_at <> 0)",
        {{"tenant", tenant}, {"winner", m->winner}});
    if (later > 0)
      return refuse(Code::conflict, "person.later_merge",
                    "合并后的档案又并入了别的档案或已删除，请先撤销后一次。");
    for (const auto& k : kMoved) {
      s.run(fmt::format("update {} set person = :loser where tenant = :tenant and person = :winner and id in "
                        "(select id "
                        "from register_merged where tenant = :tenant and merge_id = :merge and kind = :kind)",
                        k.table),
            {{"loser", m->loser},
             {"tenant", tenant},
             {"winner", m->winner},
             {"merge", merge},
             {"kind", k.kind}});
    }
    s.run(
        "update register_person set merged_into = 0, revision = revision + 1 where tenant = :tenant and id = "
        ":loser",
        {{"tenant", tenant}, {"loser", m->loser}});
    if (m->account != 0) {
      s.run(
          "update register_person set account = 0, revision = revision + 1 where tenant = :tenant and id = "
          ":winner",
          {{"tenant", tenant}, {"winner", m->winner}});
    }
    s.run("update register_merge set undone_at = :at, undone_by = :by where tenant = :tenant and id = :id",
          {{"at", p_.clock.now()}, {"by", by.actor.name}, {"tenant", tenant}, {"id", merge}});
    log(s, by, kManage, 0, "register.person.undo_merge", subject_of("register_person", m->winner),
        "撤销人员档案合并");
    return {};
  });
}

std::vector<Merge> RegisterStore::merges(Id tenant, Id person) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select m.id, m.winner, m.loser, w.name, l.name, m.person_name, m.reason, m.undone_by, m.at, "
            "m.undone_at from register_merge m join register_person w on w.tenant = m.tenant and w.id = "
            "m.winner join register_person l on l.tenant = m.tenant and l.id = m.loser where m.tenant = "
            ":tenant{} order by m.id desc limit 200",
            person == 0 ? "" : fmt::format(" and (m.winner = {0} or m.loser = {0})", person)),
        {{"tenant", tenant}}, [](const sql::Row& r) {
          return Merge{r.integer(0), r.integer(1), r.integer(2), r.text(3),    r.text(4),
                       r.text(5),    r.text(6),    r.text(7),    r.integer(8), r.integer(9)};
        });
  });
}

}  // namespace kepu::registers
