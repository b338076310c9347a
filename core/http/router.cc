#include "core/http/router.h"

#include <algorithm>
#include <stdexcept>

namespace kepu::http {
namespace {

bool is_variable(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// Cuts the first segment off "/a/b"; afterwards `path` is "/b" or empty.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string_view segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

}  // namespace

int Router::add(Method method, std::string_view pattern) {
  const std::string whole(pattern);
  if (pattern.empty() || pattern.front() != '/') throw std::logic_error("route must begin with /: " + whole);
  int at = 0;
  std::vector<std::string> names;
  while (!pattern.empty()) {
    const std::string_view segment = next_segment(pattern);
    if (!is_variable(segment)) {
      at = literal_child(at, segment);
      continue;
    }
    std::string_view name = segment.substr(1, segment.size() - 2);
    const bool rest = name.back() == '*';
    if (rest) name.remove_suffix(1);
    if (name.empty() || (rest && !pattern.empty())) {
      throw std::logic_error("{rest*} needs a name and stands last: " + whole);
    }
    names.emplace_back(name);
    at = variable_child(at, rest);
  }
  for (const Route& route : nodes_[at].routes) {
    if (route.method == method) throw std::logic_error("route added twice: " + whole);
  }
  nodes_[at].routes.push_back({method, count_, std::move(names)});
  return count_++;
}

int Router::literal_child(int at, std::string_view segment) {
  for (const auto& [text, child] : nodes_[at].literals) {
    if (text == segment) return child;
  }
  const int child = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  nodes_[at].literals.emplace_back(segment, child);
  return child;
}

int Router::variable_child(int at, bool rest) {
  const int known = rest ? nodes_[at].rest : nodes_[at].variable;
  if (known >= 0) return known;
  const int child = static_cast<int>(nodes_.size());
  nodes_.emplace_back();
  (rest ? nodes_[at].rest : nodes_[at].variable) = child;
  return child;
}

// Walks the tree, literals first, and goes back where they lead nowhere. `ends` collects the nodes at which
// the path ends, but with other methods: so a 405 is told from a 404.
const Router::Route* Router::walk(int at, std::string_view path, Method method,
                                  std::vector<std::string_view>& values, std::vector<int>& ends) const {
  const Node& node = nodes_[at];
  if (path.empty()) {
    for (const Route& route : node.routes) {
      if (route.method == method) return &route;
    }
    if (!node.routes.empty()) ends.push_back(at);
    return nullptr;
  }
  std::string_view tail = path;
  const std::string_view segment = next_segment(tail);
  for (const auto& [text, child] : node.literals) {
    if (text != segment) continue;
    if (const Route* found = walk(child, tail, method, values, ends)) return found;
    break;
  }
  if (node.variable >= 0 && !segment.empty()) {
    values.push_back(segment);
    if (const Route* found = walk(node.variable, tail, method, values, ends)) return found;
    values.pop_back();
  }
  if (node.rest >= 0) {
    values.push_back(path.substr(1));
    if (const Route* found = walk(node.rest, {}, method, values, ends)) return found;
    values.pop_back();
  }
  return nullptr;
}

Match Router::find(Method method, std::string_view path) const {
  Match match;
  if (path.empty() || path.front() != '/') return match;
  std::vector<std::string_view> values;
  std::vector<int> ends;
  const Route* found = walk(0, path, method, values, ends);
  if (!found && method == Method::head) found = walk(0, path, Method::get, values, ends);
  if (found) {
    match.route = found->index;
    for (std::size_t i = 0; i < values.size(); ++i) match.variables.emplace_back(found->names[i], values[i]);
    return match;
  }
  match.other_method = !ends.empty();
  match.allow = allowed(ends);
  return match;
}

std::string Router::allowed(const std::vector<int>& ends) const {
  bool has[static_cast<int>(Method::other) + 1] = {};
  for (const int end : ends) {
    for (const Route& route : nodes_[end].routes) has[static_cast<int>(route.method)] = true;
  }
  if (has[static_cast<int>(Method::get)]) has[static_cast<int>(Method::head)] = true;
  std::string out;
  for (int i = 0; i < static_cast<int>(Method::other); ++i) {
    if (!has[i]) continue;
    if (!out.empty()) out += ", ";
    out += to_text(static_cast<Method>(i));
  }
  return out;
}

}  // namespace kepu::http
