// The rounds of the survey engine as its results see them.
#pragma once

#include "engines/survey/results/pages/results_engine.h"
#include "engines/survey/survey_engine.h"

namespace kepu::indicators {
class IndicatorStore;
}

namespace kepu::app {

class SurveyRounds final : public survey::results::Rounds {
 public:
  explicit SurveyRounds(survey::SurveyEngine& engine) : engine_(engine) {}
  base::Result<survey::results::RoundHead> round(base::Id tenant, base::Id round) override;
  base::Result<survey::Dataset> dataset(base::Id tenant, base::Id round) override {
    return engine_.dataset(tenant, round);
  }

 private:
  survey::SurveyEngine& engine_;
};

// The final result as the county's reading of the literacy share in the year in which its fieldwork ended,
// with its interval and sample: nobody types it. A reading of that year from somewhere else stays (a
// superior's survey is not replaced by one's own); our own is corrected. Whether it was entered.
bool enter_reading(indicators::IndicatorStore& store, const auth::Actor& by,
                   const survey::results::StoredResult& result);

// The way from a round's page to its result.
void write_result_link(const survey::Round& round, html::Out& h);

}  // namespace kepu::app
