// The operations of the family `survey`: each takes a query's options and gives its result as JSON.
#pragma once

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "engines/survey/cases/survey_designs.h"

namespace kepu::survey {

// What an operation works on. `domain` already holds the query's conditions (and the group of a `by`).
struct OpContext {
  const boost::json::object& query;
  const CaseSurvey& on;
  statistics::Domain domain;
  CaseDesigns& designs;

  const statistics::Survey& survey() const { return on.survey; }
  const CaseFrame& frame() const { return *on.frame; }
  // The columns of a list of names; with `na_rm` the rows with a missing one leave the domain.
  base::Result<std::vector<const CaseColumn*>> columns(std::string_view key) const;
  bool na_rm() const { return flag_of(query, "na_rm", false); }
};

using Op = base::Result<boost::json::value> (*)(OpContext context);

// None where there is no such operation.
Op find_op(std::string_view name);
base::Result<boost::json::value> run_op(OpContext context);

// Tables of operations, each in a file of its own.
struct NamedOp {
  std::string_view name;
  Op op;
};
std::vector<NamedOp> estimate_ops();  // mean total ratio quantile ciprop var degf weights table cralpha
std::vector<NamedOp> group_ops();     // by by_cov contrast contrast_nl stdize change
std::vector<NamedOp> test_ops();      // chisq gof glm ttest target

// Numbers as JSON; what is not a number becomes null.
boost::json::value number(double v);
boost::json::array numbers(const Eigen::VectorXd& v);
boost::json::array matrix(const Eigen::MatrixXd& m);
boost::json::array names(const std::vector<std::string>& names);

// A value, or the refusal as an error of the enclosing function.
template <class T>
base::Result<T> checked(statistics::Outcome<T> outcome) {
  if (!outcome) return tl::unexpected(refused(outcome.error()));
  return std::move(*outcome);
}

// Groups of one or several variables among the rows of the domain with weight, the first variable fastest.
struct CaseGroups {
  statistics::Cells cells;                  // −1 outside of the domain
  std::vector<std::string> names;           // joined with '.', as R's interaction
  std::vector<boost::json::object> labels;  // {variable: label}
  std::vector<std::size_t> sizes;
};
base::Result<CaseGroups> groups_of(const OpContext& context, const std::vector<std::string>& by);

}  // namespace kepu::survey
