// 服务积分: sums over everybody, the whole ledger, and one person's account where somebody looks him up. Sums
// are by month, kind and township, never by person.
#include <fmt/format.h>

#include "core/base/text.h"
#include "engines/points/pages/desk.h"

namespace kepu::points {

using http::Method;
using site::Access;

namespace {

constexpr std::int64_t kMostShown = 50;

void write_sums(Out& h, const std::string& caption, const std::string& what, const std::vector<Sum>& sums,
                const std::function<std::string(const std::string&)>& name) {
  html::SimpleTable table;
  table.caption = caption;
  using Kind = html::Column::Kind;
  table.columns = {{what},
                   {"服务（人次）", Kind::number},
                   {"志愿者（人）", Kind::number},
                   {"两方证实", Kind::number},
                   {"补录", Kind::number},
                   {"发放积分", Kind::number}};
  for (const auto& s : sums)
    table.rows.push_back({name(s.what), std::to_string(s.services), std::to_string(s.people),
                          hours_words(s.minutes), hours_words(s.filled_minutes), std::to_string(s.points)});
  if (table.rows.empty())
    h("<p class=\"muted\">这一年还没有服务记录。</p>");
  else
    h("{}", table);
}

PageAnswer overview(Context& context, PointsEngine& engine) {
  const Id tenant = context.tenant.id;
  const auto units = context.app.directory.units(tenant);
  const int year = static_cast<int>(base::parse_int(context.param("year")).value_or(context.today().year));
  const base::Date from{std::clamp(year, 2000, 2100), 1, 1}, to{from.year, 12, 31};
  const std::string words(context.param("q"));
  const auto found =
      base::trim(words).empty() ? std::vector<Account>() : engine.ledger().search(tenant, words);
  const auto all = engine.ledger().sum(tenant, from, to);
  const auto plain = [](const std::string& what) { return what.empty() ? std::string("未分类") : what; };
  site::Page page;
  page.title = "服务时长与积分";
  page.path = {{"服务时长与积分", ""}};
  page.note = fmt::format("{} 年，按服务日期", from.year);
  page.actions = [&](Out& h) {
    h("{}{}", html::button_link("全部流水", "/points/bookings"),
      html::button_link("核对账本", "/points/verify"));
    if (context.actor.may(kManage) || context.actor.may(kApprove))
      h("{}", html::button_link("更正", "/points/corrections"));
    if (context.actor.may(kManage)) h("{}", html::button_link("积分规则", "/points/rules"));
  };
  page.body = [&](Out& h) {
    html::Segment years;
    years.label = "年份";
    for (int y = context.today().year - 2; y <= context.today().year; ++y)
      years.items.push_back({std::to_string(y), fmt::format("/points?year={}", y), y == from.year});
    h("{}", years);
    h("{}", html::StatStrip{{{"服务", std::to_string(all.services), "人次"},
                             {"志愿者", std::to_string(all.people), "人"},
                             {"两方证实的时长", fmt::format("{:.1f}", all.minutes / 60.0), "小时"},
                             {"补录的时长", fmt::format("{:.1f}", all.filled_minutes / 60.0), "小时"},
                             {"发放积分", std::to_string(all.points), "分"}},
                            "全年合计"});
    h("{}", html::panel("查一个人的账户", [&](Out& o) {
        form::View view;
        view.action = "/points";
        view.submit = "查找";
        view.get = true;
        view.guard = false;
        view.values.add("q", words);
        form::Form({{.name = "q", .label = "姓名", .required = true, .max_length = 40, .short_field = true}})
            .write(o, view);
        if (base::trim(words).empty()) return;
        if (found.empty()) {
          o("<p class=\"muted\">没有叫“{}”的人有服务记录。</p>", words);
          return;
        }
        o("<ul>{}</ul>", [&](Out& x) {
          for (const auto& a : found)
            x("<li><a href=\"{}\">{}</a></li>", html::Url{account_url(a.person)}, a.name);
        });
      }));
    h("{}", html::panel("按月", [&](Out& o) {
        write_sums(o, "按月合计", "月份", engine.ledger().sums(tenant, SumBy::month, from, to), plain);
      }));
    h("{}", html::panel("按服务类别", [&](Out& o) {
        write_sums(o, "按服务类别合计", "类别", engine.ledger().sums(tenant, SumBy::kind, from, to), plain);
      }));
    h("{}", html::panel("按乡镇（街道）", [&](Out& o) {
        write_sums(o, "按乡镇合计", "乡镇", engine.ledger().sums(tenant, SumBy::township, from, to),
                   [&](const std::string& id) {
                     const auto* unit = units->find(base::parse_id(id).value_or(0));
                     return unit == nullptr ? std::string("—") : unit->name;
                   });
      }));
  };
  return site::page(context, std::move(page));
}

PageAnswer ledger(Context& context, PointsEngine& engine) {
  const auto table = booking_table(true);
  const table::Source<Booking> source = [&](const table::Wanted& w) {
    BookingQuery q;
    q.entry = parse_entry(w.query.filter("entry"));
    q.text = w.query.text;
    q.order_by = w.order_by;
    q.offset = w.offset;
    q.limit = w.limit;
    auto found = engine.ledger().bookings(context.tenant.id, q);
    return table::Found<Booking>{std::move(found.rows), found.total};
  };
  site::Page page;
  page.title = "积分流水";
  page.path = {{"服务时长与积分", "/points"}, {"流水", ""}};
  page.note = "只增不改；每笔两边相等，前后用散列相连";
  return site::list(context, table, source, std::move(page),
                    {.file_name = "积分流水", .subject = "points.ledger", .empty_hint = "还没有流水。"});
}

PageAnswer verify(Context& context, PointsEngine& engine) {
  const auto verdict = engine.ledger().verify(context.tenant.id);
  context.log("points.verify", "points.ledger", "核对积分账本：" + verdict.message);
  site::Page page;
  page.title = verdict.ok ? "账本相符" : "账本有问题";
  page.path = {{"服务时长与积分", "/points"}, {"核对账本", ""}};
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("核对账本", [&](Out& o) {
        o("<p>{}　{}</p><p "
          "class=\"hint\">从第一笔起，逐笔重算散列、两边是否相等、余额和剩余积分。命令行：kepu "
          "points verify。</p>",
          html::light(verdict.ok ? html::Light::done : html::Light::late, verdict.ok ? "相符" : "不符"),
          verdict.message);
      }));
  };
  return site::page(context, std::move(page));
}

