// Rounds: reading, setting up, changing.
#include <fmt/format.h>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "engines/inspection/checklist.h"
#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

void InspectionStore::log(sql::Session& session, const By& by, std::string_view right, Id unit,
                          std::string action, std::string subject, std::string summary) {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::move(action);
  entry.subject = std::move(subject);
  entry.summary = std::move(summary);
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

std::vector<RoundRow> InspectionStore::rounds(Id tenant) {
  return db_.read([&](sql::Session& s) {
    auto rows = s.rows(
        fmt::format("select {} from inspection_round where tenant = :tenant order by first_day desc, id",
                    kRoundColumns),
        {{"tenant", tenant}}, [](const sql::Row& r) { return RoundRow{round_from(r)}; });
    std::map<Id, RoundRow*> by_id;
    for (auto& row : rows) by_id[row.round.id] = &row;
    s.each(
        "select round, count(*), sum(case when state = 'answered' then 1 else 0 end) from inspection_visit "
        "where tenant = :tenant group by round",
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          if (auto* row = by_id[r.integer(0)]) {
            row->visits = static_cast<int>(r.integer(1));
            row->answered = static_cast<int>(r.integer(2));
          }
        });
    s.each(
        "select round, count(*), sum(case when state = 'closed' then 0 else 1 end) from inspection_problem "
        "where tenant = :tenant and round > 0 and state <> 'withdrawn' group by round",
        {{"tenant", tenant}}, [&](const sql::Row& r) {
          if (auto* row = by_id[r.integer(0)]) {
            row->problems = static_cast<int>(r.integer(1));
            row->open = static_cast<int>(r.integer(2));
          }
        });
    return rows;
  });
}

Result<Round> InspectionStore::load_round(sql::Session& session, Id tenant, Id id) {
  auto round = session.one(
      fmt::format("select {} from inspection_round where tenant = :tenant and id = :id", kRoundColumns),
      {{"tenant", tenant}, {"id", id}}, round_from);
  if (!round)
    return refuse(Code::not_found, "inspection.not_found",
                  "没有这一轮督查，可能已被删除。请从督查列表进入。");
  return std::move(*round);
}

Result<RoundWhole> InspectionStore::round(Id tenant, Id id) {
  return db_.read([&](sql::Session& s) -> Result<RoundWhole> {
    RoundWhole out;
    out.round = TRY(load_round(s, tenant, id));
    const sql::Args key = {{"tenant", tenant}, {"round", id}};
    out.frame = s.rows(
        "select unit, stratum, name, drawn from inspection_frame where tenant = :tenant and round = :round "
        "order by "
        "position",
        key, [](const sql::Row& r) {
          return FrameUnit{r.integer(0), static_cast<int>(r.integer(1)), r.text(2), r.flag(3)};
        });
    out.inspectors = s.rows(
        "select person, unit, name from inspection_inspector where tenant = :tenant and round = :round "
        "order by name, person",
        key, [](const sql::Row& r) {
          return Inspector{r.integer(0), r.integer(1), r.text(2)};
        });
    out.visits = load_visits(s, tenant, id);
    return out;
  });
}

void InspectionStore::save_round(sql::Session& session, Id tenant, const Round& round) {
  const std::string strata = strata_text(round.strata), tasks = tasks_text(round.tasks),
                    checklist = to_text(round.checklist), from = base::to_iso(round.from),
                    until = base::to_iso(round.until);
  session.run(
      "update inspection_round set state = :state, title = :title, basis = :basis, first_day = :first_day, "
      "last_day = :last_day, strata = :strata, tasks = :tasks, checklist = :checklist, seed = :seed, words = "
      ":words, "
      "paper = :paper, edited_at = :edited_at, edited_by = :edited_by, drawn_at = :drawn_at, "
      "circulated_at = :circulated_at where tenant = :tenant and id = :id",
      {{"state", to_text(round.state)},
       {"title", round.title},
       {"basis", round.basis},
       {"first_day", from},
       {"last_day", until},
       {"strata", strata},
       {"tasks", tasks},
       {"checklist", checklist},
       {"seed", round.seed},
       {"words", round.words},
       {"paper", round.paper},
       {"edited_at", round.edited_at},
       {"edited_by", round.edited_by},
       {"drawn_at", round.drawn_at},
       {"circulated_at", round.circulated_at},
       {"tenant", tenant},
       {"id", round.id}});
}

