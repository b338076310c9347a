#include "app/survey_rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/base/text.h"
#include "engines/indicators/indicators_store.h"

namespace kepu::app {

base::Result<survey::results::RoundHead> SurveyRounds::round(base::Id tenant, base::Id round) {
  const auto found = TRY(engine_.store().round(tenant, round)).round;
  return survey::results::RoundHead{found.id, found.title, fmt::format("/survey/rounds/{}", found.id),
                                    found.state == survey::RoundState::frozen};
}

bool enter_reading(indicators::IndicatorStore& store, const auth::Actor& by,
                   const survey::results::StoredResult& result) {
  constexpr std::string_view kOwn = "本县调查：";
  const auto& row = result.result.county_row();
  const auto tenth = [](double percent) { return std::round(percent * 10) / 10; };
  indicators::Reading r;
  r.year = result.result.until.year;
  r.value = tenth(row.percent);
  if (row.lower && row.upper) {
    r.low = tenth(*row.lower);
    r.high = tenth(*row.upper);
  }
  r.sample = row.n;
  r.source = std::string(kOwn) + result.result.round;
  r.note = fmt::format("定稿结果第 {} 次，校验值 {}", result.number, result.hash.substr(0, 12));
  const auto readings = store.readings(by.tenant);
  const auto* there = indicators::newest(readings, "", "", r.year);
  if (there != nullptr && there->year == r.year) {
    if (!base::starts_with(there->source, kOwn)) return false;
    if (there->note == r.note) return true;
    r.number = there->number;
    r.reason = "调查结果重新定稿";
  }
  const auto errors = store.enter_reading(by, r);
  return errors && errors->empty();
}

void write_result_link(const survey::Round& round, html::Out& h) {
  if (round.state != survey::RoundState::frozen) return;
  h("{}", html::panel("调查结果", [&](html::Out& o) {
      o("<p>数据已冻结，可以计算加权结果、误差范围和报告。</p><p>{}</p>",
        html::button_link("看结果", survey::results::result_url(round.id), "chart-bar"));
    }));
}

}  // namespace kepu::app
