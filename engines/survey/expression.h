// The language of skips and checks in a questionnaire, a part of what XLSForm has, so that the page's script,
// the server and other survey programs read it alike:
//   ${age} >= 18 and not(${sex} = '2')      selected(${media}, '3')      . >= 18 and . <= 69
// Values are texts. = and != compare as numbers where both are numbers, else as texts; < <= > >= are false
// where one is no number. selected() asks whether a list of codes (separated by blanks) holds a code. "." is
// the answer that is being checked.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace kepu::survey {

using Answers = std::map<std::string, std::string>;  // by name of the question; absent: not answered

// Immutable; empty: always true.
class Expression {
 public:
  Expression() = default;
  // Refuses expression.syntax (where it goes wrong and what is expected), expression.long, expression.deep.
  static base::Result<Expression> parse(std::string_view text);

  bool empty() const { return nodes_.empty(); }
  bool holds(const Answers& answers, std::string_view self = {}) const;
  std::set<std::string> names() const;
  // Numbers and codes that a name (or "." as "") is compared with: where answers change their path.
  std::set<std::string> compared_with(std::string_view name) const;
  // For the script: ["and",["=","$sex","2"],…]; names begin with $, "." is "$", texts with "'".
  std::string json() const;

  enum class Kind {
    any,
    all,
    none_of,
    equal,
    unequal,
    less,
    less_equal,
    more,
    more_equal,
    selected,
    name,
    self,
    text
  };
  struct Node {
    Kind kind = Kind::text;
    std::string text;
    int left = -1, right = -1;
  };

 private:
  friend class ExpressionParser;
  std::string value(int node, const Answers& answers, std::string_view self) const;
  bool test(int node, const Answers& answers, std::string_view self) const;
  std::vector<Node> nodes_;
  int root_ = -1;
};

}  // namespace kepu::survey
