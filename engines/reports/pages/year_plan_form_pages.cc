// 年度工作计划 of one unit: its form and its approval.
#include <algorithm>

#include "core/base/text.h"
#include "engines/reports/pages/year_plan_desk.h"
#include "engines/reports/report_rows.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Attr;
using html::AttrValue;
using html::Out;
using site::Answer;
using site::Context;

namespace {

struct Form {
  std::shared_ptr<const plan::Running> now;
  int year = 0;
  Id unit = 0;
  std::optional<YearPlan> stored;
  std::vector<YearItem> items;  // as shown
  std::int64_t revision = 0;
  std::string reason;  // of a decision that came back
};

base::Result<Form> form_of(Context& context, ReportsEngine& engine) {
  Form f;
  f.unit = TRY(context.id("unit"));
  f.now = TRY(engine.plans().running(context.tenant.id));
  f.year = TRY(year_of(context, context.variable("year"), *f.now));
  if (f.now->units->find(f.unit) == nullptr) {
    return base::refuse(base::Code::not_found, "year_plan.unit",
                        "没有这个单位，可能已被撤销。请从年度计划的单位列表进入。");
  }
  TRY(context.require("report.read", f.unit));
  f.stored = engine.year_plans().find(context.tenant.id, f.year, f.unit);
  const bool decided =
      f.stored && (f.stored->state == State::submitted || f.stored->state == State::accepted);
  f.items = decided ? f.stored->items
                    : derived(*f.now, f.unit, f.year, f.stored ? f.stored->items : std::vector<YearItem>{});
  f.revision = f.stored ? f.stored->revision : 0;
  return f;
}

void write_item(Out& h, const YearItem& item, const base::Errors& errors) {
  const std::string id = std::to_string(item.task);
  const auto text = [&](const char* field, const char* label, const std::string& value, const char* type,
                        bool half) {
    return [=, &errors](Out& o) {
      const std::string name = id + "-" + field;
      o(
          "<div class=\"{}\"><label for=\"f-{}\">{}</label>{}<input class=\"in\" id=\"f-{}\" name=\"{}\" "
          "type=\"{}\"{}></div>",
          half ? "field half" : "field", name, label, [&](Out& x) { write_error(x, errors, name); }, name,
          name, type, AttrValue{"value", value});
    };
  };
  h("{}", html::panel(
              [&](Out& o) { o("{}　{}", item.code, item.title); },
              [&](Out& o) {
                if (!item.goal.empty()) o("<p class=\"small\"><b>目标</b>　{}</p>", item.goal);
                o(
                    "<input type=\"hidden\" name=\"task\" value=\"{}\"><div class=\"pairs\"><div "
                    "class=\"field\"><label "
                    "for=\"f-{}-measures\">本年措施</label>{}<textarea class=\"in\" id=\"f-{}-measures\" "
                    "name=\"{}-measures\" "
                    "rows=\"3\">\n{}</textarea></div>{}{}{}<div class=\"field half\"><label "
                    "class=\"opt\"><input type=\"checkbox\" "
                    "name=\"{}-skipped\" value=\"1\"{}>本年不安排</label></div>{}</div>",
                    id, id, [&](Out& x) { write_error(x, errors, id + "-measures"); }, id, id, item.measures,
                    text("start", "开始", iso(item.start), "date", true),
                    text("due", "完成", iso(item.due), "date", true),
                    text("contact", "责任人", item.contact, "text", true), id, Attr{item.skipped, " checked"},
                    text("reason", "不安排的原因", item.reason, "text", false));
              },
              {.note = [&](Out& o) { o("<a href=\"{}\">任务页</a>", html::Url{task_url(item.task)}); }}));
}

void write_items(Out& h, const std::vector<YearItem>& items) {
  html::SimpleTable table;
  table.caption = "本年任务和措施";
  table.columns = {{"任务"}, {"本年措施"}, {"起止"}, {"责任人", html::Column::Kind::text, true}};
  for (const auto& item : items) {
    table.rows.push_back({html::Content([item](Out& o) {
                            o("<a href=\"{}\">{}　{}</a>{}", html::Url{task_url(item.task)}, item.code,
                              item.title, [&](Out& x) {
                                if (!item.goal.empty())
                                  x("<br><span class=\"muted small\">{}</span>", item.goal);
                              });
                          }),
                          item.skipped ? "本年不安排：" + item.reason : item.measures,
                          item.skipped ? std::string("—") : iso(item.start) + " 至 " + iso(item.due),
                          item.contact.empty() ? std::string("—") : item.contact});
  }
  h("{}", table);
}

void write_decision(Out& h, const Context& context, const Form& f, const base::Errors& errors) {
  const bool waiting = f.stored->state == State::submitted;
  h("{}",
    html::panel(waiting ? "审批" : "退回调整",
                [&](Out& o) {
                  o(
                      "{}<form class=\"form\" method=\"post\" action=\"{}/decide\" data-guard><input "
                      "type=\"hidden\" name=\"csrf\" "
                      "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\"><div "
                      "class=\"field\"><label "
                      "for=\"f-reason\">意见<span class=\"voluntary\">（退回必填）</span></label><textarea "
                      "class=\"in\" id=\"f-reason\" "
                      "name=\"reason\" rows=\"3\">\n{}</textarea></div><div class=\"row\">{}{}</div></form>",
                      html::ErrorSummary{errors}, html::Url{url_of(f.year, f.unit)}, context.csrf, f.revision,
                      f.reason,
                      [&](Out& x) {
                        if (waiting) x("{}", html::button("批准", html::Look::primary, "deed", "accept"));
                      },
                      html::button("退回修改", html::Look::plain, "deed", "return"));
                },
                {.alarm = waiting}));
}

Answer show(Context& context, const Form& f, const base::Errors& errors, bool deciding = false) {
  const bool may_edit = context.actor.may("report.edit", f.unit) &&
                        (!f.stored || f.stored->state == State::draft || f.stored->state == State::returned);
  const bool may_decide = f.stored && context.actor.may("report.review", f.unit) &&
                          (f.stored->state == State::submitted || f.stored->state == State::accepted);
  std::vector<std::string> absent;  // assigned since the plan was approved
  for (const auto* task : tasks_of_year(*f.now, f.unit, f.year)) {
    const bool there = std::any_of(f.items.begin(), f.items.end(), [&](const YearItem& i) {
      return i.task == task->id || i.title == task->title;
    });
    if (!there) absent.push_back(task->code + " " + task->title);
  }
  site::Page page;
  page.title = fmt::format("{}年度工作计划", f.year);
  page.path = {{"年度计划", fmt::format("/year-plans?f.year={}", f.year)}, {f.now->unit_name(f.unit), ""}};
  page.note = [&](Out& h) {
    h("{}　{}　{} 项任务", f.now->unit_name(f.unit),
      html::light(light_of(f.stored ? &*f.stored : nullptr),
                  f.stored ? year_plan_title(f.stored->state) : "未编报"),
      f.items.size());
  };
  page.body = [&](Out& h) {
    if (f.stored && f.stored->state == State::returned)
      h("{}", html::Flash{html::Tone::amber,
                          fmt::format("{}于 {} 退回：{}", f.stored->decided_name,
                                      base::to_local(f.stored->decided_at), f.stored->decision)});
    if (!absent.empty())
      h("{}",
        html::Flash{html::Tone::red, fmt::format("有 {} 项分给本单位的任务不在这份计划里：{}。请退回补上。",
                                                 absent.size(), base::join(absent, "、"))});
    if (may_decide) write_decision(h, context, f, deciding ? errors : base::Errors{});
    if (f.items.empty()) {
      h("{}",
        html::panel("", html::EmptyState{
                            "这一年没有任务", "方案没有把这一年的任务分给这个单位。", {}, "calendar-event"}));
    } else if (may_edit) {
      h(
          "{}<form class=\"form\" method=\"post\" action=\"{}\" novalidate data-guard><input type=\"hidden\" "
          "name=\"csrf\" value=\"{}\"><input "
          "type=\"hidden\" name=\"revision\" value=\"{}\"><p "
          "class=\"muted\">任务和目标来自方案，逐项写明本年措施和起止；“本年不安排”的写明原因。</p>{}<div "
          "class=\"row fill-actions\">{}{}</div></form>",
          html::ErrorSummary{deciding ? base::Errors{} : errors}, html::Url{url_of(f.year, f.unit)},
          context.csrf, f.revision,
          [&](Out& o) {
            for (const auto& item : f.items) write_item(o, item, errors);
          },
          html::button("报送审批", html::Look::primary, "do", "submit", "send"),
          html::button("保存草稿", html::Look::plain, "do", "save"));
    } else {
      h("{}", html::panel("任务和措施", [&](Out& o) { write_items(o, f.items); }));
    }
  };
  return site::page(context, std::move(page), status_of(errors));
}

Answer save(Context& context, ReportsEngine& engine) {
  Form f = TRY(form_of(context, engine));
  TRY(context.require("report.edit", f.unit));
  f.items = derived(*f.now, f.unit, f.year, f.stored ? f.stored->items : std::vector<YearItem>{});
  f.revision = base::parse_int(context.field("revision")).value_or(-1);
  base::Errors errors;
  for (auto& item : f.items) {
    const auto field = [&](const char* name) {
      return base::trim(base::replace_all(context.field(fmt::format("{}-{}", item.task, name)), "\r", ""));
    };
    const auto date = [&](const char* name) -> std::optional<Date> {
      const std::string typed = field(name);
      const auto read = base::parse_date(typed);
      if (!typed.empty() && !read)
        errors.push_back({Code::invalid, "form.date", fmt::format("{}-{}", item.task, name),
                          item.code + "：日期请写成 2026-01-31。"});
      return read;
    };
    item.measures = field("measures");
    item.contact = base::shorten(field("contact"), 50);
    item.reason = base::shorten(field("reason"), 300);
    item.skipped = field("skipped") == "1";
    item.start = date("start");
    item.due = date("due");
  }
  const bool submit = context.field("do") == "submit";
  if (errors.empty())
    errors = engine.year_plans().write(by(context), f.year, f.unit, f.revision, f.items, submit);
  if (!errors.empty()) return show(context, f, errors);
  context.say(html::Tone::green, submit ? "年度工作计划已报送，等待审批。" : "草稿已保存。");
  return site::redirect(url_of(f.year, f.unit));
}

Answer decide(Context& context, ReportsEngine& engine) {
  Form f = TRY(form_of(context, engine));
  f.reason = std::string(context.field("reason"));
  const Deed deed = context.field("deed") == "accept" ? Deed::accept : Deed::send_back;
  const auto done = engine.year_plans().decide(
      by(context), f.year, f.unit, base::parse_int(context.field("revision")).value_or(-1), deed, f.reason);
  if (!done) return show(context, f, {done.error()}, true);
  context.say(html::Tone::green, deed == Deed::accept ? "已批准。" : "已退回，对方会收到通知。");
  return site::redirect(url_of(f.year, f.unit));
}

}  // namespace

void add_year_plan_form_pages(site::Site& site, ReportsEngine& engine) {
  using http::Method;
  using site::Access;
  site.add(
      {Method::get, "/year-plans/{year}/{unit}", Access::right, "report.read", [&](Context& c) -> Answer {
         const Form f = TRY(form_of(c, engine));
         return show(c, f, {});
       }});
  site.add({Method::post, "/year-plans/{year}/{unit}", Access::right, "report.edit",
            [&](Context& c) { return save(c, engine); }});
  site.add({Method::post, "/year-plans/{year}/{unit}/decide", Access::right, "report.review",
            [&](Context& c) { return decide(c, engine); }});
}

}  // namespace kepu::reports
