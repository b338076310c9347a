// Prepared statements of one connection by their text; the one unused for longest goes when it is full.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace kepu::sql {

template <class Statement>
class StatementCache {
 public:
  // A prepared statement takes some kB; the whole program has tens of MB for all connections.
  static constexpr std::size_t kCapacity = 200;

  Statement* find(std::string_view text) {
    const auto found = by_text_.find(text);
    if (found == by_text_.end()) return nullptr;
    recent_.splice(recent_.begin(), recent_, found->second);
    return &found->second->second;
  }
  // The address stays good until the statement is evicted.
  Statement* add(std::string text, Statement statement) {
    recent_.emplace_front(std::move(text), std::move(statement));
    by_text_.emplace(recent_.front().first, recent_.begin());
    return &recent_.front().second;
  }
  // Takes out the statement that was unused for longest and for which `may_go` holds, while there are too
  // many.
  template <class MayGo, class Leave>
  void shrink(MayGo&& may_go, Leave&& leave) {
    for (auto at = recent_.end(); recent_.size() >= kCapacity && at != recent_.begin();) {
      --at;
      if (!may_go(at->second)) continue;
      leave(at->second);
      by_text_.erase(at->first);
      at = recent_.erase(at);
    }
  }
  void clear() {
    by_text_.clear();
    recent_.clear();
  }
  std::size_t size() const { return recent_.size(); }

 private:
  using Entries = std::list<std::pair<std::string, Statement>>;
  Entries recent_;
  std::unordered_map<std::string_view, typename Entries::iterator> by_text_;  // keys lie in recent_
};

}  // namespace kepu::sql
