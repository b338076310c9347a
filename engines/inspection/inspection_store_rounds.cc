// Rounds: setting up, drawing, who goes, start, end, circular.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
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

void InspectionStore::make_visit(sql::Session& session, Id tenant, Id round, Id unit, bool drawn,
                                 const std::string& reason) {
  session.run(
      "insert into inspection_visit (tenant, id, round, unit, state, drawn, reason, submission, revision, "
      "answered_at, answered_by) values (:tenant, :id, :round, :unit, 'planned', :drawn, :reason, 0, 0, 0, "
      "'') "
      "on conflict (tenant, round, unit) do nothing",
      {{"tenant", tenant},
       {"id", ids_.next()},
       {"round", round},
       {"unit", unit},
       {"drawn", drawn ? 1 : 0},
       {"reason", reason}});
}

Done InspectionStore::draw_round(const By& by, Id id, std::int64_t revision, const std::string& seed,
                                 const std::vector<Id>& carriers) {
  const auto units = directory_.units(by.actor.tenant);
  return modify_round(
      by, id, revision, RoundAction::draw, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const auto frame = TRY(draw(frame_of(*units, round.strata, carriers), round.strata, seed));
        const sql::Args key = {{"tenant", by.actor.tenant}, {"round", id}};
        s.run("delete from inspection_frame where tenant = :tenant and round = :round", key);
        s.run("delete from inspection_visitor where tenant = :tenant and round = :round", key);
        s.run("delete from inspection_visit where tenant = :tenant and round = :round and drawn = 1", key);
        int drawn = 0, position = 0;
        for (const auto& f : frame) {
          s.run(
              "insert into inspection_frame (tenant, round, position, unit, stratum, name, drawn) values "
              "(:tenant, "
              ":round, :position, :unit, :stratum, :name, :drawn)",
              {{"tenant", by.actor.tenant},
               {"round", id},
               {"position", position++},
               {"unit", f.unit},
               {"stratum", f.stratum},
               {"name", f.name},
               {"drawn", f.drawn ? 1 : 0}});
          if (!f.drawn) continue;
          ++drawn;
          make_visit(s, by.actor.tenant, id, f.unit, true, "");
        }
        round.seed = seed;
        round.drawn_at = clock_.now();
        return fmt::format("从 {} 个单位中抽取 {} 个，种子“{}”", frame.size(), drawn, seed);
      });
}

Done InspectionStore::name_unit(const By& by, Id id, std::int64_t revision, Id unit,
                                const std::string& reason) {
  const auto units = directory_.units(by.actor.tenant);
  const auto* found = units->find(unit);
  if (found == nullptr || !found->active || unit == units->root())
    return refuse(Code::invalid, "inspection.unit", "请选择要查的单位。", "unit");
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "inspection.reason", "不是抽到的单位，请写明为什么要查它。", "why");
  return modify_round(
      by, id, revision, RoundAction::draw, [&](sql::Session& s, Round&) -> Result<std::string> {
        const auto there = s.integer(
            "select count(*) from inspection_visit where tenant = :tenant and round = :round and "
            "unit = :unit",
            {{"tenant", by.actor.tenant}, {"round", id}, {"unit", unit}});
        if (there > 0)
          return refuse(Code::conflict, "inspection.unit_there", "这个单位已经在名单里了。", "unit");
        make_visit(s, by.actor.tenant, id, unit, false, reason);
        return "指定走访" + found->name + "：" + reason;
      });
}

