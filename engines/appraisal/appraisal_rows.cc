#include "engines/appraisal/appraisal_rows.h"

#include <fmt/format.h>

namespace kepu::appraisal {

std::optional<Mark::Kind> parse_mark_kind(std::string_view text);  // words.cc

namespace rows {

namespace {

AppealState appeal_state_of(std::string_view text) {
  if (text == to_text(AppealState::upheld)) return AppealState::upheld;
  return text == to_text(AppealState::rejected) ? AppealState::rejected : AppealState::open;
}

}  // namespace

std::string iso(const std::optional<base::Date>& date) { return date ? base::to_iso(*date) : std::string(); }

base::Done check_revision(const Head& head, std::int64_t revision) {
  if (head.revision == revision) return {};
  return base::refuse(
      base::Code::conflict, "appraisal.changed_meanwhile",
      fmt::format("{}于 {} 刚改过这项考核，您的操作没有保存。请刷新页面，在最新内容上再做一次。",
                  head.edited_by, base::to_local(head.edited_at)));
}

Head head_of(const sql::Row& r) {
  Head h;
  h.id = r.integer(0);
  h.year = static_cast<int>(r.integer(1));
  h.title = r.text(2);
  h.state = parse_state(r.view(3)).value_or(State::draft);
  h.revision = r.integer(4);
  h.self_due = base::parse_date(r.view(5));
  h.assess_due = base::parse_date(r.view(6));
  h.notice_from = base::parse_date(r.view(7));
  h.notice_until = base::parse_date(r.view(8));
  h.edited_at = r.integer(9);
  h.edited_by = r.text(10);
  h.published_at = r.integer(11);
  h.frozen_at = r.integer(12);
  h.finished_at = r.integer(13);
  h.inputs_hash = r.text(14);
  h.scores_hash = r.text(15);
  return h;
}

UnitSheet sheet_of(const sql::Row& r) {
  UnitSheet s;
  s.entry = {r.integer(0), r.text(1), r.text(2), static_cast<int>(r.integer(3))};
  s.revision = r.integer(4);
  s.submitted_at = r.integer(5);
  s.submitted_by = r.text(6);
  s.edited_at = r.integer(7);
  s.edited_by = r.text(8);
  return s;
}

std::vector<Entry> entries(sql::Session& session, Id tenant, Id appraisal, Id unit) {
  return session.rows(
      "select unit, name, grp, position from appraisal_entry where tenant = :tenant and appraisal = "
      ":appraisal and (:unit = 0 or unit = :unit) order by position, unit",
      {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}}, [](const sql::Row& r) {
        return Entry{r.integer(0), r.text(1), r.text(2), static_cast<int>(r.integer(3))};
      });
}

std::vector<Figure> figures(sql::Session& session, Id tenant, Id appraisal, Id unit) {
  return session.rows(
      "select unit, item, value, why, records, from_date, to_date, at from appraisal_figure where tenant = "
      ":tenant and appraisal = :appraisal and (:unit = 0 or unit = :unit)",
      {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}}, [](const sql::Row& r) {
        Figure a;
        a.unit = r.integer(0);
        a.item = r.text(1);
        a.value = r.optional_integer(2);
        a.why = r.text(3);
        a.records = r.integer(4);
        a.from = base::parse_date(r.view(5)).value_or(base::Date{});
        a.to = base::parse_date(r.view(6)).value_or(base::Date{});
        a.at = r.integer(7);
        return a;
      });
}

std::vector<Mark> marks(sql::Session& session, Id tenant, Id appraisal, Id unit, bool brief) {
  const std::string columns = brief ? "unit, item, kind, person, points"
                                    : "unit, item, kind, person, points, person_name, reason, link, at";
  std::vector<Mark> out;
  session.each("select " + columns +
                   " from appraisal_mark where tenant = :tenant and appraisal = :appraisal and (:unit = 0 or "
                   "unit = :unit)",
               {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}}, [&](const sql::Row& r) {
                 Mark& m = out.emplace_back();
                 m.unit = r.integer(0);
                 m.item = r.text(1);
                 m.kind = parse_mark_kind(r.view(2)).value_or(Mark::Kind::self);
                 m.person = r.integer(3);
                 m.points = r.optional_integer(4);
                 if (brief) return;
                 m.person_name = r.text(5);
                 m.reason = r.text(6);
                 m.link = r.text(7);
                 m.at = r.integer(8);
               });
  return out;
}

