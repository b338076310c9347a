// 校核: the parsed plan beside its source; every item can be corrected where it stands.
#include <set>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/html/review.h"
#include "engines/plan/export_paper.h"
#include "engines/plan/pages/review_forms.h"
#include "engines/plan/pages/task_parts.h"

namespace kepu::plan {

using base::Code;
using base::refuse;
using html::Out;
using site::Answer;
using site::Context;

namespace {

using ItemState = html::ReviewItem::State;

// One rendering of the page: the plan, what is being edited, and a form that came back.
class Desk {
 public:
  Desk(Context& context, const Plan& plan, const DutyCatalog& catalog, const Typed* typed)
      : context_(context), plan_(plan), catalog_(catalog), typed_(typed) {
    editing_ = typed != nullptr ? typed->item : base::parse_id(context.param("edit")).value_or(0);
    adding_ = typed != nullptr ? typed->action : std::string(context.param("add"));
    add_to_ = base::parse_id(context.param("to")).value_or(0);
    only_doubtful_ = context.param("show") == "doubtful";
    may_edit_ = plan.version.state == VersionState::review && context.actor.may("plan.edit");
  }

  http::Response page();

 private:
  std::string url(std::string_view query = {}) const {
    return version_url(plan_.version.id, "review") + (query.empty() ? "" : "?" + std::string(query));
  }
  std::string edit_url(Id item) const { return url(fmt::format("edit={}#i{}", item, item)); }
  bool typed_for(std::string_view action, Id item) const {
    return typed_ != nullptr && typed_->action == action && typed_->item == item;
  }
  form::View view(std::string_view action, Id item, const form::Values& values, std::string submit) const {
    form::View v;
    v.action = version_url(plan_.version.id, "edit");
    v.csrf = context_.csrf;
    v.values = typed_for(action, item) ? typed_->values : values;
    if (typed_for(action, item)) v.errors = typed_->errors;
    v.submit = std::move(submit);
    v.cancel_url = url(fmt::format("#i{}", item));
    v.hidden = {{"do", std::string(action)},
                {"item", std::to_string(item)},
                {"revision", std::to_string(plan_.version.revision)}};
    return v;
  }
  // A form of one button.
  html::PostButton act(std::string text, std::string_view action, Id item, html::Look look = html::Look::link,
                       std::vector<std::pair<std::string, std::string>> more = {}) const {
    html::PostButton b{std::move(text), version_url(plan_.version.id, "edit"), context_.csrf, look};
    b.hidden = {{"do", std::string(action)},
                {"item", std::to_string(item)},
                {"revision", std::to_string(plan_.version.revision)}};
    for (auto& m : more) b.hidden.push_back(std::move(m));
    return b;
  }
  void open_small_form(Out& h, std::string_view action, Id item) const {
    h.buffer() += "<form method=\"post\" class=\"small-form\" action=\"" +
                  version_url(plan_.version.id, "edit") + "\">";
    h("<input type=\"hidden\" name=\"csrf\" value=\"{}\"><input type=\"hidden\" name=\"do\" value=\"{}\">"
      "<input type=\"hidden\" name=\"item\" value=\"{}\"><input type=\"hidden\" name=\"revision\" "
      "value=\"{}\">",
      context_.csrf, action, item, plan_.version.revision);
  }

  html::SourcePane source() const;
  void write_metadata(Out& h);
  void write_initiative(Out& h, const InitiativeItem& initiative);
  void write_task(Out& h, const InitiativeItem& initiative, const TaskItem& task);
  void write_task_tools(Out& h, const InitiativeItem& initiative, const TaskItem& task);
  void write_duties(Out& h, const TaskItem& task);
  void write_targets(Out& h);
  void write_phases(Out& h);
  void write_rest(Out& h);
  void write_anomalies(Out& h);
  void write_dropped(Out& h);
  void write_items(Out& h);

