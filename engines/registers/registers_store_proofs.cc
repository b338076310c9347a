// What people did, confirmed by a second party, with the files that prove it.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr double kMostHours = 24;
constexpr std::int64_t kMostAudience = 1'000'000;

Done check_proof(const Proof& p, base::Date today) {
  if (base::trim(p.title).empty()) return refuse(Code::invalid, "proof.fields", "请写明做了什么。", "title");
  if (p.on.year < 2000 || today < p.on)
    return refuse(Code::invalid, "proof.fields", "日期不能晚于今天。", "on");
  if (p.hours < 0 || p.hours > kMostHours)
    return refuse(Code::invalid, "proof.fields", "时长写 0 到 24 小时；跨天的分开登记。", "hours");
  if (p.audience < 0 || p.audience > kMostAudience)
    return refuse(Code::invalid, "proof.fields", "服务人次请核对。", "audience");
  if (p.files.size() > kMostProofFiles)
    return refuse(Code::invalid, "proof.fields", fmt::format("佐证材料最多 {} 份。", kMostProofFiles),
                  "file1");
  return {};
}

// False where the same source told it of this person before.
bool insert(sql::Session& s, Id tenant, const Proof& p) {
  const std::string on = base::to_iso(p.on), files = files_text(p.files);
  return s.run(
             "insert into register_proof (tenant, id, person, kind, title, on_day, hours, audience, host, "
             "note, "
             "source, "
             "state, reason, told_at, told_by, told_name, decided_at, "
             "decided_by, "
             "decided_name, decided_unit, revision, files) values (:tenant, :id, :person, :kind, :title, "
             ":on, "
             ":hours, "
             ":audience, "
             ":host, :note, :source, :state, '', :told_at, :told_by, "
             ":told_name, "
             ":decided_at, :decided_by, :decided_name, :decided_unit, 1, :files) on conflict do nothing",
             {{"tenant", tenant},
              {"id", p.id},
              {"person", p.person},
              {"kind", to_text(p.kind)},
              {"title", p.title},
              {"on", on},
              {"hours", p.hours},
              {"audience", p.audience},
              {"host", p.host},
              {"note", p.note},
              {"source", p.source},
              {"state", to_text(p.state)},
              {"told_at", p.told_at},
              {"told_by", p.told_by},
              {"told_name", p.told_name},
              {"decided_at", p.decided_at},
              {"decided_by", p.decided_by},
              {"decided_name", p.decided_name},
              {"decided_unit", p.decided_unit},
              {"files", files}}) == 1;
}

}  // namespace

std::vector<Proof> RegisterStore::proofs(Id tenant, Id person) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select {} from register_proof where tenant = :tenant and person = :person order by on_day "
            "desc, id desc",
            kProofColumns),
        {{"tenant", tenant}, {"person", person}}, proof_from);
  });
}

Result<Proof> RegisterStore::proof(Id tenant, Id id) {
  auto found = p_.db.read([&](sql::Session& s) {
    return s.one(
        fmt::format("select {} from register_proof where tenant = :tenant and id = :id", kProofColumns),
        {{"tenant", tenant}, {"id", id}}, proof_from);
  });
  if (!found) return refuse(Code::not_found, "proof.not_found", "没有这条实绩。请从人员档案进入。");
  return std::move(*found);
}

Result<Id> RegisterStore::tell(const By& by, const Proof& wanted) {
  const Id tenant = by.actor.tenant;
  const Person who = TRY(person(tenant, wanted.person));
  const bool himself = by.actor.person != 0 && who.account == by.actor.person;
  TRY(himself ? by.actor.require(kApply) : by.actor.require(kApply, wanted.host));
  if (who.erased_at != 0)
    return refuse(Code::conflict, "proof.not_open", "这个人的个人信息已删除，不能再登记。");
  const auto units = p_.directory.units(tenant);
  const auto* host = units->find(wanted.host);
  if (host == nullptr || !host->active)
    return refuse(Code::invalid, "proof.fields", "请选择为哪个单位做的：由这个单位确认。", "host");
  TRY(check_proof(wanted, today()));
  const auto deciders = p_.directory.holders(tenant, kReview, wanted.host);
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    Proof p = wanted;
    p.id = p_.ids.next();
    p.person = who.id;
    p.title = base::squeeze(p.title);
    p.source.clear();
    p.state = ProofState::told;
    p.told_at = p_.clock.now();
    p.told_by = by.actor.person;
    p.told_name = by.actor.name;
    p.decided_at = p.decided_by = 0;
    p.decided_name.clear();
    p.decided_unit.clear();
    insert(s, tenant, p);
    for (const Id decider : deciders) {
      if (decider == by.actor.person) continue;
      notify::post(s, tenant,
                   {decider, fmt::format("proof:{}", p.id), "请确认科普实绩：" + who.name, p.title,
                    fmt::format("/registers/people/{}/proofs/{}", who.id, p.id)},
                   p.told_at, p_.ids);
    }
    log(s, by, kApply, p.host, "register.proof.tell", subject_of("register_person", who.id),
        fmt::format("登记实绩：{}，{}", who.name, p.title));
    return p.id;
  });
}

