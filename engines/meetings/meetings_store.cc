// Members and meetings.
#include "engines/meetings/meetings_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/notify/notify.h"
#include "engines/meetings/meetings_rows.h"

namespace kepu::meetings {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::size_t kTitle = 100, kLine = 200, kAgenda = 5000;

Done check_meeting(const Meeting& m, const auth::UnitTree& units) {
  TRY(check_text(m.title, "title", true, "会议名称", kTitle));
  TRY(check_text(m.place, "place", false, "地点", kLine));
  TRY(check_text(m.chair, "chair", false, "主持人", kLine));
  TRY(check_text(m.agenda, "agenda", false, "议程", kAgenda));
  if (m.day == Date{}) return refuse(Code::invalid, "meetings.day", "请填写会议日期。", "day");
  if (m.invitations.empty())
    return refuse(Code::invalid, "meetings.units", "请选择参加会议的单位，至少一个。", "units");
  for (const auto& i : m.invitations) {
    const auto* unit = units.find(i.unit);
    if (unit == nullptr || !unit->active)
      return refuse(Code::invalid, "meetings.units", "所选单位里有已撤销的，请重新选择。", "units");
  }
  return {};
}

}  // namespace

std::optional<std::string> unit_in_use(sql::Session& s, Id tenant, Id unit) {
  const auto count = [&](std::string_view sql) {
    return s.integer(sql, {{"tenant", tenant}, {"unit", unit}});
  };
  const auto decisions =
      count("select count(*) from meetings_decision where tenant = :tenant and unit = :unit");
  if (decisions > 0) return fmt::format("牵头 {} 项议定事项", decisions);
  const auto members = count("select count(*) from meetings_member where tenant = :tenant and unit = :unit");
  if (members > 0) return "是联席会议成员单位";
  const auto invited =
      count("select count(*) from meetings_invitation where tenant = :tenant and unit = :unit");
  if (invited > 0) return fmt::format("参加过或受邀参加 {} 次会议", invited);
  const auto recurring =
      count("select count(*) from meetings_recurring where tenant = :tenant and unit = :unit");
  if (recurring > 0) return fmt::format("负责 {} 项定期事项", recurring);
  return std::nullopt;
}

bool sees_all(const auth::Actor& actor) { return actor.may_everywhere(kRead) || actor.may(kManage); }

void MeetingStore::log(sql::Session& session, const By& by, std::string_view right, Id unit,
                       std::string action, std::string subject, std::string summary) {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

// ---------------------------------------------------------------- members

std::vector<Member> MeetingStore::members(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from meetings_member where tenant = :tenant order by id", kMemberColumns),
        {{"tenant", tenant}}, member_from);
  });
}

Result<Member> MeetingStore::member(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<Member> {
    auto m = s.one(
        fmt::format("select {} from meetings_member where tenant = :tenant and id = :id", kMemberColumns),
        {{"tenant", tenant}, {"id", id}}, member_from);
    if (!m) return refuse(Code::not_found, "meetings.not_found", "没有这个成员单位。请从成员名单进入。");
    return std::move(*m);
  });
}

