// What may become of a report, what it must hold, and what changed since last time. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engines/reports/reports.h"

namespace kepu::reports {

enum class Deed { save, submit, send_back, accept };  // 保存草稿 报送 退回 接收
std::string_view title_of(Deed deed);

// The one table of the flow: draft –save→ draft –submit→ submitted –accept→ accepted; submitted –send_back→
// returned –save→ returned –submit→ submitted; accepted –send_back→ returned (a mistake found later). None:
// not allowed there.
std::optional<State> after(State state, Deed deed);

// Whether the unit may write on `today`: from the opening to the closing day (or the end of its extension);
// what was returned may be put right at any time. Refusals: report.not_open, report.closed.
base::Done check_time(const Window& window, std::optional<Date> extended, bool returned, Date today);

// What a draft may hold: lengths, share in [0, 1], figures not negative and finite. Field names are those of
// the form: status, reason, share, narrative, figure-TARGET.
base::Errors check_draft(const Content& content);
// What a submitted report must hold besides: a status; a reason where nothing was begun or where the task no
// longer applies; what was done and how much of it otherwise; at least one piece of evidence for 已完成.
base::Errors check_complete(const Content& content, int evidence);

// A share that follows from the status (已完成 → 1, 未开始 → 0, 不再适用 → none), and figures of metrics as
// they are now.
Content settled(Content content);

// “进度 30% → 45%”, “培训人数 120 → 180 人”, “情况说明有改动”; empty where nothing changed.
std::vector<std::string> changes(const Content& before, const Content& now);
std::string share_text(std::optional<double> share);  // "45%"; "—"
std::string figure_text(const Figure& figure);        // "180 人"; "—（缺数）"

// No need to report any more: accepted as done or as no longer applying, in a window before this one.
bool is_settled_before(const Report& latest, const Window& window);

}  // namespace kepu::reports
