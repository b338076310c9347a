// What the pages of this engine share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/base/json.h"
#include "core/form/form.h"
#include "core/site/list.h"
#include "engines/orders/orders_engine.h"

namespace kepu::orders {

using html::Out;
using site::Context;
using PageAnswer = site::Answer;

inline By by(const Context& context) { return {context.actor, context.request.remote}; }
// Whether a script of ours asked; what it is told: an object, never kept.
bool wants_json(const Context& context);
http::Response answer_json(int status, const std::function<void(base::Json&)>& write);
std::string order_url(Id order);
// 柳溪镇　大坪村; "—" for none.
std::string area_name(const auth::UnitTree& units, Id area);
std::string unit_name(const auth::UnitTree& units, Id unit);
std::string kind_title(const Settings& settings, std::string_view kind);  // "未分类" for none
html::Light light_of(const Order& order, Millis now);
// 还剩 3 小时, 还剩 2 个工作日, 已超 1 个工作日; empty without a clock.
std::string clock_words(const Order& order, Millis now, const calendar::Calendar& calendar);
std::string minutes_words(int working_minutes);  // 40 分钟, 3 小时, 2 个工作日
// 10月21日（周三）上午; the agreed day and hours where there are, else the wished ones.
std::string when_words(const Order& order);

}  // namespace kepu::orders
