// 声明人工指标: title, unit, definition, who fills it in and how often.
#include "core/base/text.h"
#include "engines/indicators/pages/desk.h"

namespace kepu::indicators {

using html::Out;
using site::Answer;
using site::Context;

namespace {

form::Form metric_form(const auth::UnitTree& units) {
  std::vector<form::Option> unit_options;
  for (const auto& u : units.all()) {
    if (u.active && u.kind != auth::UnitKind::village) unit_options.push_back({std::to_string(u.id), u.name});
  }
  return form::Form({
      {.name = "title", .label = "指标名称", .required = true, .max_length = 60},
      {.name = "unit",
       .label = "计量单位",
       .required = true,
       .hint = "人、场、份、万元、% 等",
       .max_length = 12,
       .short_field = true},
      {.name = "decimals",
       .label = "小数位数",
       .kind = form::Kind::integer,
       .required = true,
       .min = 0,
       .max = 4,
       .initial = "0",
       .short_field = true},
      {.name = "definition",
       .label = "口径",
       .kind = form::Kind::long_text,
       .required = true,
       .hint = "什么算、什么不算、以哪个台账或报表为准",
       .max_length = 1000,
       .rows = 3},
      {.name = "nature",
       .label = "性质",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"flow", "流量", "一段时间里发生多少，各期可以相加"},
                   {"stock", "存量", "期末有多少，各期不能相加"}},
       .initial = "flow"},
      {.name = "counting",
       .label = "计数方式",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"amount", "数量", "场次、份数、金额、比例"},
                   {"person_times", "人次", "同一人来几次算几次"},
                   {"people", "人数", "同一人只算一次；各单位、各期的人数不能相加"}},
       .initial = "amount"},
      {.name = "frequency",
       .label = "多久填一次",
       .kind = form::Kind::select,
       .required = true,
       .options = {{"month", "每月"}, {"quarter", "每季度"}, {"half_year", "每半年"}, {"year", "每年"}},
       .initial = "quarter",
       .short_field = true},
      {.name = "due_days",
       .label = "每期结束后几天内填报",
       .kind = form::Kind::integer,
       .required = true,
       .min = 0,
       .max = 180,
       .initial = "15",
       .unit = "天",
       .short_field = true},
      {.name = "from",
       .label = "从哪天起填报",
       .kind = form::Kind::date,
       .required = true,
       .short_field = true},
      {.name = "fillers",
       .label = "谁来填",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"county", "县里填一个数", "由县科协填，另一人确认"},
                   {"townships", "各乡镇（街道）分别填", ""},
                   {"listed", "指定的单位分别填", "在下面勾选"}},
       .initial = "townships"},
      {.name = "units",
       .label = "指定的单位",
       .kind = form::Kind::multi_select,
       .options = std::move(unit_options)},
      {.name = "active",
       .label = "启用（停用后不再填报，也不在目录里出现，旧数保留）",
       .kind = form::Kind::checkbox,
       .initial = "1"},
  });
}

form::Values values_of(const ManualMetric& m) {
  form::Values v;
  v.set("title", m.title);
  v.set("unit", m.unit);
  v.set("decimals", std::to_string(m.decimals));
  v.set("definition", m.definition);
  v.set("nature", m.nature == metric::Nature::stock ? "stock" : "flow");
  v.set("counting", m.counting == metric::Counting::people         ? "people"
                    : m.counting == metric::Counting::person_times ? "person_times"
                                                                   : "amount");
  v.set("frequency", std::string(to_text(m.frequency)));
  v.set("due_days", std::to_string(m.due_days));
  v.set("from", base::to_iso(m.from));
  v.set("fillers", std::string(to_text(m.fillers)));
  for (const Id unit : m.units) v.add("units", std::to_string(unit));
  v.set("active", m.active ? "1" : "");
  return v;
}

