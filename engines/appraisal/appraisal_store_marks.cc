// Self scores, assessors' and reviewed marks.
#include <fmt/format.h>

#include <algorithm>

#include "core/auth/directory.h"
#include "core/base/text.h"
#include "core/notify/notify.h"
#include "engines/appraisal/appraisal_rows.h"
#include "engines/reports/reports.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;

namespace {

constexpr std::size_t kChangesTold = 8;

std::string sheet_url(Id appraisal, Id unit) {
  return fmt::format("/appraisals/{}/units/{}", appraisal, unit);
}
std::string mark_text(const std::optional<Points>& points) {
  return points ? points_text(*points) : std::string("不适用");
}

base::Done check_marks(const Table& table, const Entry& entry, const std::vector<Mark>& marks) {
  auto problems = problems_of(table, entry, marks);
  return problems.empty() ? base::Done() : tl::unexpected(problems.front());
}

const Mark* mark_of(const std::vector<Mark>& marks, const Mark& like) {
  const auto at = std::find_if(marks.begin(), marks.end(), [&](const Mark& m) {
    return m.item == like.item && m.kind == like.kind && m.person == like.person;
  });
  return at == marks.end() ? nullptr : &*at;
}

}  // namespace

// Takes the unit's row: of two who change it at once the second sees what the first did.
base::Result<UnitSheet> AppraisalStore::raise_sheet(sql::Session& session, const By& by, Id appraisal,
                                                    Id unit, std::optional<std::int64_t> revision) {
  const Id tenant = by.actor.tenant;
  session.run(
      "update appraisal_entry set revision = revision + 1 where tenant = :tenant and appraisal = :appraisal "
      "and unit = :unit",
      {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}});
  auto sheet = session.one("select " + std::string(rows::kSheetColumns) +
                               " from appraisal_entry where tenant = :tenant and appraisal = :appraisal and "
                               "unit = :unit",
                           {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}}, rows::sheet_of);
  if (!sheet) return refuse(Code::not_found, "appraisal.not_appraised", "这个单位不在这一年的考核对象里。");
  if (revision && *revision != sheet->revision - 1)
    return refuse(
        Code::conflict, "appraisal.changed_meanwhile",
        fmt::format("{}于 {} 刚保存过{}的得分，您的修改没有保存。请刷新页面，在最新内容上再改一次。",
                    sheet->edited_by, base::to_local(sheet->edited_at), sheet->entry.name));
  session.run(
      "update appraisal_entry set edited_at = :at, edited_by = :by where tenant = :tenant and appraisal = "
      ":appraisal and unit = :unit",
      {{"at", clock_.now()},
       {"by", by.actor.name},
       {"tenant", tenant},
       {"appraisal", appraisal},
       {"unit", unit}});
  return *sheet;
}

// Writes the marks of one kind in the place of those that were there; what changed, for the log.
std::string AppraisalStore::replace_marks(sql::Session& session, const By& by, Id appraisal, Id unit,
                                          Mark::Kind kind, std::vector<Mark>& marks) {
  const Id tenant = by.actor.tenant;
  const Id person = kind == Mark::Kind::assessor ? by.actor.person : 0;
  std::vector<Mark> before = rows::marks(session, tenant, appraisal, unit, false);
  std::erase_if(before, [&](const Mark& m) { return m.kind != kind || m.person != person; });
  std::vector<std::string> changes;
  for (auto& m : marks) {
    m.kind = kind;
    m.unit = unit;
    m.person = person;
    m.person_name = by.actor.name;
    m.at = clock_.now();
    const Mark* old = mark_of(before, m);
    if (old != nullptr && old->points == m.points && old->reason == m.reason && old->link == m.link) {
      m.at = old->at;  // as it was, and by whom
      m.person_name = old->person_name;
      continue;
    }
    const std::string now = mark_text(m.points);
    changes.push_back(m.item + "：" + (old == nullptr ? now : mark_text(old->points) + "→" + now));
  }
  for (const auto& old : before) {
    if (mark_of(marks, old) == nullptr) changes.push_back(old.item + "：" + mark_text(old.points) + "→撤去");
  }
  session.run(
      "delete from appraisal_mark where tenant = :tenant and appraisal = :appraisal and unit = :unit and "
      "kind "
      "= :kind and person = :person",
      {{"tenant", tenant},
       {"appraisal", appraisal},
       {"unit", unit},
       {"kind", to_text(kind)},
       {"person", person}});
  for (const auto& m : marks) rows::insert_mark(session, tenant, appraisal, m);
  const std::size_t count = changes.size();
  if (count > kChangesTold) {
    changes.resize(kChangesTold);
    changes.push_back(fmt::format("等 {} 项", count));
  }
  return changes.empty() ? "没有改动" : base::join(changes, "，");
}

