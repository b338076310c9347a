// 校核: targets, phases, superior documents, safeguards, anomalies, what was dropped.
#include "core/base/text.h"
#include "engines/plan/pages/review_desk.h"

namespace kepu::plan {

using html::Out;
using ItemState = html::ReviewItem::State;

void ReviewDesk::write_targets(Out& h) {
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

void ReviewDesk::write_phases(Out& h) {
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

void ReviewDesk::write_rest(Out& h) {
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

void ReviewDesk::write_anomalies(Out& h) {
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

void ReviewDesk::write_dropped(Out& h) {
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

}  // namespace kepu::plan
