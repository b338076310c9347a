// The tables of a case of the family `survey` as typed columns, and what a query says about rows.
#pragma once

#include <Eigen/Core>
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "statistics/survey/survey.h"
#include "statistics/weighting/cells.h"

namespace kepu::survey {

// A column as numbers (NaN = missing) or as categories; every column can be read as categories.
struct CaseColumn {
  std::string name;
  bool numeric = true;
  std::vector<double> values;        // numeric only
  statistics::Cells cells;           // −1 = missing; of a numeric column by ascending value
  std::vector<std::string> labels;   // of the categories, numbers as R prints them
  std::vector<double> label_values;  // numeric only
  bool missing(std::size_t row) const { return cells.of[row] < 0; }
};

struct CaseFrame {
  std::size_t rows = 0;
  std::map<std::string, CaseColumn, std::less<>> columns;
  // Refuses (case.column) a name that the table does not have.
  base::Result<const CaseColumn*> find(std::string_view name) const;
};

// `table` is the object {file, n, columns} of spec.json.
base::Result<CaseFrame> read_frame(const boost::json::object& table, const std::string& folder);

// All columns of the file as one matrix (replicate weights, joint probabilities).
base::Result<Eigen::MatrixXd> read_matrix(const boost::json::object& table, const std::string& folder);

// A statistics refusal as an error for people.
base::Error refused(const statistics::Refusal& refusal);

// The text of a member; refuses (case.spec) where it is not there or not a string.
base::Result<std::string> text_of(const boost::json::object& object, std::string_view key);
// A list of strings; empty where the member is absent or null; one string counts as a list of one.
base::Result<std::vector<std::string>> texts_of(const boost::json::object& object, std::string_view key);
base::Result<double> number_of(const boost::json::object& object, std::string_view key);
base::Result<std::vector<double>> numbers_of(const boost::json::object& object, std::string_view key);
bool flag_of(const boost::json::object& object, std::string_view key, bool otherwise);

// The AND-ed conditions of `domain`; a missing value is out.
base::Result<statistics::Domain> domain_of(const boost::json::object& query, const CaseFrame& frame);
// Takes out the rows in which one of the columns is missing.
void drop_missing(statistics::Domain& domain, const std::vector<const CaseColumn*>& columns);

// Numbers of the columns, a factor as one indicator a level, with the names of R (variable + level).
struct NamedMatrix {
  Eigen::MatrixXd values;  // NaN = missing
  std::vector<std::string> names;
};
NamedMatrix indicators(const std::vector<const CaseColumn*>& columns);

// Columns of R's model.matrix with treatment contrasts: each term is a variable or several joined by ':'.
struct ModelMatrix {
  Eigen::MatrixXd values;
  std::vector<std::string> names;
  std::vector<int> term;  // of each column, 0 = intercept
};
base::Result<ModelMatrix> model_matrix(const std::vector<std::string>& terms, bool intercept,
                                       const CaseFrame& frame);

}  // namespace kepu::survey
