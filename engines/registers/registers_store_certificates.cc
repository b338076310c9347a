// Signed certificates of what a person verifiably did.
#include <fmt/format.h>

#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/registers/registers_rows.h"

namespace kepu::registers {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
constexpr std::string_view kIssuedColumns =
    "code, payload, signature, issued_by, revoked_by, reason, person, issued_at, revoked_at";
Issued issued_from(const sql::Row& r) {
  return {r.text(0), r.text(1),    r.text(2),    r.text(3),   r.text(4),
          r.text(5), r.integer(6), r.integer(7), r.integer(8)};
}
}  // namespace

Result<std::string> RegisterStore::issue(const By& by, Id id, base::Date from, base::Date to) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  if (to < from) return refuse(Code::invalid, "certificate.days", "起始日期晚于截止日期，请对调。", "from");
  const Person who = TRY(person(tenant, id));
  Certificate c = certificate_of(who.name, proofs(tenant, who.id), from, to);
  if (c.lines.empty()) {
    return refuse(Code::conflict, "certificate.nothing",
                  "这段时间没有已确认的科普实绩，不能出具证明。请先登记并由受益单位确认。", "from");
  }
  const auto county = p_.directory.tenant(tenant);
  c.county = county ? county->name : "";
  c.issuer = by.actor.unit_name.empty() ? c.county : by.actor.unit_name;
  c.issued_on = today();
  c.code = base::random_token(12);
  const auto all = types(tenant);
  for (const auto& e : entries_of(tenant, who.id)) {
    const auto* type = all->find(e.type);
    if (type != nullptr && in_force(e, c.issued_on))
      c.roles.push_back(fmt::format("{}（{}）", type->title, e.number));
  }
  const std::string payload = payload_of(c), signature = p_.signer.sign(payload);
  p_.db.write([&](sql::Session& s) {
    s.run(
        "insert into register_certificate (tenant, code, person, payload, signature, issued_at, issued_by, "
        "revoked_at, "
        "revoked_by, reason) values (:tenant, :code, :person, :payload, :signature, :at, :by, 0, '', '')",
        {{"tenant", tenant},
         {"code", c.code},
         {"person", who.id},
         {"payload", payload},
         {"signature", signature},
         {"at", p_.clock.now()},
         {"by", by.actor.name}});
    log(s, by, kManage, 0, "register.certificate.issue", subject_of("register_person", who.id),
        fmt::format("出具科普实绩证明：{}，{} 至 {}，{} 条", who.name, base::to_iso(from), base::to_iso(to),
                    c.lines.size()));
  });
  return c.code;
}

Done RegisterStore::revoke(const By& by, const std::string& code, const std::string& why) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage, p_.directory.units(tenant)->root()));
  const std::string reason = base::trim(why);
  if (reason.empty())
    return refuse(Code::invalid, "register.reason", "请写明撤销的原因，查验时会显示。", "text");
  return p_.db.write([&](sql::Session& s) -> Done {
    const auto done = s.run(
        "update register_certificate set revoked_at = :at, revoked_by = :by, reason = :reason where tenant = "
        ":tenant and "
        "code = :code and revoked_at = 0",
        {{"at", p_.clock.now()},
         {"by", by.actor.name},
         {"reason", reason},
         {"tenant", tenant},
         {"code", code}});
    if (done == 0) return refuse(Code::conflict, "certificate.revoked", "没有这份证明，或者已经撤销。");
    log(s, by, kManage, 0, "register.certificate.revoke", "register_certificate:" + code,
        "撤销科普实绩证明：" + reason);
    return {};
  });
}

std::optional<Issued> RegisterStore::issued(Id tenant, std::string_view code) {
  return p_.db.read([&](sql::Session& s) {
    return s.one(fmt::format("select {} from register_certificate where tenant = :tenant and code = :code",
                             kIssuedColumns),
                 {{"tenant", tenant}, {"code", code}}, issued_from);
  });
}

std::vector<Issued> RegisterStore::certificates(Id tenant, Id person) {
  return p_.db.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from register_certificate where tenant = :tenant and (person = :person or "
                    "person in (select id from register_person where tenant = :tenant and merged_into = "
                    ":person)) order by issued_at desc",
                    kIssuedColumns),
        {{"tenant", tenant}, {"person", person}}, issued_from);
  });
}

}  // namespace kepu::registers
