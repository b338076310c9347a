// What happens to a meeting: called, answered, held, recorded, filed, cancelled.
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
constexpr std::size_t kLine = 200, kMinutes = 20000;
}

Result<Meeting> MeetingStore::take_meeting(sql::Session& s, Id tenant, Id id, std::int64_t revision,
                                           Action action) {
  const auto taken = s.run(
      "update meetings_meeting set revision = revision + 1 where tenant = :tenant and id = :id and revision "
      "= :revision",
      {{"tenant", tenant}, {"id", id}, {"revision", revision}});
  Meeting m = TRY(load_meeting(s, tenant, id));
  if (taken == 0) return tl::unexpected(changed_meanwhile(m.edited_by, m.edited_at, "这次会议"));
  if (!after(m.state, action)) {
    return refuse(
        Code::conflict, "meetings.not_in_state",
        fmt::format("这次会议现在是“{}”，不能{}。请刷新查看最新情况。", title_of(m.state), title_of(action)));
  }
  return m;
}

std::map<Id, std::vector<Id>> MeetingStore::people_of(Id tenant, const Meeting& m) {
  std::map<Id, std::vector<Id>> out;
  for (const auto& i : m.invitations) out[i.unit] = directory_.holders(tenant, kAct, i.unit);
  return out;
}

void MeetingStore::tell_units(sql::Session& s, const By& by, const Meeting& m,
                              const std::map<Id, std::vector<Id>>& people, const std::string& title,
                              const std::string& text, const std::string& key) {
  for (const auto& i : m.invitations) {
    const auto at = people.find(i.unit);
    if (at == people.end()) continue;
    for (const Id person : at->second) {
      if (person == by.actor.person) continue;
      notify::post(
          s, by.actor.tenant,
          {person, fmt::format("meeting:{}:{}", m.id, key), title, text, fmt::format("/meetings/{}", m.id)},
          clock_.now(), ids_);
    }
  }
}

Done MeetingStore::call(const By& by, Id id, std::int64_t revision) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  const auto people = people_of(tenant, TRY(meeting(tenant, id)));
  return db_.write([&](sql::Session& s) -> Done {
    const Meeting m = TRY(take_meeting(s, tenant, id, revision, Action::call));
    s.run(
        "update meetings_meeting set state = 'called', called_at = :now, edited_at = :now2, edited_by = :by "
        "where tenant = :tenant and id = :id",
        {{"now", clock_.now()},
         {"now2", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    tell_units(s, by, m, people, "会议通知：" + m.title,
               fmt::format("{} {}，{}。请答复由谁参加。", base::to_chinese(m.day), m.time,
                           m.place.empty() ? "地点另行通知" : m.place),
               fmt::format("call:{}", m.revision));
    log(s, by, kManage, 0, "meetings.call", subject_of("meeting", id),
        fmt::format("发出会议通知：{}，{} 个单位", m.title, m.invitations.size()));
    return {};
  });
}

Done MeetingStore::answer(const By& by, Id id, Id unit, Answer answer, const std::string& who) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.may(kManage) ? Done{} : by.actor.require(kAct, unit));
  if (answer == Answer::none)
    return refuse(Code::invalid, "meetings.answer", "请选择参加、派员代会还是请假。", "answer");
  TRY(check_text(who, "who", answer != Answer::comes,
                 answer == Answer::excused ? "请假的原因" : "代会人的姓名或职务", kLine));
  const auto* found = directory_.units(tenant)->find(unit);
  const std::string name = found == nullptr ? std::string("—") : found->name;
  return db_.write([&](sql::Session& s) -> Done {
    const Meeting m = TRY(load_meeting(s, tenant, id));
    if (m.state != State::called) {
      return refuse(Code::conflict, "meetings.not_in_state",
                    fmt::format("这次会议现在是“{}”，不用再答复。", title_of(m.state)));
    }
    const auto done = s.run(
        "update meetings_invitation set answer = :answer, who = :who where tenant = :tenant and meeting = "
        ":id and unit = :unit",
        {{"answer", to_text(answer)}, {"who", who}, {"tenant", tenant}, {"id", id}, {"unit", unit}});
    if (done == 0) return refuse(Code::not_found, "meetings.not_invited", "这个单位不在会议通知的范围里。");
    log(s, by, kAct, unit, "meetings.answer", subject_of("meeting", id),
        fmt::format("{}答复“{}”：{}{}", name, m.title, title_of(answer), who.empty() ? "" : "，" + who));
    return {};
  });
}

