// Who may do what with an entry; applying and changing.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

// ---------------------------------------------------------------- who may

bool RegisterStore::is_own(const auth::Actor& actor, const Entry& e) {
  if (actor.person == 0) return false;
  if (e.applicant == actor.person && e.person == 0) return true;
  if (e.person == 0) return false;
  const auto own = person_of_account(actor.tenant, actor.person);
  return own && *own == e.person;
}

bool RegisterStore::may_see(const auth::Actor& actor, const Entry& e) {
  if (actor.may(kRead, e.unit) || (e.place != 0 && actor.may(kRead, e.place))) return true;
  return actor.may(kRead) && (e.applicant == actor.person || is_own(actor, e));
}

bool RegisterStore::may_open_personal(const auth::Actor& actor, const Entry& e) {
  return actor.may(kManage, e.unit) || actor.may(kReview, e.unit) || is_own(actor, e) ||
         (actor.person != 0 && e.applicant == actor.person && may_edit_freely(e.state));
}

Done RegisterStore::may_edit(const auth::Actor& actor, const Entry& e) {
  if (may_edit_freely(e.state)) {
    if (actor.may(kApply, e.unit) || e.applicant == actor.person || is_own(actor, e))
      return actor.require(kApply);
    return actor.require(kApply, e.unit);
  }
  if (e.state == State::in_force || e.state == State::suspended || e.state == State::approved) {
    const auto type = TRY(this->type(actor.tenant, e.type));
    return actor.require(kManage, level_unit(*p_.directory.units(actor.tenant), type, e, Step::maintain));
  }
  return refuse(Code::conflict, "register.not_in_state",
                fmt::format("这个条目现在是“{}”，不能修改。要改请先退回。", title_of(e.state)));
}

Id RegisterStore::level_unit(const auth::UnitTree& units, const Type& type, const Entry& e, Step step) const {
  const Level level = step == Step::check      ? type.check
                      : step == Step::approve  ? type.approve
                      : step == Step::maintain ? type.maintain
                                               : Level::unit;
  return level == Level::county ? units.root() : e.unit;
}

Done RegisterStore::may_act(const auth::Actor& actor, const Entry& e, Action action) {
  const auto* rule = find_rule(e.state, action);
  if (rule == nullptr) {
    return refuse(
        Code::conflict, "register.not_in_state",
        fmt::format("这个条目现在是“{}”，不能{}。请刷新查看最新情况。", title_of(e.state), title_of(action)));
  }
  if (rule->step == Step::applicant)
    return may_edit_freely(e.state) ? may_edit(actor, e) : [&]() -> Done {
      if (e.applicant == actor.person || is_own(actor, e)) return actor.require(kApply);
      return actor.require(kApply, e.unit);
    }();
  const auto type = TRY(this->type(actor.tenant, e.type));
  const Id unit = level_unit(*p_.directory.units(actor.tenant), type, e, rule->step);
  TRY(actor.require(rule->step == Step::check ? kReview : kManage, unit));
  const bool decides = rule->step != Step::maintain;
  if (decides && e.person != 0 && is_own(actor, e))
    return refuse(Code::forbidden, "register.own_entry", "本人的条目要由别人来审核和批准。");
  return {};
}

// ---------------------------------------------------------------- applying and changing

Done RegisterStore::check_application(const auth::Actor& actor, const Type& type,
                                      const Application& a) const {
  const auto units = p_.directory.units(actor.tenant);
  if (base::trim(a.entry.name).empty()) return refuse(Code::invalid, "register.name", "请填写名称。", "name");
  const auto* unit = units->find(a.entry.unit);
  if (unit == nullptr || !unit->active)
    return refuse(Code::invalid, "register.unit", "请选择由哪个单位管理这个条目。", "unit");
  if (a.entry.place != 0) {
    const auto* place = units->find(a.entry.place);
    if (place == nullptr ||
        (place->kind != auth::UnitKind::township && place->kind != auth::UnitKind::village))
      return refuse(Code::invalid, "register.place", "所在地要选一个乡镇（街道）或村（社区）。", "place");
  } else if (type.cover == Cover::village) {
    return refuse(Code::invalid, "register.place", "请选择所在的村（社区）或乡镇（街道），覆盖情况按它统计。",
                  "place");
  }
  if (type.subject != Subject::person) return {};
  const bool fresh = a.entry.id == 0;
  if (fresh && !a.consent) {
    return refuse(Code::invalid, "register.consent",
                  a.self ? "登记个人信息要您本人同意，请看过用途后勾选。"
                         : "登记个人信息要本人同意：请先告知用途、取得同意，再勾选。",
                  "consent");
  }
  if (a.entry.minor && !type.minors)
    return refuse(Code::invalid, "register.minor", "“" + type.title + "”不登记未满十四周岁的人。", "age");
  if (a.entry.minor && base::trim(a.guardian).empty() && fresh) {
    return refuse(Code::invalid, "register.guardian", "未满十四周岁的人，要写明监护人姓名和同意的方式。",
                  "guardian");
  }
  return {};
}

