#include "engines/reports/report.h"

#include <fmt/format.h>

#include <cmath>

#include "core/base/text.h"

namespace kepu::reports {

using base::Code;

namespace {
constexpr std::size_t kLongestNarrative = 5000;
constexpr std::size_t kLongestReason = 500;
constexpr double kLikeEnough = 0.6;
}  // namespace

std::string_view to_text(State state) {
  switch (state) {
    case State::draft:
      return "draft";
    case State::submitted:
      return "submitted";
    case State::returned:
      return "returned";
    case State::accepted:
      return "accepted";
  }
  return "";
}
std::string_view title_of(State state) {
  switch (state) {
    case State::draft:
      return "草稿";
    case State::submitted:
      return "待审核";
    case State::returned:
      return "已退回";
    case State::accepted:
      return "已接收";
  }
  return "";
}
std::string_view to_text(Status status) {
  switch (status) {
    case Status::none:
      return "none";
    case Status::not_started:
      return "not_started";
    case Status::doing:
      return "doing";
    case Status::done:
      return "done";
    case Status::not_applicable:
      return "not_applicable";
  }
  return "";
}
std::string_view title_of(Status status) {
  switch (status) {
    case Status::none:
      return "未填";
    case Status::not_started:
      return "未开始";
    case Status::doing:
      return "进行中";
    case Status::done:
      return "已完成";
    case Status::not_applicable:
      return "不再适用";
  }
  return "";
}
std::optional<Status> parse_status(std::string_view text) {
  for (const Status s :
       {Status::none, Status::not_started, Status::doing, Status::done, Status::not_applicable}) {
    if (to_text(s) == text) return s;
  }
  return std::nullopt;
}

std::string_view title_of(Deed deed) {
  switch (deed) {
    case Deed::save:
      return "保存草稿";
    case Deed::submit:
      return "报送";
    case Deed::send_back:
      return "退回";
    case Deed::accept:
      return "接收";
  }
  return "";
}

std::optional<State> after(State state, Deed deed) {
  const bool in_work = state == State::draft || state == State::returned;
  switch (deed) {
    case Deed::save:
      if (in_work) return state;
      break;
    case Deed::submit:
      if (in_work) return State::submitted;
      break;
    case Deed::send_back:
      if (!in_work) return State::returned;
      break;
    case Deed::accept:
      if (state == State::submitted) return State::accepted;
      break;
  }
  return std::nullopt;
}

base::Done check_time(const Window& window, std::optional<Date> extended, bool returned, Date today) {
  if (returned) return {};
  if (today < window.opens) {
    return base::refuse(
        Code::conflict, "report.not_open",
        fmt::format("{}的填报从 {} 开始，现在还不能填。", title_of(window), base::to_chinese(window.opens)));
  }
  const Date last = extended && window.closes < *extended ? *extended : window.closes;
  if (today <= last) return {};
  return base::refuse(Code::conflict, "report.closed",
                      fmt::format("{}的填报（含补报）已于 {} 截止。确需补报的，请先申请延期。",
                                  title_of(window), base::to_chinese(last)));
}

base::Errors check_draft(const Content& content) {
  base::Errors errors;
  const auto wrong = [&](const char* rule, std::string field, std::string message) {
    errors.push_back({Code::invalid, rule, std::move(field), std::move(message)});
  };
  if (base::length(content.narrative) > kLongestNarrative)
    wrong("report.too_long", "narrative", fmt::format("进展情况最多 {} 字。", kLongestNarrative));
  if (base::length(content.reason) > kLongestReason)
    wrong("report.too_long", "reason", fmt::format("原因最多 {} 字。", kLongestReason));
  if (content.share && !(*content.share >= 0 && *content.share <= 1))
    wrong("report.share", "share", "完成比例应在 0 到 100 之间。");
  for (const auto& figure : content.figures) {
    if (figure.value && figure.metric.empty() && !(std::isfinite(*figure.value) && *figure.value >= 0)) {
      wrong("report.figure", fmt::format("figure-{}", figure.target),
            fmt::format("“{}”应为不小于 0 的数；没有数据请留空，不要填 0。", figure.label));
    }
  }
  return errors;
}

base::Errors check_complete(const Content& content, int evidence) {
  base::Errors errors = check_draft(content);
  const auto wrong = [&](const char* rule, std::string field, std::string message) {
    errors.push_back({Code::invalid, rule, std::move(field), std::move(message)});
  };
  const bool no_reason = base::trim(content.reason).empty(), no_words = base::trim(content.narrative).empty();
  switch (content.status) {
    case Status::none:
      wrong("report.status", "status", "请选择任务状态。");
      break;
    case Status::not_started:
      if (no_reason) wrong("report.reason", "reason", "请写明为什么还没有开始、打算何时开始。");
      break;
    case Status::not_applicable:
      if (no_reason) wrong("report.reason", "reason", "请写明这项任务为什么不再适用，例如依据的文件。");
      break;
    case Status::doing:
      if (!content.share) wrong("report.share", "share", "请填写完成比例（占整项任务的百分之几）。");
      if (content.share && *content.share >= 1)
        wrong("report.share", "share", "完成比例已到 100%，请把状态改为“已完成”。");
      if (no_words) wrong("report.narrative", "narrative", "请写明本期做了什么。");
      break;
    case Status::done:
      if (no_words) wrong("report.narrative", "narrative", "请写明本期做了什么。");
      if (evidence == 0) wrong("report.evidence", "evidence", "报“已完成”须至少附一件佐证。");
      break;
  }
  return errors;
}

Content settled(Content content) {
  if (content.status == Status::done) content.share = 1;
  if (content.status == Status::not_started) content.share = 0;
  if (content.status == Status::not_applicable || content.status == Status::none) content.share.reset();
  if (content.status != Status::not_started && content.status != Status::not_applicable)
    content.reason.clear();
  return content;
}

std::string share_text(std::optional<double> share) {
  return share ? plan::number_text(std::round(*share * 1000) / 10) + "%" : "—";
}

std::string figure_text(const Figure& figure) {
  if (!figure.value) return "—（缺数）";
  return plan::number_text(*figure.value) + (figure.unit.empty() ? "" : " " + figure.unit);
}

std::vector<std::string> changes(const Content& before, const Content& now) {
  std::vector<std::string> out;
  if (before.status != now.status)
    out.push_back(fmt::format("状态 {} → {}", title_of(before.status), title_of(now.status)));
  if (before.share != now.share)
    out.push_back(fmt::format("进度 {} → {}", share_text(before.share), share_text(now.share)));
  for (const auto& figure : now.figures) {
    const auto same = [&](const Figure& f) { return f.target == figure.target || f.label == figure.label; };
    const auto at = std::find_if(before.figures.begin(), before.figures.end(), same);
    if (at == before.figures.end()) {
      out.push_back(fmt::format("新增{} {}", figure.label, figure_text(figure)));
    } else if (at->value != figure.value) {
      out.push_back(fmt::format("{} {} → {}", figure.label, figure_text(*at), figure_text(figure)));
    }
  }
  if (base::wording(before.reason) != base::wording(now.reason)) out.emplace_back("原因有改动");
  if (base::wording(before.narrative) != base::wording(now.narrative)) out.emplace_back("进展情况有改动");
  return out;
}

bool is_settled_before(const Report& latest, const Window& window) {
  const bool ended = latest.content.status == Status::done || latest.content.status == Status::not_applicable;
  return latest.state == State::accepted && ended && latest.period_last < window.last &&
         latest.window != window.key;
}

bool speaks_of(const Report& report, const plan::TaskItem& task) {
  if (report.task == task.id) return true;
  if (report.title == task.title) return true;
  return report.code == task.code && base::likeness(report.title, task.title) >= kLikeEnough;
}

}  // namespace kepu::reports
