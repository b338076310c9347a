// 均衡度: a metric by township, its distance to the county's level and how that has changed in a year.
#include <cmath>

#include "core/html/format.h"
#include "engines/indicators/balance.h"
#include "engines/indicators/pages/metric_parts.h"

namespace kepu::indicators {

using base::Date;
using html::Out;
using site::Answer;
using site::Context;

namespace {

Date year_before(Date day) {
  const Date other{day.year - 1, day.month, day.day};
  return day.month == 2 && day.day == 29 ? Date{day.year - 1, 2, 28} : other;
}

std::string change_word(const AreaGap& area) {
  if (!area.widened) return "—";
  if (std::abs(*area.widened) < 1e-9) return "没有变化";
  return *area.widened < 0 ? "差距缩小" : "差距扩大";
}

html::SimpleTable gap_table(const auth::UnitTree& units, const metric::Metric& m, const Balance& b) {
  html::SimpleTable table;
  table.caption = "各乡镇（街道）的数与差距";
  table.columns = {{"乡镇（街道）"},
                   {"现在", html::Column::Kind::number},
                   {b.level_is_mean ? "与乡镇平均相差" : "与全县相差", html::Column::Kind::number},
                   {"一年前", html::Column::Kind::number, true},
                   {"一年来"}};
  for (const auto& a : b.areas) {
    table.rows.push_back(
        {units.find(a.unit)->name, a.now ? shown(a.now, m) : std::string("缺数据"),
         a.gap ? html::with_sign(*a.gap, std::max(m.decimals, b.level_is_mean ? 1 : 0)) : "—",
         shown(a.before, m), change_word(a)});
  }
  return table;
}

html::Tiles tiles_of(const auth::UnitTree& units, const metric::Metric& m, const Balance& b) {
  html::Tiles tiles;
  tiles.level_names = {"最低五分之一", "较低", "中间", "较高", "最高五分之一"};
  html::TileGroup group;
  group.name = fmt::format("乡镇（街道）　{} 个", b.areas.size());
  for (const auto& a : b.areas) {
    const auto* unit = units.find(a.unit);
    html::Tile tile;
    tile.name = site::short_name(*unit);
    tile.full_name = unit->name;
    tile.url = fmt::format("{}?unit={}", metric_url(m.id, "records"), a.unit);
    if (a.now) {
      tile.value = fmt::format("{:.{}f}", *a.now, m.decimals);
      const double range = *b.largest - *b.smallest;
      tile.level = range <= 0 ? 3 : 1 + std::min(4, static_cast<int>(5 * (*a.now - *b.smallest) / range));
    }
    group.tiles.push_back(std::move(tile));
  }
  tiles.groups.push_back(std::move(group));
  return tiles;
}

std::string summary(const metric::Metric& m, const Balance& b) {
  if (b.with_value == 0) return "各乡镇（街道）都没有数，不能比较。";
  std::string out = fmt::format("{} 个乡镇（街道）有数，最低 {}，最高 {}", b.with_value, shown(b.smallest, m),
                                shown(b.largest, m));
  if (b.ratio) out += fmt::format("，相差 {} 倍", html::fixed(*b.ratio, 1));
  out += "。";
  if (b.level) {
    out += fmt::format(
        "{}为 {}。", b.level_is_mean ? "乡镇平均" : "全县",
        b.level_is_mean ? html::fixed(*b.level, std::max(1, m.decimals)) + " " + m.unit : shown(b.level, m));
  }
  return out;
}

Answer show_balance(Context& context, IndicatorsEngine& engine) {
  const auto m = TRY(metric_of(context, engine));
  if (!m.by_unit) {
    return base::refuse(base::Code::not_found, "indicators.by_unit",
                        "指标“" + m.title + "”只有全县数，没有分乡镇的数。");
  }
  const Date today = context.today();
  const bool stock = m.nature == metric::Nature::stock;
  // A flow is compared over the same part of the year.
  const Date from = stock ? first_day(context, engine) : Date{today.year, 1, 1};
  const metric::Question now{context.tenant.id, m.id, {}, std::min(from, today), today};
  metric::Question before = now;
  before.to = year_before(today);
  before.from = stock ? std::min(now.from, before.to) : year_before(from);
  const auto values = by_townships(context, engine, m, now, true);
  std::map<Id, std::optional<double>> old;
  for (const auto& u : by_townships(context, engine, m, before, true)) old[u.unit->id] = u.answer.value;
  std::vector<AreaValue> areas;
  for (const auto& u : values) areas.push_back({u.unit->id, u.answer.value, old[u.unit->id]});
  const auto county = TRY(engine.catalog().answer(now));
  const auto county_before = TRY(engine.catalog().answer(before));
  auto b = balance_of(areas, adds_up(m), county.value, county_before.value);
  std::erase_if(b.areas, [&](const AreaGap& area) { return !sees(context, area.unit); });
  const auto tree = context.app.directory.units(context.tenant.id);
  site::Page page;
  page.title = m.title + "：均衡度";
  page.path = {{"指标目录", "/indicators"}, {m.title, metric_url(m.id)}, {"均衡度", ""}};
  page.note = stock ? fmt::format("截至 {} 的存量，与一年前同日相比", base::to_iso(today))
                    : fmt::format("{} 年 1 月 1 日至 {}，与上年同期相比", today.year, base::to_iso(today));
  page.body = [&](Out& h) {
    h("<p class=\"lead\"><b>{}</b>{}</p>", summary(m, b), [&](Out& o) {
      if (b.missing > 0) o("<b class=\"watch\">{} 个缺数据，没有当作零。</b>", b.missing);
    });
    h("<div class=\"grid\">{}{}</div>",
      html::panel("分乡镇（街道）", [&](Out& o) { o("{}", gap_table(*tree, m, b)); },
                  {.note = "按区划顺序排列，不作名次", .columns = 7}),
      html::panel("一览",
                  [&](Out& o) {
                    if (b.areas.empty()) o("<p class=\"muted\">您的数据范围内没有乡镇（街道）。</p>");
                    o("{}", tiles_of(*tree, m, b));
                  },
                  {.note = "斜纹为缺数据", .columns = 5}));
    write_bound_targets(h, context, engine, m.id);
    h("<p class=\"muted small\">{}</p>",
      b.level_is_mean
          ? "合计型指标与各乡镇（街道）的平均数相比，没有考虑人口多少；人口差别大的，请结合人均数看。"
          : "比例型指标与全县的数相比。");
  };
  return site::page(context, std::move(page));
}

}  // namespace

void add_balance_pages(site::Site& site, IndicatorsEngine& engine) {
  site.add({http::Method::get, "/indicators/{metric}/balance", site::Access::right, "indicators.read",
            [&](Context& c) { return show_balance(c, engine); }});
}

}  // namespace kepu::indicators
