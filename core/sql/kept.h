// What was looked up in a database, kept as long as nothing is committed to it (Database::stamp).
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace kepu::sql {

// Thread-safe. Holds at most `capacity` values; a value is shared and never changes.
template <class Key, class Value>
class Kept {
 public:
  using Shared = std::shared_ptr<const Value>;
  explicit Kept(std::size_t capacity) : capacity_(capacity) {}

  // The value of `key` at `stamp`, which the caller took before: kept, or what `look_up()` (a Shared) gives
  // now. Null is passed on and not kept. Without a stamp nothing is kept. `still_good(value)` may refuse a
  // kept one for reasons that are not in the database, such as the time.
  template <class LookUp, class Good>
  Shared get(std::optional<std::uint64_t> stamp, const Key& key, LookUp&& look_up, Good&& still_good) {
    if (!stamp) return look_up();
    {
      const std::lock_guard lock(mutex_);
      if (stamp_ == stamp) {
        const auto at = values_.find(key);
        if (at != values_.end() && still_good(*at->second)) return at->second;
      }
    }
    Shared found = look_up();
    if (!found) return found;
    const std::lock_guard lock(mutex_);
    if (stamp_ != stamp || values_.size() >= capacity_) values_.clear();
    stamp_ = stamp;
    values_[key] = found;
    return found;
  }
  template <class LookUp>
  Shared get(std::optional<std::uint64_t> stamp, const Key& key, LookUp&& look_up) {
    return get(stamp, key, std::forward<LookUp>(look_up), [](const Value&) { return true; });
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::optional<std::uint64_t> stamp_;
  std::unordered_map<Key, Shared> values_;
};

}  // namespace kepu::sql
