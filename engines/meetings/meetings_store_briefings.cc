// Briefings, and the duties that come round.
#include <fmt/format.h>

#include <algorithm>

#include "core/notify/notify.h"
#include "engines/meetings/meetings_rows.h"

namespace kepu::meetings {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {
constexpr std::size_t kTitle = 100, kLine = 200, kWords = 10000;
}

// ---------------------------------------------------------------- briefings

std::vector<Briefing> MeetingStore::briefings(Id tenant) {
  return db_.read([&](sql::Session& s) {
    auto out =
        s.rows(fmt::format("select {} from meetings_briefing where tenant = :tenant order by case when "
                           "state = 'draft' then 0 else 1 end, issued_at desc, id desc",
                           kBriefingColumns),
               {{"tenant", tenant}}, briefing_from);
    for (auto& b : out) b.figures.clear();
    return out;
  });
}

Result<Briefing> MeetingStore::briefing(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<Briefing> {
    auto b = s.one(
        fmt::format("select {} from meetings_briefing where tenant = :tenant and id = :id", kBriefingColumns),
        {{"tenant", tenant}, {"id", id}}, briefing_from);
    if (!b) return refuse(Code::not_found, "meetings.not_found", "没有这份简报。请从简报清单进入。");
    return std::move(*b);
  });
}

Result<Id> MeetingStore::save_briefing(const By& by, const Briefing& b) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  TRY(check_text(b.title, "title", true, "简报标题", kTitle));
  TRY(check_text(b.words, "words", false, "工作情况", kWords));
  TRY(check_text(b.questions, "questions", false, "提请研究的事项", kWords));
  if (b.meeting != 0) TRY(meeting(tenant, b.meeting));
  const Id fresh = b.id == 0 ? ids_.next() : 0;
  const auto now = clock_.now();
  const std::string day = base::to_iso(clock_.today()), metrics = base::join(b.metrics, " ");
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const sql::Args text = {
        {"tenant", tenant},  {"id", fresh != 0 ? fresh : b.id}, {"title", b.title}, {"meeting", b.meeting},
        {"words", b.words},  {"questions", b.questions},        {"now", now},       {"by", by.actor.name},
        {"metrics", metrics}};
    auto args = text;
    std::int64_t done = 0;
    if (fresh != 0) {
      args.emplace_back("year", clock_.today().year);
      args.emplace_back("day", day);
      done = s.run(fmt::format("insert into meetings_briefing (tenant, {}) values (:tenant, :id, 'draft', "
                               ":year, 0, :title, :day, :meeting, :words, :questions, '', '', 1, :now, :by, "
                               ":now, :by, 0, '', '', :metrics)",
                               kBriefingColumns),
                   args);
    } else {
      args.emplace_back("revision", b.revision);
      done = s.run(
          "update meetings_briefing set title = :title, meeting = :meeting, metrics = :metrics, words = "
          ":words, "
          "questions = :questions, edited_at = :now, edited_by = :by, revision = revision + 1 where tenant = "
          ":tenant and "
          "id = :id and revision = :revision and state = 'draft'",
          args);
    }
    if (done == 0) {
      return refuse(Code::conflict, "meetings.changed_meanwhile",
                    "这份简报刚被别人修改或已经印发，您的修改没有保存。请看过最新情况再改。");
    }
    const Id id = fresh != 0 ? fresh : b.id;
    log(s, by, kManage, 0, fresh != 0 ? "briefing.add" : "briefing.change", subject_of("briefing", id),
        (fresh != 0 ? "拟订简报：" : "修改简报：") + b.title);
    return id;
  });
}

int MeetingStore::next_issue(Id tenant, int year) {
  return db_.read([&](sql::Session& s) {
    return static_cast<int>(
        s.integer("select last from meetings_counter where tenant = :tenant and kind = 'briefing' and year = "
                  ":year",
                  {{"tenant", tenant}, {"year", year}}) +
        1);
  });
}

Done MeetingStore::issue_briefing(const By& by, const Briefing& b) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  const std::string figures = to_text(b.figures), day = base::to_iso(b.day);
  return db_.write([&](sql::Session& s) -> Done {
    const auto issue = s.one(
        "insert into meetings_counter (tenant, kind, year, last) values (:tenant, 'briefing', :year, 1) on "
        "conflict (tenant, kind, year) do update set last = meetings_counter.last + 1 returning last",
        {{"tenant", tenant}, {"year", b.year}}, [](const sql::Row& r) { return r.integer(0); });
    if (issue.value_or(0) != b.issue) {
      return refuse(Code::conflict, "meetings.issue_taken",
                    fmt::format("第 {} 期刚被另一份简报用去，请再印发一次。", b.issue));
    }
    const auto done = s.run(
        "update meetings_briefing set state = 'issued', year = :year, issue = :issue, day = :day, issuer = "
        ":issuer, figures = :figures, sha256 = :sha256, issued_at = :now, issued_by = :by, edited_at = :now, "
        "edited_by = :by, revision = revision + 1 where tenant = :tenant and id = :id and revision = "
        ":revision and state = 'draft'",
        {{"year", b.year},
         {"issue", b.issue},
         {"day", day},
         {"issuer", b.issuer},
         {"figures", figures},
         {"sha256", b.sha256},
         {"now", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", b.id},
         {"revision", b.revision}});
    if (done == 0) {
      return refuse(Code::conflict, "meetings.changed_meanwhile",
                    "这份简报刚被别人修改或已经印发。请看过最新情况再办。");
    }
    log(s, by, kManage, 0, "briefing.issue", subject_of("briefing", b.id),
        fmt::format("印发简报〔{}〕第{}期：{}，SHA-256 {}", b.year, b.issue, b.title, b.sha256));
    return {};
  });
}

