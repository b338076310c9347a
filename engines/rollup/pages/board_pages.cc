// Counties side by side, and one county over time.
#include "core/base/text.h"
#include "core/html/format.h"
#include "engines/rollup/pages/desk.h"

namespace kepu::rollup {
namespace {

const form::Form& close_form() {
  static const form::Form kForm(
      {{.name = "reason", .label = "说明", .hint = "没有报齐也可以办结，写明原因", .max_length = 500}});
  return kForm;
}

// What stands in a cell where no figure does.
std::string absent_text(const CountyRow& row) {
  return row.standing == Standing::given_back ? "退回待改"
         : row.standing == Standing::left     ? "关系已解除"
                                              : "未报";
}

table::Cell cell_of(const CountyRow& row, const Item& item) {
  const Return* r = row.counts();
  if (r == nullptr) {
    auto cell = table::text(absent_text(row));
    if (!row.returns.empty()) cell.url = return_url(row.returns.front().id);
    return cell;
  }
  const Entry* e = r->entry(item.code);
  if (e == nullptr) return table::missing();
  table::Cell cell = table::text(value_text(*e));
  if (e->value) cell = table::number(*e->value, item.decimals);
  if (e->share) cell = table::text(fmt::format("{} {}%", value_text(*e), html::fixed(*e->share * 100, 0)));
  cell.url = return_url(r->id);
  return cell;
}

table::Table<CountyRow> board_table(const Board& board) {
  table::Table<CountyRow> table({.id = "board", .caption = "各县上报", .unit = "个县（市、区）"});
  table.column({.key = "county", .title = "县（市、区）", .width = 18},
               [](const CountyRow& r) { return table::link(r.place.name, county_url(r.place.tenant)); });
  table.column({.key = "standing", .title = "上报"}, [](const CountyRow& r) {
    return table::status(mark_of(rollup::light_of(r.standing)), std::string(title_of(r.standing)));
  });
  for (std::size_t i = 0; i < board.call.items.size(); ++i) {
    const Item item = board.call.items[i];
    const bool task = item.kind == ItemKind::task;
    // Counties are not ranked: figures do not sort.
    table.column({.key = fmt::format("i{}", i + 1),
                  .title = task ? item.title : fmt::format("{}（{}）", item.title, item.unit),
                  .number = !task,
                  .sortable = false,
                  .width = 16,
                  .note = item.code + "：" + item.definition},
                 [item](const CountyRow& r) { return cell_of(r, item); });
  }
  table.column({.key = "number", .title = "次", .number = true, .hide_on_phone = true},
               [](const CountyRow& r) {
                 return r.returns.empty() ? table::missing() : table::count(r.returns.front().number);
               });
  table.column({.key = "at", .title = "最近上报", .hide_on_phone = true}, [](const CountyRow& r) {
    return r.returns.empty() ? table::missing() : table::date(base::date_of(r.returns.front().at));
  });
  table.column(
      {.key = "sha256", .title = "SHA-256", .export_only = true, .width = 66},
      [](const CountyRow& r) { return r.counts() ? table::text(r.counts()->sha256) : table::missing(); });
  table.filter({.key = "standing",
                .title = "上报情况",
                .options = {{"on_time", "已按期上报"},
                            {"belated", "逾期补报"},
                            {"given_back", "退回待改"},
                            {"waiting", "未报"},
                            {"late", "逾期未报"},
                            {"left", "关系已解除"}}},
               [](const CountyRow& r, std::string_view v) { return to_text(r.standing) == v; });
  return table;
}

void write_totals(Out& h, const Board& board) {
  html::SimpleTable table;
  table.caption = "合计";
  table.columns = {{"项目"}, {"合计", html::Column::Kind::number}, {"范围"}};
  bool side = false;
  for (std::size_t i = 0; i < board.call.items.size(); ++i) {
    const auto& item = board.call.items[i];
    if (item.kind != ItemKind::sum) {
      side = true;
      continue;
    }
    const auto& total = board.totals[i];
    table.rows.push_back(
        {item.code + " " + item.title,
         total.value ? html::fixed(*total.value, item.decimals) + " " + item.unit : std::string("—"),
         total_label(total, board)});
  }
  if (table.rows.empty()) return;
  h("{}", html::panel("合计", table, {.note = side ? "比例、人数和任务不相加" : ""}));
}

void write_facts_table(Out& h, const Board& board) {
  html::SimpleTable table;
  table.caption = "各县任务和填报";
  table.columns = {{"县（市、区）"},
                   {"任务", html::Column::Kind::number},
                   {"已完成", html::Column::Kind::number},
                   {"正常", html::Column::Kind::number},
                   {"关注", html::Column::Kind::number},
                   {"滞后", html::Column::Kind::number},
                   {"最近到期的填报期"},
                   {"应报单位都报了的"}};
  for (const auto& row : board.rows) {
    const Return* r = row.counts();
    if (r == nullptr) {
      const std::string none = "—";
      table.rows.push_back({row.place.name, absent_text(row), none, none, none, none, none, none});
      continue;
    }
    const auto& f = r->facts;
    const auto count = [&f](int n) { return f.plan.empty() ? std::string("—") : std::to_string(n); };
    table.rows.push_back(
        {row.place.name, f.plan.empty() ? std::string("没有方案") : std::to_string(f.tasks), count(f.done),
         count(f.ok), count(f.watch), count(f.late), f.window.empty() ? std::string("没有") : f.window,
         f.window.empty() ? std::string("—") : fmt::format("{} / {} 个", f.units_reported, f.units_due)});
  }
  h("{}", html::panel("任务和填报情况", table, {.note = "由各县的平台在上报时生成"}));
}

void write_close(Out& h, Context& context, const Call& call, const Typed& typed) {
  if (call.state != CallState::issued || !context.actor.may_everywhere(kCall)) return;
  auto view = view_of(context, call_url(call.id, "close"), "办结，不再收上报", typed);
  view.hidden = {{"revision", std::to_string(call.revision)}};
  h("{}", html::panel("办结", [&](Out& o) { close_form().write(o, view); },
                      {.note = "办结后各县不能再报，已报的保留"}));
}

void write_state(Out& h, const Call& call) {
  if (call.state == CallState::closed) {
    h("{}", html::Flash{html::Tone::amber, [&](Out& o) {
                          o("{}于 {} 办结{}", call.closed_by, base::to_local(call.closed_at),
                            call.closed_reason.empty() ? std::string("。") : "：" + call.closed_reason);
                          if (call.replaced_by != 0)
                            o(" <a href=\"{}\">看替代它的汇总要求</a>",
                              html::Url{call_url(call.replaced_by)});
                        }});
  }
  if (call.replaces != 0)
    h("<p>替代<a href=\"{}\">原来的汇总要求</a>。</p>", html::Url{call_url(call.replaces)});
  if (!call.note.empty())
    h("{}", html::panel("给各县的说明", [&](Out& o) { o("<p class=\"prewrap\">{}</p>", call.note); }));
}

// ---------------------------------------------------------------- one county over time

PageAnswer show_county(Context& context, RollupEngine& engine) {
  const Id county = TRY(context.id("county"));
  const auto rows = engine.store().of_county(context.tenant.id, county);
  const auto links = engine.store().links(context.tenant.id);
  const auto link =
      std::find_if(links.begin(), links.end(), [&](const Link& l) { return l.county.tenant == county; });
  if (rows.empty() && link == links.end())
    return base::refuse(base::Code::not_found, "rollup.county", "没有与这个地区的汇总关系。请从汇总表进入。");
  const std::string name = link != links.end() ? link->county.name : rows.front().county.name;
  const auto table =
      table::Table<Return>(
          {.id = "returns", .caption = name + "的上报", .search_hint = "汇总要求", .unit = "次"})
          .column({.key = "call", .title = "汇总要求", .full_on_phone = true, .width = 40},
                  [](const Return& r) { return table::link(r.call_title, return_url(r.id)); })
          .column({.key = "period", .title = "统计时段", .width = 26},
                  [](const Return& r) { return table::text(period_text(r.from, r.to)); })
          .column({.key = "number", .title = "次", .number = true},
                  [](const Return& r) { return table::count(r.number); })
          .column({.key = "at", .title = "上报", .width = 18},
                  [](const Return& r) { return table::text(base::to_local(r.at)); })
          .column({.key = "by", .title = "上报人"}, [](const Return& r) { return table::text(r.by); })
          .column({.key = "filled", .title = "有数的项目", .number = true},
                  [](const Return& r) {
                    return table::count(std::count_if(r.entries.begin(), r.entries.end(), [](const Entry& e) {
                      return e.value || !e.task_title.empty();
                    }));
                  })
          .column({.key = "items", .title = "项目", .number = true},
                  [](const Return& r) { return table::count(static_cast<std::int64_t>(r.entries.size())); })
          .column({.key = "reason", .title = "再次上报的原因", .hide_on_phone = true, .width = 30},
                  [](const Return& r) { return table::text(r.reason); })
          .column({.key = "sha256", .title = "SHA-256", .export_only = true, .width = 66},
                  [](const Return& r) { return table::text(r.sha256); });
  site::Page page;
  page.title = name + "的上报";
  page.path = {{"汇总上报", "/rollup"}, {"下发的要求", "/rollup/calls"}, {name, ""}};
  page.note = "这个县历次正式上报，内容都已固定";
  site::ListOptions options{.file_name = name + "的上报", .subject = fmt::format("rollup_county:{}", county)};
  options.empty_hint = "这个县还没有上报过。";
  return site::list(context, table, table.in_memory(rows), std::move(page), options);
}

}  // namespace

PageAnswer show_board(Context& context, RollupEngine& engine, const Call& call, const Typed& typed) {
  const Board board = TRY(engine.store().board(context.tenant.id, call.id));
  const auto table = board_table(board);
  site::Page page;
  page.title = call.title;
  page.landscape = true;
  page.path = {{"汇总上报", "/rollup"}, {"下发的要求", "/rollup/calls"}, {call.title, ""}};
  page.note = [&](Out& h) {
    h("{}　{}　统计时段 {}　上报期限 {}", html::light(rollup::light_of(call.state), title_of(call.state)),
      reported_text(board), period_text(call.from, call.to), base::to_iso(call.due));
  };
  page.actions = [&](Out& h) {
    if (!context.actor.may_everywhere(kCall)) return;
    if (call.replaced_by == 0)
      h("{}",
        html::PostButton{"拟订更正", call_url(call.id, "correct"), context.csrf, html::Look::plain, "edit"});
    if (call.state == CallState::issued)
      h("{}", html::PostButton{"补发给新建关系的县", call_url(call.id, "counties"), context.csrf,
                               html::Look::plain, "send"});
  };
  site::ListOptions options{.file_name = call.title, .subject = fmt::format("rollup:{}", call.id)};
  options.before = [&](Out& h) { write_state(h, call); };
  options.after = [&](Out& h) {
    write_totals(h, board);
    write_facts_table(h, board);
    write_close(h, context, call, typed);
  };
  auto answer = site::list(context, table, table.in_memory(board.rows), std::move(page), options);
  if (answer && !typed.empty()) answer->status = 422;
  return answer;
}

void add_board_pages(site::Site& site, RollupEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/rollup/counties/{county}", Access::right, "rollup.read",
            [&](Context& c) { return show_county(c, engine); }});
}

}  // namespace kepu::rollup
