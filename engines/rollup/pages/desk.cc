#include "engines/rollup/pages/desk.h"

#include "core/base/text.h"
#include "core/html/format.h"

namespace kepu::rollup {

std::string incoming_url(Id call) { return fmt::format("/rollup/in/{}", call); }
std::string item_url(Id call, std::string_view place) {
  return fmt::format("/rollup/in/{}/items/{}", call, place);
}
std::string call_url(Id call, std::string_view page) {
  return fmt::format("/rollup/calls/{}{}{}", call, page.empty() ? "" : "/", page);
}
std::string return_url(Id returned) { return fmt::format("/rollup/returns/{}", returned); }
std::string county_url(Id county) { return fmt::format("/rollup/counties/{}", county); }

std::optional<html::Light> parse_light(std::string_view text) {
  for (const auto light :
       {html::Light::done, html::Light::ok, html::Light::watch, html::Light::late, html::Light::idle}) {
    if (html::class_of(light) == text) return light;
  }
  return std::nullopt;
}

html::Light light_of(CallState state) {
  return state == CallState::closed   ? html::Light::done
         : state == CallState::issued ? html::Light::ok
                                      : html::Light::idle;
}

std::string period_text(Date from, Date to) { return base::to_iso(from) + " 至 " + base::to_iso(to); }

std::string value_text(const Entry& e) {
  if (e.item.kind == ItemKind::task) {
    if (e.task_title.empty()) return e.words.empty() ? "—" : "没有对应任务";
    return e.light_word.empty() ? "还没有填报" : e.light_word;
  }
  if (!e.value) return "空缺";
  return html::fixed(*e.value, e.item.decimals) + " " + e.item.unit;
}

html::Segment views(Context& context, RollupEngine& engine, int current) {
  html::Segment out{"汇总上报", {}};
  const Id tenant = context.tenant.id;
  const bool above = !engine.store().counties_of(tenant).empty() || !engine.store().calls(tenant).empty();
  out.items.push_back({"收到的要求", "/rollup?view=in", current == 0});
  if (above || current == 1) out.items.push_back({"下发的要求", "/rollup/calls", current == 1});
  out.items.push_back({"汇总关系", "/rollup/links", current == 2});
  return out;
}

void write_facts(Out& h, const Facts& f) {
  html::Definitions list;
  if (f.plan.empty()) {
    list.items.emplace_back("方案", std::string("没有采纳的方案"));
  } else {
    list.items.emplace_back("方案", f.plan);
    list.items.emplace_back("任务", [f](Out& o) {
      o("共 {} 项：{} {}，{} {}，{} {}，{} {}，{} {}", f.tasks, html::light(html::Light::done), f.done,
        html::light(html::Light::ok), f.ok, html::light(html::Light::watch), f.watch,
        html::light(html::Light::late), f.late, html::light(html::Light::idle), f.idle);
      if (f.unknown > 0) o("，没有填报依据、不亮灯的 {}", f.unknown);
    });
  }
  if (f.window.empty()) {
    list.items.emplace_back("填报期", std::string("还没有到期的填报期"));
  } else {
    list.items.emplace_back("填报期", f.window + "（最近到期的一期）");
    list.items.emplace_back("应报单位",
                            fmt::format("{} 个，其中应报的都报了的 {} 个", f.units_due, f.units_reported));
    list.items.emplace_back("应报任务",
                            fmt::format("单位×任务 {} 项，已报 {} 项", f.reports_due, f.reports_made));
  }
  h("{}", list);
}

}  // namespace kepu::rollup