Result<Id> MeetingStore::save_member(const By& by, Member m) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  const auto units = directory_.units(tenant);
  const auto* unit = units->find(m.unit);
  if (unit == nullptr || (m.id == 0 && !unit->active))
    return refuse(Code::invalid, "meetings.unit", "请选择成员单位。", "unit");
  if (m.from == Date{}) return refuse(Code::invalid, "meetings.from", "请填写任职开始的日期。", "from");
  if (m.until && *m.until < m.from)
    return refuse(Code::invalid, "meetings.until", "任职结束的日期不能早于开始。", "until");
  TRY(check_text(m.basis, "basis", false, "依据", kLine));
  TRY(check_text(m.person_name, "person", false, "担任人", kLine));
  TRY(check_text(m.deputy_name, "deputy", false, "代理人", kLine));
  const std::string until = iso_or_empty(m.until), from = base::to_iso(m.from);
  const bool fresh = m.id == 0;
  if (fresh) m.id = ids_.next();
  return db_.write([&](sql::Session& s) -> Result<Id> {
    const sql::Args args = {{"tenant", tenant},
                            {"id", m.id},
                            {"unit", m.unit},
                            {"role", to_text(m.role)},
                            {"person_name", m.person_name},
                            {"deputy_name", m.deputy_name},
                            {"basis", m.basis},
                            {"from", from},
                            {"until", until},
                            {"revision", m.revision}};
    const auto done =
        fresh ? s.run(fmt::format("insert into meetings_member (tenant, {}) values (:tenant, :id, :unit, "
                                  ":role, :person_name, :deputy_name, :basis, :from, "
                                  ":until, :revision + 1)",
                                  kMemberColumns),
                      args)
              : s.run(
                    "update meetings_member set unit = :unit, role = :role, "
                    "person_name = :person_name, deputy_name = :deputy_name, basis = :basis, "
                    "first_day = :from, last_day = :until, revision = revision + 1 where tenant = :tenant "
                    "and id = :id and revision = :revision",
                    args);
    if (done == 0) {
      return refuse(Code::conflict, "meetings.changed_meanwhile",
                    "别人刚改过这个成员，您的修改没有保存。请看过最新情况再改。");
    }
    log(s, by, kManage, m.unit, fresh ? "meetings.member.add" : "meetings.member.change",
        subject_of("meetings.member", m.id),
        fmt::format("{}成员：{}（{}）", fresh ? "登记" : "修改", unit->name, title_of(m.role)));
    return m.id;
  });
}

// ---------------------------------------------------------------- meetings

std::vector<MeetingRow> MeetingStore::meetings(Id tenant) {
  return db_.read([&](sql::Session& s) {
    auto rows =
        s.rows(fmt::format("select {} from meetings_meeting where tenant = :tenant order by day desc, "
                           "id desc",
                           kMeetingColumns),
               {{"tenant", tenant}}, [](const sql::Row& r) {
                 return MeetingRow{meeting_from(r), {}, 0, 0};
               });
    std::map<Id, MeetingRow*> by_id;
    for (auto& row : rows) by_id[row.meeting.id] = &row;
    s.each(fmt::format("select {} from meetings_invitation where tenant = :tenant order by meeting, position",
                       kInvitationColumns),
           {{"tenant", tenant}}, [&](const sql::Row& r) {
             if (auto* row = by_id[r.integer(6)]) row->meeting.invitations.push_back(invitation_from(r));
           });
    s.each(
        "select meeting, count(*), sum(case when state in ('open', 'in_hand', 'reported', 'returned') then 1 "
        "else 0 end) from meetings_decision where tenant = :tenant and state <> 'withdrawn' group by meeting",
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          if (auto* row = by_id[r.integer(0)]) {
            row->decisions = static_cast<int>(r.integer(1));
            row->open = static_cast<int>(r.integer(2));
          }
        });
    for (auto& row : rows) row.quorum = quorum_of(row.meeting);
    return rows;
  });
}

Result<Meeting> MeetingStore::load_meeting(sql::Session& s, Id tenant, Id id) {
  auto m = s.one(
      fmt::format("select {} from meetings_meeting where tenant = :tenant and id = :id", kMeetingColumns),
      {{"tenant", tenant}, {"id", id}}, meeting_from);
  if (!m) return refuse(Code::not_found, "meetings.not_found", "没有这次会议。请从会议清单进入。");
  m->invitations = s.rows(fmt::format("select {} from meetings_invitation where tenant = :tenant and meeting "
                                      "= :id order by position",
                                      kInvitationColumns),
                          {{"tenant", tenant}, {"id", id}}, invitation_from);
  return std::move(*m);
}

Result<Meeting> MeetingStore::meeting(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) { return load_meeting(s, tenant, id); });
}

bool MeetingStore::may_see(const auth::Actor& actor, const Meeting& m) const {
  if (sees_all(actor)) return true;
  if (m.called_at == 0) return false;  // a draft is the office's own
  return std::any_of(m.invitations.begin(), m.invitations.end(),
                     [&](const Invitation& i) { return actor.may(kRead, i.unit); });
}

