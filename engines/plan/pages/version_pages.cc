// 方案与版本: upload a document, the versions of each plan, its file, withdrawing, a copy for revision.
#include <algorithm>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/file/file.h"
#include "core/form/form.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

constexpr std::uint64_t kUploadLimit = 64ull << 20;

const form::Form& import_form() {
  static const form::Form kForm({
      {.name = "file",
       .label = "方案文件",
       .kind = form::Kind::file,
       .required = true,
       .hint = "支持 .docx、.doc、.pdf（文字版）、.html、.txt，最大 64 MB。扫描件请先识别成文字。",
       .accept = ".docx,.doc,.pdf,.html,.htm,.txt"},
      {.name = "kind",
       .label = "这是什么文件",
       .kind = form::Kind::radio,
       .required = true,
       .options = {{"own", "本级实施方案", "校核、采纳后作为运行中的方案"},
                   {"superior", "上位文件", "用于对标和核对引文，如国务院、省、市的方案"}},
       .initial = "own"},
      {.name = "plan",
       .label = "归到哪一份",
       .kind = form::Kind::select,
       .hint = "同一份方案的征求意见稿、印发稿、修订稿归在一起，便于对比"},
  });
  return kForm;
}

std::vector<form::Option> plan_options(const std::vector<PlanHead>& heads) {
  std::vector<form::Option> options = {{"", "作为新的一份"}};
  for (const auto& head : heads) {
    options.push_back({std::to_string(head.id),
                       (head.kind == PlanKind::own ? "本级：" : "上位：") + base::shorten(head.title, 40)});
  }
  return options;
}

html::Tone tone_of(VersionState state) {
  switch (state) {
    case VersionState::adopted:
      return html::Tone::green;
    case VersionState::review:
      return html::Tone::amber;
    default:
      return html::Tone::plain;
  }
}

void write_versions(Out& h, const PlanHead& head, const Context& context) {
  h("<table class=\"t3 stack\"><caption class=\"sr\">{}的版本</caption><thead><tr><th "
    "scope=\"col\">版本</th><th scope=\"col\">性质</th>"
    "<th scope=\"col\">文号</th><th scope=\"col\">状态</th><th scope=\"col\" class=\"hide-s\">导入</th><th "
    "scope=\"col\">办理</th></tr></thead><tbody>{}</tbody></table>",
    head.title, [&](Out& o) {
      for (std::size_t i = 0; i < head.versions.size(); ++i) {
        const auto& v = head.versions[i];
        o("<tr><th scope=\"row\"><a href=\"{}\">第 {} 版</a></th><td>{}</td><td>{}</td><td "
          "class=\"stc\">{}</td>"
          "<td class=\"small muted hide-s\">{}　{}</td><td>{}</td></tr>",
          html::Url{version_url(v.id, "review")}, v.number,
          v.metadata.status == "issued" ? std::string("印发稿") : v.metadata.status,
          v.metadata.doc_number.empty() ? std::string("—") : v.metadata.doc_number,
          html::tag(title_of(v.state), tone_of(v.state)), base::to_local(v.created_at), v.created_by,
          [&](Out& x) {
            if (v.state == VersionState::review && context.actor.may("plan.edit")) {
              x("<a href=\"{}\">校核</a>　<a href=\"{}\">单位对应</a>　<a href=\"{}\">待办与采纳</a>",
                html::Url{version_url(v.id, "review")}, html::Url{version_url(v.id, "names")},
                html::Url{version_url(v.id, "open")});
            } else {
              x("<a href=\"{}\">查看</a>", html::Url{version_url(v.id, "review")});
            }
            if (head.versions.size() > 1)
              x("　<a href=\"{}\">版本对比</a>", html::Url{version_url(v.id, "compare")});
          });
      }
    });
}

Answer list_plans(Context& context, PlanEngine& engine) {
  const auto heads = engine.store().plans(context.tenant.id);
  if (context.as() == "json") {
    base::Json j;
    j.object().key("plans").array();
    for (const auto& head : heads) {
      j.object()
          .key("id")
          .id(head.id)
          .field("kind", to_text(head.kind))
          .field("title", head.title)
          .key("versions")
          .array();
      for (const auto& v : head.versions) {
        j.object()
            .key("id")
            .id(v.id)
            .field("number", v.number)
            .field("state", to_text(v.state))
            .field("status", v.metadata.status)
            .end();
      }
      j.end().end();
    }
    return http::json(std::move(j.end().end()).text());
  }
  site::Page page;
  page.title = "方案与版本";
  page.path = {{"方案与版本", ""}};
  page.note = "征求意见稿和印发稿都留存；采纳的版本作为运行中的方案";
  page.actions = [&](Out& h) {
    if (context.actor.may("plan.import")) {
      h("{}", html::button_link("导入方案文件", "/plans/import", "file-import", html::Look::primary));
    }
  };
  page.body = [&](Out& h) {
    if (heads.empty()) {
      h("{}", html::EmptyState{"还没有导入方案", "上传县里印发的实施方案，一秒内读出任务、单位和目标。",
                               [&](Out& o) {
                                 if (context.actor.may("plan.import")) {
                                   o("{}", html::button_link("导入方案文件", "/plans/import", "file-import",
                                                             html::Look::primary));
                                 }
                               },
                               "files"});
    }
    for (const auto& head : heads) {
      h("{}", html::panel(head.title, [&](Out& o) { write_versions(o, head, context); },
                          {.note = head.kind == PlanKind::own ? "本级方案" : "上位文件"}));
    }
  };
  return site::page(context, std::move(page));
}