// The store of evidence knows for which score items its entries are used.
base::Done AppraisalStore::link_proofs(sql::Session& session, const By& by, Id appraisal, Id unit,
                                       const std::vector<Mark>& before, const std::vector<Mark>& marks) {
  const Id tenant = by.actor.tenant;
  for (const auto& old : before) {
    if (old.kind != Mark::Kind::self) continue;
    if (const auto evidence = reports::evidence_at(old.link))
      reports::unlink_evidence(session, tenant, *evidence, reports::score_item(appraisal, unit, old.item));
  }
  for (const auto& mark : marks) {
    const auto evidence = reports::evidence_at(mark.link);
    if (!evidence) continue;
    auto linked =
        reports::link_evidence(session, tenant, *evidence, reports::score_item(appraisal, unit, mark.item),
                               clock_.now(), by.actor.name);
    if (!linked) {
      linked.error().field = "link-" + mark.item;
      return linked;
    }
  }
  return {};
}

base::Done AppraisalStore::save_self(const By& by, Id appraisal, Id unit, std::int64_t revision,
                                     std::vector<Mark> marks, bool submit) {
  TRY(by.actor.require("appraisal.self", unit));
  const Id tenant = by.actor.tenant;
  const auto reviewers = submit ? directory_.holders(tenant, "appraisal.review", unit) : std::vector<Id>();
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, submit ? Action::submit_self : Action::save_self));
    const auto sheet = TRY(raise_sheet(s, by, appraisal, unit, revision));
    if (sheet.submitted_at != 0)
      return refuse(Code::conflict, "appraisal.submitted",
                    fmt::format("自评已由{}于 {} 提交，不能再改；确需修改的，请联系考核组织单位退回。",
                                sheet.submitted_by, base::to_local(sheet.submitted_at)));
    TRY(check_marks(*loaded.table, sheet.entry, marks));
    if (submit) {
      for (const auto* item : loaded.table->items_of(sheet.entry.group)) {
        const bool wanted = item->rule.kind == Rule::Kind::manual && item->kind == ItemKind::basic;
        const bool given =
            std::any_of(marks.begin(), marks.end(), [&](const Mark& m) { return m.item == item->code; });
        if (wanted && !given)
          return refuse(Code::invalid, "appraisal.self_missing",
                        "考核项 " + item->code + " 还没有自评分，填好后再提交。", "points-" + item->code);
      }
      s.run(
          "update appraisal_entry set submitted_at = :at, submitted_by = :by where tenant = :tenant and "
          "appraisal = :appraisal and unit = :unit",
          {{"at", clock_.now()},
           {"by", by.actor.name},
           {"tenant", tenant},
           {"appraisal", appraisal},
           {"unit", unit}});
      tell(s, tenant, reviewers, fmt::format("appraisal.submitted:{}:{}:{}", appraisal, unit, sheet.revision),
           sheet.entry.name + "已提交自评", fmt::format("{} 年度考核", loaded.head.year),
           sheet_url(appraisal, unit));
    }
    auto given = marks;  // may be called again after a roll-back
    const auto before = rows::marks(s, tenant, appraisal, unit, false);
    const auto changes = replace_marks(s, by, appraisal, unit, Mark::Kind::self, given);
    TRY(link_proofs(s, by, appraisal, unit, before, given));
    log(s, by, "appraisal.self", submit ? "appraisal.submit_self" : "appraisal.save_self", appraisal, unit,
        fmt::format("{}{}自评：{}", submit ? "提交" : "保存", sheet.entry.name, changes));
    return {};
  });
}

