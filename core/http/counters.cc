#include "core/http/counters.h"

namespace kepu::http {

void Counters::opened() {
  const std::lock_guard lock(mutex_);
  ++connections_;
  ++open_;
}

void Counters::closed() {
  const std::lock_guard lock(mutex_);
  --open_;
}

void Counters::dispatched() {
  const std::lock_guard lock(mutex_);
  ++in_flight_;
}

void Counters::answered() {
  const std::lock_guard lock(mutex_);
  --in_flight_;
}

void Counters::finished(int status, double seconds) {
  const std::lock_guard lock(mutex_);
  ++requests_;
  ++by_status_[status];
  std::size_t bucket = 0;
  while (bucket < kBounds.size() && seconds > kBounds[bucket]) ++bucket;
  ++latency_[bucket];
  latency_sum_ += seconds;
}

void Counters::sent(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_out_ += static_cast<std::int64_t>(bytes);
}

ServerCounters Counters::read() const {
  const std::lock_guard lock(mutex_);
  ServerCounters out;
  out.connections = connections_;
  out.open = open_;
  out.requests = requests_;
  out.in_flight = in_flight_;
  out.bytes_out = bytes_out_;
  out.by_status.assign(by_status_.begin(), by_status_.end());
  out.latency_sum = latency_sum_;
  std::int64_t below = 0;
  for (const std::int64_t count : latency_) out.latency.push_back(below += count);
  return out;
}

}  // namespace kepu::http
