#include "engines/survey/survey_rows.h"

#include <fmt/format.h>

namespace kepu::survey {

std::string subject_of(std::string_view kind, Id id) { return fmt::format("{}:{}", kind, id); }

Round round_from(const sql::Row& r) {
  Round x;
  x.id = r.integer(0);
  x.state = parse_round_state(r.view(1)).value_or(RoundState::cancelled);
  x.title = r.text(2);
  x.year = static_cast<int>(r.integer(3));
  x.from = base::parse_date(r.view(4)).value_or(base::Date{});
  x.until = base::parse_date(r.view(5)).value_or(base::Date{});
  x.basis = r.text(6);
  x.target = {r.real(7), static_cast<int>(r.integer(8)), r.text(9)};
  x.plan.proportion = r.real(10);
  x.plan.margin = r.real(11);
  x.plan.design_effect = r.real(12);
  x.plan.response = r.real(13);
  x.plan.take = static_cast<int>(r.integer(14));
  x.plan.strata = parse_strata_by(r.view(15)).value_or(StrataBy::none);
  x.questionnaire = r.integer(16);
  x.seed = r.text(17);
  x.digest = r.text(18);
  x.drawn_by = r.integer(19);
  x.drawn_name = r.text(20);
  x.drawn_at = r.integer(21);
  x.approved_by = r.integer(22);
  x.approved_name = r.text(23);
  x.approved_at = r.integer(24);
  x.frozen_at = r.integer(25);
  x.note = r.text(26);
  x.margins = r.text(27);
  x.margins_source = r.text(28);
  x.published = r.text(29);
  x.hash = r.text(30);
  x.back_share = r.real(31);
  x.revision = r.integer(32);
  x.edited_at = r.integer(33);
  x.edited_by = r.text(34);
  x.frozen_names = r.text(35);
  return x;
}

DateChange date_change_from(const sql::Row& r) {
  const auto day = [&r](int column) { return base::parse_date(r.view(column)).value_or(base::Date{}); };
  return {day(0), day(1), day(2), day(3), r.text(4), r.text(5), r.integer(6)};
}

AreaRow area_from(const sql::Row& r) {
  AreaRow a;
  a.position = static_cast<int>(r.integer(0));
  a.area = {r.text(1),
            r.text(2),
            r.text(3),
            parse_place(r.view(4)).value_or(Place::rural),
            static_cast<int>(r.integer(5)),
            static_cast<int>(r.integer(6))};
  a.stratum = static_cast<int>(r.integer(7));
  a.probability = r.real(8);
  a.certain = r.flag(9);
  a.listed = static_cast<int>(r.integer(10));
  a.listed_at = r.integer(11);
  a.listed_by = r.text(12);
  a.surveyor = r.integer(13);
  a.surveyor_name = r.text(14);
  return a;
}

FieldCase case_from(const sql::Row& r) {
  FieldCase c;
  c.id = r.integer(0);
  c.round = r.integer(1);
  c.area = static_cast<int>(r.integer(2));
  c.dwelling = static_cast<int>(r.integer(3));
  c.probability = r.real(4);
  c.replaces = r.integer(5);
  c.surveyor = r.integer(6);
  c.surveyor_name = r.text(7);
  c.code = r.text(8);
  c.persons = static_cast<int>(r.integer(9));
  c.interview = r.integer(10);
  c.visits = static_cast<int>(r.integer(11));
  c.waiting = static_cast<int>(r.integer(12));
  c.replacement = parse_replacement_state(r.view(13));
  c.replacement_why = r.text(14);
  c.asked_by = r.integer(15);
  c.last_at = r.integer(16);
  return c;
}

StoredInterview interview_from(const sql::Row& r) {
  StoredInterview i;
  i.id = r.integer(0);
  i.field_case = r.integer(1);
  i.person = r.integer(2);
  i.key = r.text(3);
  i.person_name = r.text(4);
  i.at = r.integer(5);
  i.state = parse_interview_state(r.view(6));
  auto body = interview_from_json(r.view(7));
  if (!body) throw sql::Failure("survey_interview " + std::to_string(i.id) + ": body cannot be read");
  i.body = std::move(*body);
  return i;
}

StoredQuestionnaire questionnaire_from(const sql::Row& r) {
  StoredQuestionnaire q;
  q.id = r.integer(0);
  q.title = r.text(1);
  q.revision = r.integer(2);
  q.released_at = r.integer(3);
  q.edited_at = r.integer(4);
  q.released_by = r.text(5);
  q.edited_by = r.text(6);
  q.questions = static_cast<int>(r.integer(7));
  q.scored = static_cast<int>(r.integer(8));
  q.paths = r.integer(9);
  return q;
}

}  // namespace kepu::survey