base::Done AppraisalStore::return_self(const By& by, Id appraisal, Id unit, const std::string& reason) {
  TRY(by.actor.require("appraisal.review", unit));
  const Id tenant = by.actor.tenant;
  if (base::trim(reason).empty())
    return refuse(Code::invalid, "appraisal.reason", "请写明退回的原因，让单位知道要改什么。", "reason");
  const auto people = directory_.holders(tenant, "appraisal.self", unit);
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::return_self));
    const auto sheet = TRY(raise_sheet(s, by, appraisal, unit, std::nullopt));
    if (sheet.submitted_at == 0)
      return refuse(Code::conflict, "appraisal.not_submitted", "这个单位还没有提交自评，不用退回。");
    s.run(
        "update appraisal_entry set submitted_at = 0, submitted_by = '' where tenant = :tenant and appraisal "
        "= "
        ":appraisal and unit = :unit",
        {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}});
    tell(s, tenant, people, fmt::format("appraisal.returned:{}:{}:{}", appraisal, unit, sheet.revision),
         fmt::format("{} 年度考核自评被退回", loaded.head.year), reason, sheet_url(appraisal, unit));
    log(s, by, "appraisal.review", "appraisal.return_self", appraisal, unit,
        fmt::format("退回{}的自评：{}", sheet.entry.name, reason));
    return {};
  });
}

base::Done AppraisalStore::assess(const By& by, Id appraisal, Id unit, std::vector<Mark> marks) {
  TRY(by.actor.require("appraisal.assess", unit));
  if (by.actor.person == 0 || by.actor.on_behalf_of("appraisal.assess", unit) != 0)
    return refuse(Code::forbidden, "appraisal.in_person", "评委评分须由本人作出，代理人不能代评。");
  TRY(not_own(by.actor, unit));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::assess));
    const auto entries = rows::entries(s, tenant, appraisal, unit);
    if (entries.empty())
      return refuse(Code::not_found, "appraisal.not_appraised", "这个单位不在这一年的考核对象里。");
    TRY(check_marks(*loaded.table, entries.front(), marks));
    const auto figures = rows::figures(s, tenant, appraisal, unit);
    for (const auto& m : marks) {
      if (!asks_people(*loaded.table->item(m.item), unit, figures))
        return refuse(Code::invalid, "appraisal.automatic_item",
                      "考核项 " + m.item + " 由平台数据自动计分，不用评分；数据有误的，请在审核时说明。",
                      "points-" + m.item);
    }
    auto given = marks;
    const auto changes = replace_marks(s, by, appraisal, unit, Mark::Kind::assessor, given);
    log(s, by, "appraisal.assess", "appraisal.assess", appraisal, unit,
        fmt::format("给{}评分：{}", entries.front().name, changes));
    return {};
  });
}

base::Done AppraisalStore::review(const By& by, Id appraisal, Id unit, std::int64_t revision,
                                  std::vector<Mark> marks) {
  TRY(by.actor.require("appraisal.review", unit));
  TRY(not_own(by.actor, unit));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::review));
    const auto sheet = TRY(raise_sheet(s, by, appraisal, unit, revision));
    TRY(check_marks(*loaded.table, sheet.entry, marks));
    Inputs in = inputs(s, tenant, loaded, unit, true);
    std::erase_if(in.marks, [](const Mark& m) { return m.kind == Mark::Kind::reviewed; });
    const Scores without = score(in);
    for (const auto& m : marks) {
      const auto& of_unit = without.units.front().items;
      const auto at =
          std::find_if(of_unit.begin(), of_unit.end(), [&](const ItemScore& i) { return i.item == m.item; });
      const bool same = at->decided == m.points && at->not_applicable == !m.points;
      if (at->origin != Origin::missing && !same && base::trim(m.reason).empty())
        return refuse(Code::invalid, "appraisal.review_reason",
                      fmt::format("考核项 {} 的审核分 {} 与{}分 {} 不同，请写明理由。", m.item,
                                  mark_text(m.points), title_of(at->origin), mark_text(at->decided)),
                      "reason-" + m.item);
    }
    auto given = marks;
    const auto changes = replace_marks(s, by, appraisal, unit, Mark::Kind::reviewed, given);
    log(s, by, "appraisal.review", "appraisal.review", appraisal, unit,
        fmt::format("审核{}的得分：{}", sheet.entry.name, changes));
    return {};
  });
}

}  // namespace kepu::appraisal
