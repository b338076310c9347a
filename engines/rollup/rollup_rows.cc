#include "engines/rollup/rollup_rows.h"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "core/audit/audit.h"
#include "core/base/json.h"
#include "core/base/text.h"

namespace kepu::rollup {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}
std::optional<double> real_of(const json::object& o, std::string_view name) {
  const auto* v = o.if_contains(name);
  return v != nullptr && v->is_number() ? std::optional(v->to_number<double>()) : std::nullopt;
}
template <class F>
void each_object(std::string_view text, F&& use) {
  boost::system::error_code failed;
  const auto value = json::parse(text, failed);
  if (failed || !value.is_array()) return;
  for (const auto& v : value.get_array()) {
    if (const auto* o = v.if_object()) use(*o);
  }
}
Date date_of(std::string_view iso) { return base::parse_date(iso).value_or(Date{}); }

}  // namespace

std::string to_json(const std::vector<Item>& items) {
  base::Json j;
  j.array();
  for (const auto& i : items) {
    j.object().field("code", i.code).field("title", i.title).field("kind", to_text(i.kind));
    j.field("unit", i.unit).field("decimals", i.decimals).field("definition", i.definition);
    j.field("metric", i.metric).key("task").id(i.task);
    j.field("task_code", i.task_code).end();
  }
  j.end();
  return std::move(j).text();
}

std::vector<Item> items_from_json(std::string_view text) {
  std::vector<Item> out;
  each_object(text, [&](const json::object& o) {
    out.push_back({text_of(o, "code"), text_of(o, "title"),
                   parse_item_kind(text_of(o, "kind")).value_or(ItemKind::side), text_of(o, "unit"),
                   static_cast<int>(real_of(o, "decimals").value_or(0)), text_of(o, "definition"),
                   text_of(o, "metric"), base::parse_id(text_of(o, "task")).value_or(0),
                   text_of(o, "task_code")});
  });
  return out;
}

std::string to_json(const std::vector<Choice>& choices) {
  base::Json j;
  j.array();
  for (const auto& c : choices) {
    j.object().field("code", c.code).field("origin", to_text(c.origin)).field("metric", c.metric);
    j.field("reason", c.reason).field("value", c.value).field("source", c.source).key("task").id(c.task);
    j.field("words", c.words).end();
  }
  j.end();
  return std::move(j).text();
}

std::vector<Choice> choices_from_json(std::string_view text) {
  std::vector<Choice> out;
  each_object(text, [&](const json::object& o) {
    out.push_back({text_of(o, "code"), parse_origin(text_of(o, "origin")).value_or(Origin::none),
                   text_of(o, "metric"), text_of(o, "reason"), real_of(o, "value"), text_of(o, "source"),
                   base::parse_id(text_of(o, "task")).value_or(0), text_of(o, "words")});
  });
  return out;
}

Call call_from(const sql::Row& r) {
  Call c;
  c.superior.tenant = r.integer(0);
  c.id = r.integer(1);
  c.state = parse_call_state(r.view(2)).value_or(CallState::draft);
  c.title = r.text(3);
  c.note = r.text(4);
  c.from = date_of(r.view(5));
  c.to = date_of(r.view(6));
  c.due = date_of(r.view(7));
  c.items = items_from_json(r.view(8));
  c.replaces = r.integer(9);
  c.replaced_by = r.integer(10);
  c.revision = r.integer(11);
  c.edited_at = r.integer(12);
  c.edited_by = r.text(13);
  c.issued_at = r.integer(14);
  c.issued_by = r.text(15);
  c.closed_at = r.integer(16);
  c.closed_by = r.text(17);
  c.closed_reason = r.text(18);
  return c;
}

Return return_from(const sql::Row& r) {
  auto found = parse_return(r.view(1));
  if (!found) throw sql::Failure("rollup_return " + std::to_string(r.integer(0)) + ": body cannot be read");
  found->id = r.integer(0);
  found->sha256 = r.text(2);
  return std::move(*found);
}

GiveBack back_from(const sql::Row& r) {
  return {r.integer(0), r.integer(1), r.integer(2), static_cast<int>(r.integer(3)),
          r.text(4),    r.text(5),    r.integer(6)};
}

std::string subject_of(Id call) { return fmt::format("rollup:{}", call); }

void log(sql::Session& session, const By& by, std::string_view right, base::Millis at, std::string action,
         std::string subject, std::string summary) {
  audit::Entry e;
  e.at = at;
  e.person = by.actor.person;
  e.person_name = by.actor.name;
  e.on_behalf_of = by.actor.on_behalf_of(right, by.actor.unit);
  e.unit_name = by.actor.unit_name;
  e.action = std::move(action);
  e.subject = std::move(subject);
  e.summary = std::move(summary);
  e.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(e));
}

base::Done require_whole(const By& by, std::string_view right) {
  TRY(by.actor.require(right));
  if (by.actor.may_everywhere(right)) return {};
  return base::refuse(base::Code::forbidden, "rollup.whole",
                      "汇总上报代表整个地区，需要数据范围为“全县”的授权。请联系系统管理员。");
}

base::Done check_reason(const std::string& reason, std::string_view what) {
  if (base::trim(reason).empty())
    return base::refuse(base::Code::invalid, "rollup.reason", fmt::format("请写明{}。", what), "reason");
  if (base::length(reason) > 500)
    return base::refuse(base::Code::invalid, "rollup.reason", fmt::format("{}不要超过 500 字。", what),
                        "reason");
  return {};
}

}  // namespace kepu::rollup
