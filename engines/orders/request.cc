// What a resident asks for: checked all at once, and compared with what others asked.
#include <fmt/format.h>

#include <algorithm>

#include "core/auth/crypt.h"
#include "core/base/text.h"
#include "core/search/search.h"
#include "engines/orders/orders.h"

namespace kepu::orders {

namespace {

constexpr int kFurthestDay = 180;

}  // namespace

bool is_request_key(std::string_view key) {
  return key.size() >= 8 && key.size() <= 64 && std::all_of(key.begin(), key.end(), [](unsigned char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                  c == '-';
         });
}

base::Errors check_request(const Request& r, const Service* service, Date today) {
  base::Errors out;
  const auto wrong = [&](std::string field, std::string message) {
    std::string rule = "order." + field;
    out.push_back({base::Code::invalid, std::move(rule), std::move(field), std::move(message)});
  };
  if (service == nullptr) {
    const auto length = base::length(base::trim(r.title));
    if (length < 2) wrong("title", "请从菜单选一项服务，或用几个字写明要什么。");
    if (length > 60) wrong("title", "要什么服务请写在 60 个字以内，详细要求写在留言里。");
  }
  const int notice = service == nullptr ? 0 : service->notice_days;
  const Date first = base::from_days(base::to_days(today) + notice);
  const Date last = base::from_days(base::to_days(today) + kFurthestDay);
  if (r.days.empty()) wrong("days", "请选哪天方便，最多 3 天。");
  if (r.days.size() > 3) wrong("days", "最多选 3 天。");
  for (const Date day : r.days) {
    if (day < first) {
      wrong("days", notice == 0 ? std::string("不能选今天以前的日子。")
                                : fmt::format("这项服务要提前 {} 天预约，请选{}以后的日子。", notice,
                                              base::to_chinese(first)));
      break;
    }
    if (day > last) {
      wrong("days", fmt::format("最远可以约到{}。", base::to_chinese(last)));
      break;
    }
  }
  if (!r.time.empty() && r.time != "上午" && r.time != "下午" && r.time != "晚上" && r.time != "全天")
    wrong("time", "时段请选上午、下午、晚上或全天。");
  if (r.area == 0) wrong("area", "请选择村、社区或乡镇街道。");
  if (base::length(base::trim(r.place)) > 60) wrong("place", "地点不要超过 60 个字。");
  if (r.people < 0 || r.people > 100'000) wrong("people", "大约人数要在 0 到 100,000 之间。");
  const auto name = base::length(base::trim(r.name));
  if (name == 0) wrong("name", "请写怎么称呼您。");
  if (name > 20) wrong("name", "称呼不要超过 20 个字。");
  if (!auth::normal_phone(r.phone)) {
    std::size_t digits = 0;
    for (const char c : base::to_narrow(r.phone)) digits += c >= '0' && c <= '9' ? 1 : 0;
    if (digits == 0) {
      wrong("phone", "请写联系电话，工作人员要和您约时间。");
    } else if (digits < 11) {
      wrong("phone", fmt::format("手机号是 11 位数字，现在是 {} 位；固定电话请带区号。", digits));
    } else {
      wrong("phone", "这不像电话号码，请核对。手机号是 11 位数字，固定电话请带区号。");
    }
  }
  if (base::length(base::trim(r.words)) > 500) wrong("words", "留言不要超过 500 字。");
  if ((r.minor || (service != nullptr && service->for_minors)) && base::trim(r.guardian).empty())
    wrong("guardian", "给未满 14 周岁的孩子点单，请写负责的家长或老师。");
  if (base::length(base::trim(r.guardian)) > 20) wrong("guardian", "姓名不要超过 20 个字。");
  if (!r.consent) wrong("consent", "请勾选同意：联系方式只用于这次服务。");
  if (!r.key.empty() && !is_request_key(r.key)) wrong("key", "提交编号不对。请刷新页面重新提交。");
  return out;
}

double likeness(std::string_view one, std::string_view other) {
  const auto a = search::tokens(one), b = search::tokens(other);
  if (a.empty() || b.empty()) return 0;
  std::vector<std::string> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return static_cast<double>(both.size()) / static_cast<double>(a.size() + b.size() - both.size());
}

}  // namespace kepu::orders
