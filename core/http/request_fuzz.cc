// One request as the connection reads it: the strict check, then Beast's parser, then the body.
#include <cstdint>
#include <cstdlib>

#include "core/http/conditional.h"
#include "core/http/head.h"
#include "core/http/request_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kepu::http;
  if (size < 1) return 0;
  const std::size_t step = data[0] + std::size_t{1};
  std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::size_t scanned = 0;
  const HeadEnd end = find_head_end(bytes, scanned);
  if (end.state != HeadEnd::State::complete || check_head(bytes.substr(0, end.size))) return 0;
  RequestReader reader(16 * 1024);
  if (reader.read_head(bytes.substr(0, end.size))) return 0;
  if (const auto length = reader.request.header("content-length");
      !length.empty() && !reader.request.header("transfer-encoding").empty()) {
    std::abort();
  }
  Conditions conditions;
  conditions.range = reader.request.header("range");
  const RangeChoice choice = choose_range(conditions, {}, 1000);
  if (choice.first + choice.length > 1000) std::abort();
  reader.set_sink(
      std::make_unique<BodySink>(reader.request.header("content-type"), BodyPolicy{4096, false}, ""));
  bytes.remove_prefix(end.size);
  std::string waiting;
  while (!bytes.empty() && !reader.is_done()) {
    waiting += bytes.substr(0, step);
    bytes.remove_prefix(std::min(step, bytes.size()));
    std::size_t used = 1;
    while (used > 0 && !waiting.empty() && !reader.is_done()) {
      if (reader.read_body(waiting, used)) return 0;
      waiting.erase(0, used);
    }
  }
  if (reader.is_done()) reader.finish();
  if (reader.request.body.size() > 4096) std::abort();
  return 0;
}