form::Form correction_form() {
  return form::Form({{.name = "points",
                      .label = "更正",
                      .kind = form::Kind::integer,
                      .required = true,
                      .hint = "加分写正数，减分写负数",
                      .min = -10000,
                      .max = 10000,
                      .unit = "分",
                      .short_field = true},
                     {.name = "reason", .label = "原因和依据", .required = true, .max_length = 200}});
}

PageAnswer account_page(Context& context, PointsEngine& engine, const Typed& typed) {
  const Id tenant = context.tenant.id, person = TRY(context.id("holder"));
  const auto account = TRY(engine.ledger().account(tenant, person));
  const auto services = engine.ledger().services(tenant, person, 0, kMostShown);
  context.log("points.read", fmt::format("points.person:{}", person), "查看" + account.name + "的时长和积分");
  BookingQuery q;
  q.person = person;
  q.limit = kMostShown;
  const auto bookings = engine.ledger().bookings(tenant, q);
  site::Page page;
  page.title = account.name + "的时长与积分";
  page.path = {{"服务时长与积分", "/points"}, {account.name, ""}};
  page.body = [&](Out& h) {
    h("{}", html::StatStrip{{{"两方证实的时长", fmt::format("{:.1f}", account.minutes / 60.0), "小时"},
                             {"补录的时长", fmt::format("{:.1f}", account.filled_minutes / 60.0), "小时"},
                             {"服务", std::to_string(account.services), "次"},
                             {"可用积分", std::to_string(account.balance), "分"}},
                            "时长与积分"});
    if (!account.lots.empty())
      h("{}", html::panel("积分的有效期", [&](Out& o) { write_lots(o, account.lots); }));
    h("{}", html::panel("服务记录", [&](Out& o) { write_services(o, services); }));
    h("{}", html::panel("积分流水", [&](Out& o) {
        html::SimpleTable table;
        table.caption = "积分流水";
        table.columns = {{"事由"}, {"日期"}, {"积分", html::Column::Kind::number}, {"记账"}};
        for (const auto& b : bookings.rows)
          table.rows.push_back({fmt::format("第 {} 笔，{}：{}", b.number, title_of(b.entry), b.words),
                                base::to_iso(b.day), fmt::format("{:+}", b.points), b.by});
        if (table.rows.empty())
          o("<p class=\"muted\">还没有流水。</p>");
        else
          o("{}", table);
      }));
    if (context.actor.may(kManage))
      h("{}", html::panel("提出更正",
                          [&](Out& o) {
                            correction_form().write(
                                o, view_of(context, account_url(person) + "/corrections", "提出更正", typed));
                          },
                          {.note = "由另一个人批准后才记账；原来的流水不改"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer ask(Context& context, PointsEngine& engine) {
  const Id person = TRY(context.id("holder"));
  auto in = correction_form().check(context.request.form);
  if (in.ok()) {
    const auto points = base::parse_int(in.values.text("points")).value_or(0);
    const auto asked =
        engine.ledger().ask(by(context), person, static_cast<int>(points), in.values.text("reason"));
    if (asked) {
      context.say(html::Tone::green, "已提出，等另一个人批准。");
      return site::redirect("/points/corrections");
    }
    if (!belongs_to_form(asked.error())) return tl::unexpected(asked.error());
    in.errors.push_back(asked.error());
  }
  return account_page(context, engine, {in.values, in.errors});
}

}  // namespace

void add_ledger_pages(site::Site& site, PointsEngine& engine) {
  const std::string read(kRead);
  site.add({Method::get, "/points", Access::right, read, [&](Context& c) { return overview(c, engine); }});
  site.add(
      {Method::get, "/points/bookings", Access::right, read, [&](Context& c) { return ledger(c, engine); }});
  site.add(
      {Method::get, "/points/verify", Access::right, read, [&](Context& c) { return verify(c, engine); }});
  site.add({Method::get, "/points/people/{holder}", Access::right, read,
            [&](Context& c) { return account_page(c, engine, {}); }});
  site.add({Method::post, "/points/people/{holder}/corrections", Access::right, std::string(kManage),
            [&](Context& c) { return ask(c, engine); }});
}

}  // namespace kepu::points
