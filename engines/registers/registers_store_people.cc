// People: one record across registers.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
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

}  // namespace kepu::registers
