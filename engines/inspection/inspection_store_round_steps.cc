// A round under way: drawing, naming units, who goes, start, end, circular.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/inspection/inspection_rows.h"

namespace kepu::inspection {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

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

}  // namespace kepu::inspection
