// The forms in which a unit reports: all its tasks of a window on one page, or one task with its evidence.
#include <algorithm>
#include <set>

#include "core/base/text.h"
#include "core/file/file.h"
#include "engines/reports/pages/fill_parts.h"
#include "engines/reports/pages/uploads.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

// The unit's part of a window, as its form shows it.
struct Filling {
  Desk desk;
  Id unit = 0;
  std::string name;
  std::vector<Report> own;               // of this window, with figures
  std::vector<Report> earlier;           // what was last said before
  std::vector<Block> blocks;             // still to be reported
  std::vector<const Obligation*> given;  // reported already
};

base::Result<Filling> filling_of(Context& context, ReportsEngine& engine, Id only_task = 0) {
  const Id unit = TRY(context.id("unit"));
  TRY(context.require("report.edit", unit));
  Filling f;
  f.desk = TRY(desk_of(context, engine, context.variable("window")));
  f.unit = unit;
  f.name = f.desk.now->unit_name(unit);
  f.own = engine.store().of_window(context.tenant.id, f.desk.window.key, unit);
  f.earlier = engine.store().before(context.tenant.id, unit, f.desk.window.last);
  std::vector<Id> ids;
  for (const auto& r : f.own) ids.push_back(r.id);
  const auto proofs = engine.evidence().counts(context.tenant.id, "report", ids);
  for (const auto& row : f.desk.rows) {
    if (row.unit != unit || (only_task != 0 && row.task->id != only_task)) continue;
    if (row.reported() && only_task == 0) {
      f.given.push_back(&row);
      continue;
    }
    const auto own = std::find_if(f.own.begin(), f.own.end(), [&](const Report& r) {
      return row.report != nullptr && r.id == row.report->id;
    });
    f.blocks.push_back(
        block_of(context, engine, f.desk, row, own == f.own.end() ? nullptr : &*own, f.earlier));
    if (own != f.own.end()) {
      const auto at = proofs.find(own->id);
      f.blocks.back().evidence = at == proofs.end() ? 0 : at->second;
    }
  }
  return f;
}

Date due_of(const Filling& f) {
  const auto at = f.desk.extended.find(f.unit);
  return at == f.desk.extended.end() ? f.desk.window.due : std::max(f.desk.window.due, at->second);
}

html::Content note_of(const Filling& f, Date today) {
  return [&f, today](Out& h) {
    const Date due = due_of(f);
    const auto left = base::to_days(due) - base::to_days(today);
    h("{}　{}　{}", f.name, html::tag(title_of(state_of(f.desk.window, today)), html::Tone::blue),
      left >= 0
          ? fmt::format("{} 前按期报送，还有 {} 天", base::to_iso(due), left)
          : fmt::format("期限 {} 已过，{} 前可补报", base::to_iso(due), base::to_iso(f.desk.window.closes)));
  };
}

void write_given(Out& h, const Filling& f, Date today) {
  if (f.given.empty()) return;
  h("{}", html::panel(fmt::format("已报送 {} 项", f.given.size()), [&](Out& o) {
      html::SimpleTable table;
      table.caption = "已报送的任务";
      table.columns = {{"任务"}, {"进度"}, {"填报状态"}};
      for (const auto* row : f.given) {
        table.rows.push_back({html::Content([row](Out& x) {
                                x("<a href=\"{}\">{}　{}</a>", html::Url{report_url(row->report->id)},
                                  row->task->code, row->task->title);
                              }),
                              progress_text(row->report->content), html::Content([row, today](Out& x) {
                                x("{}", html::light(light_of(*row, today), state_of(*row, today).second));
                              })});
      }
      o("{}", table);
    }));
}

