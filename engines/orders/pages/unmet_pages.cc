// 没满足的需求: the orders behind the figures; 缺什么内容, for the desk that prepares services; and the
// county office's word on refused orders that are no need of this kind.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/base/text.h"
#include "core/html/format.h"
#include "core/table/address.h"
#include "engines/orders/pages/need_desk.h"

namespace kepu::orders {

using base::Code;
using base::refuse;
using http::Method;
using site::Access;

namespace {

constexpr int kLeastTitles = 3;  // said in fewer, words could name somebody
constexpr std::size_t kMostPhrases = 30, kMostTitles = 5000;
constexpr std::string_view kFree = "own", kOutside = "outside";

struct Row {
  UnmetNeed need;
  Order order;
};

table::Table<Row> unmet_table(const Context& context, Year year, const auth::UnitTree& units,
                              const Settings& settings, const std::vector<Service>& services) {
  table::Table<Row> table(
      {.id = "unmet", .caption = "没满足的需求", .search_hint = "自己写的需求里的字", .unit = "单"});
  const bool settles = context.actor.may_everywhere(kSettle);
  table
      .column({.key = "title", .title = "要什么", .sortable = false, .full_on_phone = true, .width = 30},
              [](const Row& r) { return table::link(r.order.title, order_url(r.order.id)); })
      .column({.key = "why", .title = "为什么", .sortable = false, .width = 22},
              [](const Row& r) { return table::text(std::string(title_of(r.need.why))); })
      .column({.key = "kind", .title = "类别", .sortable = false},
              [&settings](const Row& r) { return table::text(kind_title(settings, r.order.kind)); })
      .column({.key = "area", .title = "地点", .sortable = false, .width = 22},
              [&units](const Row& r) { return table::text(area_name(units, r.order.area)); })
      .column({.key = "at", .title = "点单日期", .sortable = false},
              [](const Row& r) { return table::date(base::date_of(r.need.at)); })
      .column(
          {.key = "reason", .title = "办理时写的原因", .sortable = false, .hide_on_phone = true, .width = 30},
          [](const Row& r) { return table::text(r.order.reason); })
      .column({.key = "number", .title = "订单号", .sortable = false, .width = 16},
              [](const Row& r) { return table::text(r.order.number); });
  if (settles) {
    table.column({.key = "check", .title = "核对", .sortable = false}, [](const Row& r) {
      if (r.order.state != State::refused) return table::missing();
      return table::link(r.need.why == Unmet::outside ? "恢复计算" : "不算",
                         fmt::format("/orders/{}/unmet", r.order.id));
    });
  }
  std::vector<std::pair<std::string, std::string>> months, kinds, townships, causes, asked;
  for (int m = year.months(); m >= 1; --m) months.emplace_back(std::to_string(m), fmt::format("{} 月", m));
  for (const auto& k : settings.kinds) kinds.emplace_back(k.key, k.title);
  for (const auto& u : units.all()) {
    if (u.active && u.kind == auth::UnitKind::township) townships.emplace_back(std::to_string(u.id), u.name);
  }
  for (const Unmet why : kCountedUnmet) causes.emplace_back(to_text(why), title_of(why));
  causes.emplace_back(kOutside, title_of(Unmet::outside));
  asked.emplace_back(kFree, "自己写的");
  for (const auto& s : services) asked.emplace_back(std::to_string(s.id), s.title);
  table.filter({.key = "month", .title = "月份", .options = std::move(months)});
  table.filter({.key = "township", .title = "乡镇", .options = std::move(townships)});
  table.filter({.key = "kind", .title = "类别", .options = std::move(kinds)});
  table.filter({.key = "service", .title = "服务", .options = std::move(asked)});
  table.filter({.key = "why", .title = "原因", .options = std::move(causes)});
  return table;
}

UnmetQuery asked_of(const Context& context, Year year, const table::Query& asked) {
  UnmetQuery q = query_of(context, year);
  if (const auto month = base::parse_int(asked.filter("month"))) {
    q.from = {year.number, static_cast<int>(*month), 1};
    if (*month < year.months())
      q.to = base::from_days(base::to_days({year.number, static_cast<int>(*month) + 1, 1}) - 1);
  }
  q.township = base::parse_id(asked.filter("township")).value_or(0);
  q.kind = asked.filter("kind");
  const auto service = asked.filter("service");
  if (service == kFree) q.service = 0;
  if (const auto id = base::parse_id(service)) q.service = *id;
  q.why = parse_unmet(asked.filter("why"));
  q.words = asked.text;
  return q;
}

PageAnswer show_unmet(Context& context, OrdersEngine& engine) {
  const Id tenant = context.tenant.id;
  const Year year = year_of(context);
  const auto units = context.app.directory.units(tenant);
  const auto settings = engine.store().settings(tenant);
  const auto table = unmet_table(context, year, *units, *settings, engine.store().services(tenant, true));
  const table::Source<Row> source = [&](const table::Wanted& wanted) {
    const auto needs = engine.unmet().needs(tenant, asked_of(context, year, wanted.query));
    table::Found<Row> found;
    found.total = static_cast<std::int64_t>(needs.size());
    const auto from = std::min(wanted.offset, found.total),
               to = from + std::min(wanted.limit, found.total - from);
    std::vector<Id> ids;
    std::map<Id, UnmetNeed> by_order;
    for (auto i = from; i < to; ++i) {
      const auto& n = needs[static_cast<std::size_t>(i)];
      ids.push_back(n.order);
      by_order.emplace(n.order, n);
    }
    for (auto& o : engine.store().orders_of(tenant, ids))
      found.rows.push_back({by_order.at(o.id), std::move(o)});
    return found;
  };
  site::Page page;
  page.title = fmt::format("{} 年没满足的需求", year.number);
  page.path = {
      {"订单", "/orders"}, {"供需", fmt::format("/orders/need/{}", year.number)}, {"没满足的需求", ""}};
  page.landscape = true;
  page.note = std::string(kUnmetNote);
  site::ListOptions options{.file_name = fmt::format("{}年没满足的需求", year.number),
                            .subject = "orders:unmet"};
  options.empty_hint = "这一年没有没满足的需求。";
  options.before = year_choice(context, year, "/orders/need/{}/unmet");
  return site::list(context, table, source, std::move(page), options);
}

// ---------------------------------------------------------------- what is missing

struct Missing {
  std::string kind;
  Id service = 0;
  std::map<Unmet, std::int64_t> causes;
  std::set<Id> townships;
  std::int64_t unmet = 0;
  Millis last = 0;
};

std::vector<Missing> missing_of(const std::vector<UnmetNeed>& needs) {
  std::map<std::pair<std::string, Id>, Missing> found;
  for (const auto& n : needs) {
    auto& m = found[{n.kind, n.service}];
    m.kind = n.kind;
    m.service = n.service;
    ++m.causes[n.why];
    ++m.unmet;
    m.townships.insert(n.township);
    m.last = std::max(m.last, n.at);
  }
  std::vector<Missing> out;
  for (auto& [key, m] : found) out.push_back(std::move(m));
  return out;
}

std::string records_url(Year year, const Missing& m, std::optional<Unmet> why = std::nullopt) {
  std::string out = unmet_url(year, 0, m.kind, 0, why);
  out += out.find('?') == out.npos ? '?' : '&';
  return out + "f.service=" + (m.service == 0 ? std::string(kFree) : std::to_string(m.service));
}

table::Table<Missing> missing_table(Year year, const Settings& settings, std::map<Id, std::string> titles) {
  table::Table<Missing> table({.id = "missing",
                               .caption = "缺什么内容",
                               .search_hint = "服务、类别",
                               .default_sort = "-unmet",
                               .unit = "项"});
  table
      .column({.key = "what", .title = "要什么", .full_on_phone = true, .width = 30},
              [titles](const Missing& m) {
                if (m.service == 0) return table::text("自己写的，菜单里没有");
                const auto at = titles.find(m.service);
                return table::text(at == titles.end() ? std::string("已停办的服务") : at->second);
              })
      .column({.key = "kind", .title = "类别"},
              [&settings](const Missing& m) { return table::text(kind_title(settings, m.kind)); })
      .column({.key = "unmet", .title = "没满足", .number = true, .note = std::string(kUnmetNote)},
              [year](const Missing& m) {
                auto cell = table::count(m.unmet);
                cell.url = records_url(year, m);
                return cell;
              });
  for (const Unmet why : kCountedUnmet) {
    table.column({.key = std::string(to_text(why)), .title = std::string(title_of(why)), .number = true},
                 [year, why](const Missing& m) {
                   const auto at = m.causes.find(why);
                   auto cell = table::count(at == m.causes.end() ? 0 : at->second);
                   if (at != m.causes.end()) cell.url = records_url(year, m, why);
                   return cell;
                 });
  }
  table
      .column({.key = "townships", .title = "涉及乡镇", .number = true},
              [](const Missing& m) { return table::count(static_cast<std::int64_t>(m.townships.size())); })
      .column({.key = "last", .title = "最近一次"},
              [](const Missing& m) { return table::date(base::date_of(m.last)); });
  return table;
}

void write_phrases(Out& h, const std::vector<Phrase>& phrases, Year year) {
  html::SimpleTable rows{
      "自己写的需求里常见的说法", {{"说法"}, {"没满足的订单", html::Column::Kind::number}}, {}};
  for (const auto& p : phrases) {
    const std::string url = fmt::format("/orders/need/{}/unmet?f.service={}&q={}", year.number, kFree,
                                        table::percent_encoded(p.words));
    rows.rows.push_back({p.words, [url, n = p.titles](Out& x) {
                           x("<a href=\"{}\">{}</a>", html::Url{url}, html::grouped(n));
                         }});
  }
  h("{}", html::panel("自己写的需求里常见的说法", [&](Out& o) {
      if (phrases.empty()) {
        o("<p>还没有 {} 单以上都提到的说法。</p>", kLeastTitles);
      } else {
        o("{}", rows);
      }
      o("<p class=\"note\">只列 {} 单以上都提到的词，不列整句，不涉及点单的人；一单可以提到几个词。</p>",
        kLeastTitles);
    }));
}

PageAnswer show_missing(Context& context, OrdersEngine& engine) {
  const Id tenant = context.tenant.id;
  const Year year = year_of(context);
  const auto settings = engine.store().settings(tenant);
  const auto query = query_of(context, year);
  const auto rows = missing_of(engine.unmet().needs(tenant, query));
  const auto phrases =
      common_phrases(engine.unmet().own_words(tenant, query, kMostTitles), kLeastTitles, kMostPhrases);
  std::map<Id, std::string> titles;
  for (const auto& s : engine.store().services(tenant, true)) titles.emplace(s.id, s.title);
  const auto table = missing_table(year, *settings, std::move(titles));
  site::Page page;
  page.title = fmt::format("{} 年缺什么内容", year.number);
  page.path = {
      {"订单", "/orders"}, {"供需", fmt::format("/orders/need/{}", year.number)}, {"缺什么内容", ""}};
  page.note = "群众最想要、现在还给不了的服务，供备课、采购、建队伍时用";
  page.landscape = true;
  site::ListOptions options{.file_name = fmt::format("{}年缺什么内容", year.number),
                            .subject = "orders:missing"};
  options.empty_hint = "这一年点的单都满足了。";
  options.before = year_choice(context, year, "/orders/need/{}/missing");
  options.after = [&](Out& h) {
    if (!rows.empty()) write_phrases(h, phrases, year);
  };
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

// ---------------------------------------------------------------- one refused order

form::Form mark_form(bool outside) {
  return form::Form({{.name = "reason",
                      .label = "理由",
                      .kind = form::Kind::long_text,
                      .required = true,
                      .hint = outside ? "例如：核对后确实是科普需求" : "例如：经营性培训，已告知找哪个部门",
                      .max_length = 200,
                      .rows = 3}});
}

http::Response mark_page(Context& context, const Order& o, Unmet now_is, const Typed& typed) {
  const bool outside = now_is == Unmet::outside;
  site::Page page;
  page.title = outside ? "仍算没满足的需求" : "不算没满足的需求";
  page.path = {{"订单", "/orders"}, {o.number, order_url(o.id)}, {page.title, ""}};
  page.narrow = true;
  page.note = o.number + "　" + o.title;
  page.body = [&](Out& h) {
    html::Definitions facts{
        {{"不予受理的原因", o.reason},
         {"现在", outside ? std::string("不算没满足的需求") : std::string("算没满足的需求")}}};
    auto view = view_of(context, fmt::format("/orders/{}/unmet", o.id), outside ? "恢复计算" : "不算", typed);
    view.hidden = {{"revision", std::to_string(o.revision)}};
    h("{}{}", html::panel("订单", facts),
      html::panel("核对", [&](Out& p) { mark_form(outside).write(p, view); }));
  };
  auto answer = site::page(context, std::move(page));
  if (!typed.empty()) answer.status = 422;
  return answer;
}

base::Result<Order> refused_order(Context& context, OrdersEngine& engine) {
  const Order o = TRY(seen_order(context, engine));
  if (o.state != State::refused)
    return refuse(Code::conflict, "order.not_in_state", "只有不予受理的订单要核对算不算没满足的需求。");
  return o;
}

PageAnswer show_mark(Context& context, OrdersEngine& engine) {
  const Order o = TRY(refused_order(context, engine));
  return mark_page(context, o, engine.unmet().of(context.tenant.id, o.id), {});
}

PageAnswer do_mark(Context& context, OrdersEngine& engine) {
  const Order o = TRY(refused_order(context, engine));
  const Unmet now_is = engine.unmet().of(context.tenant.id, o.id);
  const bool outside = now_is == Unmet::outside;
  auto in = mark_form(outside).check(context.request.form);
  if (!in.ok()) return mark_page(context, o, now_is, {in.values, in.errors});
  const auto revision = base::parse_int(context.field("revision")).value_or(0);
  const std::string reason = in.values.text("reason");
  const auto done = outside ? engine.unmet().count_again(by(context), o.id, revision, reason)
                            : engine.unmet().leave_out(by(context), o.id, revision, reason);
  if (!done) {
    if (!belongs_to_form(done.error())) return tl::unexpected(done.error());
    return mark_page(context, o, now_is, {in.values, {done.error()}});
  }
  context.say(html::Tone::green, outside ? "已恢复计算。" : "这一单不再算没满足的需求。");
  return site::redirect(unmet_url({base::date_of(o.created_at).year, context.today()}));
}

}  // namespace

void add_unmet_pages(site::Site& site, OrdersEngine& engine) {
  site.add({Method::get, "/orders/need/{year}/unmet", Access::right, std::string(kRead),
            [&](Context& c) { return show_unmet(c, engine); }});
  site.add({Method::get, "/orders/need/{year}/missing", Access::right, std::string(kRead),
            [&](Context& c) { return show_missing(c, engine); }});
  site.add({Method::get, "/orders/{order}/unmet", Access::right, std::string(kSettle),
            [&](Context& c) { return show_mark(c, engine); }});
  site.add({Method::post, "/orders/{order}/unmet", Access::right, std::string(kSettle),
            [&](Context& c) { return do_mark(c, engine); }});
}

}  // namespace kepu::orders