ManualMetric metric_from(const form::Values& v) {
  ManualMetric m;
  m.title = v.text("title");
  m.unit = v.text("unit");
  m.decimals = static_cast<int>(v.integer("decimals").value_or(0));
  m.definition = v.text("definition");
  m.nature = v.text("nature") == "stock" ? metric::Nature::stock : metric::Nature::flow;
  m.counting = v.text("counting") == "people"         ? metric::Counting::people
               : v.text("counting") == "person_times" ? metric::Counting::person_times
                                                      : metric::Counting::amount;
  m.frequency = parse_frequency(v.text("frequency")).value_or(Frequency::year);
  m.due_days = static_cast<int>(v.integer("due_days").value_or(15));
  m.from = v.date("from").value_or(base::Date{});
  m.fillers = parse_fillers(v.text("fillers")).value_or(Fillers::county);
  for (const auto& text : v.texts("units")) {
    if (const auto id = base::parse_id(text)) m.units.push_back(*id);
  }
  m.active = v.flag("active");
  return m;
}

http::Response form_page(Context& context, const ManualMetric* existing, const Typed* typed) {
  const auto tree = context.app.directory.units(context.tenant.id);
  form::View view{
      .action = existing == nullptr ? "/indicators/new" : metric_url(existing->metric_id(), "edit"),
      .csrf = context.csrf};
  if (typed != nullptr) {
    view.values = typed->values;
    view.errors = typed->errors;
  } else if (existing != nullptr) {
    view.values = values_of(*existing);
  } else {
    view.values.set("from", fmt::format("{}-01-01", context.today().year));
    view.values.set("active", "1");
  }
  if (existing != nullptr) view.hidden = {{"revision", std::to_string(existing->revision)}};
  view.cancel_url = existing == nullptr ? "/indicators" : metric_url(existing->metric_id());
  site::Page page;
  page.title = existing == nullptr ? "声明人工指标" : "修改人工指标";
  page.path = {{"指标目录", "/indicators"}, {page.title, ""}};
  page.note = "平台里已有的数不用再填；只有平台以外的数才声明人工指标";
  page.narrow = true;
  page.body = [&](Out& h) { h("{}", html::panel("", [&](Out& o) { metric_form(*tree).write(o, view); })); };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer add(Context& context, IndicatorsEngine& engine) {
  auto in = metric_form(*context.app.directory.units(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    const auto wanted = metric_from(in.values);
    in.errors = check(wanted);
    if (in.ok()) {
      const auto added = engine.store().add_metric(context.actor, wanted);
      if (added) {
        context.say(html::Tone::green, "指标已声明，到期的填报期已列入各单位的待办。");
        return site::redirect(metric_url(fmt::format("manual.{}", *added)));
      }
      in.errors.push_back(added.error());
    }
  }
  const Typed typed{in.values, in.errors};
  return form_page(context, nullptr, &typed);
}

Answer change(Context& context, IndicatorsEngine& engine) {
  const auto existing = TRY(manual_of(context, engine));
  auto in = metric_form(*context.app.directory.units(context.tenant.id)).check(context.request.form);
  if (in.ok()) {
    auto wanted = metric_from(in.values);
    wanted.id = existing.id;
    wanted.revision = base::parse_int(context.field("revision")).value_or(0);
    in.errors = check(wanted);
    if (in.ok()) {
      const auto done = engine.store().change_metric(context.actor, wanted);
      if (done) {
        context.say(html::Tone::green, "指标已修改，原来的内容留在过程记录里。");
        return site::redirect(wanted.active ? metric_url(existing.metric_id()) : std::string("/indicators"));
      }
      in.errors.push_back(done.error());
    }
  }
  const Typed typed{in.values, in.errors};
  return form_page(context, &existing, &typed);
}

}  // namespace

void add_manual_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/new", Access::right, "indicators.edit",
            [](Context& c) -> Answer { return form_page(c, nullptr, nullptr); }});
  site.add({Method::post, "/indicators/new", Access::right, "indicators.edit",
            [&](Context& c) { return add(c, engine); }});
  site.add(
      {Method::get, "/indicators/{metric}/edit", Access::right, "indicators.edit", [&](Context& c) -> Answer {
         const auto existing = TRY(manual_of(c, engine));
         return form_page(c, &existing, nullptr);
       }});
  site.add({Method::post, "/indicators/{metric}/edit", Access::right, "indicators.edit",
            [&](Context& c) { return change(c, engine); }});
}

}  // namespace kepu::indicators