http::Response import_page(Context& context, PlanEngine& engine, const form::Checked* typed) {
  site::Page page;
  page.title = "导入方案文件";
  page.path = {{"方案与版本", "/plans"}, {"导入", ""}};
  page.note = "导入只是读取，不影响运行中的方案";
  page.narrow = true;
  const auto options = plan_options(engine.store().plans(context.tenant.id));
  page.body = [&](Out& h) {
    h("{}", html::panel("选择文件", [&](Out& o) {
        form::View view{
            .action = "/plans/import", .csrf = context.csrf, .submit = "上传并读取", .cancel_url = "/plans"};
        if (typed != nullptr) {
          view.values = typed->values;
          view.errors = typed->errors;
        } else if (const auto plan = context.param("plan"); !plan.empty()) {
          view.values.set("plan", std::string(plan));
        }
        import_form().with_options("plan", options).write(o, view);
      }));
  };
  return site::page(context, std::move(page), typed != nullptr ? 422 : 200);
}

Answer import(Context& context, PlanEngine& engine) {
  const auto options = plan_options(engine.store().plans(context.tenant.id));
  auto fields = context.request.form;
  const auto* upload = context.request.upload("file");
  if (upload != nullptr && upload->size == 0 && upload->name.empty()) upload = nullptr;
  if (upload != nullptr) fields.emplace_back("file", upload->name);
  auto in = import_form().with_options("plan", options).check(fields);
  if (in.ok() && upload != nullptr) {
    const auto kind = in.values.text("kind") == "superior" ? PlanKind::superior : PlanKind::own;
    const auto version = engine.import_file(by(context), upload->path, upload->name, kind,
                                            base::parse_id(in.values.text("plan")).value_or(0));
    if (version) {
      context.say(html::Tone::green, fmt::format("已读取“{}”。请对照原文校核。", upload->name));
      return site::redirect(version_url(*version, "review"));
    }
    base::Error error = version.error();
    error.field = "file";
    in.errors.push_back(std::move(error));
  }
  return import_page(context, engine, &in);
}

Answer download(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto path = context.app.files.path_of(plan->version.file);
  if (!path)
    return refuse(Code::not_found, "file.missing",
                  "原文件不在存储中，可能数据文件夹没有完整恢复。请联系管理员从备份中找回。");
  context.log("export.file", fmt::format("version:{}", plan->version.id),
              "下载方案原文件“" + plan->version.file_name + "”");
  return http::attachment(*path, plan->version.file_name, "application/octet-stream");
}

Answer withdraw(Context& context, PlanEngine& engine) {
  const Id version = TRY(context.id("version"));
  const auto done = engine.store().withdraw(by(context), version, std::string(context.field("reason")));
  if (!done) {
    context.say(html::Tone::red, done.error().message);
    return site::redirect(version_url(version, "open"));
  }
  context.say(html::Tone::green, "校核稿已撤下，仍可在方案与版本中查看。");
  return site::redirect("/plans");
}

Answer revise(Context& context, PlanEngine& engine) {
  const Id version = TRY(context.id("version"));
  const Id copy = TRY(engine.store().copy_for_revision(by(context), version));
  context.say(html::Tone::green, "已另存为修订稿，改好后采纳即取代现行版本。");
  return site::redirect(version_url(copy, "review"));
}

}  // namespace

void add_version_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/plans", Access::right, "plan.read", [&](Context& c) { return list_plans(c, engine); }});
  site.add({Method::get, "/plans/import", Access::right, "plan.import",
            [&](Context& c) -> Answer { return import_page(c, engine, nullptr); }});
  site.add({Method::post, "/plans/import", Access::right, "plan.import",
            [&](Context& c) { return import(c, engine); }, kUploadLimit + (1u << 20), true});
  site.add({Method::get, "/versions/{version}/file", Access::right, "plan.read",
            [&](Context& c) { return download(c, engine); }});
  site.add({Method::post, "/versions/{version}/withdraw", Access::right, "plan.edit",
            [&](Context& c) { return withdraw(c, engine); }});
  site.add({Method::post, "/versions/{version}/revise", Access::right, "plan.edit",
            [&](Context& c) { return revise(c, engine); }});
  site.add(site::MenuItem{"方案", "方案与版本", "/plans", "plan.read", 201, "files", {}, false});
}

}  // namespace kepu::plan
