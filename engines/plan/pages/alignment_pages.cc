// 上位文件对标, 引文核对: one's own plan against those of superiors.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/html/review.h"
#include "engines/plan/compare.h"
#include "engines/plan/pages/desk.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

struct Superiors {
  std::vector<Version> all;  // newest version of each superior plan that is not withdrawn
};

Superiors superiors_of(PlanEngine& engine, Id tenant) {
  Superiors out;
  for (const auto& head : engine.store().plans(tenant)) {
    if (head.kind != PlanKind::superior) continue;
    for (const auto& v : head.versions) {
      if (v.state == VersionState::withdrawn) continue;
      out.all.push_back(v);
      break;
    }
  }
  return out;
}

// The running plan, else the newest own version under review.
base::Result<std::shared_ptr<const Plan>> own_plan(Context& context, PlanEngine& engine) {
  if (auto current = engine.store().current(context.tenant.id)) return current;
  for (const auto& head : engine.store().plans(context.tenant.id)) {
    if (head.kind == PlanKind::own && !head.versions.empty())
      return engine.store().load(context.tenant.id, head.versions.front().id);
  }
  return refuse(Code::not_found, "plan.none", "还没有本级方案。请先导入县里的实施方案。");
}

void write_alignment(Out& h, Context& context, const Plan& superior, const Plan& own, const Alignment& a,
                     std::string_view only) {
  const bool may_edit = context.actor.may("plan.edit");
  h(
      "<table class=\"t3 align stack\"><caption "
      "class=\"sr\">上位文件与本级方案逐项对照</caption><thead><tr><th scope=\"col\">上位文件</th>"
      "<th scope=\"col\">本级方案</th><th scope=\"col\">相近</th>{}</tr></thead><tbody>{}</tbody></table>",
      [&](Out& o) {
        if (may_edit) o("<th scope=\"col\">改为</th>");
      },
      [&](Out& t) {
        for (const auto& item : a.items) {
          const bool task = item.superior_task != nullptr || item.own_task != nullptr;
          const bool superior_only = item.own_initiative == nullptr || (task && item.own_task == nullptr);
          const bool own_only =
              item.superior_initiative == nullptr || (task && item.superior_task == nullptr);
          if (only == "missing" && !superior_only) continue;
          if (only == "extra" && !own_only) continue;
          const auto name = [&](const InitiativeItem* i, const TaskItem* x, bool link) -> html::Content {
            const std::string title = x != nullptr ? x->title : i != nullptr ? i->title : "";
            const std::string body = x != nullptr ? base::shorten(x->body, 80) : std::string();
            const std::string url = x != nullptr && link ? task_url(x->id) : std::string();
            const bool heading = x == nullptr;
            return [=](Out& c) {
              if (heading) {
                c("<b>{}</b>", title);
              } else if (url.empty()) {
                c("{}<span class=\"muted small\">　{}</span>", title, body);
              } else {
                c("<a href=\"{}\">{}</a><span class=\"muted small\">　{}</span>", html::Url{url}, title,
                  body);
              }
            };
          };
          t(
              "<tr><td class=\"full {}\">{}</td><td class=\"full {}\">{}</td><td>{}</td>{}</tr>",
              html::Raw{own_only ? "none" : ""},
              own_only ? html::Content("上位文件没有相应任务")
                       : name(item.superior_initiative, item.superior_task, false),
              html::Raw{superior_only ? "none" : ""},
              superior_only
                  ? html::Content("本级没有对应，请核对是否漏接")
                  : name(item.own_initiative, item.own_task, own.version.state == VersionState::adopted),
              [&](Out& c) {
                if (item.by_hand) {
                  c("{}", html::tag("人工确定", html::Tone::blue));
                } else if (!superior_only && !own_only) {
                  c("{}", html::Likeness{item.likeness});
                } else {
                  c("—");
                }
              },
              [&](Out& c) {
                if (!may_edit) return;
                if (item.superior_task == nullptr) {
                  c("<td></td>");
                  return;
                }
                c("<td class=\"full\"><form method=\"post\" class=\"inline-form\" "
                  "action=\"/alignment\"><input type=\"hidden\" name=\"csrf\" value=\"{}\">"
                  "<input type=\"hidden\" name=\"superior\" value=\"{}\"><input type=\"hidden\" name=\"own\" "
                  "value=\"{}\"><input type=\"hidden\" name=\"theirs\" value=\"{}\">"
                  "<input class=\"in code\" name=\"ours\" value=\"{}\" aria-label=\"本级任务编号\" "
                  "placeholder=\"编号或留空\" maxlength=\"12\"><button class=\"btn\">改</button></form></td>",
                  context.csrf, superior.version.id, own.version.id, item.superior_task->id,
                  item.own_task != nullptr ? item.own_task->code : std::string());
              });
        }
      });
}

std::string_view title_of_verdict(Citation::Verdict verdict) {
  switch (verdict) {
    case Citation::Verdict::agrees:
      return "相符";
    case Citation::Verdict::number_differs:
      return "文号不符";
    case Citation::Verdict::title_differs:
      return "名称不符";
    case Citation::Verdict::not_at_hand:
      return "未导入";
    case Citation::Verdict::no_number:
      return "未写文号";
  }
  return "";
}

