#include "app/survey_rounds.h"

#include <fmt/format.h>

namespace kepu::app {

base::Result<survey::results::RoundHead> SurveyRounds::round(base::Id tenant, base::Id round) {
  const auto found = TRY(engine_.store().round(tenant, round)).round;
  return survey::results::RoundHead{found.id, found.title, fmt::format("/survey/rounds/{}", found.id),
                                    found.state == survey::RoundState::frozen};
}

void write_result_link(const survey::Round& round, html::Out& h) {
  if (round.state != survey::RoundState::frozen) return;
  h("{}", html::panel("调查结果", [&](html::Out& o) {
      o("<p>数据已冻结，可以计算加权结果、误差范围和报告。</p><p>{}</p>",
        html::button_link("看结果", survey::results::result_url(round.id), "chart-bar"));
    }));
}

}  // namespace kepu::app