void MeetingStore::save_invitations(sql::Session& s, Id tenant, const Meeting& m) {
  s.run("delete from meetings_invitation where tenant = :tenant and meeting = :id",
        {{"tenant", tenant}, {"id", m.id}});
  int position = 0;
  for (const auto& i : m.invitations) {
    s.run(
        "insert into meetings_invitation (tenant, meeting, unit, position, member, answer, who, attendance, "
        "came) values (:tenant, :meeting, :unit, :position, :member, :answer, :who, :attendance, :came)",
        {{"tenant", tenant},
         {"meeting", m.id},
         {"unit", i.unit},
         {"position", position++},
         {"member", i.member ? 1 : 0},
         {"answer", to_text(i.answer)},
         {"who", i.who},
         {"attendance", to_text(i.attendance)},
         {"came", i.came}});
  }
}

Result<Id> MeetingStore::save_meeting(const By& by, const Meeting& wanted) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  TRY(check_meeting(wanted, *directory_.units(tenant)));
  const auto now = clock_.now();
  const std::string day = base::to_iso(wanted.day);
  const Id fresh_id = wanted.id == 0 ? ids_.next() : 0;
  return db_.write([&](sql::Session& s) -> Result<Id> {
    Meeting m = wanted;
    if (fresh_id != 0) {
      m.id = fresh_id;
      s.run(fmt::format("insert into meetings_meeting (tenant, {}) values (:tenant, :id, 'draft', :kind, "
                        ":title, :place, :chair, :day, :time, :agenda, '', '', '', '', '', 1, :now, :by, "
                        ":now2, :by2, 0, 0, 0)",
                        kMeetingColumns),
            {{"tenant", tenant},
             {"id", m.id},
             {"kind", to_text(m.kind)},
             {"title", m.title},
             {"place", m.place},
             {"chair", m.chair},
             {"day", day},
             {"time", m.time},
             {"agenda", m.agenda},
             {"now", now},
             {"by", by.actor.name},
             {"now2", now},
             {"by2", by.actor.name}});
    } else {
      const Meeting old = TRY(take_meeting(s, tenant, m.id, m.revision, Action::edit));
      for (auto& i : m.invitations) {
        if (const auto* was = old.invitation(i.unit)) {
          i.answer = was->answer;
          i.who = was->who;
        }
      }
      s.run(
          "update meetings_meeting set kind = :kind, title = :title, place = :place, chair = :chair, day = "
          ":day, time_of_day = :time, agenda = :agenda, edited_at = :now, edited_by = :by where tenant = "
          ":tenant and id = :id",
          {{"tenant", tenant},
           {"id", m.id},
           {"kind", to_text(m.kind)},
           {"title", m.title},
           {"place", m.place},
           {"chair", m.chair},
           {"day", day},
           {"time", m.time},
           {"agenda", m.agenda},
           {"now", now},
           {"by", by.actor.name}});
    }
    save_invitations(s, tenant, m);
    log(s, by, kManage, 0, fresh_id != 0 ? "meetings.add" : "meetings.change", subject_of("meeting", m.id),
        fmt::format("{}会议：{}，{}，{} 个单位", fresh_id != 0 ? "拟订" : "修改", m.title, day,
                    m.invitations.size()));
    return m.id;
  });
}

std::vector<Meeting> MeetingStore::unanswered(Id tenant, const std::vector<Id>& units, Date today) {
  const std::string day = base::to_iso(today);
  return db_.read([&](sql::Session& s) {
    auto out =
        s.rows(fmt::format("select {} from meetings_meeting where tenant = :tenant and state = "
                           "'called' and day >= :day and id in (select meeting from "
                           "meetings_invitation where tenant = :tenant and answer = 'none' and unit in "
                           "({})) order by day, id limit 100",
                           kMeetingColumns, list_of(units)),
               {{"tenant", tenant}, {"day", day}}, meeting_from);
    for (auto& m : out) {
      m.invitations = s.rows(fmt::format("select {} from meetings_invitation where tenant = :tenant and "
                                         "meeting = :id order by position",
                                         kInvitationColumns),
                             {{"tenant", tenant}, {"id", m.id}}, invitation_from);
    }
    return out;
  });
}

std::vector<Meeting> MeetingStore::held_between(Id tenant, Date from, Date to) {
  const std::string first = base::to_iso(from), last = base::to_iso(to);
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from meetings_meeting where tenant = :tenant and state in ('held', "
                              "'filed') and day >= :first and day <= :last order by day desc, id desc",
                              kMeetingColumns),
                  {{"tenant", tenant}, {"first", first}, {"last", last}}, meeting_from);
  });
}

}  // namespace kepu::meetings