void write_citations(Out& h, const Plan& own, const std::vector<Version>& at_hand) {
  html::SimpleTable table;
  table.caption = "引文核对";
  table.columns = {{"引用的文件"}, {"文号"}, {"核对"}, {"说明"}};
  for (const auto& c : check_citations(own, at_hand)) {
    const auto tone =
        c.verdict == Citation::Verdict::agrees ? html::Tone::green
        : c.verdict == Citation::Verdict::not_at_hand || c.verdict == Citation::Verdict::no_number
            ? html::Tone::plain
            : html::Tone::red;
    const std::string word(title_of_verdict(c.verdict));
    table.rows.push_back({c.basis.title, c.basis.doc_number.empty() ? std::string("—") : c.basis.doc_number,
                          html::Content([=](Out& o) { o("{}", html::tag(word, tone)); }), c.message});
  }
  if (table.rows.empty()) {
    h("<p class=\"muted\">方案没有读出引用的上位文件。</p>");
  } else {
    h("{}", table);
  }
}

Answer show_alignment(Context& context, PlanEngine& engine) {
  const auto own = TRY(own_plan(context, engine));
  const auto superiors = superiors_of(engine, context.tenant.id);
  Id with =
      base::parse_id(context.param("with")).value_or(superiors.all.empty() ? 0 : superiors.all.front().id);
  const std::string only(context.param("only"));
  site::Page page;
  page.title = "上位文件对标";
  page.path = {{"方案与版本", "/plans"}, {"上位文件对标", ""}};
  page.note = "上位文件的每项任务，本级由谁承接、有没有漏";
  if (with == 0) {
    page.body = [&](Out& h) {
      h("{}", html::EmptyState{"还没有导入上位文件", "导入国务院、省、市的方案后，可以逐项对照、核对引文。",
                               html::Content([&](Out& o) {
                                 if (context.actor.may("plan.import"))
                                   o("{}", html::button_link("导入上位文件", "/plans/import", "file-import",
                                                             html::Look::primary));
                               }),
                               "link"});
      h("{}", html::panel("引文核对", [&](Out& o) { write_citations(o, *own, superiors.all); }));
    };
    return site::page(context, std::move(page));
  }
  const auto superior = TRY(engine.store().load(context.tenant.id, with));
  const Alignment a =
      align(*superior, *own, engine.store().hand_links(context.tenant.id, with, own->version.id));
  if (context.as() == "json") {
    base::Json j;
    j.object()
        .field("matched", a.matched)
        .field("superior_only", a.superior_only)
        .field("own_only", a.own_only)
        .key("items")
        .array();
    for (const auto& i : a.items) {
      j.object()
          .key("superior")
          .value(i.superior_task         ? i.superior_task->title
                 : i.superior_initiative ? i.superior_initiative->title
                                         : "");
      j.key("own")
          .value(i.own_task         ? i.own_task->title
                 : i.own_initiative ? i.own_initiative->title
                                    : "")
          .field("likeness", i.likeness)
          .end();
    }
    return http::json(std::move(j.end().end()).text());
  }
  const auto link = [&](std::string_view which) {
    return fmt::format("/alignment?with={}&only={}", with, which);
  };
  page.actions = [&](Out& h) {
    h("<form class=\"filters\" method=\"get\" action=\"/alignment\" data-auto><label class=\"sr\" "
      "for=\"with\">上位文件</label>"
      "<select class=\"in\" id=\"with\" name=\"with\">{}</select><button class=\"btn\">对照</button></form>",
      [&](Out& o) {
        for (const auto& v : superiors.all) {
          o("<option value=\"{}\"{}>{}</option>", v.id, html::Attr{v.id == with, " selected"},
            base::shorten(v.metadata.title, 30));
        }
      });
  };
  page.body = [&](Out& h) {
    h("{}", html::DeltaStrip{"对照结果",
                             {{"已承接", a.matched, fmt::format("/alignment?with={}", with), only.empty()},
                              {"本级没有对应", a.superior_only, link("missing"), only == "missing"},
                              {"本级特有", a.own_only, link("extra"), only == "extra"}}});
    h("{}", html::panel("逐项对照", [&](Out& o) { write_alignment(o, context, *superior, *own, a, only); },
                        {.note = base::shorten(superior->version.metadata.title, 40) + " 对 " +
                                 base::shorten(own->version.metadata.title, 40)}));
    h("{}", html::panel("引文核对", [&](Out& o) { write_citations(o, *own, superiors.all); },
                        {.note = "本级方案引用的上位文件与已导入的文件比对"}));
  };
  return site::page(context, std::move(page));
}

Answer link_by_hand(Context& context, PlanEngine& engine) {
  const Id superior = TRY(context.field_id("superior")), own_id = TRY(context.field_id("own")),
           theirs = TRY(context.field_id("theirs"));
  const std::string code = base::trim(context.field("ours"));
  const std::string back = fmt::format("/alignment?with={}", superior);
  const auto own = TRY(engine.store().load(context.tenant.id, own_id));
  Id ours = 0;
  for (const auto* t : own->living_tasks()) {
    if (t->code == code) ours = t->id;
  }
  if (!code.empty() && ours == 0) {
    context.say(html::Tone::red,
                fmt::format("没有编号为“{}”的任务，没有保存。编号见任务清单，如 农-03。", code));
    return site::redirect(back);
  }
  TRY(engine.store().link_by_hand(by(context), superior, own_id, theirs, ours));
  context.say(html::Tone::green, "对应关系已保存。");
  return site::redirect(back);
}

}  // namespace

void add_alignment_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/alignment", Access::right, "plan.read",
            [&](Context& c) { return show_alignment(c, engine); }});
  site.add({Method::post, "/alignment", Access::right, "plan.edit",
            [&](Context& c) { return link_by_hand(c, engine); }});
  site.add(site::MenuItem{"方案", "上位文件对标", "/alignment", "plan.read", 202, {}, {}, false});
}

}  // namespace kepu::plan