Done MeetingStore::drop_briefing(const By& by, Id id, std::int64_t revision) {
  TRY(by.actor.require(kManage));
  const Briefing b = TRY(briefing(by.actor.tenant, id));
  return db_.write([&](sql::Session& s) -> Done {
    const auto done = s.run(
        "delete from meetings_briefing where tenant = :tenant and id = :id and revision = :revision and "
        "state = 'draft'",
        {{"tenant", by.actor.tenant}, {"id", id}, {"revision", revision}});
    if (done == 0) {
      return refuse(Code::conflict, "meetings.changed_meanwhile",
                    "这份简报刚被别人修改或已经印发，没有删去。请看过最新情况再办。");
    }
    log(s, by, kManage, 0, "briefing.drop", subject_of("briefing", id), "删去简报草稿：" + b.title);
    return {};
  });
}

// ---------------------------------------------------------------- recurring duties

std::vector<Recurring> MeetingStore::recurrings(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from meetings_recurring where tenant = :tenant order by id",
                              kRecurringColumns),
                  {{"tenant", tenant}}, recurring_from);
  });
}

Result<Recurring> MeetingStore::recurring(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<Recurring> {
    auto r = s.one(fmt::format("select {} from meetings_recurring where tenant = :tenant and id = :id",
                               kRecurringColumns),
                   {{"tenant", tenant}, {"id", id}}, recurring_from);
    if (!r) return refuse(Code::not_found, "meetings.not_found", "没有这项定期事项。请从定期事项进入。");
    return std::move(*r);
  });
}

Result<Id> MeetingStore::save_recurring(const By& by, Recurring r) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  TRY(check_text(r.title, "title", true, "事项名称", kTitle));
  TRY(check_text(r.basis, "basis", true, "依据", kLine));
  if (r.times < 1 || r.times > 12)
    return refuse(Code::invalid, "meetings.times", "每期次数应在 1 到 12 之间。", "times");
  if (r.since == Date{}) return refuse(Code::invalid, "meetings.since", "请填写从哪天起。", "since");
  if (r.ended && *r.ended < r.since)
    return refuse(Code::invalid, "meetings.ended", "停止的日期不能早于开始。", "ended");
  const auto* unit = directory_.units(tenant)->find(r.unit);
  if (unit == nullptr) return refuse(Code::invalid, "meetings.unit", "请选择由哪个单位负责。", "unit");
  const bool fresh = r.id == 0;
  if (fresh) r.id = ids_.next();
  const std::string since = base::to_iso(r.since), ended = iso_or_empty(r.ended);
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const sql::Args args = {{"tenant", tenant},
                            {"id", r.id},
                            {"title", r.title},
                            {"basis", r.basis},
                            {"every", to_text(r.every)},
                            {"times", r.times},
                            {"proof", to_text(r.proof)},
                            {"kind", to_text(r.kind)},
                            {"unit", r.unit},
                            {"since", since},
                            {"ended", ended},
                            {"revision", r.revision}};
    const auto done =
        fresh ? s.run(fmt::format("insert into meetings_recurring (tenant, {}) values (:tenant, :id, :title, "
                                  ":basis, :every, :times, :proof, :kind, :unit, "
                                  ":since, :ended, :revision + 1)",
                                  kRecurringColumns),
                      args)
              : s.run(
                    "update meetings_recurring set title = :title, basis = :basis, every = :every, times = "
                    ":times, proof = :proof, kind = :kind, unit = :unit, "
                    "since = :since, ended = :ended, revision = revision + 1 where tenant = "
                    ":tenant and id = :id and revision = :revision",
                    args);
    if (done == 0) {
      return refuse(Code::conflict, "meetings.changed_meanwhile",
                    "别人刚改过这项定期事项，您的修改没有保存。请看过最新情况再改。");
    }
    log(s, by, kManage, r.unit, fresh ? "recurring.add" : "recurring.change", subject_of("recurring", r.id),
        fmt::format("{}定期事项：{}（{}至少 {} 次）", fresh ? "登记" : "修改", r.title, title_of(r.every),
                    r.times));
    return r.id;
  });
}