Answer bulk_page(Context& context, const Filling& f, const base::Errors& errors) {
  const Date today = context.today();
  site::Page page;
  page.title = title_of(f.desk.window) + "填报";
  page.path = {{"填报", "/reports?f.window=" + http::url_encode(f.desk.window.key)}, {f.name, ""}};
  page.note = note_of(f, today);
  page.actions = [&](Out& h) {
    h("{}",
      html::button_link(
          "申请延期", fmt::format("/reports/extensions?f.window={}#ask", http::url_encode(f.desk.window.key)),
          "clock"));
  };
  const auto open = check_time(
      f.desk.window, f.desk.extended.count(f.unit) ? std::optional(due_of(f)) : std::nullopt, false, today);
  page.body = [&](Out& h) {
    h("{}", html::ErrorSummary{errors});
    if (!open) h("{}", html::Flash{html::Tone::amber, open.error().message});
    if (f.blocks.empty()) {
      h("{}", html::panel(
                  "", html::EmptyState{f.given.empty() ? "这一期没有要填报的任务" : "这一期已全部报送",
                                       f.given.empty() ? "方案没有把任务分给本单位，或者任务都已完成并接收。"
                                                       : "审核结果会出现在下面；被退回的会重新列出。",
                                       {},
                                       "circle-check"}));
    } else {
      h(
          "<form class=\"form\" method=\"post\" action=\"{}\" novalidate data-guard><input type=\"hidden\" "
          "name=\"csrf\" value=\"{}\"><p "
          "class=\"muted\">“报送”只送出选了状态的任务，其余原样保留。要附佐证的任务请点“佐证”。</p>{}<div "
          "class=\"row\">{}{}</div></form>",
          html::Url{fill_url(f.desk.window.key, f.unit)}, context.csrf,
          [&](Out& o) {
            for (const auto& b : f.blocks) {
              o("{}", html::panel([&b](Out& x) { x("{}　{}", b.task->code, b.task->title); },
                                  [&](Out& x) { write_block(x, b, errors, false); },
                                  {.note =
                                       [&](Out& x) {
                                         x("{}　<a href=\"{}\">佐证 {} 件</a>　<a href=\"{}\">任务</a>",
                                           plan::title_of(b.role),
                                           html::Url{fill_url(f.desk.window.key, f.unit, b.task->id)},
                                           b.evidence, html::Url{task_url(b.task->id)});
                                       },
                                   .id = fmt::format("t{}", b.task->id)}));
            }
          },
          html::button("报送", html::Look::primary, "do", "submit", "send"),
          html::button("保存草稿", html::Look::plain, "do", "save"));
    }
    write_given(h, f, today);
  };
  return site::page(context, std::move(page), status_of(errors));
}

// A block that nobody touched and that holds nothing is neither saved nor submitted.
bool is_filled(const Block& b, bool submit) {
  if (submit) return b.content.status != Status::none;
  const auto& c = b.content;
  return c.status != Status::none || !c.narrative.empty() || !c.reason.empty() || b.revision > 0;
}

Answer save_bulk(Context& context, ReportsEngine& engine) {
  Filling f = TRY(filling_of(context, engine));
  const bool submit = context.field("do") == "submit";
  base::Errors errors;
  std::vector<ReportStore::Entry> entries;
  std::set<std::string> sent;
  for (auto& text : context.request.fields("task")) sent.insert(text);
  for (auto& b : f.blocks) {
    if (sent.count(std::to_string(b.task->id)) == 0) continue;
    auto entry = read_block(context, b.content.figures, b.task->id, b, errors);
    if (is_filled(b, submit)) entries.push_back(std::move(entry));
  }
  if (errors.empty() && entries.empty())
    errors.push_back({Code::invalid, "report.nothing", "",
                      submit ? "还没有选任何任务的状态，没有可以报送的内容。" : "没有填写任何内容。"});
  if (errors.empty()) {
    const auto written = engine.store().write(by(context), f.desk.window.key, f.unit, entries, submit);
    if (written.errors.empty()) {
      context.say(html::Tone::green,
                  fmt::format("{} {} 项。", submit ? "已报送" : "已保存草稿", entries.size()));
      return site::redirect(fill_url(f.desk.window.key, f.unit));
    }
    errors = written.errors;
  }
  return bulk_page(context, f, errors);
}

// ---------------------------------------------------------------- one task

base::Result<Filling> single_of(Context& context, ReportsEngine& engine) {
  const Id task = TRY(context.id("task"));
  Filling f = TRY(filling_of(context, engine, task));
  if (!f.blocks.empty()) return f;
  return refuse(Code::not_found, "report.not_assigned",
                "这项任务现在不由本单位承担，或者本期不用再填报。请回到本单位填报页查看。");
}