Done MeetingStore::hold(const By& by, Id id, std::int64_t revision, const std::vector<Invitation>& came) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    Meeting m = TRY(take_meeting(s, tenant, id, revision, Action::hold));
    if (m.day > clock_.today())
      return refuse(Code::invalid, "meetings.day",
                    fmt::format("会议定在{}，还没有开。改期的请先修改会议日期。", base::to_chinese(m.day)));
    for (auto& i : m.invitations) {
      const auto at =
          std::find_if(came.begin(), came.end(), [&](const Invitation& c) { return c.unit == i.unit; });
      if (at == came.end()) continue;
      TRY(check_text(at->came, "came", false, "到会人", kLine));
      i.attendance = at->attendance;
      i.came = at->came;
    }
    save_invitations(s, tenant, m);
    s.run(
        "update meetings_meeting set state = 'held', held_at = :held, edited_at = :now, edited_by = :by "
        "where tenant = :tenant and id = :id",
        {{"held", m.held_at == 0 ? clock_.now() : m.held_at},
         {"now", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    log(s, by, kManage, 0, "meetings.hold", subject_of("meeting", id),
        "登记召开：" + m.title + "，" + text_of(quorum_of(m)));
    return {};
  });
}

Done MeetingStore::save_minutes(const By& by, Id id, std::int64_t revision, const std::string& minutes,
                                const File& paper) {
  TRY(by.actor.require(kManage));
  TRY(check_text(minutes, "minutes", paper.empty(), "会议纪要", kMinutes));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const Meeting m = TRY(take_meeting(s, tenant, id, revision, Action::minutes));
    const File& kept = paper.empty() ? m.paper : paper;
    s.run(
        "update meetings_meeting set minutes = :minutes, paper = :paper, paper_name = :name, paper_type = "
        ":type, edited_at = :now, edited_by = :by where tenant = :tenant and id = :id",
        {{"minutes", minutes},
         {"paper", kept.sha256},
         {"name", kept.name},
         {"type", kept.type},
         {"now", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    log(s, by, kManage, 0, "meetings.minutes", subject_of("meeting", id),
        "保存会议纪要：" + m.title + (paper.empty() ? "" : "，附件“" + paper.name + "”"));
    return {};
  });
}

Done MeetingStore::file(const By& by, Id id, std::int64_t revision) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  const auto people = people_of(tenant, TRY(meeting(tenant, id)));
  return db_.write([&](sql::Session& s) -> Done {
    const Meeting m = TRY(take_meeting(s, tenant, id, revision, Action::file));
    if (base::trim(m.minutes).empty() && m.paper.empty())
      return refuse(Code::invalid, "meetings.minutes", "还没有会议纪要，请先填写或上传再归档。");
    if (quorum_of(m).unknown > 0)
      return refuse(Code::invalid, "meetings.attendance", "还有成员单位的到会情况没有登记，请登记后再归档。");
    s.run(
        "update meetings_meeting set state = 'filed', filed_at = :now, edited_at = :now2, edited_by = :by "
        "where tenant = :tenant and id = :id",
        {{"now", clock_.now()},
         {"now2", clock_.now()},
         {"by", by.actor.name},
         {"tenant", tenant},
         {"id", id}});
    tell_units(s, by, m, people, "会议纪要已定稿：" + m.title, "请查看纪要和交给本单位的议定事项。", "file");
    log(s, by, kManage, 0, "meetings.file", subject_of("meeting", id), "纪要定稿归档：" + m.title);
    return {};
  });
}

Done MeetingStore::cancel(const By& by, Id id, std::int64_t revision, const std::string& reason) {
  TRY(by.actor.require(kManage));
  TRY(check_text(reason, "reason", true, "取消的原因", kLine));
  const Id tenant = by.actor.tenant;
  const auto people = people_of(tenant, TRY(meeting(tenant, id)));
  return db_.write([&](sql::Session& s) -> Done {
    const Meeting m = TRY(take_meeting(s, tenant, id, revision, Action::cancel));
    s.run(
        "update meetings_meeting set state = 'cancelled', reason = :reason, edited_at = :now, edited_by = "
        ":by where tenant = :tenant and id = :id",
        {{"reason", reason}, {"now", clock_.now()}, {"by", by.actor.name}, {"tenant", tenant}, {"id", id}});
    if (m.called_at != 0) tell_units(s, by, m, people, "会议取消：" + m.title, "原因：" + reason, "cancel");
    log(s, by, kManage, 0, "meetings.cancel", subject_of("meeting", id),
        "取消会议：" + m.title + "，" + reason);
    return {};
  });
}

}  // namespace kepu::meetings
