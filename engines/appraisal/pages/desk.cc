#include "engines/appraisal/pages/desk.h"

#include "core/site/parts.h"

namespace kepu::appraisal {

By by(const site::Context& context) { return {context.actor, context.request.remote}; }

std::string year_url(Id appraisal, std::string_view page) {
  return page.empty() ? fmt::format("/appraisals/{}", appraisal)
                      : fmt::format("/appraisals/{}/{}", appraisal, page);
}
std::string sheet_url(Id appraisal, Id unit) {
  return fmt::format("/appraisals/{}/units/{}", appraisal, unit);
}
std::string item_url(Id appraisal, std::string_view code) {
  return fmt::format("/appraisals/{}/items/{}", appraisal, http::url_encode(code));
}
std::string points_or_dash(std::optional<Points> points) { return points ? points_text(*points) : "—"; }

html::Light light_of(State state) {
  if (state == State::final) return html::Light::done;
  return state == State::draft ? html::Light::idle : html::Light::ok;
}

html::Tone tone_of_grade(const Table& table, std::string_view grade) {
  if (!table.grades.empty() && grade == table.grades.front().title) return html::Tone::green;
  if (!table.grades.empty() && grade == table.grades.back().title) return html::Tone::red;
  return html::Tone::blue;
}

base::Result<Loaded> appraisal_of(site::Context& context, AppraisalEngine& engine) {
  return engine.store().load(context.tenant.id, TRY(context.id("appraisal")));
}

bool sees_scores(const site::Context& context, const Head& head) {
  return head.state >= State::notice || context.actor.may("appraisal.review") ||
         context.actor.may("appraisal.manage");
}

html::Steps steps_of(const Head& head) {
  html::Steps steps;
  for (const auto state : {State::draft, State::published, State::self_scoring, State::assessing,
                           State::reviewing, State::notice, State::final}) {
    html::Step step;
    static constexpr const char* kNames[] = {"编制", "发布", "自评", "评分", "审核", "公示", "定稿"};
    step.name = kNames[static_cast<int>(state)];
    if (state == State::published && head.published_at != 0)
      step.note = base::to_iso(base::date_of(head.published_at)).substr(5);
    if (state == State::self_scoring && head.self_due)
      step.note = "至 " + base::to_iso(*head.self_due).substr(5);
    if (state == State::assessing && head.assess_due)
      step.note = "至 " + base::to_iso(*head.assess_due).substr(5);
    if (state == State::notice && head.notice_until)
      step.note = "至 " + base::to_iso(*head.notice_until).substr(5);
    if (state == State::final && head.finished_at != 0)
      step.note = base::to_iso(base::date_of(head.finished_at)).substr(5);
    const bool done = state < head.state || head.state == State::final;
    step.state = done                  ? html::Step::State::done
                 : state == head.state ? html::Step::State::now
                                       : html::Step::State::next;
    steps.steps.push_back(std::move(step));
  }
  return steps;
}

html::Timeline timeline_of(site::Context& context, const std::string& subject, int limit, bool for_the_unit) {
  return site::timeline_of(context, subject, limit, [for_the_unit](const audit::Entry& entry) {
    return for_the_unit && (entry.action == "appraisal.assess" || entry.action == "appraisal.review");
  });
}

}  // namespace kepu::appraisal
