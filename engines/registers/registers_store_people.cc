// People: one record across registers, duplicates, merging and taking apart again, export and erasure.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
constexpr std::string_view kErasedName = "（已删除）";
constexpr std::string_view kAlive = "merged_into = 0 and erased_at = 0";
}  // namespace

Result<Person> RegisterStore::load_person(sql::Session& s, Id tenant, Id id, bool open) {
  // A merge points to the winner, which may have been merged itself; never in a circle, but bounded all the
  // same.
  for (int hop = 0; hop < 32; ++hop) {
    auto found = s.one(
        fmt::format("select {} from register_person where tenant = :tenant and id = :id", kPersonColumns),
        {{"tenant", tenant}, {"id", id}}, [&](const sql::Row& r) { return person_from(r, tenant, open); });
    if (!found) break;
    if (found->merged_into == 0) return std::move(*found);
    id = found->merged_into;
  }
  return refuse(Code::not_found, "register.no_person", "没有这个人的档案。请从名录或人员档案进入。");
}

Result<Person> RegisterStore::person(Id tenant, Id id, bool open) {
  return p_.db.read([&](sql::Session& s) { return load_person(s, tenant, id, open); });
}

std::optional<Id> RegisterStore::person_of_account(Id tenant, Id account) {
  if (account == 0) return std::nullopt;
  return p_.db.read([&](sql::Session& s) {
    return s.one(
        fmt::format("select id from register_person where tenant = :tenant and account = :account and {}",
                    kAlive),
        {{"tenant", tenant}, {"account", account}}, [](const sql::Row& r) { return r.integer(0); });
  });
}

std::vector<Entry> RegisterStore::entries_of(Id tenant, Id person) {
  EntryQuery q;
  q.person = person;
  q.limit = 500;
  return entries(tenant, q).entries;
}

bool RegisterStore::may_see_person(const auth::Actor& actor, const Person& person) {
  if (actor.person != 0 && person.account == actor.person) return true;
  if (actor.may_everywhere(kRead)) return true;
  const auto all = entries_of(actor.tenant, person.id);
  return std::any_of(all.begin(), all.end(), [&](const Entry& e) { return may_see(actor, e); });
}

PersonPage RegisterStore::people(Id tenant, const PersonQuery& q) {
  const std::string text = base::squeeze(q.text), like = like_of(text);
  const auto phone = auth::normal_phone(text);
  const std::string index = phone ? p_.cipher.blind_index(*phone, "register_person.phone", tenant) : "";
  std::string where = "p.tenant = :tenant and p.merged_into = 0 and p.erased_at = 0";
  sql::Args args = {{"tenant", tenant}};
  if (!index.empty()) {
    where += " and p.phone_index = :phone";
    args.emplace_back("phone", std::string_view(index));
  } else if (!text.empty()) {
    where += " and p.name like :like escape '!'";
    args.emplace_back("like", std::string_view(like));
  }
  if (q.units) {
    const auto list = in_list(*q.units);
    where +=
        " and exists (select 1 from register_entry e where e.tenant = p.tenant and e.person = p.id and "
        "(e.unit in " +
        list + " or e.home in " + list + "))";
  }
  const auto all = types(tenant);
  return p_.db.read([&](sql::Session& s) {
    PersonPage page;
    page.total = s.integer("select count(*) from register_person p where " + where, args);
    args.emplace_back("limit", q.limit);
    args.emplace_back("offset", q.offset);
    page.people = s.rows(
        fmt::format("select {} from register_person p where {} order by {} limit :limit offset :offset",
                    prefixed(kPersonColumns, "p"), where, q.order_by.empty() ? "p.pinyin, p.id" : q.order_by),
        args, [&](const sql::Row& r) {
          return PersonRow{person_from(r, tenant, false), 0, 0, {}};
        });
    std::map<Id, PersonRow*> by_id;
    std::vector<Id> ids;
    for (auto& row : page.people) {
      by_id[row.person.id] = &row;
      ids.push_back(row.person.id);
    }
    s.each("select person, type, state from register_entry where tenant = :tenant and person in " +
               in_list(ids) + " and state not in ('retired', 'refused', 'withdrawn') order by id",
           {{"tenant", tenant}}, [&](const sql::Row& r) {
             auto* row = by_id[r.integer(0)];
             const auto* type = all->find(r.view(1));
             ++row->entries;
             row->in_force += r.view(2) == "in_force" ? 1 : 0;
             if (type != nullptr) row->registers += (row->registers.empty() ? "" : "、") + type->title;
           });
    return page;
  });
}

