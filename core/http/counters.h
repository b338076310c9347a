// The figures of ServerCounters as they are kept. Thread-safe; calls never block for long.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>

#include "core/http/server.h"

namespace kepu::http {

class Counters {
 public:
  void opened();
  void closed();
  void dispatched();                          // a handler is to run
  void answered();                            // it has replied, or is known never to
  void finished(int status, double seconds);  // a response is on its way
  void sent(std::uint64_t bytes);
  ServerCounters read() const;

 private:
  static constexpr std::array<double, 10> kBounds = {0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
  mutable std::mutex mutex_;
  std::int64_t connections_ = 0, open_ = 0, requests_ = 0, in_flight_ = 0, bytes_out_ = 0;
  std::map<int, std::int64_t> by_status_;
  std::array<std::int64_t, kBounds.size() + 1> latency_{};
  double latency_sum_ = 0;
};

}  // namespace kepu::http
