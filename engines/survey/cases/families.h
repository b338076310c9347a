// One function a family of reference cases: spec.json already parsed, tables still in the folder.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "core/base/result.h"

namespace kepu::survey {

// `spec` is the object of spec.json. Each writes the whole result object.
using RunFamily = base::Result<std::string> (*)(const boost::json::object& spec, const std::string& folder);

base::Result<std::string> run_irt(const boost::json::object& spec, const std::string& folder);
base::Result<std::string> run_irt_linking(const boost::json::object& spec, const std::string& folder);
base::Result<std::string> run_items(const boost::json::object& spec, const std::string& folder);
base::Result<std::string> run_survey_case(const boost::json::object& spec, const std::string& folder);

}  // namespace kepu::survey
