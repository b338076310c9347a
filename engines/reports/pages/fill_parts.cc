#include "engines/reports/pages/fill_parts.h"

#include <algorithm>
#include <cmath>

#include "core/base/text.h"

namespace kepu::reports {

using html::Attr;
using html::AttrValue;
using html::Out;

namespace {

std::string name_of(const Block& b, std::string_view field) {
  return fmt::format("{}-{}", b.task->id, field);
}

std::string error_of(const base::Errors& errors, const std::string& name) {
  for (const auto& e : errors) {
    if (e.field == name) return e.message;
  }
  return {};
}

// Label, hint, error and the control that `write` makes.
template <class F>
void write_field(Out& h, const std::string& name, std::string_view label, std::string_view hint,
                 const base::Errors& errors, bool half, F&& write) {
  const std::string error = error_of(errors, name);
  const std::string classes = std::string("field") + (half ? " half" : "") + (error.empty() ? "" : " bad");
  h(
      "<div class=\"{}\"><label for=\"f-{}\">{}</label>{}{}{}</div>", classes, name, label,
      [&](Out& o) {
        if (!hint.empty()) o("<p class=\"hint\" id=\"h-{}\">{}</p>", name, hint);
      },
      [&](Out& o) { write_error(o, errors, name); }, [&](Out& o) { write(o, !error.empty()); });
}

std::string share_value(const Block& b) {
  if (!b.share_typed.empty()) return b.share_typed;
  return b.content.share ? plan::number_text(std::round(*b.content.share * 1000) / 10) : "";
}

void write_last(Out& h, const Block& b) {
  if (b.last == nullptr) return;
  h("<details class=\"small\"><summary>上次（{}）：{}</summary><p>{}</p></details>",
    window_title(b.last->window),
    b.last->content.status == Status::doing ? "进行中 " + share_text(b.last->content.share)
                                            : std::string(title_of(b.last->content.status)),
    b.last->content.narrative.empty() ? b.last->content.reason : b.last->content.narrative);
}

void write_figures(Out& h, const Block& b, const base::Errors& errors) {
  for (const auto& f : b.content.figures) {
    const std::string name = name_of(b, fmt::format("figure-{}", f.target));
    if (!f.metric.empty()) {
      h("<div class=\"field\"><span class=\"label\">{}</span><p class=\"hint\">{}</p><output class=\"num\" "
        "id=\"f-{}\">{}</output></div>",
        f.label, f.note, name, figure_text(f));
      continue;
    }
    const auto typed = b.figures_typed.find(f.target);
    const std::string value = typed != b.figures_typed.end() ? typed->second
                              : f.value ? base::replace_all(plan::number_text(*f.value), ",", "")
                                        : "";
    write_field(h, name, f.label, "自规划期开始累计到本期末；没有数据请留空", errors, false,
                [&](Out& o, bool bad) {
                  o("<div class=\"with-unit\"><input class=\"in\" id=\"f-{}\" name=\"{}\" type=\"text\" "
                    "inputmode=\"decimal\"{}{}><span>{}</span></div>",
                    name, name, AttrValue{"value", value}, Attr{bad, " aria-invalid=\"true\""}, f.unit);
                });
  }
}

}  // namespace

Block block_of(site::Context& context, ReportsEngine& engine, const Desk& desk, const Obligation& row,
               const Report* with_figures, const std::vector<Report>& earlier) {
  Block b;
  b.task = row.task;
  b.role = row.role;
  b.report = with_figures;
  const auto last =
      std::find_if(earlier.begin(), earlier.end(), [&](const Report& r) { return speaks_of(r, *row.task); });
  if (last != earlier.end()) b.last = &*last;
  std::vector<Figure> typed;
  if (with_figures != nullptr) {
    b.revision = with_figures->revision;
    b.content = with_figures->content;
    typed = b.content.figures;
  }
  const bool empty = with_figures == nullptr || with_figures->content.status == Status::none;
  if (empty && b.last != nullptr) {
    b.content.status = b.last->content.status;
    b.content.share = b.last->content.share;
    if (b.content.reason.empty()) b.content.reason = b.last->content.reason;
    if (typed.empty()) typed = b.last->content.figures;
    b.taken_over = true;
  }
  b.content.figures =
      engine.store().figures_of(context.tenant.id, *desk.now, *row.task, row.unit, desk.window, typed);
  return b;
}

void write_block(Out& h, const Block& b, const base::Errors& errors, bool wide) {
  h("<input type=\"hidden\" name=\"task\" value=\"{}\"><input type=\"hidden\" name=\"{}\" value=\"{}\">",
    b.task->id, name_of(b, "revision"), b.revision);
  write_last(h, b);
  if (b.report != nullptr && b.report->state == State::returned)
    h("<p class=\"watch mt\"><b>退回意见：</b>{}</p>", b.report->decision);
  h(
      "<div class=\"pairs mt\">{}{}{}{}{}</div>",
      [&](Out& o) {
        write_field(o, name_of(b, "status"), "任务状态", b.taken_over ? "已按上次填好，有变化请改" : "",
                    errors, true, [&](Out& x, bool bad) {
                      x("<select class=\"in\" id=\"f-{}\" name=\"{}\"{}>{}</select>", name_of(b, "status"),
                        name_of(b, "status"), Attr{bad, " aria-invalid=\"true\""}, [&](Out& y) {
                          for (const Status s : {Status::none, Status::not_started, Status::doing,
                                                 Status::done, Status::not_applicable}) {
                            y("<option value=\"{}\"{}>{}</option>", to_text(s),
                              Attr{b.content.status == s, " selected"},
                              s == Status::none ? "请选择" : title_of(s));
                          }
                        });
                    });
      },
      [&](Out& o) {
        write_field(o, name_of(b, "share"), "完成比例", "占整项任务；未开始、已完成不用填", errors, true,
                    [&](Out& x, bool bad) {
                      x("<div class=\"with-unit\"><input class=\"in\" id=\"f-{}\" name=\"{}\" type=\"text\" "
                        "inputmode=\"decimal\"{}{}><span>%</span></div>",
                        name_of(b, "share"), name_of(b, "share"), AttrValue{"value", share_value(b)},
                        Attr{bad, " aria-invalid=\"true\""});
                    });
      },
      [&](Out& o) {
        write_field(o, name_of(b, "narrative"), "本期进展",
                    wide ? "做了什么、在哪里、多少人参加、有什么效果" : "", errors, false,
                    [&](Out& x, bool bad) {
                      x("<textarea class=\"in\" id=\"f-{}\" name=\"{}\" rows=\"{}\"{}>\n{}</textarea>",
                        name_of(b, "narrative"), name_of(b, "narrative"), wide ? 6 : 3,
                        Attr{bad, " aria-invalid=\"true\""}, b.content.narrative);
                    });
      },
      [&](Out& o) {
        write_field(o, name_of(b, "reason"), "原因", "“未开始”“不再适用”必填", errors, false,
                    [&](Out& x, bool bad) {
                      x("<input class=\"in\" id=\"f-{}\" name=\"{}\" type=\"text\"{}{}>",
                        name_of(b, "reason"), name_of(b, "reason"), AttrValue{"value", b.content.reason},
                        Attr{bad, " aria-invalid=\"true\""});
                    });
      },
      [&](Out& o) { write_figures(o, b, errors); });
}

ReportStore::Entry read_block(const site::Context& context, const std::vector<Figure>& figures, Id task,
                              Block& shown, base::Errors& errors) {
  const auto field = [&](std::string_view name) {
    return base::trim(base::to_narrow(context.field(fmt::format("{}-{}", task, name))));
  };
  const auto number = [&](const std::string& name, const std::string& typed,
                          std::string_view message) -> std::optional<double> {
    if (typed.empty()) return std::nullopt;
    std::string digits = base::replace_all(base::replace_all(typed, ",", ""), "%", "");
    const bool plain = !digits.empty() && digits.find_first_not_of("0123456789.") == std::string::npos &&
                       std::count(digits.begin(), digits.end(), '.') <= 1 && digits != "." &&
                       digits.size() <= 15;
    if (plain) return std::stod(digits);
    errors.push_back(
        {base::Code::invalid, "form.not_a_number", fmt::format("{}-{}", task, name), std::string(message)});
    return std::nullopt;
  };
  ReportStore::Entry entry;
  entry.task = task;
  entry.revision = base::parse_int(field("revision")).value_or(-1);
  entry.content.status = parse_status(field("status")).value_or(Status::none);
  entry.content.reason = base::trim(context.field(fmt::format("{}-reason", task)));
  entry.content.narrative =
      base::trim(base::replace_all(context.field(fmt::format("{}-narrative", task)), "\r", ""));
  shown.share_typed = field("share");
  if (const auto percent = number("share", shown.share_typed, "完成比例应为 0 到 100 的数字。"))
    entry.content.share = *percent / 100;
  for (const auto& f : figures) {
    if (!f.metric.empty()) continue;
    Figure typed = f;
    const std::string name = fmt::format("figure-{}", f.target);
    shown.figures_typed[f.target] = field(name);
    typed.value = number(name, shown.figures_typed[f.target], "“" + f.label + "”应为数字；没有数据请留空。");
    typed.note.clear();
    entry.content.figures.push_back(std::move(typed));
  }
  shown.revision = entry.revision;
  shown.taken_over = false;
  const auto all = shown.content.figures;
  shown.content = entry.content;
  shown.content.figures = all;
  return entry;
}

}  // namespace kepu::reports
