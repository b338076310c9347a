// 简报: drafted over live figures, issued once, then as it was issued.
#include <algorithm>

#include "core/base/text.h"
#include "core/file/file.h"
#include "engines/meetings/pages/desk.h"

namespace kepu::meetings {

using base::Code;
using base::refuse;

namespace {

std::string number_of(const Briefing& b) {
  return b.issue == 0 ? std::string("（未编号）") : fmt::format("〔{}〕第{}期", b.year, b.issue);
}

PageAnswer list_briefings(Context& context, MeetingsEngine& engine) {
  auto rows = engine.store().briefings(context.tenant.id);
  const bool manages = context.actor.may(kManage);
  rows.erase(std::remove_if(rows.begin(), rows.end(),
                            [&](const Briefing& b) { return b.state == BriefingState::draft && !manages; }),
             rows.end());
  table::Table<Briefing> table({.id = "briefings", .caption = "简报", .search_hint = "标题", .unit = "份"});
  table
      .column({.key = "title", .title = "简报", .full_on_phone = true, .width = 44},
              [](const Briefing& b) { return table::link(b.title, briefing_url(b.id)); })
      .column({.key = "issue", .title = "期号"}, [](const Briefing& b) { return table::text(number_of(b)); })
      .column({.key = "state", .title = "状态"},
              [](const Briefing& b) {
                return table::status(b.state == BriefingState::issued ? html::Light::done : html::Light::idle,
                                     std::string(title_of(b.state)));
              })
      .column({.key = "issued", .title = "印发日期", .width = 12},
              [](const Briefing& b) {
                return b.issued_at == 0 ? table::missing() : table::date(base::date_of(b.issued_at));
              })
      .column({.key = "by", .title = "经办", .hide_on_phone = true},
              [](const Briefing& b) { return table::text(b.issued_by.empty() ? b.edited_by : b.issued_by); })
      .filter({.key = "state", .title = "状态", .options = {{"draft", "拟订"}, {"issued", "已印发"}}},
              [](const Briefing& b, std::string_view v) { return to_text(b.state) == v; });
  site::Page page;
  page.title = "会议材料与简报";
  page.path = {{"会议", "/meetings"}, {"简报", ""}};
  page.note = "数字由平台记录汇总，每个数写明来源；印发后数字和文件不再变";
  page.actions = [&](Out& h) {
    if (manages) h("{}", html::button_link("拟订简报", "/briefings/new", "plus", html::Look::primary));
  };
  return site::list(context, table, table.in_memory(rows), std::move(page),
                    {.file_name = "简报清单",
                     .subject = "briefings",
                     .empty_hint = manages ? "还没有简报。拟订时自动带出进展、指标、问题和议定事项。"
                                           : "还没有印发的简报。"});
}

form::Form briefing_form(Context& context, MeetingsEngine& engine) {
  std::vector<form::Option> meetings, metrics;
  for (const auto& r : engine.store().meetings(context.tenant.id)) {
    if (r.meeting.state == State::cancelled) continue;
    meetings.push_back({std::to_string(r.meeting.id), base::to_iso(r.meeting.day) + "　" + r.meeting.title});
  }
  for (const auto& m : engine.catalog().all(context.tenant.id)) {
    metrics.push_back({m.id, m.title + (m.unit.empty() ? "" : "（" + m.unit + "）")});
  }
  return form::Form(
      {{.name = "title", .label = "标题", .required = true, .max_length = 100},
       {.name = "meeting", .label = "作为哪次会议的材料", .kind = form::Kind::select, .options = meetings},
       {.name = "words",
        .label = "工作情况",
        .kind = form::Kind::long_text,
        .hint = "每行一段；数字由平台带出，这里写做法和问题",
        .max_length = 10000,
        .rows = 6},
       {.name = "questions",
        .label = "提请研究的事项",
        .kind = form::Kind::long_text,
        .hint = "每行一项",
        .max_length = 10000,
        .rows = 3},
       {.name = "metrics",
        .label = "写进简报的指标",
        .kind = form::Kind::multi_select,
        .hint = "方案进展、滞后任务和议定事项总会写进去",
        .options = metrics}});
}

form::Values values_of(const Briefing& b) {
  form::Values v;
  v.set("title", b.title);
  if (b.meeting != 0) v.set("meeting", std::to_string(b.meeting));
  v.set("words", b.words);
  v.set("questions", b.questions);
  for (const auto& m : b.metrics) v.add("metrics", m);
  return v;
}

http::Response form_page(Context& context, MeetingsEngine& engine, const Briefing& b, const Typed& typed) {
  site::Page page;
  page.title = b.id == 0 ? "拟订简报" : "修改简报";
  page.path = {{"会议", "/meetings"}, {"简报", "/briefings"}, {page.title, ""}};
  page.narrow = true;
  auto view = view_of(context, b.id == 0 ? std::string("/briefings/new") : briefing_url(b.id) + "/edit",
                      "保存", typed, values_of(b));
  view.cancel_url = b.id == 0 ? std::string("/briefings") : briefing_url(b.id);
  if (b.id != 0) view.hidden = {{"revision", std::to_string(b.revision)}};
  const auto fields = briefing_form(context, engine);
  page.body = [&](Out& h) {
    h("{}", html::panel("简报内容", [&](Out& o) { fields.write(o, view); },
                        {.note = "保存后先看带出的数字，再印发"}));
  };
  return site::page(context, std::move(page), typed.empty() ? 200 : 422);
}

PageAnswer save(Context& context, MeetingsEngine& engine, const Briefing& old) {
  auto in = briefing_form(context, engine).check(context.request.form);
  if (in.ok()) {
    Briefing b = old;
    b.title = in.values.text("title");
    b.meeting = base::parse_id(in.values.text("meeting")).value_or(0);
    b.words = in.values.text("words");
    b.questions = in.values.text("questions");
    b.metrics = in.values.texts("metrics");
    b.revision = base::parse_int(context.field("revision")).value_or(0);
    const auto saved = engine.store().save_briefing(by(context), b);
    if (saved) {
      context.say(html::Tone::green, "已保存。请看下面的数字，确认后印发。");
      return site::redirect(briefing_url(*saved));
    }
    if (!belongs_to_form(saved.error())) return tl::unexpected(saved.error());
    in.errors.push_back(saved.error());
  }
  return form_page(context, engine, old, {in.values, in.errors});
}

// The briefing with its figures: kept ones, or those of this moment.
base::Result<Briefing> whole_briefing(Context& context, MeetingsEngine& engine) {
  const Id id = TRY(context.id("briefing"));
  auto b = TRY(engine.store().briefing(context.tenant.id, id));
  if (b.state == BriefingState::issued) return b;
  if (!context.actor.may(kManage))
    return refuse(Code::not_found, "meetings.not_found", "没有这份简报，或者它还没有印发。");
  b.figures = live_figures(context, engine, b);
  b.day = context.today();
  b.year = b.day.year;
  b.issuer = issuer_of(context);
  return b;
}

// In pieces, so that it fits a phone.
void write_hash(Out& h, const std::string& sha256) {
  h("SHA-256 ");
  for (std::size_t at = 0; at < sha256.size(); at += 8) h("{}<wbr>", sha256.substr(at, 8));
}

void write_figures(Out& h, const std::vector<Figure>& figures) {
  std::vector<std::string> sections;
  for (const auto& f : figures) {
    if (std::find(sections.begin(), sections.end(), f.section) == sections.end())
      sections.push_back(f.section);
  }
  for (const auto& section : sections) {
    html::SimpleTable table;
    table.caption = section;
    table.columns = {{"事项"}, {"数值或情况"}, {"说明"}};
    std::vector<std::string> sources;
    for (const auto& f : figures) {
      if (f.section != section) continue;
      table.rows.push_back({[&f](Out& o) {
                              if (f.url.empty()) return o("{}", f.label);
                              o("<a href=\"{}\">{}</a>", html::Url{f.url}, f.label);
                            },
                            [&f](Out& o) {
                              if (f.value.empty()) return o("{}", html::tag("缺", html::Tone::amber));
                              o("<b>{}</b>", f.value);
                            },
                            f.note.empty() ? std::string("—") : f.note});
      if (!f.source.empty() && std::find(sources.begin(), sources.end(), f.source) == sources.end())
        sources.push_back(f.source);
    }
    h("{}", html::panel(section, [&](Out& o) {
        o("{}", table);
        for (const auto& s : sources) o("<p class=\"muted small\">来源：{}</p>", s);
      }));
  }
}

http::Response briefing_page(Context& context, MeetingsEngine& engine, const Briefing& b) {
  const bool draft = b.state == BriefingState::draft, manages = context.actor.may(kManage);
  site::Page page;
  page.title = b.title;
  page.path = {
      {"会议", "/meetings"}, {"简报", "/briefings"}, {draft ? std::string("拟订") : number_of(b), ""}};
  page.note = draft ? std::string("草稿：数字随记录变化；印发后不再变")
                    : fmt::format("{}，{} 印发；数字截至 {}", number_of(b), base::to_local(b.issued_at),
                                  base::to_iso(b.day));
  page.actions = [&](Out& h) {
    h("{} ", html::button_link(draft ? "下载草稿（Word）" : "下载简报（Word）",
                               briefing_url(b.id) + "?as=docx", "file-type-doc"));
    if (!draft || !manages) return;
    const std::vector<std::pair<std::string, std::string>> hidden = {
        {"revision", std::to_string(b.revision)}};
    h("{} ", html::button_link("修改", briefing_url(b.id) + "/edit", "edit"));
    h("{} ", html::PostButton{"删去草稿", briefing_url(b.id) + "/drop", context.csrf, html::Look::plain,
                              "trash", hidden});
    h("{}", html::PostButton{"印发", briefing_url(b.id) + "/issue", context.csrf, html::Look::primary, "send",
                             hidden});
  };
  page.body = [&](Out& h) {
    if (b.meeting != 0) {
      const auto m = engine.store().meeting(context.tenant.id, b.meeting);
      if (m && engine.store().may_see(context.actor, *m))
        h("<p>会议材料：<a href=\"{}\">{}</a></p>", html::Url{meeting_url(b.meeting)}, m->title);
    }
    write_figures(h, b.figures);
    const auto words = [&](const std::string& title, const std::string& text) {
      if (base::trim(text).empty()) return;
      h("{}", html::panel(title, [&](Out& o) {
          for (const auto& line : agenda_items(text)) o("<p>{}</p>", line);
        }));
    };
    words("工作情况", b.words);
    words("提请研究的事项", b.questions);
    if (!draft) {
      html::Definitions facts;
      facts.items = {{"印发", b.issuer}, {"经办人", b.issued_by}, {"文件校验值", [&b](Out& o) {
                                                                     write_hash(o, b.sha256);
                                                                   }}};
      h("{}", html::panel("存档", facts, {.note = "下载的文件与印发时逐字节相同"}));
    }
  };
  return site::page(context, std::move(page));
}

PageAnswer show(Context& context, MeetingsEngine& engine) {
  const Briefing b = TRY(whole_briefing(context, engine));
  if (context.as() != "docx") return briefing_page(context, engine, b);
  const std::string bytes =
      b.state == BriefingState::issued ? TRY(context.app.files.read(b.sha256)) : paper_of(b).docx();
  context.log("export.briefing", fmt::format("briefing:{}", b.id), "下载简报《" + b.title + "》");
  return http::attachment_bytes(
      bytes, (b.issue == 0 ? std::string("草稿") : number_of(b)) + b.title + ".docx", file::kWord);
}

PageAnswer issue(Context& context, MeetingsEngine& engine) {
  Briefing b = TRY(whole_briefing(context, engine));
  if (b.state == BriefingState::issued)
    return refuse(Code::conflict, "meetings.not_in_state", "这份简报已经印发。");
  b.revision = base::parse_int(context.field("revision")).value_or(-1);
  b.issue = engine.store().next_issue(context.tenant.id, b.year);
  b.sha256 = TRY(context.app.files.put(paper_of(b).docx())).sha256;
  TRY(engine.store().issue_briefing(by(context), b));
  context.say(html::Tone::green, fmt::format("已印发，{}。", number_of(b)));
  return site::redirect(briefing_url(b.id));
}

}  // namespace

void add_briefing_pages(site::Site& site, MeetingsEngine& engine) {
  using http::Method;
  using site::Access;
  const auto draft_of = [&engine](Context& c) -> base::Result<Briefing> {
    const Id id = TRY(c.id("briefing"));
    auto b = TRY(engine.store().briefing(c.tenant.id, id));
    if (b.state == BriefingState::issued)
      return refuse(Code::conflict, "meetings.not_in_state", "这份简报已经印发，不能再改。");
    return b;
  };
  site.add({Method::get, "/briefings", Access::right, "meetings.read",
            [&](Context& c) { return list_briefings(c, engine); }});
  site.add({Method::get, "/briefings/new", Access::right, "meetings.manage", [&](Context& c) -> PageAnswer {
              Briefing b;
              b.title = fmt::format("{}全民科学素质工作情况", c.tenant.name);
              b.metrics = usual_metrics(c, engine);
              return form_page(c, engine, b, {});
            }});
  site.add({Method::post, "/briefings/new", Access::right, "meetings.manage",
            [&](Context& c) { return save(c, engine, Briefing{}); }});
  site.add({Method::get, "/briefings/{briefing}", Access::right, "meetings.read",
            [&](Context& c) { return show(c, engine); }});
  site.add(
      {Method::get, "/briefings/{briefing}/edit", Access::right, "meetings.manage",
       [&engine, draft_of](Context& c) -> PageAnswer { return form_page(c, engine, TRY(draft_of(c)), {}); }});
  site.add({Method::post, "/briefings/{briefing}/edit", Access::right, "meetings.manage",
            [&engine, draft_of](Context& c) -> PageAnswer { return save(c, engine, TRY(draft_of(c))); }});
  site.add({Method::post, "/briefings/{briefing}/issue", Access::right, "meetings.manage",
            [&](Context& c) { return issue(c, engine); }});
  site.add({Method::post, "/briefings/{briefing}/drop", Access::right, "meetings.manage",
            [&](Context& c) -> PageAnswer {
              const Id id = TRY(c.id("briefing"));
              TRY(engine.store().drop_briefing(by(c), id, base::parse_int(c.field("revision")).value_or(-1)));
              c.say(html::Tone::green, "草稿已删去。");
              return site::redirect("/briefings");
            }});
}

}  // namespace kepu::meetings