Done RegisterStore::change_person(const By& by, const Person& wanted) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  const std::string name = base::squeeze(wanted.name);
  if (name.empty()) return refuse(Code::invalid, "person.name", "请填写姓名。", "name");
  const bool keep_phone = base::contains(wanted.phone, "*");
  const auto phone =
      keep_phone || wanted.phone.empty() ? std::optional<std::string>("") : auth::normal_phone(wanted.phone);
  if (!phone) return refuse(Code::invalid, "register.phone", "联系电话不对，请核对后重填。", "phone");
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update register_person set revision = revision + 1 where tenant = :tenant and id = :id and revision "
        "= "
        ":revision and merged_into = 0 and erased_at = 0",
        {{"tenant", tenant}, {"id", wanted.id}, {"revision", wanted.revision}});
    if (taken == 0)
      return refuse(Code::conflict, "register.changed_meanwhile",
                    "这份档案刚被别人改过，请看过最新内容再改。");
    if (wanted.account != 0) {
      const auto other = s.integer(
          "select count(*) from register_person where tenant = :tenant and account = :account and "
          "merged_into = 0 and "
          "id <> :id",
          {{"tenant", tenant}, {"account", wanted.account}, {"id", wanted.id}});
      if (other > 0)
        return refuse(Code::conflict, "person.account", "这个账号已对应另一份档案，请先合并。", "account");
    }
    const std::string pinyin = pinyin_of(name);
    s.run(
        "update register_person set name = :name, pinyin = :pinyin, account = :account where tenant = "
        ":tenant and id = "
        ":id",
        {{"name", name},
         {"pinyin", pinyin},
         {"account", wanted.account},
         {"tenant", tenant},
         {"id", wanted.id}});
    if (!keep_phone) {
      const std::string sealed = p_.cipher.seal(*phone, {"register_person", "phone", tenant, wanted.id}),
                        index = p_.cipher.blind_index(*phone, "register_person.phone", tenant);
      s.run(
          "update register_person set phone = :phone, phone_index = :index where tenant = :tenant and id = "
          ":id",
          {{"phone", sealed}, {"index", index}, {"tenant", tenant}, {"id", wanted.id}});
    }
    log(s, by, kManage, 0, "register.person.change", subject_of("register_person", wanted.id),
        "修改人员档案：" + name);
    return {};
  });
}

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

// ---------------------------------------------------------------- 个人信息保护法: copy and erasure

Result<std::string> RegisterStore::export_person(const By& by, Id id) {
  const Id tenant = by.actor.tenant;
  const Person p = TRY(person(tenant, id, true));
  const bool himself = by.actor.person != 0 && p.account == by.actor.person;
  if (!himself) TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  const auto all = types(tenant);
  const auto units = p_.directory.units(tenant);
  const auto name_of = [&](Id unit) {
    const auto* u = units->find(unit);
    return u == nullptr ? std::string() : u->name;
  };
  base::Json j(true);
  j.object().field("姓名", p.name).field("联系电话", p.phone).field("监护人", p.guardian);
  j.field("建档时间", base::to_local(p.created_at)).key("名录").array();
  for (const auto& listed : entries_of(tenant, p.id)) {
    const Entry e = TRY(entry(tenant, listed.id, true));
    const auto* type = all->find(e.type, e.type_version);
    j.object()
        .field("名录", type == nullptr ? e.type : type->title)
        .field("用途", type == nullptr ? "" : type->purpose);
    j.field("编号", e.number)
        .field("状态", std::string(title_of(e.state)))
        .field("管理单位", name_of(e.unit));
    j.field("所在地", name_of(e.place))
        .field("同意方式", e.consent == "online" ? "本人在线同意" : "书面同意");
    j.field("同意时间", base::to_local(e.consent_at)).field("有效期至", iso_or_empty(e.valid_until));
    j.key("内容").object();
    std::vector<std::string> done;
    for (const auto& [key, value] : e.values.pairs()) {
      if (key == "serves" || std::find(done.begin(), done.end(), key) != done.end()) continue;
      done.push_back(key);
      const auto* f = type == nullptr ? nullptr : type->find(key);
      j.field(f == nullptr ? key : f->field.label, base::join(e.values.texts(key), "、"));
    }
    j.end().key("经过").array();
    for (const auto& h : history(tenant, e.id)) {
      const auto action = parse_action(h.action);
      j.object()
          .field("时间", base::to_local(h.at))
          .field("办理", action ? std::string(title_of(*action)) : h.action);
      j.field("经办人", h.by).field("说明", h.words).end();
    }
    j.end().end();
  }
  j.end().key("科普实绩").array();
  for (const auto& proof : proofs(tenant, p.id)) {
    j.object().field("日期", base::to_iso(proof.on)).field("类型", std::string(title_of(proof.kind)));
    j.field("内容", proof.title)
        .field("时长", proof.hours)
        .field("状态", std::string(title_of(proof.state)))
        .end();
  }
  j.end().key("证明").array();
  for (const auto& c : certificates(tenant, p.id)) j.value(c.code);
  j.end().end();
  p_.db.write([&](sql::Session& s) {
    log(s, by, kManage, 0, "register.person.export", subject_of("register_person", p.id),
        "导出本人全部个人信息");
  });
  return std::move(j).text();
}

