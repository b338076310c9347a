// 版本对比, 上位文件对标, 引文核对.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/html/review.h"
#include "engines/plan/compare.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

html::Content pieces(std::vector<Piece> list, bool after) {
  return [list = std::move(list), after](Out& h) {
    for (const auto& p : list) {
      if (p.kind == Piece::Kind::kept) {
        h("{}", p.text);
      } else if (p.kind == Piece::Kind::inserted && after) {
        h("<ins>{}</ins>", p.text);
      } else if (p.kind == Piece::Kind::removed && !after) {
        h("<del>{}</del>", p.text);
      }
    }
  };
}

std::string party_text(const InitiativeItem& initiative, const TaskItem* task, Role role) {
  const auto names = task != nullptr ? parties_of(initiative, *task, role)
                                     : (role == Role::lead ? initiative.lead : initiative.responsible);
  return base::join(names, "、");
}

html::Content side(const InitiativeItem* initiative, const TaskItem* task,
                   const InitiativeItem* other_initiative, const TaskItem* other, bool after) {
  if (initiative == nullptr) return {};
  const std::string title = task != nullptr ? task->title : initiative->title;
  const std::string text = task != nullptr ? task->body : initiative->goal;
  const std::string lead = party_text(*initiative, task, Role::lead),
                    responsible = party_text(*initiative, task, Role::responsible);
  html::Content title_part = title, text_part = base::shorten(text, 400), lead_part = lead,
                responsible_part = responsible;
  if (other_initiative != nullptr) {
    const auto compare_text = [&](const std::string& mine, const std::string& theirs) {
      return pieces(after ? difference(theirs, mine) : difference(mine, theirs), after);
    };
    title_part = compare_text(title, other != nullptr ? other->title : other_initiative->title);
    text_part = compare_text(text, other != nullptr ? other->body : other_initiative->goal);
    lead_part = compare_text(lead, party_text(*other_initiative, other, Role::lead));
    responsible_part = compare_text(responsible, party_text(*other_initiative, other, Role::responsible));
  }
  const std::string code = task != nullptr ? task->code : std::string();
  return [=](Out& h) {
    h("<h3><span class=\"muted num\">{}</span> {}</h3><p>{}</p><p class=\"who2\">牵头：{}</p><p "
      "class=\"who2\">责任：{}</p>",
      code, title_part, text_part, lead_part, responsible_part);
  };
}

html::CompareRow::Kind kind_of(Change change) {
  switch (change) {
    case Change::same:
      return html::CompareRow::Kind::same;
    case Change::reworded:
      return html::CompareRow::Kind::changed;
    case Change::handed_over:
      return html::CompareRow::Kind::handed_over;
    case Change::added:
      return html::CompareRow::Kind::added;
    case Change::dropped:
      return html::CompareRow::Kind::dropped;
  }
  return html::CompareRow::Kind::same;
}

// ---------------------------------------------------------------- two versions

bool wanted(const ItemChange& item, std::string_view only) {
  if (only.empty()) return true;
  if (only == "reworded") return item.reworded;
  if (only == "handed_over") return item.handed_over;
  return to_text(item.change) == only;
}

html::CompareTable table_of(const Comparison& c, std::string_view only, const std::string& before,
                            const std::string& after) {
  html::CompareTable table;
  table.caption = "两个版本的任务逐项对比";
  table.before_title = before;
  table.after_title = after;
  for (const auto& item : c.items) {
    if (!wanted(item, only)) continue;
    const bool heading = item.old_task == nullptr && item.new_task == nullptr;
    if (heading && item.change == Change::same) {
      html::CompareRow row{html::CompareRow::Kind::heading, item.new_initiative->title, {}};
      table.rows.push_back(std::move(row));
      continue;
    }
    html::CompareRow row{kind_of(item.change),
                         side(item.old_initiative, item.old_task, item.new_initiative, item.new_task, false),
                         side(item.new_initiative, item.new_task, item.old_initiative, item.old_task, true)};
    if (item.reworded && item.handed_over) row.word = "改写、换单位";
    if (item.moved && item.change == Change::same) row.word = "移动";
    table.rows.push_back(std::move(row));
  }
  return table;
}

Answer compare_json(const Comparison& c) {
  base::Json j;
  j.object()
      .field("added", c.added)
      .field("dropped", c.dropped)
      .field("reworded", c.reworded)
      .field("handed_over", c.handed_over)
      .field("same", c.same);
  j.key("items").array();
  for (const auto& item : c.items) {
    j.object().field("change", to_text(item.change)).field("likeness", item.likeness);
    j.key("before").value(item.old_task         ? item.old_task->title
                          : item.old_initiative ? item.old_initiative->title
                                                : "");
    j.key("after")
        .value(item.new_task         ? item.new_task->title
               : item.new_initiative ? item.new_initiative->title
                                     : "")
        .end();
  }
  return http::json(std::move(j.end().end()).text());
}

