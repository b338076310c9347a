// What the specs of the item families have in common: a table of answers with names of its columns.
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "engines/survey/cases/case_table.h"
#include "statistics/outcome.h"

namespace kepu::survey::items {

// A refusal of an estimator as one of ours.
tl::unexpected<base::Error> refusal(const statistics::Refusal& refusal);

// The answers and who gave them. Strata, clusters and groups are numbered in the order of their
// sorted texts, numbers by value.
struct AnswerTable {
  std::vector<std::string> items;
  std::vector<std::vector<double>> columns;    // one an item
  std::vector<double> weight;                  // empty = none
  std::vector<std::int32_t> stratum, cluster;  // empty = none
  std::vector<std::int32_t> group;             // empty = none; -1 = missing
  std::vector<std::string> group_names;
  std::size_t rows = 0;

  std::vector<std::span<const double>> spans() const { return {columns.begin(), columns.end()}; }
};

// `table` of a spec: file, items, and the names of columns for weight, stratum, cluster and group (null =
// none). Refuses (case.spec, case.table) what is not there, what is no number, and a missing stratum or
// cluster.
base::Result<AnswerTable> read_answers(const boost::json::object& spec, const std::string& folder);

// The file of `table`, in the folder itself.
base::Result<CaseTable> read_case_table(const boost::json::object& spec, const std::string& folder);
const boost::json::object* find_object(const boost::json::object& spec, std::string_view name);
// None where the member is absent or no finite number.
std::optional<double> find_number(const boost::json::object& object, std::string_view name);
tl::unexpected<base::Error> refuse_spec(std::string message);

// NaN and infinite become null.
boost::json::value number(double value);
boost::json::array numbers(std::span<const double> values);

}  // namespace kepu::survey::items
