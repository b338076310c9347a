#include "engines/reports/evidence_rows.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/reports/tokens.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

std::string_view to_text(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::file:
      return "file";
    case EvidenceKind::link:
      return "link";
    case EvidenceKind::record:
      return "record";
  }
  return "";
}
std::string_view title_of(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::file:
      return "文件";
    case EvidenceKind::link:
      return "链接";
    case EvidenceKind::record:
      return "平台记录";
  }
  return "";
}
std::string evidence_url(Id evidence) { return fmt::format("/evidence/{}", evidence); }

const std::string kEvidenceSelect =
    "select e.id, e.unit, e.kind, e.title, e.note, e.valid_from, e.valid_until, e.revision, e.withdrawn, "
    "v.number, "
    "v.sha256, v.file_name, v.type, v.size, v.url, v.at, v.added_by, v.note, (select count(*) from "
    "evidence_link l "
    "where l.tenant = e.tenant and l.evidence = e.id), e.created_at from evidence e join evidence_version v "
    "on v.tenant = "
    "e.tenant "
    "and v.evidence = e.id and v.number = e.version ";

Evidence evidence_from(const sql::Row& r) {
  Evidence out;
  out.id = r.integer(0);
  out.unit = r.integer(1);
  out.kind = r.view(2) == "link"     ? EvidenceKind::link
             : r.view(2) == "record" ? EvidenceKind::record
                                     : EvidenceKind::file;
  out.title = r.text(3);
  out.note = r.text(4);
  out.valid_from = base::parse_date(r.view(5));
  out.valid_until = base::parse_date(r.view(6));
  out.revision = r.integer(7);
  out.withdrawn = r.text(8);
  out.current = {static_cast<int>(r.integer(9)),
                 r.text(10),
                 r.text(11),
                 r.text(12),
                 static_cast<std::uint64_t>(r.integer(13)),
                 r.text(14),
                 r.integer(15),
                 r.text(16),
                 r.text(17)};
  out.uses = static_cast<int>(r.integer(18));
  out.created_at = r.integer(19);
  return out;
}

std::optional<Evidence> read_evidence(sql::Session& session, Id tenant, Id evidence) {
  return session.one(kEvidenceSelect + "where e.tenant = :tenant and e.id = :id",
                     {{"tenant", tenant}, {"id", evidence}}, evidence_from);
}

void insert_version(sql::Session& session, Id tenant, Id evidence, const EvidenceVersion& version) {
  session.run(
      "insert into evidence_version (tenant, evidence, number, sha256, file_name, type, size, url, at, "
      "added_by, note) "
      "values (:tenant, :evidence, :number, :sha256, :name, :type, :size, :url, :at, :by, :note)",
      {{"tenant", tenant},
       {"evidence", evidence},
       {"number", version.number},
       {"sha256", version.sha256},
       {"name", version.file_name},
       {"type", version.type},
       {"size", static_cast<std::int64_t>(version.size)},
       {"url", version.url},
       {"at", version.at},
       {"by", version.by},
       {"note", version.note}});
}

void index_evidence(sql::Session& session, Id tenant, const Evidence& e) {
  const std::string text = e.title + "\n" + e.note + "\n" + e.current.file_name;
  const std::string words = folded(text);
  session.run("update evidence set folded = :folded where tenant = :tenant and id = :id",
              {{"folded", words}, {"tenant", tenant}, {"id", e.id}});
  session.run("delete from evidence_token where tenant = :tenant and evidence = :id",
              {{"tenant", tenant}, {"id", e.id}});
  for (const auto& token : tokens_of(text)) {
    session.run("insert into evidence_token (tenant, token, evidence) values (:tenant, :token, :id)",
                {{"tenant", tenant}, {"token", token}, {"id", e.id}});
  }
}

// ---------------------------------------------------------------- links, for this engine and others

base::Done link_evidence(sql::Session& session, Id tenant, Id evidence, const Subject& subject,
                         base::Millis now, const std::string& by) {
  const auto withdrawn =
      session.one("select withdrawn from evidence where tenant = :tenant and id = :id",
                  {{"tenant", tenant}, {"id", evidence}}, [](const sql::Row& r) { return r.text(0); });
  if (!withdrawn) return refuse(Code::not_found, "evidence.not_found", "佐证库里没有这件佐证，请重新选择。");
  if (!withdrawn->empty())
    return refuse(Code::conflict, "evidence.withdrawn",
                  "这件佐证已被撤下（" + *withdrawn + "），不能再引用。");
  session.run(
      "insert into evidence_link (tenant, subject_kind, subject, evidence, at, linked_by) values (:tenant, "
      ":kind, "
      ":subject, :evidence, :at, :by) on conflict do nothing",
      {{"tenant", tenant},
       {"kind", subject.kind},
       {"subject", subject.id},
       {"evidence", evidence},
       {"at", now},
       {"by", by}});
  return {};
}

bool unlink_evidence(sql::Session& session, Id tenant, Id evidence, const Subject& subject) {
  return session.run(
             "delete from evidence_link where tenant = :tenant and subject_kind = :kind and subject = "
             ":subject and evidence = :evidence",
             {{"tenant", tenant}, {"kind", subject.kind}, {"subject", subject.id}, {"evidence", evidence}}) ==
         1;
}

std::vector<Evidence> evidence_of(sql::Session& session, Id tenant, const Subject& subject) {
  return session.rows(
      kEvidenceSelect +
          "join evidence_link k on k.tenant = e.tenant and k.evidence = e.id where e.tenant = :tenant "
          "and k.subject_kind = :kind and k.subject = :subject order by k.at desc, e.id desc",
      {{"tenant", tenant}, {"kind", subject.kind}, {"subject", subject.id}}, evidence_from);
}

std::optional<Id> evidence_at(std::string_view url) {
  constexpr std::string_view kBefore = "/evidence/";
  if (!base::starts_with(url, kBefore)) return std::nullopt;
  return base::parse_id(url.substr(kBefore.size()));
}

Subject score_item(Id appraisal, Id unit, std::string_view item) {
  return {fmt::format("score:{}:{}", unit, item), appraisal};
}

std::vector<Evidence> evidence_of_unit(sql::Session& session, Id tenant, Id unit, Date day,
                                       std::int64_t limit) {
  auto out = session.rows(kEvidenceSelect +
                              "where e.tenant = :tenant and e.unit = :unit and e.withdrawn = '' order by "
                              "e.created_at desc, e.id desc limit :limit",
                          {{"tenant", tenant}, {"unit", unit}, {"limit", limit}}, evidence_from);
  std::erase_if(out, [&](const Evidence& e) { return !e.is_valid_on(day); });
  return out;
}

std::map<Id, int> evidence_counts(sql::Session& session, Id tenant, std::string_view kind,
                                  const std::vector<Id>& subjects) {
  std::map<Id, int> out;
  if (subjects.empty()) return out;
  std::string list;
  for (const Id id : subjects) list += (list.empty() ? "" : ", ") + std::to_string(id);
  session.each(
      "select k.subject, count(*) from evidence_link k join evidence e on e.tenant = k.tenant and e.id = "
      "k.evidence where k.tenant = :tenant and k.subject_kind = :kind and e.withdrawn = '' and k.subject in "
      "(" +
          list + ") group by k.subject",
      {{"tenant", tenant}, {"kind", kind}},
      [&](const sql::Row& r) { out[r.integer(0)] = static_cast<int>(r.integer(1)); });
  return out;
}

}  // namespace kepu::reports