Answer show_compare(Context& context, PlanEngine& engine) {
  const auto after = TRY(version_of(context, engine));
  const auto heads = engine.store().plans(context.tenant.id);
  const PlanHead* head = nullptr;
  for (const auto& h : heads) {
    if (h.id == after->version.plan) head = &h;
  }
  Id with = base::parse_id(context.param("with")).value_or(0);
  if (with == 0 && head != nullptr) {
    for (const auto& v : head->versions) {
      if (v.number < after->version.number && with == 0) with = v.id;
    }
  }
  const Id version = after->version.id;
  site::Page page;
  page.title = "版本对比";
  page.path = {{"方案与版本", "/plans"},
               {fmt::format("第 {} 版", after->version.number), version_url(version, "review")},
               {"版本对比", ""}};
  if (with == 0) {
    page.body = [&](Out& h) {
      h("{}", html::EmptyState{"只有这一个版本，没有可对比的",
                               "征求意见稿、印发稿、修订稿归在同一份方案下导入，就可以逐项对比。",
                               html::Content([](Out& o) {
                                 o("{}", html::button_link("导入另一个版本", "/plans/import", "file-import"));
                               }),
                               "git-compare"});
    };
    return site::page(context, std::move(page));
  }
  const auto before = TRY(engine.store().load(context.tenant.id, with));
  const Comparison c = compare(*before, *after);
  if (context.as() == "json") return compare_json(c);
  const std::string only(context.param("only"));
  const auto name = [](const Version& v) {
    return fmt::format("第 {} 版（{}）", v.number,
                       v.metadata.status == "issued" ? "印发稿" : v.metadata.status);
  };
  page.note = fmt::format("{} 对 {}", name(before->version), name(after->version));
  page.actions = [&](Out& h) {
    h("<form class=\"filters\" method=\"get\" action=\"{}\" data-auto><label class=\"sr\" "
      "for=\"with\">与哪一版对比</label>"
      "<select class=\"in\" id=\"with\" name=\"with\">{}</select><button class=\"btn\">对比</button></form>",
      html::Url{version_url(version, "compare")}, [&](Out& o) {
        for (const auto& v : head->versions) {
          if (v.id != version)
            o("<option value=\"{}\"{}>{}</option>", v.id, html::Attr{v.id == with, " selected"}, name(v));
        }
      });
  };
  const auto link = [&](std::string_view which) {
    return version_url(version, "compare") + fmt::format("?with={}&only={}", with, which);
  };
  page.body = [&](Out& h) {
    h("{}", html::DeltaStrip{"改动",
                             {{"新增", c.added, link("added"), only == "added"},
                              {"删去", c.dropped, link("dropped"), only == "dropped"},
                              {"改写", c.reworded, link("reworded"), only == "reworded"},
                              {"换单位", c.handed_over, link("handed_over"), only == "handed_over"},
                              {"未变", c.same, link("same"), only == "same"}}});
    if (!c.metadata.empty() && only.empty()) {
      html::SimpleTable table;
      table.caption = "基本信息的改动";
      table.columns = {{"项目"}, {"原来"}, {"现在"}};
      for (const auto& [field, values] : c.metadata)
        table.rows.push_back(
            {field, values.first.empty() ? "—" : values.first, values.second.empty() ? "—" : values.second});
      h("{}", html::panel("基本信息", table));
    }
    const auto table = table_of(c, only, name(before->version), name(after->version));
    h("{}", html::panel("任务", [&](Out& o) {
        if (table.rows.empty()) {
          o("<p class=\"muted\">没有这类改动。</p>");
        } else {
          o("{}", table);
        }
      }));
    std::vector<const TargetChange*> changed;
    for (const auto& t : c.targets) {
      if (t.change != Change::same) changed.push_back(&t);
    }
    if (!changed.empty() && only.empty()) {
      html::SimpleTable targets;
      targets.caption = "目标的改动";
      targets.columns = {{"改动"}, {"原来"}, {"现在"}};
      for (const auto* t : changed) {
        targets.rows.push_back(
            {std::string(title_of(t->change)),
             t->before ? target_text(*t->before) + "　" + base::squeeze(t->before->text) : std::string("—"),
             t->after ? target_text(*t->after) + "　" + base::squeeze(t->after->text) : std::string("—")});
      }
      h("{}", html::panel("目标", targets));
    }
  };
  return site::page(context, std::move(page));
}

// ---------------------------------------------------------------- alignment and citations

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

void add_compare_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/versions/{version}/compare", Access::right, "plan.read",
            [&](Context& c) { return show_compare(c, engine); }});
  site.add({Method::get, "/alignment", Access::right, "plan.read",
            [&](Context& c) { return show_alignment(c, engine); }});
  site.add({Method::post, "/alignment", Access::right, "plan.edit",
            [&](Context& c) { return link_by_hand(c, engine); }});
  site.add(site::MenuItem{"方案", "上位文件对标", "/alignment", "plan.read", 202, {}, {}, false});
}

}  // namespace kepu::plan
