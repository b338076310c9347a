// The rounds of the survey engine as its results see them.
#pragma once

#include "engines/survey/results/pages/results_engine.h"
#include "engines/survey/survey_engine.h"

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

// The way from a round's page to its result.
void write_result_link(const survey::Round& round, html::Out& h);

}  // namespace kepu::app
