#include "core/base/id.h"

#include "core/base/text.h"

namespace kepu::base {
namespace {
constexpr Millis kEpoch = 1'577'836'800'000;  // 2020-01-01T00:00:00Z
constexpr int kNodeBits = 7;
constexpr int kCounterBits = 14;
}  // namespace

IdMaker::IdMaker(const Clock& clock, int node) : clock_(clock), node_(node & ((1 << kNodeBits) - 1)) {}

Id IdMaker::next() {
  // last_ holds milliseconds and counter without the node: the counter overflows into the next millisecond.
  const std::int64_t now = (clock_.now() - kEpoch) << kCounterBits;
  std::int64_t last = last_.load();
  std::int64_t mine = 0;
  do {
    mine = now > last ? now : last + 1;
  } while (!last_.compare_exchange_weak(last, mine));
  const std::int64_t counter = mine & ((1 << kCounterBits) - 1);
  return ((mine >> kCounterBits) << (kNodeBits + kCounterBits)) | (node_ << kCounterBits) | counter;
}

std::optional<Id> parse_id(std::string_view text) {
  const auto value = parse_int(text);
  if (!value || *value <= 0 || text.front() == '0') return std::nullopt;
  return value;
}

}  // namespace kepu::base
