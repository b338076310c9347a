// What the families sae_fh, sae_bhf and design read from a spec in common.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/base/result.h"
#include "engines/survey/cases/case_table.h"
#include "statistics/outcome.h"

namespace kepu::survey {

// Refusals are case.spec with the key.
base::Result<const boost::json::object*> object_at(const boost::json::object& from, std::string_view key);
base::Result<std::string> text_at(const boost::json::object& from, std::string_view key);
base::Result<double> number_at(const boost::json::object& from, std::string_view key);
// None where the key is absent or null.
base::Result<std::optional<double>> optional_number_at(const boost::json::object& from, std::string_view key);
// A list, or one value for a list of one; absent or null is an empty list.
base::Result<std::vector<std::string>> texts_at(const boost::json::object& from, std::string_view key);
base::Result<std::vector<double>> numbers_at(const boost::json::object& from, std::string_view key);
bool flag_at(const boost::json::object& from, std::string_view key, bool otherwise);

// The table whose file stands under `key`; the name may not lead out of the folder.
base::Result<CaseTable> table_at(const boost::json::object& from, std::string_view key,
                                 const std::string& folder);

tl::unexpected<base::Error> bad_spec(std::string message);
// The refusal of an estimator as one of the program.
tl::unexpected<base::Error> not_computed(const statistics::Refusal& refusal);

void write_numbers(base::Json& json, std::string_view key, std::span<const double> numbers);

}  // namespace kepu::survey