// The one record of this person: the same phone and name, or who is signed in; else a new one.
Result<Id> RegisterStore::person_for(sql::Session& s, const By& by, const Type& type, const Application& a) {
  const Id tenant = by.actor.tenant;
  const auto phone =
      a.phone.empty() ? std::optional<std::string>(std::string()) : auth::normal_phone(a.phone);
  if (!phone) return refuse(Code::invalid, "register.phone", "联系电话不对，请核对后重填。", "phone");
  const std::string index = p_.cipher.blind_index(*phone, "register_person.phone", tenant);
  const std::string name = base::squeeze(a.entry.name);
  std::optional<Id> found;
  if (a.self && by.actor.person != 0) {
    found = s.one(
        "select id from register_person where tenant = :tenant and account = :account and merged_into = 0",
        {{"tenant", tenant}, {"account", by.actor.person}}, [](const sql::Row& r) { return r.integer(0); });
  }
  if (!found && !index.empty()) {
    found = s.one(
        "select id from register_person where tenant = :tenant and phone_index = :phone and name = :name and "
        "merged_into = 0 and erased_at = 0 order by id",
        {{"tenant", tenant}, {"phone", index}, {"name", name}},
        [](const sql::Row& r) { return r.integer(0); });
  }
  if (found) {
    const auto same = s.one(
        "select number, state from register_entry where tenant = :tenant and type = :type and person = "
        ":person and "
        "state not in ('retired', 'refused', 'withdrawn')",
        {{"tenant", tenant}, {"type", type.key}, {"person", *found}}, [](const sql::Row& r) {
          return r.text(0).empty() ? std::string(title_of(*parse_state(r.view(1)))) : r.text(0);
        });
    if (same) {
      return refuse(Code::conflict, "register.already",
                    fmt::format("{}已经在“{}”里（{}），同一个人不重复登记。", name, type.title, *same),
                    "name");
    }
    return *found;
  }
  const Id id = p_.ids.next();
  const std::string pinyin = pinyin_of(name);
  const std::string sealed = p_.cipher.seal(*phone, {"register_person", "phone", tenant, id});
  const std::string guardian =
      p_.cipher.seal(base::trim(a.guardian), {"register_person", "guardian", tenant, id});
  s.run(
      "insert into register_person (tenant, id, name, pinyin, phone, phone_index, account, merged_into, "
      "erased_at, "
      "minor, guardian, revision, created_at) values (:tenant, :id, :name, :pinyin, :phone, :index, "
      ":account, 0, 0, "
      ":minor, :guardian, 1, :at)",
      {{"tenant", tenant},
       {"id", id},
       {"name", name},
       {"pinyin", pinyin},
       {"phone", sealed},
       {"index", index},
       {"account", a.self ? by.actor.person : 0},
       {"minor", a.entry.minor ? 1 : 0},
       {"guardian", guardian},
       {"at", p_.clock.now()}});
  return id;
}