namespace {

Done check_round(const Round& round) {
  if (base::trim(round.title).empty())
    return refuse(Code::invalid, "inspection.title", "请填写督查名称。", "title");
  if (round.until < round.from)
    return refuse(Code::invalid, "inspection.period", "结束日期早于开始日期，请改正。", "until");
  if (round.checklist.empty())
    return refuse(Code::invalid, "checklist.none", "请至少写一个问题，每行一个。", "checklist");
  return {};
}

}  // namespace

Result<Id> InspectionStore::add_round(const By& by, Round round) {
  TRY(by.actor.require(kManage));
  TRY(check_round(round));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Result<Id> {
    Round fresh = round;
    fresh.id = ids_.next();
    fresh.state = RoundState::draft;
    fresh.seed.clear();
    fresh.edited_at = clock_.now();
    fresh.edited_by = by.actor.name;
    s.run(
        "insert into inspection_round (tenant, id, state, title, basis, first_day, last_day, strata, tasks, "
        "checklist, seed, words, paper, revision, created_at, created_by, edited_at, edited_by, drawn_at, "
        "circulated_at) values (:tenant, :id, 'draft', '', '', '', '', '', '', '', '', '', '', 1, :at, :by, "
        ":at2, "
        ":by2, 0, 0)",
        {{"tenant", tenant},
         {"id", fresh.id},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"at2", clock_.now()},
         {"by2", by.actor.name}});
    save_round(s, tenant, fresh);
    log(s, by, kManage, 0, "inspection.add", subject_of("round", fresh.id),
        "拟订督查《" + fresh.title + "》");
    return fresh.id;
  });
}

Done InspectionStore::modify_round(const By& by, Id id, std::int64_t revision, RoundAction action,
                                   const std::function<Result<std::string>(sql::Session&, Round&)>& work) {
  TRY(by.actor.require(kManage));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> Done {
    const auto taken = s.run(
        "update inspection_round set revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = "
        ":revision",
        {{"tenant", tenant}, {"id", id}, {"revision", revision}});
    Round round = TRY(load_round(s, tenant, id));
    if (taken == 0) {
      return refuse(Code::conflict, "inspection.changed_meanwhile",
                    fmt::format("{}于 {} 刚改过这一轮督查，您的修改没有保存。请刷新后再改。", round.edited_by,
                                base::to_local(round.edited_at)));
    }
    const auto* rule = find_rule(round_rules(), round.state, action);
    if (rule == nullptr) {
      return refuse(Code::conflict, "inspection.not_in_state",
                    fmt::format("这一轮督查现在是“{}”，不能这样办理。", title_of(round.state)));
    }
    TRY(by.actor.require(rule->right));
    const std::string summary = TRY(work(s, round));
    round.state = rule->to;
    round.edited_at = clock_.now();
    round.edited_by = by.actor.name;
    save_round(s, tenant, round);
    log(s, by, kManage, 0, "inspection.change", subject_of("round", id), summary);
    return {};
  });
}

Done InspectionStore::change_round(const By& by, const Round& wanted) {
  TRY(check_round(wanted));
  return modify_round(
      by, wanted.id, wanted.revision, RoundAction::edit,
      [&](sql::Session& s, Round& round) -> Result<std::string> {
        const bool same_scope = round.strata == wanted.strata && round.tasks == wanted.tasks;
        round.title = wanted.title;
        round.basis = wanted.basis;
        round.from = wanted.from;
        round.until = wanted.until;
        round.strata = wanted.strata;
        round.tasks = wanted.tasks;
        round.checklist = wanted.checklist;
        if (same_scope || round.seed.empty()) return "修改督查《" + round.title + "》";
        // What was drawn from another scope is no sample of this one.
        round.seed.clear();
        round.drawn_at = 0;
        for (const char* table : {"inspection_frame", "inspection_visit", "inspection_visitor"}) {
          s.run(fmt::format("delete from {} where tenant = :tenant and round = :round", table),
                {{"tenant", by.actor.tenant}, {"round", round.id}});
        }
        return "修改督查《" + round.title + "》的范围，原来的抽样作废";
      });
}

std::optional<std::string> unit_in_use(sql::Session& session, Id tenant, Id unit) {
  const auto problems =
      session.integer("select count(*) from inspection_problem where tenant = :tenant and owner = :unit",
                      {{"tenant", tenant}, {"unit", unit}});
  if (problems > 0) return fmt::format("有 {} 个督查问题由其整改", problems);
  const auto visits =
      session.integer("select count(*) from inspection_visit where tenant = :tenant and unit = :unit",
                      {{"tenant", tenant}, {"unit", unit}});
  if (visits > 0) return fmt::format("有 {} 次督查走访", visits);
  return std::nullopt;
}

}  // namespace kepu::inspection
