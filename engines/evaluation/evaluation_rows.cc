#include "engines/evaluation/evaluation_rows.h"

#include <fmt/format.h>

namespace kepu::evaluation {

using base::Code;

std::string round_subject(Id round) { return fmt::format("evaluation:{}", round); }
std::string sheet_subject(Id round, Id unit) { return fmt::format("evaluation.sheet:{}:{}", round, unit); }

base::Done check_text(const std::string& text, std::string_view field, bool required, const std::string& what,
                      std::size_t most) {
  const std::string rule = "evaluation." + std::string(field);
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
      Code::conflict, "evaluation.changed_meanwhile", "",
      fmt::format("{}于 {} 刚改过{}，您的操作没有生效。请看过最新情况再办。", by, base::to_local(at), what)};
}

Round round_from(const sql::Row& r) {
  Round x;
  x.id = r.integer(0);
  x.kind = parse_kind(r.view(1)).value_or(Kind::mid);
  x.state = parse_state(r.view(2)).value_or(State::cancelled);
  x.title = r.text(3);
  x.basis = r.text(4);
  x.from = base::parse_date(r.view(5)).value_or(Date{});
  x.until = base::parse_date(r.view(6)).value_or(Date{});
  x.due = base::parse_date(r.view(7)).value_or(Date{});
  x.version = r.integer(8);
  x.words = r.text(9);
  x.problems = r.text(10);
  x.measures = r.text(11);
  x.sha256 = r.text(12);
  x.revision = r.integer(13);
  x.created_at = r.integer(14);
  x.created_by = r.text(15);
  x.edited_at = r.integer(16);
  x.edited_by = r.text(17);
  x.opened_at = r.integer(18);
  x.frozen_at = r.integer(19);
  x.frozen_by = r.text(20);
  x.snapshot = r.text(21);
  return x;
}

Sheet sheet_from(const sql::Row& r) {
  Sheet s;
  s.unit = r.integer(0);
  s.state = parse_sheet_state(r.view(1)).value_or(SheetState::open);
  s.note = r.text(2);
  s.revision = r.integer(3);
  s.submitted_at = r.integer(4);
  s.submitted_by = r.text(5);
  s.decided_at = r.integer(6);
  s.decided_by = r.text(7);
  s.edited_at = r.integer(8);
  s.edited_by = r.text(9);
  return s;
}

Answer answer_from(const sql::Row& r) {
  Answer a;
  a.unit = r.integer(0);
  a.task = r.integer(1);
  a.code = r.text(2);
  a.title = r.text(3);
  a.lead = r.flag(4);
  a.said = parse_completion(r.view(5)).value_or(Completion::none);
  a.words = r.text(6);
  a.evidence = r.text(7);
  return a;
}

}  // namespace kepu::evaluation