void RegisterStore::write_marks(sql::Session& s, Id tenant, const Type& type, const Entry& e) {
  s.run("delete from register_tag where tenant = :tenant and entry = :entry",
        {{"tenant", tenant}, {"entry", e.id}});
  s.run("delete from register_token where tenant = :tenant and entry = :entry",
        {{"tenant", tenant}, {"entry", e.id}});
  const auto tag = [&](std::string_view field, const std::string& value) {
    s.run(
        "insert into register_tag (tenant, type, field, value, entry) values (:tenant, :type, :field, "
        ":value, :entry) "
        "on conflict do nothing",
        {{"tenant", tenant}, {"type", e.type}, {"field", field}, {"value", value}, {"entry", e.id}});
  };
  std::string text = e.name + "\n" + e.number;
  for (const auto& f : type.fields) {
    if (f.personal) continue;
    const bool choice = f.field.kind == form::Kind::select || f.field.kind == form::Kind::multi_select;
    for (const auto& value : e.values.texts(f.field.name)) {
      if (choice && !value.empty()) tag(f.field.name, value);
      // Only what everybody may read can be searched for by everybody.
      if (f.is_public && (choice || f.field.kind == form::Kind::text)) text += "\n" + value;
    }
  }
  for (const Id id : e.serves) tag("serves", std::to_string(id));
  write_sort(s, tenant, type, e);
  std::set<std::string> tokens;
  for (const auto& line : base::split(text, "\n")) {
    for (auto& token : tokens_of(line)) tokens.insert(std::move(token));
  }
  for (const auto& token : tokens) {
    s.run(
        "insert into register_token (tenant, type, token, entry) values (:tenant, :type, :token, :entry) on "
        "conflict "
        "do nothing",
        {{"tenant", tenant}, {"type", e.type}, {"token", token}, {"entry", e.id}});
  }
}

void RegisterStore::insert_entry(sql::Session& s, const By& by, const Type& type, const Entry& e) {
  const Id tenant = by.actor.tenant;
  const std::string body = sealed_values(type, tenant, e, false),
                    secret = sealed_values(type, tenant, e, true);
  const std::string from = iso_or_empty(e.valid_from), until = iso_or_empty(e.valid_until),
                    pinyin = pinyin_of(e.name);
  s.run(
      "insert into register_entry (tenant, id, type, type_version, number, state, name, pinyin, unit, place, "
      "home, "
      "person, parent, kind, body, secret, valid_from, valid_until, reason, consent, consent_at, minor, "
      "applicant, "
      "revision, created_at, created_by, edited_at, edited_by, published_at) values (:tenant, :id, :type, "
      ":version, "
      ":number, :state, :name, :pinyin, :unit, :place, :home, :person, :parent, :kind, :body, :secret, "
      ":from, :until, "
      "'', :consent, :consent_at, :minor, :applicant, 1, :at, :by, :at, :by, :published)",
      {{"tenant", tenant},
       {"id", e.id},
       {"type", e.type},
       {"version", e.type_version},
       {"number", e.number},
       {"state", to_text(e.state)},
       {"name", e.name},
       {"pinyin", pinyin},
       {"unit", e.unit},
       {"place", e.place},
       {"home", e.home()},
       {"person", e.person},
       {"parent", e.parent},
       {"kind", e.kind},
       {"body", body},
       {"secret", secret},
       {"from", from},
       {"until", until},
       {"consent", e.consent},
       {"consent_at", e.consent_at},
       {"minor", e.minor ? 1 : 0},
       {"applicant", e.applicant},
       {"at", p_.clock.now()},
       {"by", by.actor.name},
       {"published", e.published_at}});
  write_marks(s, tenant, type, e);
}

namespace {
// What follows from the type and who applies.
void complete(Entry& e, const Type& type, const Application& a, Id applicant, base::Millis now) {
  e.type = type.key;
  e.type_version = type.version;
  e.name = base::squeeze(e.name);
  e.applicant = applicant;
  const auto* kind = type.of_use(Use::kind);
  e.kind = kind == nullptr ? "" : e.values.text(kind->field.name);
  if (type.subject == Subject::person && a.consent) {
    e.consent = a.self ? "online" : "paper";
    e.consent_at = now;
  }
}
}  // namespace

