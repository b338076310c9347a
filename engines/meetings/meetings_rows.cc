#include "engines/meetings/meetings_rows.h"

#include <fmt/format.h>

namespace kepu::meetings {

using base::Code;

std::string subject_of(std::string_view kind, Id id) { return fmt::format("{}:{}", kind, id); }

base::Done check_text(const std::string& text, std::string_view field, bool required, const std::string& what,
                      std::size_t most) {
  const std::string rule = "meetings." + std::string(field);
  if (required && base::trim(text).empty())
    return base::refuse(Code::invalid, rule, "请填写" + what + "。", std::string(field));
  if (base::length(text) > most) {
    return base::refuse(Code::invalid, rule, fmt::format("{}不要超过 {} 字。", what, most),
                        std::string(field));
  }
  return {};
}

base::Error changed_meanwhile(const std::string& by, base::Millis at, const std::string& what) {
  return {
      Code::conflict, "meetings.changed_meanwhile", "",
      fmt::format("{}于 {} 刚改过{}，您的操作没有生效。请看过最新情况再办。", by, base::to_local(at), what)};
}

Member member_from(const sql::Row& r) {
  Member m;
  m.id = r.integer(0);
  m.unit = r.integer(1);
  m.role = parse_member_role(r.view(2)).value_or(MemberRole::member);
  m.person_name = r.text(3);
  m.deputy_name = r.text(4);
  m.basis = r.text(5);
  m.from = base::parse_date(r.view(6)).value_or(Date{});
  m.until = base::parse_date(r.view(7));
  m.revision = r.integer(8);
  return m;
}

Meeting meeting_from(const sql::Row& r) {
  Meeting m;
  m.id = r.integer(0);
  m.state = parse_state(r.view(1)).value_or(State::cancelled);
  m.kind = parse_kind(r.view(2)).value_or(Kind::special);
  m.title = r.text(3);
  m.place = r.text(4);
  m.chair = r.text(5);
  m.day = base::parse_date(r.view(6)).value_or(Date{});
  m.time = r.text(7);
  m.agenda = r.text(8);
  m.minutes = r.text(9);
  m.paper = {r.text(10), r.text(11), r.text(12)};
  m.reason = r.text(13);
  m.revision = r.integer(14);
  m.created_at = r.integer(15);
  m.created_by = r.text(16);
  m.edited_at = r.integer(17);
  m.edited_by = r.text(18);
  m.called_at = r.integer(19);
  m.held_at = r.integer(20);
  m.filed_at = r.integer(21);
  return m;
}

Invitation invitation_from(const sql::Row& r) {
  Invitation i;
  i.unit = r.integer(0);
  i.member = r.flag(1);
  i.answer = parse_answer(r.view(2)).value_or(Answer::none);
  i.who = r.text(3);
  i.attendance = parse_attendance(r.view(4)).value_or(Attendance::none);
  i.came = r.text(5);
  return i;
}

Decision decision_from(const sql::Row& r) {
  Decision d;
  d.id = r.integer(0);
  d.number = r.text(1);
  d.state = parse_decision_state(r.view(2)).value_or(DecisionState::withdrawn);
  d.meeting = r.integer(3);
  d.what = r.text(4);
  d.unit = r.integer(5);
  d.partners = r.text(6);
  d.task = {r.integer(7), r.text(8), r.text(9)};
  d.due = base::parse_date(r.view(10)).value_or(Date{});
  d.reported_on = base::parse_date(r.view(11));
  d.revision = r.integer(12);
  d.made_at = r.integer(13);
  d.made_by = r.text(14);
  d.ended_at = r.integer(15);
  d.edited_at = r.integer(16);
  d.edited_by = r.text(17);
  return d;
}

Briefing briefing_from(const sql::Row& r) {
  Briefing b;
  b.id = r.integer(0);
  b.state = r.view(1) == "issued" ? BriefingState::issued : BriefingState::draft;
  b.year = static_cast<int>(r.integer(2));
  b.issue = static_cast<int>(r.integer(3));
  b.title = r.text(4);
  b.day = base::parse_date(r.view(5)).value_or(Date{});
  b.meeting = r.integer(6);
  b.words = r.text(7);
  b.questions = r.text(8);
  b.issuer = r.text(9);
  b.sha256 = r.text(10);
  b.revision = r.integer(11);
  b.created_at = r.integer(12);
  b.created_by = r.text(13);
  b.edited_at = r.integer(14);
  b.edited_by = r.text(15);
  b.issued_at = r.integer(16);
  b.issued_by = r.text(17);
  b.figures = figures_from(r.view(18));
  for (auto& id : base::split(r.view(19), " ")) {
    if (!id.empty()) b.metrics.push_back(std::move(id));
  }
  return b;
}

Recurring recurring_from(const sql::Row& r) {
  Recurring x;
  x.id = r.integer(0);
  x.title = r.text(1);
  x.basis = r.text(2);
  x.every = parse_every(r.view(3)).value_or(Every::year);
  x.times = static_cast<int>(r.integer(4));
  x.proof = parse_proof(r.view(5)).value_or(Proof::note);
  x.kind = parse_kind(r.view(6)).value_or(Kind::conference);
  x.unit = r.integer(7);
  x.since = base::parse_date(r.view(8)).value_or(Date{});
  x.ended = base::parse_date(r.view(9));
  x.revision = r.integer(10);
  return x;
}

}  // namespace kepu::meetings