  Context& context_;
  const Plan& plan_;
  const DutyCatalog& catalog_;
  const Typed* typed_;
  Id editing_ = 0, add_to_ = 0;
  std::string adding_;
  bool only_doubtful_ = false, may_edit_ = false;
};

html::SourcePane Desk::source() const {
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

void Desk::write_metadata(Out& h) {
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

std::string party_line(const std::vector<std::string>& lead, const std::vector<std::string>& responsible) {
  std::string out;
  if (!lead.empty()) out += "牵头：" + base::join(lead, "、");
  if (!responsible.empty()) out += (out.empty() ? "责任：" : "　责任：") + base::join(responsible, "、");
  return out;
}

void Desk::write_duties(Out& h, const TaskItem& task) {
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

void Desk::write_task_tools(Out& h, const InitiativeItem& initiative, const TaskItem& task) {
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

void Desk::write_task(Out& h, const InitiativeItem& initiative, const TaskItem& task) {
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

void Desk::write_initiative(Out& h, const InitiativeItem& initiative) {
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

void Desk::write_targets(Out& h) {
  h("<h2>目标与数量</h2>");
  for (const auto& t : plan_.targets) {
    if (t.dropped || (only_doubtful_ && t.confidence >= kSureEnough && t.kind != QuantityKind::blank))
      continue;
    html::ReviewItem item;
    item.id = fmt::format("i{}", t.id);
    item.from = item.to = t.line;
    item.title = target_text(t);
    item.marks = [&](Out& o) {
      if (t.headline) o("{}", html::tag("总目标", html::Tone::red));
      if (t.implicit) o("{}", html::tag("由“全覆盖”等推得"));
    };
    if (t.kind == QuantityKind::blank) {
      item.state = ItemState::doubtful;
      item.why.push_back("原文留空，请向责任单位核实后填上数值。");
    } else if (t.confidence < kSureEnough) {
      item.state = ItemState::doubtful;
      item.why.push_back("是不是目标、单位对不对，请核对。");
    }
    const bool editing = may_edit_ && editing_ == t.id;
    item.body = [&, editing](Out& o) {
      if (editing) {
        target_form().write(o, view("target", t.id, values_of(t), "保存"));
      } else {
        o("<p class=\"body small\">{}</p>", base::squeeze(t.text));
      }
    };
    if (may_edit_ && !editing) {
      item.actions = [&](Out& o) {
        o("{}{}",
          html::button_link(t.kind == QuantityKind::blank ? "填上" : "改", edit_url(t.id), "edit",
                            html::Look::link),
          act("不是目标", "drop", t.id));
        if (t.confidence < kSureEnough) o("{}", act("无误", "accept", t.id));
      };
    }
    h("{}", item);
  }
  if (!may_edit_) return;
  if (adding_ == "target" && editing_ == 0) {
    h("<h4>加一个目标</h4>");
    target_form().write(h, view("target", 0, {}, "加上"));
  } else {
    h("<p>{}</p>", html::button_link("加目标", url("add=target#targets"), "plus", html::Look::link));
  }
}

void Desk::write_phases(Out& h) {
  h("<h2>进度安排</h2>");
  for (const auto& p : plan_.phases) {
    if (p.dropped) continue;
    html::ReviewItem item;
    item.id = fmt::format("i{}", p.id);
    item.from = item.to = p.line;
    item.title = p.title.empty() ? p.phase : p.title;
    item.marks = [&](Out& o) { o("{}", html::tag(year_span(p.from, p.to))); };
    const bool editing = may_edit_ && editing_ == p.id;
    item.body = [&, editing](Out& o) {
      if (editing) {
        phase_form().write(o, view("phase", p.id, values_of(p), "保存"));
      } else {
        o("<p class=\"body small\">{}</p>", p.summary);
      }
    };
    if (may_edit_ && !editing) {
      item.actions = [&](Out& o) {
        o("{}{}", html::button_link("改", edit_url(p.id), "edit", html::Look::link),
          act("删去", "drop", p.id));
      };
    }
    h("{}", item);
  }
  if (plan_.phases.empty()) h("<p class=\"muted\">方案没有写进度安排。</p>");
  if (!may_edit_) return;
  if (adding_ == "phase" && editing_ == 0) {
    h("<h4>加一个阶段</h4>");
    phase_form().write(h, view("phase", 0, {}, "加上"));
  } else {
    h("<p>{}</p>", html::button_link("加阶段", url("add=phase#phases"), "plus", html::Look::link));
  }
}

void Desk::write_rest(Out& h) {
  if (!plan_.basis.empty()) {
    h("<h2>上位文件</h2>");
    for (const auto& b : plan_.basis) {
      html::ReviewItem item;
      item.id = fmt::format("i{}", b.id);
      item.from = item.to = b.line;
      item.title = b.title;
      item.marks = [&](Out& o) {
        o("{}", html::tag(b.doc_number.empty() ? std::string("未写文号") : b.doc_number));
      };
      h("{}", item);
    }
  }
  if (!plan_.safeguards.empty()) {
    h("<h2>保障措施</h2>");
    for (const auto& s : plan_.safeguards) {
      html::ReviewItem item;
      item.id = fmt::format("i{}", s.id);
      item.from = s.line;
      item.to = s.end_line;
      item.title = s.title;
      item.body = [&](Out& o) {
        for (const auto& i : s.items) o("<p class=\"body small\">{}</p>", base::shorten(i, 80));
      };
      h("{}", item);
    }
  }
}

void Desk::write_anomalies(Out& h) {
  std::vector<const AnomalyItem*> open, settled;
  for (const auto& a : plan_.anomalies) (a.settled ? settled : open).push_back(&a);
  h("<h2>需要留意　{}</h2>", open.size());
  for (const auto* list : {&open, &settled}) {
    for (const auto* a : *list) {
      if (only_doubtful_ && a->settled) continue;
      html::ReviewItem item;
      item.id = fmt::format("i{}", a->id);
      item.from = item.to = a->line;
      item.state = a->settled ? ItemState::checked : ItemState::doubtful;
      item.title = a->message;
      if (a->settled) {
        item.body = [a](Out& o) {
          o("<p class=\"small muted\">已处理{}</p>", a->note.empty() ? "" : "：" + a->note);
        };
      }
      if (may_edit_) {
        item.actions = [&, a](Out& o) {
          if (a->settled) {
            o("{}", act("重新打开", "anomaly", a->id, html::Look::link, {{"settled", "0"}}));
          } else {
            o("{}", act("已看过，不影响", "anomaly", a->id, html::Look::link,
                        {{"settled", "1"}, {"note", "已核对"}}));
          }
        };
      }
      h("{}", item);
    }
  }
}

void Desk::write_dropped(Out& h) {
  std::vector<std::tuple<Id, std::string, Line>> gone;
  for (const auto& i : plan_.initiatives) {
    if (i.dropped) gone.emplace_back(i.id, i.title, i.line);
    for (const auto& t : i.tasks) {
      if (t.dropped && !i.dropped) gone.emplace_back(t.id, t.code + "　" + t.title, t.line);
    }
  }
  for (const auto& t : plan_.targets) {
    if (t.dropped)
      gone.emplace_back(t.id, target_text(t) + "　" + base::shorten(base::squeeze(t.text), 30), t.line);
  }
  for (const auto& p : plan_.phases) {
    if (p.dropped) gone.emplace_back(p.id, p.title.empty() ? p.phase : p.title, p.line);
  }
  if (gone.empty()) return;
  h("<h2>已删去　{}</h2>", gone.size());
  for (const auto& [id, title, line] : gone) {
    html::ReviewItem item;
    item.id = fmt::format("i{}", id);
    item.from = item.to = line;
    item.title = title;
    if (may_edit_) item.actions = [&, item_id = id](Out& o) { o("{}", act("恢复", "restore", item_id)); };
    h("{}", item);
  }
}

void Desk::write_items(Out& h) {
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

http::Response Desk::page() {
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
        "<div class=\"bar-review\"><span>{}</span><span class=\"acts\">{}{}{}{}</span></div>",
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

Answer show_review(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  if (context.as() == "json") return http::json(plan_json(*plan));
  return Desk(context, *plan, engine.duties(context.tenant.id)->catalog, nullptr).page();
}

Answer change(Context& context, PlanEngine& engine) {
  const auto plan = TRY(version_of(context, engine));
  const auto duties = engine.duties(context.tenant.id);
  ReadEdit read = read_edit(context.request, *plan);
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
  return Desk(context, *plan, duties->catalog, &read.typed).page();
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