Done MeetingStore::add_proof(const By& by, Id id, const NewProof& proof) {
  const Id tenant = by.actor.tenant;
  const Recurring r = TRY(recurring(tenant, id));
  if (!by.actor.may(kManage)) TRY(by.actor.require(kAct, r.unit));
  if (r.proof != Proof::note) {
    return refuse(Code::invalid, "meetings.proof",
                  fmt::format("这项以“{}”为凭据，由平台记录自动得出，不用登记。", title_of(r.proof)));
  }
  TRY(check_text(proof.words, "words", true, "做了什么", 2000));
  if (proof.day == Date{} || proof.day > clock_.today())
    return refuse(Code::invalid, "meetings.day", "请填写是哪天做的，不晚于今天。", "day");
  if (proof.day < period_of(r.every, r.since).first)
    return refuse(Code::invalid, "meetings.day", "这一天早于这项定期事项的第一期。", "day");
  if (proof.file.empty())
    return refuse(Code::invalid, "meetings.file", "请上传凭据，如签批件、照片或会议材料。", "file");
  const std::string day = base::to_iso(proof.day);
  const Id fresh = ids_.next();
  return db_.write([&](sql::Session& s) -> Done {
    s.run(
        "insert into meetings_proof (tenant, id, recurring, day, words, paper, paper_name, paper_type, at, "
        "person_name) values (:tenant, :id, :recurring, :day, :words, :paper, :name, :type, :at, :by)",
        {{"tenant", tenant},
         {"id", fresh},
         {"recurring", id},
         {"day", day},
         {"words", proof.words},
         {"paper", proof.file.sha256},
         {"name", proof.file.name},
         {"type", proof.file.type},
         {"at", clock_.now()},
         {"by", by.actor.name}});
    log(s, by, kAct, r.unit, "recurring.proof", subject_of("recurring", id),
        fmt::format("登记“{}”的凭据：{}，{}", r.title, day, base::shorten(proof.words, 60)));
    return {};
  });
}

std::vector<ProofRow> MeetingStore::proofs(Id tenant, Id recurring) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select id, recurring, day, words, paper, paper_name, paper_type, at, person_name from "
        "meetings_proof "
        "where tenant = :tenant and (:recurring = 0 or recurring = :recurring) order by day desc, id desc",
        {{"tenant", tenant}, {"recurring", recurring}}, [](const sql::Row& r) {
          ProofRow p;
          p.id = r.integer(0);
          p.recurring = r.integer(1);
          p.day = base::parse_date(r.view(2)).value_or(Date{});
          p.words = r.text(3);
          p.file = {r.text(4), r.text(5), r.text(6)};
          p.at = r.integer(7);
          p.by = r.text(8);
          return p;
        });
  });
}

namespace {

std::vector<Happened> that_prove(const Recurring& r, const std::vector<Meeting>& held,
                                 const std::vector<Briefing>& briefings,
                                 const std::vector<ProofRow>& proofs) {
  std::vector<Happened> out;
  switch (r.proof) {
    case Proof::meeting:
      for (const auto& m : held) {
        if (m.kind == r.kind) out.push_back({m.day, m.title, fmt::format("/meetings/{}", m.id)});
      }
      break;
    case Proof::briefing:
      for (const auto& b : briefings) {
        if (b.state != BriefingState::issued) continue;
        out.push_back({base::date_of(b.issued_at), fmt::format("第 {} 期　{}", b.issue, b.title),
                       fmt::format("/briefings/{}", b.id)});
      }
      break;
    case Proof::note:
      for (const auto& p : proofs) {
        if (p.recurring == r.id)
          out.push_back({p.day, base::shorten(p.words, 60),
                         fmt::format("/recurring-duties/{}/files/{}", r.id, p.file.sha256)});
      }
      break;
  }
  return out;
}

}  // namespace

std::vector<Happened> MeetingStore::happened(Id tenant, const Recurring& r) {
  return that_prove(r, held_between(tenant, {1970, 1, 1}, {9999, 12, 31}), briefings(tenant),
                    proofs(tenant, r.id));
}

std::vector<std::pair<Recurring, std::vector<PeriodStanding>>> MeetingStore::standings(Id tenant,
                                                                                       Date today) {
  std::vector<std::pair<Recurring, std::vector<PeriodStanding>>> out;
  const auto all = recurrings(tenant);
  if (all.empty()) return out;
  const auto held = held_between(tenant, {1970, 1, 1}, today);
  const auto issued = briefings(tenant);
  const auto noted = proofs(tenant, 0);
  for (const auto& r : all) out.emplace_back(r, standings_of(r, that_prove(r, held, issued, noted), today));
  return out;
}

}  // namespace kepu::meetings
