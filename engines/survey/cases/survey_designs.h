// The designs of a case of the family `survey`: made when a query first needs them, then kept.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "engines/survey/cases/survey_data.h"
#include "statistics/survey/survey.h"

namespace kepu::survey {

struct CaseSurvey {
  statistics::Survey survey;
  const CaseFrame* frame;
};

class CaseDesigns {
 public:
  CaseDesigns(const boost::json::object& spec, std::string folder)
      : spec_(spec), folder_(std::move(folder)) {}

  // The design `name` under the variance rules of a query's `options`.
  base::Result<const CaseSurvey*> find(const std::string& name, const statistics::VarianceRules& rules);
  base::Result<const CaseFrame*> frame(const std::string& table);
  // One weighting step of spec.json.
  base::Result<statistics::WeightingStep> step(const boost::json::object& step, const CaseSurvey& survey);

 private:
  base::Result<CaseSurvey> make(const std::string& name, const statistics::VarianceRules& rules, int depth);
  base::Result<CaseSurvey> make_taylor(const boost::json::object& design,
                                       const statistics::VarianceRules& rules);
  base::Result<CaseSurvey> make_replicate(const boost::json::object& design);
  base::Result<CaseSurvey> make_jackknife(const boost::json::object& design,
                                          const statistics::VarianceRules& rules, int depth);
  base::Result<statistics::Margin> margin(const std::vector<std::string>& vars, const std::string& table,
                                          const CaseFrame& frame);
  base::Result<statistics::Calibration> calibration(const boost::json::object& step,
                                                    const CaseSurvey& survey);
  base::Result<const boost::json::object*> member(const char* group, const std::string& name) const;

  const boost::json::object& spec_;
  std::string folder_;
  std::map<std::string, std::unique_ptr<CaseFrame>> frames_;
  std::map<std::string, std::unique_ptr<CaseSurvey>> surveys_;
};

// Refuses (case.spec) an unknown word.
base::Result<statistics::VarianceRules> rules_of(const boost::json::object& query);

}  // namespace kepu::survey
