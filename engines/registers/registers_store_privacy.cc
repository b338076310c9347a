// 个人信息保护法: a copy of all that is kept of a person, and its erasure.
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
}

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
    j.field("内容", proof.title).field("时长", proof.hours).field("状态", std::string(title_of(proof.state)));
    std::vector<std::string> names;
    for (const auto& f : proof.files) names.push_back(f.name);
    j.field("佐证材料", base::join(names, "、")).end();
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
      s.run("delete from register_sort where tenant = :tenant and entry = :entry",
            {{"tenant", tenant}, {"entry", entry}});
      s.run("delete from register_token where tenant = :tenant and entry = :entry",
            {{"tenant", tenant}, {"entry", entry}});
      add_step(s, by, entry, "erase", "", e.state, after);
    }
    s.run(
        "update register_proof set note = '', files = '' where tenant = :tenant and "
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
