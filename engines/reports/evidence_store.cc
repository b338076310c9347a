#include "engines/reports/evidence_store.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/reports/evidence_rows.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;

namespace {

std::string subject_of(Id evidence) { return fmt::format("evidence:{}", evidence); }

// An address of the platform: one slash, and nothing that a browser would take for another host.
bool is_own_address(std::string_view url) {
  return url.size() > 1 && url[0] == '/' && url[1] != '/' && url.find('\\') == std::string_view::npos;
}

base::Done check_content(EvidenceKind kind, const EvidenceVersion& version) {
  if (kind == EvidenceKind::file) {
    if (version.sha256.empty()) return refuse(Code::invalid, "evidence.file", "请选择要上传的文件。", "file");
    return {};
  }
  const bool printable =
      version.url.size() <= 1000 && version.url.find_first_of(" \t\r\n\"<>") == std::string::npos;
  const bool web = base::starts_with(version.url, "https://") || base::starts_with(version.url, "http://");
  if (printable && (kind == EvidenceKind::link ? web : is_own_address(version.url))) return {};
  return refuse(Code::invalid, "evidence.url",
                kind == EvidenceKind::link ? "请填写完整的网址，以 https:// 或 http:// 开头，中间没有空格。"
                                           : "平台记录请填写本平台页面的地址，以 / 开头，例如 /tasks/123。",
                "url");
}

base::Done check_words(const EvidenceStore::New& e) {
  if (base::trim(e.title).empty())
    return refuse(Code::invalid, "evidence.title", "请填写佐证名称。", "title");
  if (base::length(e.title) > 200)
    return refuse(Code::invalid, "evidence.title", "名称最多 200 字。", "title");
  if (base::length(e.note) > 2000)
    return refuse(Code::invalid, "evidence.note", "说明最多 2,000 字。", "note");
  if (e.valid_from && e.valid_until && *e.valid_until < *e.valid_from)
    return refuse(Code::invalid, "evidence.dates", "有效期的止日早于起日。", "valid_until");
  return {};
}

std::string content_of(const EvidenceVersion& version) {
  return version.sha256.empty() ? "url:" + version.url : version.sha256;
}

// Whether this unit's content is new: of two at once the second waits for the first and sees it.
bool claim(sql::Session& session, Id tenant, Id unit, const EvidenceVersion& version, Id evidence) {
  const std::string content = content_of(version);
  return session.run(
             "insert into evidence_content (tenant, unit, content, evidence) values (:tenant, :unit, "
             ":content, "
             ":evidence) on conflict do nothing",
             {{"tenant", tenant}, {"unit", unit}, {"content", content}, {"evidence", evidence}}) == 1;
}

}  // namespace

base::Result<EvidenceStore::Added> EvidenceStore::add(const By& by, const New& fresh) {
  TRY(by.actor.require("evidence.edit", fresh.unit));
  TRY(check_words(fresh));
  TRY(check_content(fresh.kind, fresh.content));
  const Id tenant = by.actor.tenant;
  const base::Millis now = clock_.now();
  return db_.write([&](sql::Session& session) -> base::Result<Added> {
    const bool file = fresh.kind == EvidenceKind::file;
    const Id id = ids_.next();
    if (!claim(session, tenant, fresh.unit, fresh.content, id)) {
      const std::string content = content_of(fresh.content);
      const auto same = session.one(
          "select e.id, e.title from evidence_content c join evidence e on e.tenant = c.tenant and e.id = "
          "c.evidence "
          "where c.tenant = :tenant and c.unit = :unit and c.content = :content",
          {{"tenant", tenant}, {"unit", fresh.unit}, {"content", content}}, [](const sql::Row& r) {
            return Added{r.integer(0), true, r.text(1)};
          });
      if (same) return *same;
      return refuse(Code::conflict, "evidence.changed_meanwhile", "这份内容刚被别人登记或撤下，请再试一次。");
    }
    Evidence e;
    e.id = id;
    e.title = base::trim(fresh.title);
    e.note = base::trim(fresh.note);
    e.current = fresh.content;
    e.current.number = 1;
    e.current.at = now;
    e.current.by = by.actor.name;
    if (file) e.current.url.clear();
    const std::string from = iso(fresh.valid_from), until = iso(fresh.valid_until);
    session.run(
        "insert into evidence (tenant, id, unit, kind, title, note, folded, valid_from, valid_until, "
        "revision, withdrawn, "
        "version, created_at, edited_at, edited_by) values (:tenant, :id, :unit, :kind, :title, :note, '', "
        ":from, :until, "
        "1, '', 1, :at, :at, :by)",
        {{"tenant", tenant},
         {"id", e.id},
         {"unit", fresh.unit},
         {"kind", to_text(fresh.kind)},
         {"title", e.title},
         {"note", e.note},
         {"from", from},
         {"until", until},
         {"at", now},
         {"by", by.actor.name}});
    insert_version(session, tenant, e.id, e.current);
    index_evidence(session, tenant, e);
    audit::append(session, tenant,
                  entry_of(by, "evidence.edit", fresh.unit, "evidence.add", subject_of(e.id),
                           fmt::format("登记佐证“{}”（{}）", e.title, title_of(fresh.kind)), now));
    return Added{e.id, false, e.title};
  });
}

