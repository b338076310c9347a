// The frozen bytes of a return, and back.
#include <boost/json.hpp>

#include "core/base/json.h"
#include "core/base/secret.h"
#include "engines/rollup/rollup.h"

namespace kepu::rollup {
namespace {

namespace json = boost::json;
constexpr std::string_view kFormat = "kepu.rollup.return/1";

void write(base::Json& j, std::string_view name, const Place& p) {
  j.key(name).object().key("tenant").id(p.tenant);
  j.field("code", p.code).field("name", p.name).field("area_code", p.area_code).end();
}

void write(base::Json& j, const Facts& f) {
  j.key("facts").object().field("plan", f.plan).field("tasks", f.tasks).field("done", f.done);
  j.field("ok", f.ok).field("watch", f.watch).field("late", f.late).field("idle", f.idle);
  j.field("unknown", f.unknown);
  j.field("window", f.window).field("units_due", f.units_due).field("units_reported", f.units_reported);
  j.field("reports_due", f.reports_due).field("reports_made", f.reports_made).end();
}

void write(base::Json& j, const Item& i) {
  j.key("item").object().field("code", i.code).field("title", i.title).field("kind", to_text(i.kind));
  j.field("unit", i.unit).field("decimals", i.decimals).field("definition", i.definition);
  j.field("metric", i.metric).key("task").id(i.task);
  j.field("task_code", i.task_code).end();
}

void write(base::Json& j, const std::vector<Entry>& entries) {
  j.key("entries").array();
  for (const auto& e : entries) {
    j.object();
    write(j, e.item);
    j.field("origin", to_text(e.origin)).field("value", e.value).field("metric", e.metric);
    j.field("metric_title", e.metric_title).field("metric_definition", e.metric_definition);
    j.field("records", e.records).field("why", e.why).field("reason", e.reason).field("source", e.source);
    j.field("words", e.words).field("task_code", e.task_code).field("task_title", e.task_title);
    j.field("light", e.light).field("light_word", e.light_word).field("light_why", e.light_why);
    j.field("share", e.share).end();
  }
  j.end();
}

// A field that is missing or of another kind makes the whole no return of ours.
class Reader {
 public:
  explicit Reader(const json::object& object) : object_(object) {}
  std::string text(std::string_view name) const { return std::string(object_.at(name).as_string()); }
  std::int64_t integer(std::string_view name) const { return object_.at(name).to_number<std::int64_t>(); }
  int small(std::string_view name) const { return object_.at(name).to_number<int>(); }
  std::optional<double> real(std::string_view name) const {
    const auto& v = object_.at(name);
    return v.is_null() ? std::nullopt : std::optional(v.to_number<double>());
  }
  Id id(std::string_view name) const {
    return object_.at(name).is_null() ? 0 : base::parse_id(text(name)).value_or(0);
  }
  Date date(std::string_view name) const { return base::parse_date(text(name)).value_or(Date{}); }
  Reader in(std::string_view name) const { return Reader(object_.at(name).as_object()); }
  const json::array& list(std::string_view name) const { return object_.at(name).as_array(); }

 private:
  const json::object& object_;
};

Place place_in(const Reader& r) {
  return {r.id("tenant"), r.text("code"), r.text("name"), r.text("area_code")};
}

Facts facts_in(const Reader& r) {
  Facts f;
  f.plan = r.text("plan");
  f.tasks = r.small("tasks");
  f.done = r.small("done");
  f.ok = r.small("ok");
  f.watch = r.small("watch");
  f.late = r.small("late");
  f.idle = r.small("idle");
  f.unknown = r.small("unknown");
  f.window = r.text("window");
  f.units_due = r.small("units_due");
  f.units_reported = r.small("units_reported");
  f.reports_due = r.small("reports_due");
  f.reports_made = r.small("reports_made");
  return f;
}

Entry entry_in(const Reader& r) {
  Entry e;
  const Reader i = r.in("item");
  e.item = {i.text("code"),   i.text("title"),     parse_item_kind(i.text("kind")).value_or(ItemKind::side),
            i.text("unit"),   i.small("decimals"), i.text("definition"),
            i.text("metric"), i.id("task"),        i.text("task_code")};
  e.origin = parse_origin(r.text("origin")).value_or(Origin::none);
  e.value = r.real("value");
  e.metric = r.text("metric");
  e.metric_title = r.text("metric_title");
  e.metric_definition = r.text("metric_definition");
  e.records = r.integer("records");
  e.why = r.text("why");
  e.reason = r.text("reason");
  e.source = r.text("source");
  e.words = r.text("words");
  e.task_code = r.text("task_code");
  e.task_title = r.text("task_title");
  e.light = r.text("light");
  e.light_word = r.text("light_word");
  e.light_why = r.text("light_why");
  e.share = r.real("share");
  return e;
}

Return return_in(const Reader& r) {
  Return out;
  out.county = place_in(r.in("county"));
  out.superior = place_in(r.in("superior"));
  const Reader call = r.in("call");
  out.call = call.id("id");
  out.call_title = call.text("title");
  out.from = call.date("from");
  out.to = call.date("to");
  out.due = call.date("due");
  out.number = r.small("number");
  out.reason = r.text("reason");
  out.by = r.text("by");
  out.at = r.integer("at");
  out.as_of = r.date("as_of");
  out.facts = facts_in(r.in("facts"));
  for (const auto& e : r.list("entries")) out.entries.push_back(entry_in(Reader(e.as_object())));
  return out;
}

}  // namespace

std::string canonical(const Return& r) {
  base::Json j;
  j.object().field("format", kFormat);
  write(j, "county", r.county);
  write(j, "superior", r.superior);
  j.key("call").object().key("id").id(r.call);
  j.field("title", r.call_title).field("from", base::to_iso(r.from)).field("to", base::to_iso(r.to));
  j.field("due", base::to_iso(r.due)).end();
  j.field("number", r.number).field("reason", r.reason).field("by", r.by).field("at", r.at);
  j.field("as_of", base::to_iso(r.as_of));
  write(j, r.facts);
  write(j, r.entries);
  j.end();
  return std::move(j).text();
}

base::Result<Return> parse_return(std::string_view body) {
  try {
    const auto value = json::parse(body);
    const Reader reader(value.as_object());
    if (reader.text("format") == kFormat) {
      Return out = return_in(reader);
      out.body = std::string(body);
      out.sha256 = base::sha256_hex(body);
      return out;
    }
  } catch (const std::exception&) {  // what Boost.JSON throws for a missing or wrong part
  }
  return base::refuse(base::Code::invalid, "rollup.body", "这不是一份上报数据，或者已经损坏。");
}

std::string mark_of(const Composed& composed) {
  base::Json j;
  j.object().field("as_of", base::to_iso(composed.as_of));
  write(j, composed.facts);
  write(j, composed.entries);
  j.end();
  return base::sha256_hex(j.peek());
}

const Entry* Return::entry(std::string_view code) const {
  for (const auto& e : entries) {
    if (e.item.code == code) return &e;
  }
  return nullptr;
}

}  // namespace kepu::rollup
