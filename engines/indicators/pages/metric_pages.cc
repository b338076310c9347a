// One metric: what counts, its values over the years and units, two dates compared, and how it was reached.
#include <cmath>

#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/indicators/pages/metric_parts.h"

namespace kepu::indicators {

using base::Date;
using html::Out;
using site::Answer;
using site::Context;

namespace {

// The last year that is shown, and what of it is over.
struct YearValue {
  int year = 0;
  Date from, to;
  bool running = false;
  metric::Answer answer;
};

std::vector<YearValue> by_years(Context& context, IndicatorsEngine& engine, const metric::Metric& m,
                                Date first) {
  std::vector<YearValue> out;
  const Date today = context.today();
  context.app.db.read([&](sql::Session&) {
    for (int year = first.year; year <= today.year && year < first.year + 15; ++year) {
      YearValue v{year, {year, 1, 1}, std::min(Date{year, 12, 31}, today), year == today.year, {}};
      const auto answer = engine.catalog().answer({context.tenant.id, m.id, {}, v.from, v.to});
      v.answer = answer ? *answer : metric::Answer{{}, answer.error().message, 0};
      out.push_back(std::move(v));
    }
  });
  return out;
}

html::SimpleTable years_table(const metric::Metric& m, const std::vector<YearValue>& years) {
  html::SimpleTable table;
  table.caption = "各年的数";
  table.columns = {
      {"年份"}, {"数", html::Column::Kind::number}, {"记录", html::Column::Kind::number}, {"说明"}};
  for (const auto& y : years) {
    std::string why = y.answer.why;
    if (y.running) why = fmt::format("截至 {}。", base::to_iso(y.to)) + why;
    const std::string url = fmt::format("{}?from={}&to={}", metric_url(m.id, "records"), base::to_iso(y.from),
                                        base::to_iso(y.to));
    const std::string value = shown(y.answer.value, m);
    table.rows.push_back({fmt::format("{} 年", y.year), html::Content([url, value](Out& h) {
                            h("<a href=\"{}\">{}</a>", html::Url{url}, value);
                          }),
                          std::to_string(y.answer.records), why.empty() ? std::string("—") : why});
  }
  return table;
}

struct TwoDates {
  Date first, a, b;
};

// From the address; what is no date falls back to the end of last year (or the plan's first day) and today.
TwoDates two_dates(Context& context, Date first) {
  const Date today = context.today();
  const Date usual = std::max(first, Date{today.year - 1, 12, 31});
  TwoDates out{first, base::parse_date(context.param("a")).value_or(usual),
               base::parse_date(context.param("b")).value_or(today)};
  if (out.b < out.a) std::swap(out.a, out.b);
  out.first = std::min(first, out.a);
  return out;
}

std::string difference(const metric::Metric& m, std::optional<double> a, std::optional<double> b) {
  if (!a || !b) return "—";
  return html::with_sign(*b - *a, m.decimals);
}

html::SimpleTable compared(Context& context, IndicatorsEngine& engine, const metric::Metric& m,
                           const TwoDates& dates) {
  html::SimpleTable table;
  table.caption = "两个日期的数";
  table.columns = {{"单位"},
                   {base::to_iso(dates.a), html::Column::Kind::number},
                   {base::to_iso(dates.b), html::Column::Kind::number},
                   {"变化", html::Column::Kind::number}};
  const metric::Question qa{context.tenant.id, m.id, {}, dates.first, dates.a};
  const metric::Question qb{context.tenant.id, m.id, {}, dates.first, dates.b};
  const auto a = engine.catalog().answer(qa), b = engine.catalog().answer(qb);
  const auto va = a ? a->value : std::nullopt, vb = b ? b->value : std::nullopt;
  table.rows.push_back({"全县", shown(va, m), shown(vb, m), difference(m, va, vb)});
  std::map<Id, std::optional<double>> before;
  for (const auto& u : by_units(context, engine, m, qa)) before[u.unit->id] = u.answer.value;
  for (const auto& u : by_units(context, engine, m, qb)) {
    const auto old = before[u.unit->id];
    const std::string url = fmt::format("{}?from={}&to={}&unit={}", metric_url(m.id, "records"),
                                        base::to_iso(dates.first), base::to_iso(dates.b), u.unit->id);
    const std::string name = u.unit->name;
    table.rows.push_back(
        {html::Content([url, name](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{url}, name); }),
         shown(old, m), shown(u.answer.value, m), difference(m, old, u.answer.value)});
  }
  return table;
}

void write_dates_form(Out& h, const std::string& url, const TwoDates& dates) {
  h("<form class=\"filters\" method=\"get\" action=\"{}\"><label class=\"f\">从<input class=\"in\" "
    "type=\"date\" "
    "name=\"a\" value=\"{}\"></label><label class=\"f\">到<input class=\"in\" type=\"date\" name=\"b\" "
    "value=\"{}\"></label>{}</form>",
    html::Url{url}, base::to_iso(dates.a), base::to_iso(dates.b), html::button("比较", html::Look::plain));
}

void write_headline(Out& h, const metric::Metric& m, const metric::Answer& today, Date first, Date day) {
  h("<p class=\"big-target\"><b class=\"num\">{}</b>　{}</p>", shown(today.value, m),
    m.nature == metric::Nature::stock
        ? fmt::format("{} 的存量", base::to_chinese(day))
        : fmt::format("{}至 {} 累计", base::to_chinese(first), base::to_chinese(day)));
  if (!today.why.empty()) h("<p class=\"muted small mt\">{}</p>", today.why);
}

Answer show_metric(Context& context, IndicatorsEngine& engine) {
  const auto m = TRY(metric_of(context, engine));
  const Date first = first_day(context, engine), today = context.today();
  const auto years = by_years(context, engine, m, first);
  const auto dates = two_dates(context, first);
  const auto now = TRY(engine.catalog().answer({context.tenant.id, m.id, {}, std::min(first, today), today}));
  const auto table = compared(context, engine, m, dates);
  const auto timeline = timeline_of(context, "metric:" + m.id);
  std::vector<std::string> serves;  // where else the figure is asked for
  for (const auto& set : engine.store().sets(context.tenant.id)) {
    for (const auto& item : set.items) {
      if (item.metric == m.id) serves.push_back(set.title + (item.code.empty() ? "" : "　" + item.code));
    }
  }
  const bool restricted = scope_of(context).has_value();
  site::Page page;
  page.title = m.title;
  page.path = {{"指标目录", "/indicators"}, {m.title, ""}};
  page.note = fmt::format("{}　{}　单位：{}", title_of(m.nature), title_of(m.counting), m.unit);
  page.actions = [&](Out& h) {
    h("{}", html::button_link("看记录",
                              fmt::format("{}?from={}&to={}", metric_url(m.id, "records"),
                                          base::to_iso(first), base::to_iso(today)),
                              "list-details"));
    if (m.by_unit) h("{}", html::button_link("均衡度", metric_url(m.id, "balance"), "adjustments"));
    if (m.manual && context.actor.may("indicators.edit")) {
      h("{}", html::button_link("修改声明", metric_url(m.id, "edit"), "edit"));
    }
  };
  page.body = [&](Out& h) {
    h(
        "<div class=\"split\"><div>{}{}{}</div><aside>{}{}</aside></div>{}",
        html::panel("现在的数", [&](Out& o) { write_headline(o, m, now, std::min(first, today), today); }),
        html::panel("各年的数", [&](Out& o) { o("{}", years_table(m, years)); },
                    {.note = m.nature == metric::Nature::stock ? "年末（本年为今日）的存量"
                                                               : "每年 1 月 1 日起的累计"}),
        html::panel("任意两个日期比较",
                    [&](Out& o) {
                      write_dates_form(o, metric_url(m.id), dates);
                      o("{}", table);
                      if (restricted && m.by_unit) {
                        o("<p class=\"muted small mt\">只列出您的数据范围内的单位。</p>");
                      }
                      if (!adds_up(m) && m.by_unit) {
                        o("<p class=\"muted small mt\">各单位的数不能相加得出全县数。</p>");
                      }
                    },
                    {.note = m.nature == metric::Nature::stock ? "当日存量" : "自规划期第一天累计到该日"}),
        html::panel(
            "口径",
            [&](Out& o) {
              o("{}",
                html::Definitions{
                    {{"什么算", m.definition},
                     {"性质",
                      std::string(title_of(m.nature)) +
                          (m.nature == metric::Nature::stock ? "：某一天有多少" : "：一段时间里发生多少")},
                     {"计数", std::string(title_of(m.counting))},
                     {"来源", m.manual ? "由单位填报，县科协确认后计入" : "由平台的业务记录计算，不用填"},
                     {"也用于", serves.empty() ? std::string("—") : base::join(serves, "；")},
                     {"标识", m.id}}});
            }),
        [&](Out& o) {
          if (!timeline.moments.empty()) o("{}", html::panel("过程记录", timeline));
        },
        [&](Out& o) { write_bound_targets(o, context, engine, m.id); });
  };
  return site::page(context, std::move(page));
}

// The records behind a figure, as far as the person's data scope goes.
Answer show_records(Context& context, IndicatorsEngine& engine) {
  constexpr std::int64_t kPage = 50;
  const auto m = TRY(metric_of(context, engine));
  const Date first = first_day(context, engine), today = context.today();
  metric::Question q{context.tenant.id,
                     m.id,
                     {},
                     base::parse_date(context.param("from")).value_or(first),
                     base::parse_date(context.param("to")).value_or(today)};
  const auto tree = context.app.directory.units(context.tenant.id);
  const auto unit = base::parse_id(context.param("unit"));
  std::string whose = "全县";
  if (unit) {
    if (!m.by_unit || tree->find(*unit) == nullptr || !sees(context, *unit)) {
      return base::refuse(base::Code::not_found, "indicators.unit",
                          "没有这个单位，或它的数不在您的数据范围内。");
    }
    const bool township = tree->find(*unit)->kind == auth::UnitKind::township && !m.manual;
    q.units = township ? tree->below(*unit) : std::vector<Id>{*unit};
    whose = unit_name(*tree, *unit);
  }
  const auto answer = TRY(engine.catalog().answer(q));
  const auto scope = scope_of(context);
  metric::Question own = q;
  if (scope && m.by_unit && !unit) own.units = *scope;
  const auto within = TRY(engine.catalog().answer(own));
  const std::int64_t number = std::max<std::int64_t>(1, base::parse_int(context.param("page")).value_or(1));
  const bool none = scope && m.by_unit && !unit && own.units.empty();
  const auto records =
      none ? std::vector<metric::Record>{} : TRY(engine.catalog().records(own, (number - 1) * kPage, kPage));
  html::SimpleTable table;
  table.caption = "记录";
  table.columns = {{"记录"}, {"单位"}, {"日期"}, {"计入", html::Column::Kind::number}, {"说明"}};
  for (const auto& r : records) {
    if (!sees(context, r.unit)) continue;
    table.rows.push_back(
        {html::Content([r](Out& h) { h("<a href=\"{}\">{}</a>", html::Url{r.url}, r.title); }),
         unit_name(*tree, r.unit), base::to_iso(r.date), value_text(r.amount, m.decimals, ""),
         r.note.empty() ? std::string("—") : r.note});
  }
  site::Page page;
  page.title = m.title + "：怎样得出";
  page.path = {{"指标目录", "/indicators"}, {m.title, metric_url(m.id)}, {"记录", ""}};
  page.note = fmt::format("{}　{} 至 {}", whose, base::to_iso(q.from), base::to_iso(q.to));
  page.body = [&](Out& h) {
    h("<p class=\"lead\"><b>{}</b>　由 {} 条记录得出。{}</p>", shown(answer.value, m), answer.records,
      answer.why);
    if (scope && m.by_unit && within.records < answer.records) {
      h("<p class=\"muted\">其中 {} 条在您的数据范围内，列在下面。</p>", none ? 0 : within.records);
    }
    h("{}", html::panel("记录", [&](Out& o) {
        if (table.rows.empty()) {
          o("{}", html::EmptyState{"没有可以列出的记录", answer.why});
          return;
        }
        o("{}", table);
        const std::int64_t total = std::max<std::int64_t>(
            within.records, (number - 1) * kPage + static_cast<std::int64_t>(records.size()));
        o("{}", html::Pager{
                    number, kPage, total,
                    fmt::format("{}?from={}&to={}{}&page=", metric_url(m.id, "records"), base::to_iso(q.from),
                                base::to_iso(q.to), unit ? fmt::format("&unit={}", *unit) : std::string())});
      }));
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_metric_pages(site::Site& site, IndicatorsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/indicators/{metric}", Access::right, "indicators.read",
            [&](Context& c) { return show_metric(c, engine); }});
  site.add({Method::get, "/indicators/{metric}/records", Access::right, "indicators.read",
            [&](Context& c) { return show_records(c, engine); }});
}

}  // namespace kepu::indicators
