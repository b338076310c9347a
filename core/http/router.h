// Finds the route of a method and a path. Patterns: "/plans/{plan}/tasks/{task}"; a variable takes one
// segment; the last may be "{rest*}". Literal segments win over variables. Built once, then const and
// thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/http/http.h"

namespace kepu::http {

struct Match {
  int route = -1;             // index given by add(); -1 where none
  bool other_method = false;  // the path exists with another method: 405
  std::string allow;          // for 405: "GET, HEAD, POST"
  Pairs variables;
};

class Router {
 public:
  // Returns the index of the route, counted from 0. Throws std::logic_error when the same method and shape
  // was added before.
  int add(Method method, std::string_view pattern);
  // HEAD finds GET routes.
  Match find(Method method, std::string_view path) const;

 private:
  struct Node {
    std::vector<std::pair<std::string, int>> literals;  // segment → node
    int variable = -1;
    std::string variable_name;
    int rest = -1;
    std::vector<std::pair<Method, int>> routes;
  };
  std::vector<Node> nodes_{Node{}};
  int count_ = 0;
};

}  // namespace kepu::http