Done RegisterStore::erase(const By& by, Id id, const std::string& why) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  const std::string reason = base::trim(why);
  if (reason.empty()) return refuse(Code::invalid, "person.reason", "请写明删除的原因，如本人申请。", "text");
  const Person p = TRY(person(tenant, id));
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto now = p_.clock.now();
    const auto gone = s.run(
        "update register_person set name = :name, pinyin = '', phone = '', phone_index = '', account = 0, "
        "guardian = "
        "'', erased_at = :at, revision = revision + 1 where tenant = :tenant and id = :id and erased_at = 0",
        {{"name", kErasedName}, {"at", now}, {"tenant", tenant}, {"id", p.id}});
    if (gone == 0) return refuse(Code::conflict, "person.erased", "这个人的个人信息已经删除了。");
    // Records that were merged into this one hold the same person's name and telephone.
    s.run(
        "update register_person set name = :name, pinyin = '', phone = '', phone_index = '', account = 0, "
        "guardian = "
        "'', erased_at = :at where tenant = :tenant and merged_into = :id",
        {{"name", kErasedName}, {"at", now}, {"tenant", tenant}, {"id", p.id}});
    const auto ids =
        s.rows("select id from register_entry where tenant = :tenant and person = :person",
               {{"tenant", tenant}, {"person", p.id}}, [](const sql::Row& r) { return r.integer(0); });
    for (const Id entry : ids) {
      const Entry e = TRY(load_entry(s, tenant, entry, false));
      end_span(s, tenant, entry, today());
      const State after = is_open(e.state) ? State::retired : e.state;
      s.run(
          "update register_entry set name = :name, pinyin = '', body = '{}', secret = '', reason = '', state "
          "= :state, "
          "revision = revision + 1, edited_at = :at, edited_by = :by where tenant = :tenant and id = :id",
          {{"name", kErasedName},
           {"state", to_text(after)},
           {"at", now},
           {"by", by.actor.name},
           {"tenant", tenant},
           {"id", entry}});
      s.run("update register_step set words = '' where tenant = :tenant and entry = :entry",
            {{"tenant", tenant}, {"entry", entry}});
      s.run("delete from register_tag where tenant = :tenant and entry = :entry",
            {{"tenant", tenant}, {"entry", entry}});
      s.run("delete from register_token where tenant = :tenant and entry = :entry",
            {{"tenant", tenant}, {"entry", entry}});
      add_step(s, by, entry, "erase", "", e.state, after);
    }
    s.run(
        "update register_proof set note = '' where tenant = :tenant and "
        "person = "
        ":person",
        {{"tenant", tenant}, {"person", p.id}});
    s.run(
        "update register_certificate set payload = '', signature = '', revoked_at = :at, revoked_by = :by, "
        "reason = "
        "'个人信息已删除' where tenant = :tenant and (person = :person or person in (select id from "
        "register_person where "
        "tenant = :tenant and merged_into = :person))",
        {{"at", now}, {"by", by.actor.name}, {"tenant", tenant}, {"person", p.id}});
    log(s, by, kManage, 0, "register.person.erase", subject_of("register_person", p.id),
        "删除个人信息：" + reason);
    return {};
  });
}

}  // namespace kepu::registers
