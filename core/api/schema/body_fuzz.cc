// What a program sends as a body: whatever it is, it is read or refused with a place for each error.
#include <cstdint>
#include <cstdlib>

#include "core/api/schema/schema.h"
#include "core/base/text.h"

using namespace kepu;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const api::Schema kSchema = [] {
    api::Schema days{.type = api::Type::list, .about = "日子", .min = 1, .max = 3};
    days.items.push_back({.about = "日期", .format = "date"});
    api::Schema out{.type = api::Type::object, .about = "样例"};
    out.properties = {{"name", {.about = "名称", .min = 1, .max = 20}, true},
                      {"time", {.about = "时段", .words = {"上午", "下午"}}},
                      {"people", {.type = api::Type::integer, .about = "人数", .min = 0, .max = 100'000}},
                      {"days", days, true},
                      {"consent", {.type = api::Type::flag, .about = "同意"}, true}};
    return out;
  }();
  const auto body = api::Body::read({reinterpret_cast<const char*>(data), size}, kSchema);
  if (!body) {
    if (body.error().empty()) std::abort();
    for (const auto& e : body.error()) {
      if (e.message.empty() || !base::is_valid_utf8(e.field)) std::abort();
    }
    return 0;
  }
  const auto name = body->text("name");
  if (name.empty() || base::length(name) > 20 || !base::is_valid_utf8(name)) std::abort();
  if (body->texts("days").empty() || body->texts("days").size() > 3) std::abort();
  if (body->integer("people") < 0 || body->integer("people") > 100'000) std::abort();
  return 0;
}