Answer single_page(Context& context, ReportsEngine& engine, const Filling& f, const base::Errors& errors) {
  const Block& b = f.blocks.front();
  if (b.report != nullptr && b.report->counts()) return site::redirect(report_url(b.report->id));
  const Date today = context.today();
  const Id tenant = context.tenant.id;
  const auto proofs =
      b.report != nullptr ? engine.evidence().of(tenant, {"report", b.report->id}) : std::vector<Evidence>{};
  EvidenceStore::Filter filter;
  filter.unit = f.unit;
  filter.state = "valid";
  const auto recent = engine.evidence().search(tenant, filter, today, "", 0, 30).rows;
  const std::string url = fill_url(f.desk.window.key, f.unit, b.task->id);
  site::Page page;
  page.title = b.task->code + "　" + b.task->title;
  page.path = {{"填报", "/reports?f.window=" + http::url_encode(f.desk.window.key)},
               {f.name, fill_url(f.desk.window.key, f.unit)},
               {b.task->code, ""}};
  page.note = note_of(f, today);
  page.body = [&](Out& h) {
    h("{}<div class=\"split\"><div><form class=\"form\" method=\"post\" action=\"{}\" "
      "enctype=\"multipart/form-data\" novalidate "
      "data-guard><input type=\"hidden\" name=\"csrf\" value=\"{}\">{}{}<div "
      "class=\"row\">{}{}</div></form></div><aside>{}{}</aside></div>",
      html::ErrorSummary{errors}, html::Url{url}, context.csrf,
      html::panel(title_of(f.desk.window) + "进展", [&](Out& o) { write_block(o, b, errors, true); }),
      html::panel(
          "附佐证",
          [&](Out& o) { write_evidence_fields(o, recent, proofs, errors, std::to_string(b.task->id)); },
          {.note = "同一份文件只存一份，可用于多项任务；只传必要的内容，不要含个人隐私"}),
      html::button("报送", html::Look::primary, "do", "submit", "send"),
      html::button("保存草稿", html::Look::plain, "do", "save"),
      html::panel(fmt::format("已附佐证 {} 件", proofs.size()),
                  [&](Out& o) {
                    o("{}", evidence_list(proofs, today));
                    for (const auto& e : proofs) {
                      o("<p>{}</p>",
                        html::PostButton{"取下“" + base::shorten(e.title, 12) + "”",
                                         url,
                                         context.csrf,
                                         html::Look::link,
                                         "x",
                                         {{"do", "detach"}, {"evidence", std::to_string(e.id)}}});
                    }
                  }),
      html::panel("任务内容", [&](Out& o) {
        o("<div class=\"prose\"><p>{}</p></div><p><a href=\"{}\">任务页</a></p>",
          b.task->body.empty() ? b.task->title : b.task->body, html::Url{task_url(b.task->id)});
      }));
  };
  return site::page(context, std::move(page), status_of(errors));
}

// Saves the draft so that there is something to attach to, then attaches what was chosen; the report's
// revision in `entry`.
base::Errors save_with_evidence(Context& context, ReportsEngine& engine, const Filling& f,
                                ReportStore::Entry& entry) {
  const auto saved = engine.store().write(by(context), f.desk.window.key, f.unit, {entry}, false);
  if (!saved.errors.empty()) return saved.errors;
  ++entry.revision;
  base::Errors errors;
  for (const auto& chosen : read_evidence_fields(context, engine, f.unit, errors)) {
    const auto attached = engine.evidence().attach(by(context), saved.reports.at(0), chosen);
    if (!attached) errors.push_back(attached.error());
  }
  for (auto& e : errors) e.field = fmt::format("{}-{}", entry.task, e.field.empty() ? "evidence" : e.field);
  return errors;
}

Answer save_single(Context& context, ReportsEngine& engine) {
  Filling f = TRY(single_of(context, engine));
  Block& b = f.blocks.front();
  const std::string url = fill_url(f.desk.window.key, f.unit, b.task->id);
  if (context.field("do") == "detach") {
    const auto gone = b.report == nullptr ? refuse(Code::not_found, "evidence.not_found", "没有这件佐证。")
                                          : engine.evidence().detach(by(context), b.report->id,
                                                                     TRY(context.field_id("evidence")));
    context.say(gone ? html::Tone::green : html::Tone::red,
                gone ? "已取下，佐证仍在佐证库里。" : gone.error().message);
    return site::redirect(url);
  }
  base::Errors errors;
  auto entry = read_block(context, b.content.figures, b.task->id, b, errors);
  if (errors.empty()) errors = save_with_evidence(context, engine, f, entry);
  b.revision = entry.revision;
  const bool submit = context.field("do") == "submit";
  if (errors.empty() && submit)
    errors = engine.store().write(by(context), f.desk.window.key, f.unit, {entry}, true).errors;
  if (errors.empty()) {
    context.say(html::Tone::green,
                submit ? fmt::format("已报送“{} {}”。", b.task->code, b.task->title) : "已保存草稿。");
    return site::redirect(submit ? fill_url(f.desk.window.key, f.unit) : url);
  }
  // The draft may have been saved meanwhile: show what is attached now.
  Filling fresh = TRY(single_of(context, engine));
  b.report = fresh.blocks.front().report;
  return single_page(context, engine, f, errors);
}

}  // namespace

void add_fill_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/reports/of/{window}/{unit}", Access::right, "report.edit", [&](Context& c) -> Answer {
         const Filling f = TRY(filling_of(c, engine));
         return bulk_page(c, f, {});
       }});
  site.add({Method::post, "/reports/of/{window}/{unit}", Access::right, "report.edit",
            [&](Context& c) { return save_bulk(c, engine); }});
  site.add({Method::get, "/reports/of/{window}/{unit}/{task}", Access::right, "report.edit",
            [&](Context& c) -> Answer {
              const Filling f = TRY(single_of(c, engine));
              return single_page(c, engine, f, {});
            }});
  site.add({Method::post, "/reports/of/{window}/{unit}/{task}", Access::right, "report.edit",
            [&](Context& c) { return save_single(c, engine); }, kLargestUpload, true});
}

}  // namespace kepu::reports
