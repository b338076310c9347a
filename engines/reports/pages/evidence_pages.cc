// One piece of evidence with its versions and uses, its forms, and the download.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/file/file.h"
#include "core/form/form.h"
#include "core/html/format.h"
#include "engines/reports/pages/uploads.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;
using site::Typed;

namespace {

const form::Form& evidence_form() {
  static const form::Form kForm({
      {.name = "title", .label = "名称", .required = true, .max_length = 200},
      {.name = "note",
       .label = "说明",
       .kind = form::Kind::long_text,
       .hint = "时间、地点、内容，便于以后查找",
       .max_length = 2000,
       .rows = 3},
      {.name = "valid_from",
       .label = "有效期自",
       .kind = form::Kind::date,
       .hint = "证书、批文等有期限的填写",
       .short_field = true},
      {.name = "valid_until", .label = "有效期至", .kind = form::Kind::date, .short_field = true},
  });
  return kForm;
}
const form::Form& new_form() {
  static const form::Form kForm = [] {
    std::vector<form::Field> fields = {
        {.name = "kind",
         .label = "种类",
         .kind = form::Kind::radio,
         .required = true,
         .options = {{"file", "文件", "上传一份文件"},
                     {"link", "链接", "公开报道、网页"},
                     {"record", "平台记录", "本平台里的一页，例如一项任务"}},
         .initial = "file"},
        {.name = "file",
         .label = "文件",
         .kind = form::Kind::file,
         .hint = "PDF、OFD、Office 文档（不带宏）、图片、MP4、文本，最大 50 MB；相同的文件不会重复存放"},
        {.name = "url",
         .label = "网址",
         .hint = "链接写完整网址；平台记录写本平台页面的地址，如 /tasks/123",
         .max_length = 1000}};
    for (const auto& f : evidence_form().fields()) fields.push_back(f);
    return form::Form(fields);
  }();
  return kForm;
}
const form::Form& version_form() {
  static const form::Form kForm({
      {.name = "file", .label = "新文件", .kind = form::Kind::file},
      {.name = "url", .label = "或新网址", .max_length = 1000},
      {.name = "why", .label = "改了什么", .max_length = 200},
  });
  return kForm;
}
const form::Form& withdraw_form() {
  static const form::Form kForm({{.name = "reason",
                                  .label = "原因",
                                  .required = true,
                                  .hint = "撤下后不再算数，但记录仍在",
                                  .max_length = 200}});
  return kForm;
}

// With the revision that the form was shown with.
form::View view_of(const Context& context, std::string action, std::string submit, const Typed& typed,
                   std::int64_t revision, form::Values stored = {}) {
  auto view = site::view_of(context, std::move(action), std::move(submit), typed, std::move(stored));
  view.hidden = {
      {"revision", typed.empty() ? std::to_string(revision) : std::string(context.field("revision"))}};
  return view;
}

base::Result<Evidence> evidence_here(Context& context, ReportsEngine& engine) {
  const Id id = TRY(context.id("evidence"));
  const auto found = engine.evidence().find(context.tenant.id, id);
  const auto refused = [] {
    return refuse(Code::not_found, "evidence.not_found",
                  "没有这件佐证，或者它不在您的查看范围内。请到佐证库查找。");
  };
  if (!found) return refused();
  if (context.actor.may("report.read", found->unit)) return *found;
  // Who sees a report sees what proves it.
  const auto now = engine.plans().running(context.tenant.id);
  if (!now) return refused();
  const Sight sight(context.actor, **now);
  for (const auto& use : engine.evidence().uses(context.tenant.id, id)) {
    if (use.subject.kind != "report") continue;
    const auto report = engine.store().report(context.tenant.id, use.subject.id);
    if (report && report->counts() && sight.sees(report->unit, report->task)) return *found;
  }
  return refused();
}

html::Content uses_content(Context& context, ReportsEngine& engine, Id evidence) {
  struct Line {
    std::string kind, text, url, when;
  };
  std::vector<Line> lines;
  for (const auto& use : engine.evidence().uses(context.tenant.id, evidence)) {
    Line line{use.subject.kind, "", "", use.by + "　" + base::to_iso(base::date_of(use.at))};
    if (use.subject.kind == "report") {
      const auto report = engine.store().report(context.tenant.id, use.subject.id);
      line.kind = "填报";
      if (report) line.text = window_title(report->window) + "　" + report->code + " " + report->title;
      line.url = report_url(use.subject.id);
    } else if (use.subject.kind == "task") {
      const auto now = engine.plans().running(context.tenant.id);
      const auto* task = now ? (*now)->plan->task(use.subject.id) : nullptr;
      line.kind = "任务";
      line.text = task != nullptr ? task->code + " " + task->title : "（不在运行中的方案里）";
      line.url = task_url(use.subject.id);
    }
    const auto score = base::split(use.subject.kind, ":");
    if (score.size() == 3 && score[0] == "score") {
      const auto units = context.app.directory.units(context.tenant.id);
      const auto* unit = units->find(base::parse_id(score[1]).value_or(0));
      line.kind = "考核";
      line.text = fmt::format("考核项 {}　{}", score[2],
                              unit != nullptr ? unit->name : std::string("（已撤销单位）"));
      line.url = fmt::format("/appraisals/{}/units/{}", use.subject.id, score[1]);
    }
    if (line.text.empty()) line.text = std::to_string(use.subject.id);
    lines.push_back(std::move(line));
  }
  return [lines](Out& h) {
    if (lines.empty()) return h("<p class=\"muted\">还没有用到。填报任务时可以从佐证库选用。</p>");
    h("<ul class=\"plain\">{}</ul>", [&](Out& o) {
      for (const auto& l : lines) {
        o(
            "<li>{} {}<span class=\"muted small\">　{}</span></li>", html::tag(l.kind),
            [&](Out& x) {
              if (l.url.empty()) return x("{}", l.text);
              x("<a href=\"{}\">{}</a>", html::Url{l.url}, l.text);
            },
            l.when);
      }
    });
  };
}

void write_versions(Out& h, const Evidence& e, const std::vector<EvidenceVersion>& versions) {
  html::SimpleTable table;
  table.caption = "版本";
  table.columns = {{"版本"}, {"内容"}, {"登记"}, {"说明", html::Column::Kind::text, true}};
  for (const auto& v : versions) {
    table.rows.push_back(
        {fmt::format("第 {} 版", v.number), html::Content([&e, v](Out& o) {
           if (e.kind != EvidenceKind::file)
             return o("<a href=\"{}\" rel=\"noopener noreferrer\">{}</a>", html::Url{v.url}, v.url);
           const std::string url = fmt::format("{}/file?version={}", evidence_url(e.id), v.number);
           o("<a href=\"{}\">{}</a><span class=\"muted small\">　{}</span>", html::Url{url}, v.file_name,
             html::file_size(v.size));
         }),
         v.by + "　" + base::to_local(v.at), v.note});
  }
  h("{}", table);
}

Answer show_evidence(Context& context, ReportsEngine& engine, const Typed& typed = {}) {
  const Evidence e = TRY(evidence_here(context, engine));
  const auto versions = engine.evidence().versions(context.tenant.id, e.id);
  const auto units = context.app.directory.units(context.tenant.id);
  const bool may = context.actor.may("evidence.edit", e.unit) && e.withdrawn.empty();
  if (context.as() == "json") {
    base::Json j;
    j.object()
        .key("id")
        .id(e.id)
        .key("unit")
        .id(e.unit)
        .field("kind", to_text(e.kind))
        .field("title", e.title)
        .field("note", e.note);
    j.field("sha256", e.current.sha256)
        .field("url", e.current.url)
        .field("version", e.current.number)
        .field("withdrawn", e.withdrawn);
    return http::json(std::move(j.end()).text());
  }
  site::Page page;
  page.title = e.title;
  page.path = {{"佐证库", "/evidence"}, {base::shorten(e.title, 20), ""}};
  page.note = [&](Out& h) {
    h("{}　{}　{}", html::light(evidence_light(e, context.today()), evidence_word(e, context.today())),
      title_of(e.kind), units->find(e.unit) == nullptr ? "（已撤销单位）" : units->find(e.unit)->name);
  };
  const std::string file_url = evidence_url(e.id) + "/file";
  page.actions = [&](Out& h) {
    if (e.kind == EvidenceKind::file)
      h("{}", html::button_link("下载", file_url, "download", html::Look::primary));
  };
  page.body = [&](Out& h) {
    if (!e.withdrawn.empty()) h("{}", html::Flash{html::Tone::amber, "已撤下，不再算数：" + e.withdrawn});
    h(
        "<div class=\"split\"><div>{}</div><aside>{}</aside></div>",
        [&](Out& o) {
          o("{}", html::panel("内容", [&](Out& x) {
              if (!e.note.empty()) x("<div class=\"prose\"><p>{}</p></div>", e.note);
              write_versions(x, e, versions);
            }));
          o("{}", html::panel(fmt::format("用于 {} 处", e.uses), uses_content(context, engine, e.id)));
          if (!may) return;
          form::Values stored;
          stored.set("title", e.title);
          stored.set("note", e.note);
          stored.set("valid_from", iso(e.valid_from));
          stored.set("valid_until", iso(e.valid_until));
          o("{}", html::panel("修改名称、说明、有效期", [&](Out& x) {
              evidence_form().write(
                  x, view_of(context, evidence_url(e.id), "保存", typed.only("change"), e.revision, stored));
            }));
        },
        [&](Out& o) {
          std::vector<std::pair<std::string, html::Content>> items = {
              {"登记", e.current.by + "　" + base::to_local(e.current.at)}};
          if (e.valid_from || e.valid_until)
            items.emplace_back("有效期", iso_or_dash(e.valid_from) + " 至 " + iso_or_dash(e.valid_until));
          if (e.kind == EvidenceKind::file)
            items.emplace_back("内容散列", "SHA-256　" + e.current.sha256.substr(0, 16) + "…");
          o("{}", html::panel("登记情况", html::Definitions{std::move(items)}));
          if (!may) return;
          o("{}{}",
            html::panel("更新版本",
                        [&](Out& x) {
                          version_form().write(x, view_of(context, evidence_url(e.id) + "/version",
                                                          "登记新版本", typed.only("version"), e.revision));
                        },
                        {.note = "旧版本都留着"}),
            html::panel("撤下", [&](Out& x) {
              withdraw_form().write(x, view_of(context, evidence_url(e.id) + "/withdraw", "撤下这件佐证",
                                               typed.only("withdraw"), e.revision));
            }));
        });
  };
  return site::page(context, std::move(page), status_of(typed.errors));
}

Answer download(Context& context, ReportsEngine& engine) {
  const Evidence e = TRY(evidence_here(context, engine));
  const auto wanted = base::parse_int(context.param("version")).value_or(e.current.number);
  for (const auto& v : engine.evidence().versions(context.tenant.id, e.id)) {
    if (v.number != wanted || v.sha256.empty()) continue;
    const auto path = context.app.files.path_of(v.sha256);
    if (!path)
      return refuse(Code::not_found, "file.missing",
                    "文件不在存储里，可能备份没有恢复完整。请联系系统管理员。");
    context.log("evidence.download", fmt::format("evidence:{}", e.id),
                fmt::format("下载佐证“{}”第 {} 版", e.title, v.number));
    return http::attachment(*path, v.file_name, v.type);
  }
  return refuse(Code::not_found, "evidence.not_found", "这件佐证没有这一版文件。");
}

http::Response new_page(Context& context, const Typed& typed) {
  site::Page page;
  page.title = "登记佐证";
  page.path = {{"佐证库", "/evidence"}, {"登记", ""}};
  page.note = context.actor.unit_name;
  page.narrow = true;
  page.body = [&](Out& h) {
    h("{}", html::panel("", [&](Out& o) {
        new_form().write(o, {.action = "/evidence/new",
                             .csrf = context.csrf,
                             .values = typed.values,
                             .errors = typed.errors,
                             .submit = "登记",
                             .cancel_url = "/evidence"});
      }));
  };
  return site::page(context, std::move(page), status_of(typed.errors));
}

EvidenceStore::New words_from(const form::Values& v) {
  EvidenceStore::New out;
  out.title = v.text("title");
  out.note = v.text("note");
  out.valid_from = v.date("valid_from");
  out.valid_until = v.date("valid_until");
  return out;
}

base::Result<EvidenceVersion> content_from(Context& context, EvidenceKind kind, const form::Values& v) {
  EvidenceVersion out;
  if (kind != EvidenceKind::file) {
    out.url = v.text("url");
    return out;
  }
  const auto* upload = context.request.upload("file");
  if (upload == nullptr || upload->name.empty())
    return refuse(Code::invalid, "evidence.file", "请选择要上传的文件。", "file");
  return take_upload(context, *upload);
}

Answer add_new(Context& context, ReportsEngine& engine) {
  TRY(context.require("evidence.edit", context.actor.unit));
  auto typed = context.request.form;
  if (const auto* upload = context.request.upload("file")) typed.emplace_back("file", upload->name);
  auto in = new_form().check(typed);
  if (in.ok()) {
    EvidenceStore::New fresh = words_from(in.values);
    const std::string kind = in.values.text("kind");
    fresh.kind = kind == "link"     ? EvidenceKind::link
                 : kind == "record" ? EvidenceKind::record
                                    : EvidenceKind::file;
    fresh.unit = context.actor.unit;
    auto content = content_from(context, fresh.kind, in.values);
    if (content) {
      fresh.content = std::move(*content);
      const auto added = engine.evidence().add(by(context), fresh);
      if (added) {
        context.say(added->was_there ? html::Tone::blue : html::Tone::green,
                    added->was_there ? "相同的内容已经登记过，没有重复存放：“" + added->title + "”。"
                                     : "佐证已登记。");
        return site::redirect(evidence_url(added->evidence));
      }
      in.errors.push_back(added.error());
    } else {
      in.errors.push_back(content.error());
    }
  }
  return new_page(context, {in.values, in.errors, "new"});
}

Answer change(Context& context, ReportsEngine& engine, std::string_view what) {
  const Evidence e = TRY(evidence_here(context, engine));
  TRY(context.require("evidence.edit", e.unit));
  const auto revision = base::parse_int(context.field("revision")).value_or(-1);
  const form::Form& form = what == "change"    ? evidence_form()
                           : what == "version" ? version_form()
                                               : withdraw_form();
  auto in = form.check(context.request.form);
  if (in.ok()) {
    base::Done done;
    if (what == "change") {
      done = engine.evidence().change(by(context), e.id, revision, words_from(in.values));
    } else if (what == "withdraw") {
      done = engine.evidence().withdraw(by(context), e.id, revision, in.values.text("reason"));
    } else {
      auto content = content_from(context, e.kind, in.values);
      if (content) content->note = in.values.text("why");
      done = content ? engine.evidence().add_version(by(context), e.id, revision, *content)
                     : base::Done(tl::unexpected(content.error()));
    }
    if (done) {
      context.say(html::Tone::green, what == "withdraw" ? "已撤下。" : "已保存。");
      return site::redirect(evidence_url(e.id));
    }
    in.errors.push_back(done.error());
  }
  return show_evidence(context, engine, {in.values, in.errors, std::string(what)});
}

}  // namespace

void add_evidence_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/evidence/new", Access::right, "evidence.edit",
            [](Context& c) -> Answer { return new_page(c, {}); }});
  site.add({Method::post, "/evidence/new", Access::right, "evidence.edit",
            [&](Context& c) { return add_new(c, engine); }, kLargestUpload, true});
  site.add({Method::get, "/evidence/{evidence}", Access::right, "report.read",
            [&](Context& c) { return show_evidence(c, engine); }});
  site.add({Method::post, "/evidence/{evidence}", Access::right, "evidence.edit",
            [&](Context& c) { return change(c, engine, "change"); }});
  site.add({Method::get, "/evidence/{evidence}/file", Access::right, "report.read",
            [&](Context& c) { return download(c, engine); }});
  site.add({Method::post, "/evidence/{evidence}/version", Access::right, "evidence.edit",
            [&](Context& c) { return change(c, engine, "version"); }, kLargestUpload, true});
  site.add({Method::post, "/evidence/{evidence}/withdraw", Access::right, "evidence.edit",
            [&](Context& c) { return change(c, engine, "withdraw"); }});
}

}  // namespace kepu::reports