std::vector<Appeal> appeals(sql::Session& session, const std::string& where, const sql::Args& args) {
  return session.rows(
      "select id, appraisal, unit, item, state, text, link, at, filed_by, decided_at, decided_by, decision "
      "from appraisal_appeal where " +
          where + " order by at desc, id desc",
      args, [](const sql::Row& r) {
        Appeal a;
        a.id = r.integer(0);
        a.appraisal = r.integer(1);
        a.unit = r.integer(2);
        a.item = r.text(3);
        a.state = appeal_state_of(r.view(4));
        a.text = r.text(5);
        a.link = r.text(6);
        a.at = r.integer(7);
        a.by = r.text(8);
        a.decided_at = r.integer(9);
        a.decided_by = r.text(10);
        a.decision = r.text(11);
        return a;
      });
}

void insert_entry(sql::Session& session, Id tenant, Id appraisal, const Entry& e) {
  session.run(
      "insert into appraisal_entry (tenant, appraisal, unit, name, grp, position, revision, submitted_at, "
      "submitted_by, edited_at, edited_by) values (:tenant, :appraisal, :unit, :name, :grp, :position, 1, 0, "
      "'', 0, '')",
      {{"tenant", tenant},
       {"appraisal", appraisal},
       {"unit", e.unit},
       {"name", e.name},
       {"grp", e.group},
       {"position", e.position}});
}

void insert_figure(sql::Session& session, Id tenant, Id appraisal, const Figure& a) {
  session.run(
      "insert into appraisal_figure (tenant, appraisal, unit, item, value, why, records, from_date, to_date, "
      "at) values (:tenant, :appraisal, :unit, :item, :value, :why, :records, :from, :to, :at)",
      {{"tenant", tenant},
       {"appraisal", appraisal},
       {"unit", a.unit},
       {"item", a.item},
       {"value", a.value},
       {"why", a.why},
       {"records", a.records},
       {"from", base::to_iso(a.from)},
       {"to", base::to_iso(a.to)},
       {"at", a.at}});
}

void insert_mark(sql::Session& session, Id tenant, Id appraisal, const Mark& m) {
  session.run(
      "insert into appraisal_mark (tenant, appraisal, unit, item, kind, person, person_name, points, reason, "
      "link, at) values (:tenant, :appraisal, :unit, :item, :kind, :person, :name, :points, :reason, :link, "
      ":at) on conflict (tenant, appraisal, unit, item, kind, person) do update set points = "
      "excluded.points, reason = excluded.reason, link = excluded.link, person_name = excluded.person_name, "
      "at = excluded.at",
      {{"tenant", tenant},
       {"appraisal", appraisal},
       {"unit", m.unit},
       {"item", m.item},
       {"kind", to_text(m.kind)},
       {"person", m.person},
       {"name", m.person_name},
       {"points", m.points},
       {"reason", m.reason},
       {"link", m.link},
       {"at", m.at}});
}

void insert_score(sql::Session& session, Id tenant, const Head& head, const UnitScore& s, int position,
                  base::Date finished) {
  session.run(
      "insert into appraisal_score (tenant, appraisal, unit, year, name, grp, grade, self, assessed, total, "
      "bonus, deduction, missing, position, finished_on) values (:tenant, :appraisal, :unit, :year, :name, "
      ":grp, :grade, :self, :assessed, :total, :bonus, :deduction, :missing, :position, :finished)",
      {{"tenant", tenant},
       {"appraisal", head.id},
       {"unit", s.unit},
       {"year", head.year},
       {"name", s.name},
       {"grp", s.group},
       {"grade", s.grade},
       {"self", s.self.total},
       {"assessed", s.assessed.total},
       {"total", s.final.total},
       {"bonus", s.final.bonus},
       {"deduction", s.final.deduction},
       {"missing", s.missing},
       {"position", position},
       {"finished", base::to_iso(finished)}});
}

ResultRow result_of(const sql::Row& r) {
  ResultRow out;
  out.unit = r.integer(0);
  out.year = static_cast<int>(r.integer(1));
  out.name = r.text(2);
  out.group = r.text(3);
  out.grade = r.text(4);
  out.self = r.optional_integer(5);
  out.assessed = r.optional_integer(6);
  out.total = r.optional_integer(7);
  out.bonus = r.integer(8);
  out.deduction = r.integer(9);
  out.missing = static_cast<int>(r.integer(10));
  return out;
}

}  // namespace rows
}  // namespace kepu::appraisal
