#include "engines/evaluation/pages/desk.h"

#include "core/base/text.h"

namespace kepu::evaluation {

using base::Code;
using base::refuse;

std::string round_url(Id round, std::string_view page) {
  return fmt::format("/evaluations/{}{}{}", round, page.empty() ? "" : "/", page);
}
std::string sheet_url(Id round, Id unit) { return fmt::format("/evaluations/{}/units/{}", round, unit); }

html::Light light_of(State state) {
  switch (state) {
    case State::draft:
    case State::cancelled:
      return html::Light::idle;
    case State::collecting:
      return html::Light::ok;
    case State::judging:
      return html::Light::watch;
    case State::frozen:
      return html::Light::done;
  }
  return html::Light::idle;
}

html::Light light_of(SheetState state) {
  switch (state) {
    case SheetState::open:
      return html::Light::idle;
    case SheetState::submitted:
      return html::Light::ok;
    case SheetState::returned:
      return html::Light::watch;
    case SheetState::accepted:
      return html::Light::done;
  }
  return html::Light::idle;
}

html::Light light_of(Completion completion) {
  switch (completion) {
    case Completion::none:
      return html::Light::idle;
    case Completion::done:
      return html::Light::done;
    case Completion::partly:
      return html::Light::watch;
    case Completion::not_done:
      return html::Light::late;
  }
  return html::Light::idle;
}

html::Light light_named(std::string_view name) {
  for (const auto light : {html::Light::done, html::Light::ok, html::Light::watch, html::Light::late}) {
    if (html::class_of(light) == name) return light;
  }
  return html::Light::idle;
}

std::string word_of(Completion completion) {
  return completion == Completion::none ? std::string("缺") : std::string(title_of(completion));
}

void write_paragraphs(Out& h, const std::string& text) {
  for (const auto& line : base::split(text, "\n")) {
    if (!base::trim(line).empty()) h("<p>{}</p>", base::trim(line));
  }
}

std::int64_t revision_field(const Context& context) {
  return base::parse_int(context.field("revision")).value_or(-1);
}

base::Result<Round> round_of(Context& context, EvaluationEngine& engine) {
  const Id id = TRY(context.id("evaluation"));
  auto r = TRY(engine.store().round(context.tenant.id, id));
  if (r.opened_at == 0 && !sees_all(context.actor))
    return refuse(Code::not_found, "evaluation.not_found", "没有这一轮评估，或者它还没有开始。");
  return r;
}

base::Result<Asked> asked_units(Context& context, EvaluationEngine& engine) {
  const auto now = TRY(engine.parts().plans.running(context.tenant.id));
  Asked out;
  out.version = now->plan->version.id;
  for (const auto* task : now->plan->living_tasks()) {
    for (const auto* a : now->of_task(task->id))
      out.seeds.push_back({a->unit, task->id, task->code, task->title, a->role == plan::Role::lead});
  }
  return out;
}

}  // namespace kepu::evaluation
