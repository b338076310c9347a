// 校核: initiatives and tasks.
#include "core/base/text.h"
#include "engines/plan/pages/review_desk.h"

namespace kepu::plan {

using html::Out;
using ItemState = html::ReviewItem::State;

namespace {

std::string party_line(const std::vector<std::string>& lead, const std::vector<std::string>& responsible) {
  std::string out;
  if (!lead.empty()) out += "牵头：" + base::join(lead, "、");
  if (!responsible.empty()) out += (out.empty() ? "责任：" : "　责任：") + base::join(responsible, "、");
  return out;
}

}  // namespace

void ReviewDesk::write_duties(Out& h, const TaskItem& task) {
  h("<p class=\"small\">对应职责：{}</p>", [&](Out& o) {
    bool any = false;
    for (const auto& link : task.duties) {
      if (link.state == DutyState::rejected) continue;
      any = true;
      const auto* duty = catalog_.find(link.duty);
      const auto title =
          link.duty + " " + (duty != nullptr ? duty->title : std::string("（目录中已无此项）"));
      o("<span class=\"duty\" title=\"{}\">{}</span>　", "依据：" + base::join(link.words, "；"),
        html::tag(title, link.state == DutyState::confirmed ? html::Tone::green : html::Tone::amber));
    }
    if (!any) o("<span class=\"muted\">没有提出，可在“改”中补充</span>");
  });
}

void ReviewDesk::write_task_tools(Out& h, const InitiativeItem& initiative, const TaskItem& task) {
  // Duties: confirm or reject each, add one by hand.
  h("<h4>对应职责</h4><ul class=\"plain\">{}</ul>", [&](Out& o) {
    for (const auto& link : task.duties) {
      const auto* duty = catalog_.find(link.duty);
      o(
          "<li>{} {}　<span class=\"muted small\">{}</span>　{}{}</li>", link.duty,
          duty != nullptr ? duty->title : std::string(), base::join(link.words, "；"),
          [&](Out& x) {
            if (link.state != DutyState::confirmed)
              x("{}", act("确认", "duty", task.id, html::Look::link,
                          {{"duty", link.duty}, {"state", "confirmed"}}));
          },
          [&](Out& x) {
            if (link.state != DutyState::rejected)
              x("{}",
                act("不是", "duty", task.id, html::Look::link, {{"duty", link.duty}, {"state", "rejected"}}));
          });
    }
  });
  open_small_form(h, "duty", task.id);
  h(
      "<input type=\"hidden\" name=\"state\" value=\"confirmed\"><label class=\"lab\" "
      "for=\"f-duty\">补充职责</label>"
      "<select class=\"in\" id=\"f-duty\" name=\"duty\">{}</select>{}",
      [&](Out& o) {
        for (const auto& d : catalog_.duties) o("<option value=\"{}\">{}　{}</option>", d.id, d.id, d.title);
      },
      html::button("补充", html::Look::plain));
  h.buffer() += "</form>";

  const auto places = split_places(task);
  if (!places.empty()) {
    h("<h4>拆成两项</h4>");
    open_small_form(h, "split", task.id);
    h(
        "<label class=\"lab\" for=\"f-at\">从哪一句起成为新任务</label><select class=\"in\" id=\"f-at\" "
        "name=\"at\">{}</select>"
        "<label class=\"lab\" for=\"f-split-title\">新任务名称</label><input class=\"in\" "
        "id=\"f-split-title\" name=\"title\" required maxlength=\"200\" value=\"{}\">{}",
        [&](Out& o) {
          for (const auto& p : places) o("<option value=\"{}\">{}</option>", p.at, p.next);
        },
        typed_for("split", task.id) ? typed_->values.text("title") : std::string(),
        html::button("拆分", html::Look::plain));
    h.buffer() += "</form>";
  }
  h("<h4>合并、移动、删去</h4>");
  open_small_form(h, "merge", task.id);
  h(
      "<label class=\"lab\" for=\"f-into\">并入同一行动（工程）的任务</label><select class=\"in\" "
      "id=\"f-into\" name=\"into\">{}</select>{}",
      [&](Out& o) {
        for (const auto& t : initiative.tasks) {
          if (!t.dropped && t.id != task.id) o("<option value=\"{}\">{}　{}</option>", t.id, t.code, t.title);
        }
      },
      html::button("并入", html::Look::plain));
  h.buffer() += "</form>";
  open_small_form(h, "move", task.id);
  h(
      "<label class=\"lab\" for=\"f-move\">移到</label><select class=\"in\" id=\"f-move\" "
      "name=\"initiative\">{}</select>"
      "<label class=\"lab\" for=\"f-position\">第几项</label><input class=\"in\" id=\"f-position\" "
      "name=\"position\" type=\"number\" min=\"1\" value=\"{}\">{}",
      [&](Out& o) {
        for (const auto* i : plan_.living_initiatives())
          o("<option value=\"{}\"{}>{}</option>", i->id, html::Attr{i->id == initiative.id, " selected"},
            i->title);
      },
      task.position + 1, html::button("移动", html::Look::plain));
  h.buffer() += "</form>";
  h("<p class=\"mt\">{}</p>", act("删去这项任务（可恢复）", "drop", task.id, html::Look::danger));
}

void ReviewDesk::write_task(Out& h, const InitiativeItem& initiative, const TaskItem& task) {
  html::ReviewItem item;
  item.id = fmt::format("i{}", task.id);
  item.from = task.line;
  item.to = task.end_line;
  item.code = task.code;
  item.title = task.title;
  if (task.confidence < kSureEnough) {
    item.state = ItemState::doubtful;
    item.why.push_back("原文编号不清，标题和起止是推断的，请对照左侧原文。");
  }
  const bool editing = may_edit_ && editing_ == task.id;
  item.body = [&, editing](Out& o) {
    if (editing) {
      task_form().write(o, view("task", task.id, values_of(task), "保存任务"));
      write_task_tools(o, initiative, task);
      return;
    }
    if (!task.body.empty()) o("<p class=\"body small\">{}</p>", base::shorten(task.body, 90));
    if (const auto parties = party_line(task.lead, task.responsible); !parties.empty())
      o("<p class=\"small\">{}</p>", parties);
    for (const auto& t : plan_.targets) {
      if (!t.dropped && t.task == task.id) {
        o("<p class=\"small\">{}　{}　<a href=\"#i{}\">{}</a></p>",
          html::tag(t.kind == QuantityKind::blank ? "留空" : "目标",
                    t.kind == QuantityKind::blank ? html::Tone::amber : html::Tone::blue),
          target_text(t), t.id, base::shorten(base::squeeze(t.text), 30));
      }
    }
    write_duties(o, task);
  };
  if (may_edit_ && !editing) {
    item.actions = [&](Out& o) {
      o("{}", html::button_link("改", edit_url(task.id), "edit", html::Look::link));
      if (task.confidence < kSureEnough) o("{}", act("无误", "accept", task.id));
    };
  }
  h("{}", item);
}

void ReviewDesk::write_initiative(Out& h, const InitiativeItem& initiative) {
  std::vector<const TaskItem*> shown;
  for (const auto& t : initiative.tasks) {
    if (!t.dropped && (!only_doubtful_ || t.confidence < kSureEnough || t.id == editing_))
      shown.push_back(&t);
  }
  if (only_doubtful_ && shown.empty() && initiative.confidence >= kSureEnough && editing_ != initiative.id)
    return;
  html::ReviewItem item;
  item.id = fmt::format("i{}", initiative.id);
  item.from = initiative.line;
  item.to = std::max(initiative.line,
                     initiative.tasks.empty() ? initiative.end_line : initiative.tasks.front().line - 1);
  item.title = initiative.title;
  item.marks = [&](Out& o) {
    o("{}", html::tag(initiative.kind == InitiativeKind::action ? "行动" : "工程", html::Tone::blue));
  };
  if (initiative.confidence < kSureEnough) {
    item.state = ItemState::doubtful;
    item.why.push_back("标题或类别是推断的，请核对。");
  }
  const bool editing = may_edit_ && editing_ == initiative.id && adding_ != "add_task";
  const bool adding =
      may_edit_ && ((adding_ == "task" && add_to_ == initiative.id) || typed_for("add_task", initiative.id));
  item.body = [&, editing, adding](Out& o) {
    if (editing) {
      initiative_form().write(o, view("initiative", initiative.id, values_of(initiative), "保存"));
      open_small_form(o, "move_initiative", initiative.id);
      o("<label class=\"lab\" for=\"f-ip\">排在第几项</label><input class=\"in\" id=\"f-ip\" "
        "name=\"position\" type=\"number\" min=\"1\" value=\"1\">{}",
        html::button("移动", html::Look::plain));
      o.buffer() += "</form>";
      o("<p class=\"mt\">{}</p>",
        act("删去并连同其中任务（可恢复）", "drop", initiative.id, html::Look::danger));
    } else {
      if (!initiative.goal.empty()) o("<p class=\"body small\">{}</p>", base::shorten(initiative.goal, 90));
      if (const auto parties = party_line(initiative.lead, initiative.responsible); !parties.empty())
        o("<p class=\"small\">{}</p>", parties);
    }
    for (const auto* t : shown) write_task(o, initiative, *t);
    if (adding) {
      o("<h4>加一项任务</h4>");
      new_task_form().write(o, view("add_task", initiative.id, {}, "加上"));
    }
  };
  if (may_edit_ && !editing) {
    item.actions = [&](Out& o) {
      o("{}{}", html::button_link("改", edit_url(initiative.id), "edit", html::Look::link),
        html::button_link("加任务", url(fmt::format("add=task&to={}#i{}", initiative.id, initiative.id)),
                          "plus", html::Look::link));
      if (initiative.confidence < kSureEnough) o("{}", act("无误", "accept", initiative.id));
    };
  }
  h("{}", item);
}

}  // namespace kepu::plan
