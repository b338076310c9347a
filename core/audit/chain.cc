#include "core/audit/chain.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/json.h"
#include "core/base/secret.h"

namespace kepu::audit {

std::string canonical_start(Id tenant, std::int64_t number) {
  return fmt::format("{{\"tenant\":\"{}\",\"number\":{},", tenant, number);
}

std::string canonical(Id tenant, const Entry& entry) {
  base::Json rest;
  rest.object()
      .field("at", entry.at)
      .field("person", std::to_string(entry.person))
      .field("person_name", entry.person_name)
      .field("on_behalf_of", std::to_string(entry.on_behalf_of))
      .field("unit_name", entry.unit_name)
      .field("action", entry.action)
      .field("subject", entry.subject)
      .field("summary", entry.summary)
      .field("detail", entry.detail)
      .field("remote", entry.remote)
      .end();
  return canonical_start(tenant, entry.number) + rest.peek().substr(1);
}

std::string chain_hash(std::string_view previous, std::string_view canonical) {
  base::Sha256 digest;
  digest.add(previous);
  digest.add(canonical);
  return digest.hex();
}

void ChainChecker::break_at(std::int64_t number, std::string message) {
  if (broken()) return;
  verdict_.broken_at = number;
  verdict_.message = std::move(message);
}

void ChainChecker::add(std::int64_t number, std::string_view canonical, std::string_view hash) {
  if (broken()) return;
  const std::int64_t expected = next_number();
  if (number > expected)
    return break_at(expected, fmt::format("第 {} 条记录缺失：记录被删除或次序被改动", expected));
  if (number < expected)
    return break_at(number, fmt::format("多出了编号为 {} 的记录：记录是后来插入的", number));
  if (chain_hash(verdict_.head, canonical) != hash)
    return break_at(number, fmt::format("第 {} 条记录与它的校验值不符：内容、次序或校验值被改动", number));
  ++verdict_.entries;
  verdict_.head = hash;
  last_ = number;
}

void ChainChecker::add_unreadable(std::int64_t number) {
  break_at(number, fmt::format("第 {} 条记录的格式不对：内容或次序被改动", number));
}

Verdict ChainChecker::finish(std::int64_t head_number, std::string_view head_hash) {
  if (last_ < head_number)
    break_at(last_ + 1, fmt::format("应有 {} 条记录，只到第 {} 条：末尾的记录被删除", head_number, last_));
  else if (last_ > head_number)
    break_at(head_number + 1,
             fmt::format("应有 {} 条记录，却多出第 {} 条：记录是后来添加的", head_number, head_number + 1));
  else if (verdict_.head != head_hash)
    break_at(std::max<std::int64_t>(last_, 1), "最后一条记录的校验值与登记的不符：记录或登记被改动");
  if (!broken()) verdict_.message = fmt::format("共 {} 条记录，校验链完整，没有发现改动", verdict_.entries);
  return verdict_;
}

}  // namespace kepu::audit