Done RegisterStore::may_decide(const auth::Actor& actor, const Proof& p) {
  TRY(actor.require(kReview, p.host));
  if (p.state != ProofState::told)
    return refuse(Code::conflict, "proof.not_open",
                  fmt::format("这条实绩{}，不用再确认。", title_of(p.state)));
  const auto own = actor.person == 0 ? std::nullopt : person_of_account(actor.tenant, actor.person);
  if ((actor.person != 0 && p.told_by == actor.person) || (own && *own == p.person))
    return refuse(Code::forbidden, "proof.self", "自己登记的、自己的实绩，要由另一个人来确认。");
  return {};
}

bool RegisterStore::may_see_files(const auth::Actor& actor, const Proof& p) {
  if (actor.may(kReview, p.host) || (actor.person != 0 && p.told_by == actor.person)) return true;
  const auto own = actor.person == 0 ? std::nullopt : person_of_account(actor.tenant, actor.person);
  return own && *own == p.person;
}

Done RegisterStore::decide(const By& by, Id id, bool confirmed, const std::string& why,
                           std::int64_t revision) {
  const Id tenant = by.actor.tenant;
  const Proof seen = TRY(proof(tenant, id));
  TRY(may_decide(by.actor, seen));
  const std::string reason = base::trim(why);
  if (!confirmed && reason.empty())
    return refuse(Code::invalid, "register.reason", "请写明哪里不属实。", "text");
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update register_proof set state = :state, reason = :reason, decided_at = :at, decided_by = :by, "
        "decided_name = "
        ":name, decided_unit = :unit, revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = "
        ":revision and state = 'told'",
        {{"state", to_text(confirmed ? ProofState::confirmed : ProofState::refused)},
         {"reason", reason},
         {"at", p_.clock.now()},
         {"by", by.actor.person},
         {"name", by.actor.name},
         {"unit", by.actor.unit_name},
         {"tenant", tenant},
         {"id", id},
         {"revision", revision}});
    if (taken == 0)
      return refuse(Code::conflict, "register.changed_meanwhile", "这条实绩刚被别人办理过，请看过最新情况。");
    if (seen.told_by != 0 && seen.told_by != by.actor.person) {
      notify::post(s, tenant,
                   {seen.told_by, fmt::format("proof.decided:{}", id),
                    (confirmed ? "实绩已确认：" : "实绩不属实：") + seen.title, reason,
                    fmt::format("/registers/people/{}", seen.person)},
                   p_.clock.now(), p_.ids);
    }
    log(s, by, kReview, seen.host, confirmed ? "register.proof.confirm" : "register.proof.refuse",
        subject_of("register_person", seen.person),
        fmt::format("{}实绩：{}", confirmed ? "确认" : "不予确认", seen.title));
    return {};
  });
}

Done RegisterStore::withdraw_proof(const By& by, Id id, std::int64_t revision) {
  const Proof seen = TRY(proof(by.actor.tenant, id));
  if (seen.told_by != by.actor.person) TRY(by.actor.require(kManage, seen.host));
  TRY(by.actor.require(kApply));
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update register_proof set state = 'withdrawn', files = '', revision = revision + 1 where tenant = "
        ":tenant and "
        "id = :id and "
        "revision = :revision and state = 'told'",
        {{"tenant", by.actor.tenant}, {"id", id}, {"revision", revision}});
    if (taken == 0) return refuse(Code::conflict, "proof.not_open", "这条实绩已经确认或撤回，不能再撤回。");
    log(s, by, kApply, seen.host, "register.proof.withdraw", subject_of("register_person", seen.person),
        "撤回实绩：" + seen.title);
    return {};
  });
}

std::vector<Proof> RegisterStore::waiting_proofs(const auth::Actor& actor, std::int64_t limit) {
  if (!actor.may(kReview)) return {};
  // Who may confirm everywhere is asked about his own unit's alone.
  const auto units = actor.may_everywhere(kReview) ? std::vector<Id>{actor.unit} : actor.units_of(kReview);
  auto all = p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from register_proof where tenant = :tenant and state = 'told'{} order by "
                    "told_at, id limit :limit",
                    kProofColumns, units ? " and host in " + in_list(*units) : ""),
        {{"tenant", actor.tenant}, {"limit", limit}}, proof_from);
  });
  std::erase_if(all, [&](const Proof& p) { return !may_decide(actor, p); });
  return all;
}

Result<Id> RegisterStore::record_proof(const auth::Actor& actor, const Proof& wanted) {
  const Id tenant = actor.tenant;
  if (wanted.source.empty() || wanted.decided_name.empty())
    return refuse(Code::invalid, "proof.fields", "系统记录的实绩要有来源和确认人。");
  TRY(check_proof(wanted, today()));
  const Person who = TRY(person(tenant, wanted.person));
  return p_.db.write([&](sql::Session& s) -> Result<Id> {
    Proof p = wanted;
    p.id = p_.ids.next();
    p.person = who.id;
    p.state = ProofState::confirmed;
    p.told_at = p.decided_at = p_.clock.now();
    if (!insert(s, tenant, p)) {  // told before, perhaps at this very moment by another program
      return s.integer(
          "select id from register_proof where tenant = :tenant and source = :source and person = :person",
          {{"tenant", tenant}, {"source", p.source}, {"person", who.id}});
    }
    log(s, {actor, actor.remote}, kReview, p.host, "register.proof.record",
        subject_of("register_person", who.id), fmt::format("记录实绩：{}，{}", who.name, p.title));
    return p.id;
  });
}

}  // namespace kepu::registers