Result<Id> RegisterStore::apply(const By& by, const Application& a, bool submit) {
  const Id tenant = by.actor.tenant;
  const Type type = TRY(this->type(tenant, a.entry.type));
  if (!type.active)
    return refuse(Code::conflict, "register.inactive", "“" + type.title + "”已停用，不再受理申请。");
  if (a.self && !type.self)
    return refuse(Code::forbidden, "register.self", "“" + type.title + "”由单位申报，请联系您的单位。");
  TRY(a.self ? by.actor.require(kApply) : by.actor.require(kApply, a.entry.unit));
  TRY(check_application(by.actor, type, a));
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    Entry e = a.entry;
    e.id = p_.ids.next();
    e.state = submit ? State::submitted : State::draft;
    complete(e, type, a, by.actor.person, p_.clock.now());
    if (type.subject == Subject::person) e.person = TRY(person_for(s, by, type, a));
    freeze(s, by, type);
    insert_entry(s, by, type, e);
    add_step(s, by, e.id, submit ? "submit" : "draft", a.self ? "本人申请" : "单位申报", State::draft,
             e.state);
    log(s, by, kApply, e.unit, submit ? "register.submit" : "register.draft",
        subject_of("register_entry", e.id),
        fmt::format("{}{}：{}", submit ? "报送" : "起草", type.title, e.name));
    return e.id;
  });
}

Done RegisterStore::change(const By& by, const Application& a) {
  const Id tenant = by.actor.tenant;
  const Entry seen = TRY(entry(tenant, a.entry.id));
  const Type type = TRY(this->type(tenant, seen.type));
  TRY(may_edit(by.actor, seen));
  Application wanted = a;
  wanted.entry.type = seen.type;
  wanted.entry.minor = seen.minor;
  TRY(check_application(by.actor, type, wanted));
  if (wanted.entry.unit != seen.unit) {
    const bool own = is_own(by.actor, seen) || seen.applicant == by.actor.person;
    if (!own) TRY(by.actor.require(may_edit_freely(seen.state) ? kApply : kManage, wanted.entry.unit));
  }
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update register_entry set revision = revision + 1 where tenant = :tenant and id = :id and revision "
        "= "
        ":revision",
        {{"tenant", tenant}, {"id", a.entry.id}, {"revision", a.entry.revision}});
    Entry e = TRY(load_entry(s, tenant, a.entry.id, true));
    if (taken == 0 || e.state != seen.state) {
      return refuse(Code::conflict, "register.changed_meanwhile",
                    fmt::format("{}于 {} 刚修改过这个条目，您的修改没有保存。请对照最新内容再改。",
                                e.edited_by, base::to_local(e.edited_at)));
    }
    // What the new version of the type no longer asks for stays with the entry.
    for (const auto& [name, value] : e.values.pairs()) {
      if (type.find(name) == nullptr && name != "serves") wanted.entry.values.add(name, value);
    }
    e.values = wanted.entry.values;
    const bool renamed = e.name != base::squeeze(wanted.entry.name);
    e.name = wanted.entry.name;
    e.unit = wanted.entry.unit;
    e.place = wanted.entry.place;
    e.parent = wanted.entry.parent;
    e.serves = wanted.entry.serves;
    complete(e, type, {}, e.applicant, 0);
    const std::string body = sealed_values(type, tenant, e, false),
                      secret = sealed_values(type, tenant, e, true), pinyin = pinyin_of(e.name);
    s.run(
        "update register_entry set type_version = :version, name = :name, pinyin = :pinyin, unit = :unit, "
        "place = "
        ":place, home = :home, parent = :parent, kind = :kind, body = :body, secret = :secret, edited_at = "
        ":at, "
        "edited_by = :by where tenant = :tenant and id = :id",
        {{"version", e.type_version},
         {"name", e.name},
         {"pinyin", pinyin},
         {"unit", e.unit},
         {"place", e.place},
         {"home", e.home()},
         {"parent", e.parent},
         {"kind", e.kind},
         {"body", body},
         {"secret", secret},
         {"at", p_.clock.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", e.id}});
    write_marks(s, tenant, type, e);
    freeze(s, by, type);
    if (e.person != 0 && renamed) {
      s.run(
          "update register_person set name = :name, pinyin = :pinyin, revision = revision + 1 where tenant = "
          ":tenant "
          "and id = :id",
          {{"name", e.name}, {"pinyin", pinyin}, {"tenant", tenant}, {"id", e.person}});
    }
    add_step(s, by, e.id, "change", "", e.state, e.state);
    log(s, by, may_edit_freely(e.state) ? kApply : kManage, e.unit, "register.change",
        subject_of("register_entry", e.id), fmt::format("修改{}：{}", type.title, e.name));
    return {};
  });
}

}  // namespace kepu::registers
