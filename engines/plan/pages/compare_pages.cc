// 版本对比: two versions of a plan side by side.
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/html/review.h"
#include "engines/plan/compare.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

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

}  // namespace

void add_compare_pages(site::Site& site, PlanEngine& engine) {
  using http::Method;
  using site::Access;
  site.add({Method::get, "/versions/{version}/compare", Access::right, "plan.read",
            [&](Context& c) { return show_compare(c, engine); }});
}

}  // namespace kepu::plan