Done InspectionStore::set_inspectors(const By& by, Id id, std::int64_t revision,
                                     const std::vector<Inspector>& people, int each) {
  const auto units = directory_.units(by.actor.tenant);
  return modify_round(
      by, id, revision, RoundAction::draw, [&](sql::Session& s, Round&) -> Result<std::string> {
        const Id tenant = by.actor.tenant;
        const auto visits = load_visits(s, tenant, id);
        if (visits.empty())
          return refuse(Code::invalid, "inspection.nothing_drawn", "请先抽样或指定单位，再安排人员。",
                        "inspectors");
        std::vector<Id> visited;
        for (const auto& v : visits) visited.push_back(v.unit);
        const auto pairs = TRY(assign_inspectors(*units, visited, people, std::max(1, each)));
        const sql::Args key = {{"tenant", tenant}, {"round", id}};
        s.run("delete from inspection_inspector where tenant = :tenant and round = :round", key);
        s.run("delete from inspection_visitor where tenant = :tenant and round = :round", key);
        for (const auto& p : people) {
          s.run(
              "insert into inspection_inspector (tenant, round, person, unit, name) values (:tenant, :round, "
              ":person, :unit, :name)",
              {{"tenant", tenant}, {"round", id}, {"person", p.person}, {"unit", p.unit}, {"name", p.name}});
        }
        for (std::size_t i = 0; i < pairs.size(); ++i) {
          for (const Id person : pairs[i].people) {
            s.run(
                "insert into inspection_visitor (tenant, visit, person, round) values (:tenant, :visit, "
                ":person, "
                ":round)",
                {{"tenant", tenant}, {"visit", visits[i].id}, {"person", person}, {"round", id}});
          }
        }
        return fmt::format("安排 {} 名督查人员走访 {} 个单位", people.size(), visits.size());
      });
}

Done InspectionStore::start_round(const By& by, Id id, std::int64_t revision) {
  return modify_round(
      by, id, revision, RoundAction::start, [&](sql::Session& s, Round& round) -> Result<std::string> {
        const auto visits = load_visits(s, by.actor.tenant, id);
        if (visits.empty())
          return refuse(Code::invalid, "inspection.nothing_drawn", "还没有抽样或指定单位，不能开始。");
        std::map<Id, int> load;
        for (const auto& v : visits) {
          if (v.inspectors.empty())
            return refuse(Code::invalid, "inspection.no_inspector",
                          "还有单位没有安排督查人员，请先安排人员。");
          for (const auto& i : v.inspectors) ++load[i.person];
        }
        for (const auto& [person, count] : load) {
          notify::post(s, by.actor.tenant,
                       {person, fmt::format("inspection.start:{}", id), "现场督查：" + round.title,
                        fmt::format("请在 {} 前走访 {} 个单位。", base::to_chinese(round.until), count),
                        "/inspection/visits"},
                       clock_.now(), ids_);
        }
        return fmt::format("开始督查《{}》，走访 {} 个单位", round.title, visits.size());
      });
}

Done InspectionStore::close_round(const By& by, Id id, std::int64_t revision) {
  return modify_round(
      by, id, revision, RoundAction::close, [&](sql::Session& s, Round& round) -> Result<std::string> {
        int open = 0, waiting = 0;
        for (const auto& v : load_visits(s, by.actor.tenant, id)) {
          open += v.state == VisitState::planned ? 1 : 0;
          waiting += v.conflicts;
        }
        if (open + waiting > 0) {
          return refuse(
              Code::conflict, "inspection.open_visits",
              fmt::format(
                  "还有 {} 个单位没有走访、{} 份记录待定，不能结束。去不了的单位请写明原因“不再走访”。", open,
                  waiting));
        }
        return "结束督查《" + round.title + "》";
      });
}

Done InspectionStore::cancel_round(const By& by, Id id, std::int64_t revision, const std::string& reason) {
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "inspection.reason", "请写明取消的原因。", "reason");
  return modify_round(by, id, revision, RoundAction::cancel,
                      [&](sql::Session&, Round& round) -> Result<std::string> {
                        return "取消督查《" + round.title + "》：" + reason;
                      });
}

Done InspectionStore::circulate_round(const By& by, Id id, std::int64_t revision, const std::string& words,
                                      const std::string& paper) {
  return modify_round(
      by, id, revision, RoundAction::circulate, [&](sql::Session& s, Round& round) -> Result<std::string> {
        for (const auto& v : load_visits(s, by.actor.tenant, id)) {
          if (v.conflicts > 0)
            return refuse(Code::conflict, "inspection.open_visits", "还有走访记录待定，请先决定采用哪一份。");
        }
        round.words = words;
        round.paper = paper;
        round.circulated_at = clock_.now();
        return "印发督查通报《" + round.title + "》";
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
