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
  // was added before, or the pattern is malformed: a mistake in the program.
  int add(Method method, std::string_view pattern);
  // HEAD finds GET routes.
  Match find(Method method, std::string_view path) const;

 private:
  struct Route {
    Method method;
    int index;
    std::vector<std::string> names;  // of its variables, from left to right
  };
  struct Node {
    std::vector<std::pair<std::string, int>> literals;  // segment → node
    int variable = -1;
    int rest = -1;
    std::vector<Route> routes;
  };

  int literal_child(int at, std::string_view segment);
  int variable_child(int at, bool rest);
  const Route* walk(int at, std::string_view path, Method method, std::vector<std::string_view>& values,
                    std::vector<int>& ends) const;
  std::string allowed(const std::vector<int>& ends) const;

  std::vector<Node> nodes_{Node{}};
  int count_ = 0;
};

}  // namespace kepu::http