base::Done EvidenceStore::modify(
    const By& by, Id evidence, std::int64_t revision, std::string_view action,
    const std::function<base::Result<std::string>(sql::Session&, const Evidence&)>& work) {
  const Id tenant = by.actor.tenant;
  const base::Millis now = clock_.now();
  return db_.write([&](sql::Session& session) -> base::Done {
    const auto before = read_evidence(session, tenant, evidence);
    if (!before) return refuse(Code::not_found, "evidence.not_found", "佐证库里没有这件佐证。");
    TRY(by.actor.require("evidence.edit", before->unit));
    const auto changed = session.run(
        "update evidence set revision = revision + 1, edited_at = :at, edited_by = :by where tenant = "
        ":tenant and id = "
        ":id and revision = :revision",
        {{"at", now}, {"by", by.actor.name}, {"tenant", tenant}, {"id", evidence}, {"revision", revision}});
    if (changed == 0) {
      const auto who = session.one(
          "select edited_by, edited_at from evidence where tenant = :tenant and id = :id",
          {{"tenant", tenant}, {"id", evidence}},
          [](const sql::Row& r) { return fmt::format("{}于 {}", r.view(0), base::to_local(r.integer(1))); });
      return refuse(Code::conflict, "evidence.changed_meanwhile",
                    *who + " 刚改过这件佐证，您的修改没有保存。请刷新后再改。");
    }
    const std::string summary = TRY(work(session, *before));
    audit::append(
        session, tenant,
        entry_of(by, "evidence.edit", before->unit, std::string(action), subject_of(evidence), summary, now));
    return {};
  });
}

base::Done EvidenceStore::change(const By& by, Id evidence, std::int64_t revision, const New& wanted) {
  TRY(check_words(wanted));
  return modify(by, evidence, revision, "evidence.change",
                [&](sql::Session& session, const Evidence& before) -> base::Result<std::string> {
                  Evidence e = before;
                  e.title = base::trim(wanted.title);
                  e.note = base::trim(wanted.note);
                  const std::string from = iso(wanted.valid_from), until = iso(wanted.valid_until);
                  session.run(
                      "update evidence set title = :title, note = :note, valid_from = :from, valid_until = "
                      ":until where tenant = :tenant and id = :id",
                      {{"title", e.title},
                       {"note", e.note},
                       {"from", from},
                       {"until", until},
                       {"tenant", by.actor.tenant},
                       {"id", evidence}});
                  index_evidence(session, by.actor.tenant, e);
                  return fmt::format("修改佐证“{}”的名称、说明或有效期", e.title);
                });
}

