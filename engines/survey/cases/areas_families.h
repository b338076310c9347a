// The families of small areas and of sample planning, for the table of case.cc.
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

#include "core/base/result.h"

namespace kepu::survey {

base::Result<std::string> run_area_case(const boost::json::object& spec,
                                        const std::string& folder);  // sae_fh
base::Result<std::string> run_unit_case(const boost::json::object& spec,
                                        const std::string& folder);  // sae_bhf
base::Result<std::string> run_sampling_case(const boost::json::object& spec,
                                            const std::string& folder);  // design

}  // namespace kepu::survey
