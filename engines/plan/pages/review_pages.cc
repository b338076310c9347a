// 校核: the parsed plan beside its source; every item can be corrected where it stands.
#include <set>

#include "core/base/text.h"
#include "engines/plan/export_paper.h"
#include "engines/plan/pages/review_desk.h"

namespace kepu::plan {

using html::Out;
using site::Answer;
using site::Context;
using ItemState = html::ReviewItem::State;

html::SourcePane ReviewDesk::source() const {
  std::map<Line, bool> doubtful, heading;
  std::set<Line> used;
  const auto mark = [&](Line from, Line to, Confidence confidence) {
    for (Line n = from; n > 0 && n <= to; ++n) {
      used.insert(n);
      if (confidence < kSureEnough) doubtful[n] = true;
    }
  };
  for (const auto& i : plan_.initiatives) {
    if (i.dropped) continue;
    used.insert(i.line);
    heading[i.line] = true;
    if (i.confidence < kSureEnough) doubtful[i.line] = true;
    for (const auto& t : i.tasks) {
      if (!t.dropped) mark(t.line, t.end_line, t.confidence);
    }
  }
  for (const auto& s : plan_.safeguards) mark(s.line, s.end_line, 1);
  for (const auto& p : plan_.phases) mark(p.line, p.line, 1);
  for (const auto& b : plan_.basis) mark(b.line, b.line, 1);
  html::SourcePane pane;
  pane.title = plan_.version.file_name;
  pane.note = fmt::format("{} 行。左侧色条：已读取的行；黄色：把握不大", plan_.lines->size());
  Line number = 0;
  for (const auto& text : *plan_.lines) {
    ++number;
    if (base::trim(text).empty()) continue;
    html::SourceLine line{number, text};
    if (!text.empty() && text[0] == '\t') line.kind = html::SourceLine::Kind::cell;
    if (heading.count(number) != 0) line.kind = html::SourceLine::Kind::heading;
    if (used.count(number) != 0) line.use = html::SourceLine::Use::read;
    if (doubtful.count(number) != 0) line.use = html::SourceLine::Use::doubtful;
    pane.lines.push_back(std::move(line));
  }
  return pane;
}

void ReviewDesk::write_metadata(Out& h) {
  const auto& m = plan_.version.metadata;
  html::ReviewItem item;
  item.id = "i0";
  item.title = m.title.empty() ? "（没有读出标题）" : m.title;
  item.state = m.title.empty() || m.from == 0 ? ItemState::wrong : ItemState::sure;
  if (m.from == 0) item.why.push_back("没有读出规划期，请补上起止年份。");
  if (m.title.empty()) item.why.push_back("没有读出标题，请补上。");
  if (context_.param("edit") == "metadata" || typed_for("describe", 0)) {
    item.body = [&](Out& o) { metadata_form().write(o, view("describe", 0, values_of(m), "保存")); };
  } else {
    const auto* headline = plan_.headline();
    item.body = [&, headline](Out& o) {
      o("{}",
        html::Definitions{
            {{"发文机关", m.issuer.empty() ? "—" : m.issuer},
             {"文号", m.doc_number.empty() ? "—" : m.doc_number},
             {"成文日期", m.issue_date.empty() ? "—" : m.issue_date},
             {"性质", m.status == "issued" ? "印发稿" : m.status},
             {"地区", m.region + (m.region_parent.empty() ? "" : "（" + m.region_parent + "）")},
             {"规划期", year_span(m.from, m.to)},
             {"总目标", headline != nullptr ? target_text(*headline) + "：" + base::squeeze(headline->text)
                                            : "没有读出"}}});
    };
    if (may_edit_)
      item.actions = [&](Out& o) {
        o("{}", html::button_link("改", url("edit=metadata#i0"), "edit", html::Look::link));
      };
  }
  h("<h2>基本信息</h2>{}", item);
}

void ReviewDesk::write_items(Out& h) {
  write_metadata(h);
  for (const auto kind : {InitiativeKind::action, InitiativeKind::project}) {
    std::vector<const InitiativeItem*> list;
    for (const auto* i : plan_.living_initiatives()) {
      if (i->kind == kind) list.push_back(i);
    }
    h("<h2>{}　{}</h2>", initiative_kind_title(kind), list.size());
    for (const auto* i : list) write_initiative(h, *i);
  }
  if (may_edit_) {
    if (adding_ == "initiative" || typed_for("add_initiative", 0)) {
      h("<h4 id=\"add\">加一项行动或工程</h4>");
      new_initiative_form().write(h, view("add_initiative", 0, {}, "加上"));
    } else {
      h("<p>{}</p>", html::button_link("加行动或工程", url("add=initiative#add"), "plus", html::Look::link));
    }
  }
  write_targets(h);
  write_phases(h);
  write_rest(h);
  write_anomalies(h);
  write_dropped(h);
}

http::Response ReviewDesk::page() {
  const Id version = plan_.version.id;
  int doubtful = 0, proposed = 0;
  for (const auto* t : plan_.living_tasks()) {
    doubtful += t->confidence < kSureEnough ? 1 : 0;
    for (const auto& d : t->duties) proposed += d.state == DutyState::proposed ? 1 : 0;
  }
  site::Page page;
  page.title = "对照原文校核";
  page.path = {
      {"方案与版本", "/plans"}, {fmt::format("第 {} 版", plan_.version.number), ""}, {"对照原文", ""}};
  page.note = fmt::format("《{}》　{}　{} 项行动工程、{} 项任务，{} 项把握不大", plan_.version.metadata.title,
                          title_of(plan_.version.state), plan_.living_initiatives().size(),
                          plan_.living_tasks().size(), doubtful);
  page.actions = [&](Out& h) {
    h("{}", html::Segment{"校核步骤",
                          {{"对照原文", url(), true},
                           {"单位对应", version_url(version, "names")},
                           {"待办与采纳", version_url(version, "open")},
                           {"版本对比", version_url(version, "compare")}}});
  };
  page.body = [&](Out& h) {
    h("{}", html::Review{source(), [&](Out& o) { write_items(o); }});
    h(
        "<div class=\"bar-review\"><span>{}</span><div class=\"acts\">{}{}{}{}</div></div>",
        html::Content(may_edit_ ? "每次修改立即保存并留痕" : "这个版本不能再改；要改请另存为修订稿"),
        html::button_link(only_doubtful_ ? "看全部" : "只看把握不大的",
                          only_doubtful_ ? url() : url("show=doubtful"), "filter"),
        [&](Out& o) {
          if (may_edit_ && proposed > 0)
            o("{}", act(fmt::format("确认 {} 个职责建议中有把握的", proposed), "confirm_duties", 0,
                        html::Look::plain));
        },
        html::button_link("原文件", version_url(version, "file"), "download"),
        [&](Out& o) {
          if (may_edit_) {
            o("{}", html::button_link("下一步：单位对应", version_url(version, "names"), "arrow-right",
                                      html::Look::primary));
          } else if (plan_.version.state == VersionState::adopted && context_.actor.may("plan.import")) {
            o("{}", html::PostButton{"另存为修订稿", version_url(version, "revise"), context_.csrf,
                                     html::Look::primary});
          }
        });
  };
  return site::page(context_, std::move(page), typed_ != nullptr ? 422 : 200);
}

namespace {

Answer show_review(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  if (context.as() == "json") return http::json(plan_json(*plan));
  return ReviewDesk(context, *plan, engine.duties(context.tenant.id)->catalog, nullptr).page();
}

// A duty that is added must stand in the catalogue.
base::Done check_duty(const Edit& edit, const DutyCatalog& catalog) {
  std::string duty;
  if (const auto* of_task = std::get_if<edit::SetDuty>(&edit)) duty = of_task->duty;
  if (const auto* elsewhere = std::get_if<edit::SetElsewhereDuty>(&edit)) duty = elsewhere->duty;
  if (duty.empty() || catalog.find(duty) != nullptr) return {};
  return base::refuse(base::Code::not_found, "duty.not_found", "职责目录里没有这个编号，请从列表中选择。");
}

Answer change(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto duties = engine.duties(context.tenant.id);
  ReadEdit read = read_edit(context.request, *plan);
  if (read.edit) TRY(check_duty(*read.edit, duties->catalog));
  if (read.edit) {
    const auto revision = base::parse_int(context.field("revision")).value_or(0);
    const auto saved = engine.store().edit(by(context), plan->version.id, revision, *read.edit);
    if (saved) {
      context.say(html::Tone::green, "已保存。");
      const Id item = read.typed.action == "drop" ? 0 : read.typed.item;
      return site::redirect(version_url(plan->version.id, "review") + fmt::format("#i{}", item));
    }
    read.typed.errors.push_back(saved.error());
  }
  // Edits of one button have no form to come back to: the reason goes to the top of the page.
  for (const auto& e : read.typed.errors) context.messages_now.emplace_back(html::Tone::red, e.message);
  return ReviewDesk(context, *plan, duties->catalog, &read.typed).page();
}

}  // namespace

void add_review_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/versions/{version}", Access::right, "plan.read", [](Context& c) -> Answer {
              return site::redirect(version_url(TRY(c.id("version")), "review"));
            }});
  site.add({Method::get, "/versions/{version}/review", Access::right, "plan.read",
            [&](Context& c) { return show_review(c, engine); }});
  site.add({Method::post, "/versions/{version}/edit", Access::right, "plan.edit",
            [&](Context& c) { return change(c, engine); }});
}

}  // namespace kepu::plan