base::Done EvidenceStore::add_version(const By& by, Id evidence, std::int64_t revision,
                                      const EvidenceVersion& version) {
  return modify(by, evidence, revision, "evidence.version",
                [&](sql::Session& session, const Evidence& before) -> base::Result<std::string> {
                  TRY(check_content(before.kind, version));
                  if (!before.withdrawn.empty())
                    return refuse(Code::conflict, "evidence.withdrawn", "已撤下的佐证不能再更新。");
                  if (version.sha256 == before.current.sha256 && version.url == before.current.url)
                    return refuse(Code::invalid, "evidence.same", "与现在的版本完全相同，没有更新。", "file");
                  Evidence e = before;
                  e.current = version;
                  e.current.number = before.current.number + 1;
                  e.current.at = clock_.now();
                  e.current.by = by.actor.name;
                  insert_version(session, by.actor.tenant, evidence, e.current);
                  claim(session, by.actor.tenant, e.unit, e.current, evidence);
                  session.run("update evidence set version = :version where tenant = :tenant and id = :id",
                              {{"version", e.current.number}, {"tenant", by.actor.tenant}, {"id", evidence}});
                  index_evidence(session, by.actor.tenant, e);
                  return fmt::format("佐证“{}”更新为第 {} 版{}", e.title, e.current.number,
                                     version.note.empty() ? "" : "：" + version.note);
                });
}

base::Done EvidenceStore::withdraw(const By& by, Id evidence, std::int64_t revision,
                                   const std::string& reason) {
  const std::string why = base::trim(reason);
  if (why.empty()) return refuse(Code::invalid, "evidence.reason", "请写明撤下的原因。", "reason");
  return modify(by, evidence, revision, "evidence.withdraw",
                [&](sql::Session& session, const Evidence& before) -> base::Result<std::string> {
                  if (!before.withdrawn.empty())
                    return refuse(Code::conflict, "evidence.withdrawn", "这件佐证已经撤下。");
                  session.run("update evidence set withdrawn = :why where tenant = :tenant and id = :id",
                              {{"why", why}, {"tenant", by.actor.tenant}, {"id", evidence}});
                  session.run("delete from evidence_content where tenant = :tenant and evidence = :id",
                              {{"tenant", by.actor.tenant}, {"id", evidence}});
                  return fmt::format("撤下佐证“{}”：{}", before.title, why);
                });
}

namespace {

// The report that takes or gives up evidence: of a unit of the actor's, and not submitted.
struct Open {
  Id unit = 0;
  std::string name;
};
base::Result<Open> open_report(sql::Session& session, const By& by, Id report) {
  const auto found =
      session.one("select unit, state, code, title from report where tenant = :tenant and id = :id",
                  {{"tenant", by.actor.tenant}, {"id", report}}, [](const sql::Row& r) {
                    return std::pair(Open{r.integer(0), r.text(2) + " " + r.text(3)}, r.text(1));
                  });
  if (!found) return refuse(Code::not_found, "report.not_found", "没有这条填报。请到“填报”页查找。");
  TRY(by.actor.require("report.edit", found->first.unit));
  if (found->second == to_text(State::submitted) || found->second == to_text(State::accepted)) {
    return refuse(Code::conflict, "report.not_in_state",
                  "这条填报已经报送，佐证不能再增减。需要更正的，请县科协退回后再改。");
  }
  return found->first;
}

}  // namespace

base::Done EvidenceStore::attach(const By& by, Id report, Id evidence) {
  const Id tenant = by.actor.tenant;
  const base::Millis now = clock_.now();
  return db_.write([&](sql::Session& session) -> base::Done {
    const Open open = TRY(open_report(session, by, report));
    const auto e = read_evidence(session, tenant, evidence);
    if (!e) return refuse(Code::not_found, "evidence.not_found", "佐证库里没有这件佐证，请重新选择。");
    TRY(by.actor.require("report.read", e->unit));
    TRY(link_evidence(session, tenant, evidence, {"report", report}, now, by.actor.name));
    audit::append(session, tenant,
                  entry_of(by, "report.edit", open.unit, "evidence.link", fmt::format("report:{}", report),
                           fmt::format("为“{}”附上佐证“{}”", open.name, e->title), now));
    return {};
  });
}

base::Done EvidenceStore::detach(const By& by, Id report, Id evidence) {
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& session) -> base::Done {
    const Open open = TRY(open_report(session, by, report));
    if (!unlink_evidence(session, tenant, evidence, {"report", report}))
      return refuse(Code::not_found, "evidence.not_found", "这条填报没有附这件佐证，可能已被取下。");
    audit::append(session, tenant,
                  entry_of(by, "report.edit", open.unit, "evidence.unlink", fmt::format("report:{}", report),
                           fmt::format("从“{}”取下一件佐证", open.name), clock_.now()));
    return {};
  });
}

}  // namespace kepu::reports
