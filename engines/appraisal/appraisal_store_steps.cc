// The steps of a year's appraisal, from the draft to the notice.
#include <fmt/format.h>

#include <stdexcept>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "engines/appraisal/appraisal_rows.h"
#include "engines/appraisal/appraisal_store.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;

namespace {

std::string url_of(Id appraisal) { return fmt::format("/appraisals/{}", appraisal); }

base::Done need_reason(const std::string& reason) {
  if (!base::trim(reason).empty()) return {};
  return refuse(Code::invalid, "appraisal.reason", "请写明原因。", "reason");
}

base::Done need_due(const std::optional<base::Date>& due, base::Date earliest, const char* what) {
  if (due && *due >= earliest) return {};
  return refuse(Code::invalid, "appraisal.due",
                fmt::format("请选{}，不早于 {}。", what, base::to_chinese(earliest)), "due");
}

base::Date plus_days(base::Date date, int days) { return base::from_days(base::to_days(date) + days); }

}  // namespace

base::Done AppraisalStore::step(const By& by, Id appraisal, std::int64_t revision, const Step& step) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require("appraisal.manage"));
  const base::Date today = clock_.today();
  std::vector<Id> people;
  const auto add_people = [&](std::string_view right, Id unit) {
    for (const Id person : directory_.holders(tenant, right, unit)) people.push_back(person);
  };
  if (step.action == Action::open_self || step.action == Action::open_notice) {
    for (const auto& s : sheets(tenant, appraisal)) add_people("appraisal.self", s.entry.unit);
  } else if (step.action == Action::open_assessing || step.action == Action::reopen_assessing) {
    add_people("appraisal.assess", directory_.units(tenant)->root());
  }
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, step.action));
    const Head& head = loaded.head;
    TRY(rows::check_revision(head, revision));
    const auto set = [&](const char* column, const std::string& value) {
      s.run(fmt::format("update appraisal set {} = :value where tenant = :tenant and id = :id", column),
            {{"value", value}, {"tenant", tenant}, {"id", appraisal}});
    };
    const std::string name = fmt::format("{} 年度考核", head.year);
    std::string summary = std::string(title_of(step.action));
    switch (step.action) {
      case Action::recall:
      case Action::reopen_assessing:
        TRY(need_reason(step.reason));
        summary += "：" + step.reason;
        if (step.action == Action::reopen_assessing)
          tell(s, tenant, people, fmt::format("appraisal.reopened:{}:{}", appraisal, revision),
               name + "请补评", step.reason, url_of(appraisal));
        break;
      case Action::open_self:
        TRY(need_due(step.due, today, "自评的截止日期"));
        set("self_due", base::to_iso(*step.due));
        summary += "，截止 " + base::to_iso(*step.due);
        tell(s, tenant, people, fmt::format("appraisal.self:{}", appraisal), name + "请自评",
             "请在 " + base::to_chinese(*step.due) + " 前提交自评。", url_of(appraisal));
        break;
      case Action::open_assessing: {
        TRY(need_due(step.due, today, "评分的截止日期"));
        set("assess_due", base::to_iso(*step.due));
        s.run("update appraisal set frozen_at = :at where tenant = :tenant and id = :id",
              {{"at", clock_.now()}, {"tenant", tenant}, {"id", appraisal}});
        for (const auto& a : step.figures) rows::insert_figure(s, tenant, appraisal, a);
        summary += fmt::format("，冻结平台数据 {} 条，截止 {}", step.figures.size(), base::to_iso(*step.due));
        tell(s, tenant, people, fmt::format("appraisal.assess:{}", appraisal), name + "请评分",
             "请在 " + base::to_chinese(*step.due) + " 前评完。", url_of(appraisal));
        break;
      }
      case Action::open_notice: {
        const auto scores = score(inputs(s, tenant, loaded, 0, true));
        int open = 0;
        for (const auto& u : scores.units) open += u.unscored;
        if (open > 0)
          return refuse(
              Code::conflict, "appraisal.unscored",
              fmt::format(
                  "还有 {} 处人工评分的考核项没有得分，不能公示；请在各单位的页面上补齐，或按“不适用”处理。",
                  open));
        TRY(need_due(step.due, plus_days(today, loaded.table->notice_days), "公示的最后一天"));
        set("notice_from", base::to_iso(today));
        set("notice_until", base::to_iso(*step.due));
        summary += fmt::format("，{} 至 {}", base::to_iso(today), base::to_iso(*step.due));
        tell(s, tenant, people, fmt::format("appraisal.notice:{}", appraisal), name + "结果公示",
             "对本单位得分有异议的，请在 " + base::to_chinese(*step.due) + " 前申诉。", url_of(appraisal));
        break;
      }
      case Action::finish:
        TRY(finish(s, by, loaded));
        break;
      case Action::open_review:
        break;
      default:
        throw std::logic_error("not a step of the whole appraisal");
    }
    TRY(set_state(s, by, head, require_transition(head.state, step.action)->to));
    if (step.action != Action::finish)
      log(s, by, "appraisal.manage",
          "appraisal." + std::string(to_text(require_transition(head.state, step.action)->to)), appraisal, 0,
          summary);
    return {};
  });
}

}  // namespace kepu::appraisal
