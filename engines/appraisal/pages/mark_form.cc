#include "engines/appraisal/pages/mark_form.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::appraisal {

using html::Out;

namespace {

std::string typed_text(const http::Pairs& form, const std::string& name) {
  const auto* value = http::find(form, name);
  return value == nullptr ? std::string() : base::trim(*value);
}

const base::Error* error_at(const base::Errors& errors, const std::string& field) {
  for (const auto& e : errors) {
    if (e.field == field) return &e;
  }
  return nullptr;
}

struct Shown {
  std::string points, reason, link;
  bool not_applicable = false;
};

Shown shown(const MarkRow& row, const http::Pairs* typed) {
  Shown out;
  const std::string& code = row.item->code;
  if (typed != nullptr) {
    out.points = typed_text(*typed, "points-" + code);
    out.reason = typed_text(*typed, "reason-" + code);
    out.link = typed_text(*typed, "link-" + code);
    out.not_applicable = !typed_text(*typed, "na-" + code).empty();
  } else if (row.mark != nullptr) {
    if (row.mark->points) out.points = points_text(*row.mark->points);
    out.reason = row.mark->reason;
    out.link = row.mark->link;
    out.not_applicable = !row.mark->points;
  }
  return out;
}

// One input with its error; `label` is said to screen readers.
html::Content input(const std::string& name, const std::string& label, const std::string& value, bool number,
                    const base::Errors& errors, std::string_view list = {}) {
  const auto* error = error_at(errors, name);
  return [name, label, value, number, list = std::string(list),
          message = error == nullptr ? std::string() : error->message](Out& h) {
    if (!message.empty()) h("<p class=\"err\" id=\"e-{}\">{}</p>", name, message);
    h("<input class=\"in\" type=\"text\" id=\"f-{}\" name=\"{}\" value=\"{}\" aria-label=\"{}\" "
      "maxlength=\"{}\"{}{}{}{}>",
      name, name, value, label, number ? 8 : 1000, html::AttrValue{"list", list},
      html::Attr{number, " inputmode=\"decimal\""}, html::Attr{!message.empty(), " aria-invalid=\"true\""},
      html::AttrValue{"aria-describedby",
                      message.empty() ? std::string_view() : std::string_view("e-" + name)});
  };
}

}  // namespace

void MarkForm::operator()(Out& h) const {
  html::SimpleTable table;
  table.caption = caption;
  table.columns = {{"考核项"}, {"得分"}, {"不适用"}, {"说明"}};
  if (links) table.columns.push_back({"佐证"});
  for (const auto& row : rows) {
    const Item& item = *row.item;
    const Shown now = shown(row, typed);
    const std::string lowest = points_text(item.rule.kind == Rule::Kind::manual ? item.rule.lowest : 0);
    const std::string range = lowest + "—" + points_text(item.points);
    std::vector<html::Content> cells;
    cells.emplace_back([&item, note = row.note](Out& o) {
      o("{}　{}　<span class=\"muted small\">{}{} 分</span>", item.code, item.content,
        item.kind == ItemKind::basic ? std::string() : std::string(title_of(item.kind)) + " ",
        points_text(item.points));
      if (!item.standard.empty()) o("<br><span class=\"muted small\">{}</span>", item.standard);
      if (!note.empty()) o("<br><span class=\"small\">{}</span>", note);
    });
    cells.push_back(input("points-" + item.code, item.code + " 得分，" + range, now.points, true, errors));
    cells.emplace_back([code = item.code, on = now.not_applicable](Out& o) {
      o("<input type=\"checkbox\" id=\"f-na-{}\" name=\"na-{}\" value=\"1\" aria-label=\"{} 不适用\"{}>",
        code, code, code, html::Attr{on, " checked"});
    });
    cells.push_back(input("reason-" + item.code, item.code + " 说明", now.reason, false, errors));
    if (links) {
      cells.push_back(input("link-" + item.code, item.code + " 佐证", now.link, false, errors,
                            proofs.empty() ? "" : "proofs"));
    }
    table.rows.push_back(std::move(cells));
  }
  h("{}", html::ErrorSummary{errors});
  if (!proofs.empty()) {
    h("<datalist id=\"proofs\">{}</datalist>", [&](Out& o) {
      for (const auto& [url, title] : proofs) o("<option value=\"{}\">{}</option>", url, title);
    });
  }
  h("<form method=\"post\" action=\"{}\" class=\"marks\"><input type=\"hidden\" name=\"csrf\" "
    "value=\"{}\"><input type=\"hidden\" name=\"revision\" value=\"{}\">{}<p class=\"mt\">{} {}</p></form>",
    html::Url{action}, csrf, revision, table,
    html::button(submit, second.empty() ? html::Look::primary : html::Look::plain), [&](Out& o) {
      if (!second.empty()) o("{}", html::button(second, html::Look::primary, "submit", "1"));
    });
}

std::vector<Mark> read_marks(const http::Pairs& form, const std::vector<const Item*>& items,
                             base::Errors& errors) {
  std::vector<Mark> out;
  for (const auto* item : items) {
    const std::string points = typed_text(form, "points-" + item->code);
    Mark mark;
    mark.item = item->code;
    mark.reason = typed_text(form, "reason-" + item->code);
    mark.link = typed_text(form, "link-" + item->code);
    const bool not_applicable = !typed_text(form, "na-" + item->code).empty();
    if (!not_applicable && points.empty()) {
      if (!mark.reason.empty() || !mark.link.empty())
        errors.push_back({base::Code::invalid, "appraisal.points_missing", "points-" + item->code,
                          "考核项 " + item->code + " 写了说明，还没有填得分。"});
      continue;
    }
    if (!not_applicable) {
      mark.points = parse_points(points);
      if (!mark.points) {
        errors.push_back({base::Code::invalid, "appraisal.number", "points-" + item->code,
                          "考核项 " + item->code + " 的得分请写数字，最多两位小数。"});
        continue;
      }
    }
    out.push_back(std::move(mark));
  }
  return out;
}

}  // namespace kepu::appraisal
