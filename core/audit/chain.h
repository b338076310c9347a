// The hash chain by itself: what is hashed, and how a run of entries is checked. Pure.
#pragma once

#include <string>
#include <string_view>

#include "core/audit/audit.h"

namespace kepu::audit {

// The entry as JSON with fixed keys in fixed order, without its hash; the tenant is part of it.
std::string canonical(Id tenant, const Entry& entry);
// What every canonical entry of this number begins with.
std::string canonical_start(Id tenant, std::int64_t number);
// SHA-256 over the previous hash (64 hexadecimal digits; nothing for the first entry) and the canonical
// entry.
std::string chain_hash(std::string_view previous, std::string_view canonical);

// Takes entries in the order of their numbers and finds the first that does not fit. Constant memory.
class ChainChecker {
 public:
  void add(std::int64_t number, std::string_view canonical, std::string_view hash);
  // What cannot be read as an entry at all.
  void add_unreadable(std::int64_t number);
  // The number and hash that the last entry should have; 0 and "" for an empty log.
  Verdict finish(std::int64_t head_number, std::string_view head_hash);
  bool broken() const { return verdict_.broken_at.has_value(); }
  std::int64_t next_number() const { return last_ + 1; }

 private:
  void break_at(std::int64_t number, std::string message);

  Verdict verdict_;
  std::int64_t last_ = 0;
};

}  // namespace kepu::audit
