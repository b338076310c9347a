#include "engines/inspection/inspection_rows.h"

#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/inspection/checklist.h"

namespace kepu::inspection {

std::string subject_of(std::string_view kind, Id id) { return fmt::format("{}:{}", kind, id); }

std::string strata_text(const std::vector<Stratum>& strata) {
  std::string out;
  for (const auto& s : strata) out += fmt::format("{}:{},", auth::to_text(s.kind), s.take);
  return out;
}

std::string tasks_text(const std::vector<TaskName>& tasks) {
  std::string out;
  for (const auto& t : tasks) out += fmt::format("{}\t{}\t{}\n", t.id, t.code, t.title);
  return out;
}

namespace {

std::vector<Stratum> strata_from(std::string_view text) {
  std::vector<Stratum> out;
  for (const auto& part : base::split(text, ",")) {
    const auto colon = part.find(':');
    if (colon == std::string::npos) continue;
    const auto kind = auth::parse_unit_kind(part.substr(0, colon));
    const auto take = base::parse_int(part.substr(colon + 1));
    if (kind && take) out.push_back({*kind, static_cast<int>(*take)});
  }
  return out;
}

std::vector<TaskName> tasks_from(std::string_view text) {
  std::vector<TaskName> out;
  for (const auto& line : base::split(text, "\n")) {
    const auto parts = base::split(line, "\t");
    if (parts.size() == 3) out.push_back({base::parse_id(parts[0]).value_or(0), parts[1], parts[2]});
  }
  return out;
}

}  // namespace

Round round_from(const sql::Row& r) {
  Round round;
  round.id = r.integer(0);
  round.state = parse_round_state(r.view(1)).value_or(RoundState::cancelled);
  round.title = r.text(2);
  round.basis = r.text(3);
  round.from = base::parse_date(r.view(4)).value_or(base::Date{});
  round.until = base::parse_date(r.view(5)).value_or(base::Date{});
  round.strata = strata_from(r.view(6));
  round.tasks = tasks_from(r.view(7));
  round.checklist = parse_checklist(r.view(8)).questions;
  round.seed = r.text(9);
  round.words = r.text(10);
  round.paper = r.text(11);
  round.revision = r.integer(12);
  round.created_at = r.integer(13);
  round.created_by = r.text(14);
  round.edited_at = r.integer(15);
  round.edited_by = r.text(16);
  round.drawn_at = r.integer(17);
  round.circulated_at = r.integer(18);
  return round;
}

Visit visit_from(const sql::Row& r) {
  Visit v;
  v.id = r.integer(0);
  v.round = r.integer(1);
  v.unit = r.integer(2);
  v.state = parse_visit_state(r.view(3)).value_or(VisitState::dropped);
  v.drawn = r.flag(4);
  v.reason = r.text(5);
  v.submission = r.integer(6);
  v.revision = r.integer(7);
  v.answered_at = r.integer(8);
  v.answered_by = r.text(9);
  return v;
}

Submission submission_from(const sql::Row& r) {
  Submission s;
  s.id = r.integer(0);
  s.key = r.text(1);
  s.person = r.integer(2);
  s.person_name = r.text(3);
  s.at = r.integer(4);
  s.base_revision = r.integer(5);
  s.state = parse_submission_state(r.view(6)).value_or(SubmissionState::dropped);
  auto body = body_from_json(r.view(7));
  if (!body) throw sql::Failure("inspection_submission " + std::to_string(s.id) + ": body cannot be read");
  s.body = std::move(*body);
  return s;
}

Problem problem_from(const sql::Row& r) {
  Problem p;
  p.id = r.integer(0);
  p.number = r.text(1);
  p.state = parse_problem_state(r.view(2)).value_or(ProblemState::withdrawn);
  p.source = parse_source(r.view(3)).value_or(Source::other);
  p.severity = static_cast<Severity>(r.integer(4));
  p.what = r.text(5);
  p.where_ = r.text(6);
  p.from_whom = r.text(7);
  p.round = r.integer(8);
  p.visit = r.integer(9);
  p.finding = r.text(10);
  p.unit = r.integer(11);
  p.owner = r.integer(12);
  p.task = {r.integer(13), r.text(14), r.text(15)};
  p.measure = r.text(16);
  p.due = base::parse_date(r.view(17));
  p.photos = photos_from_json(r.view(18));
  p.revision = r.integer(19);
  p.opened_at = r.integer(20);
  p.opened_by = r.text(21);
  p.reported_on = base::parse_date(r.view(22));
  p.ended_at = r.integer(23);
  p.edited_at = r.integer(24);
  p.edited_by = r.text(25);
  return p;
}

}  // namespace kepu::inspection
