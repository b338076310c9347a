// The table of a year's appraisal, and what all its writes share.
#include "engines/appraisal/appraisal_store.h"

#include <fmt/format.h>

#include <set>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/notify/notify.h"
#include "engines/appraisal/appraisal_rows.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;

namespace {

constexpr std::size_t kCachedTables = 64;

}  // namespace

std::string_view to_text(AppealState state) {
  return state == AppealState::open ? "open" : state == AppealState::upheld ? "upheld" : "rejected";
}
std::string_view title_of(AppealState state) {
  return state == AppealState::open ? "待裁定" : state == AppealState::upheld ? "支持申诉" : "维持原分";
}

std::string subject_of(Id appraisal, Id unit) {
  return unit == 0 ? fmt::format("appraisal:{}", appraisal) : fmt::format("appraisal:{}:{}", appraisal, unit);
}

std::optional<std::string> own_unit_bar(const auth::Actor& actor, const auth::UnitTree& units, Id unit) {
  if (actor.unit == 0) return std::nullopt;
  if (unit == actor.unit || units.is_within(actor.unit, unit))
    return "这是您所在的单位，按回避规定不能由您评分。";
  if (actor.unit != units.root() && units.is_within(unit, actor.unit))
    return "这是您单位的下级单位，按回避规定不能由您评分。";
  return std::nullopt;
}

AppraisalStore::AppraisalStore(sql::Database& db, const base::Clock& clock, base::IdMaker& ids,
                               auth::Directory& directory, Criteria criteria)
    : db_(db), clock_(clock), ids_(ids), directory_(directory), criteria_(std::move(criteria)) {}

// ---------------------------------------------------------------- reading

std::vector<Head> AppraisalStore::heads(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows("select " + std::string(rows::kHeadColumns) +
                      " from appraisal where tenant = :tenant order by year desc",
                  {{"tenant", tenant}}, rows::head_of);
  });
}

std::vector<Head> AppraisalStore::running(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select " + std::string(rows::kHeadColumns) +
            " from appraisal where tenant = :tenant and state in ('published', 'self', 'assessing', "
            "'reviewing', 'notice') order by year",
        {{"tenant", tenant}}, rows::head_of);
  });
}

base::Result<Loaded> AppraisalStore::load(sql::Session& session, Id tenant, Id appraisal) {
  const auto head = session.one(
      "select " + std::string(rows::kHeadColumns) + " from appraisal where tenant = :tenant and id = :id",
      {{"tenant", tenant}, {"id", appraisal}}, rows::head_of);
  if (!head) return refuse(Code::not_found, "appraisal.not_found", "没有这项考核。请到“考核”页查找。");
  const std::tuple key(tenant, appraisal, head->revision);
  {
    const std::lock_guard lock(mutex_);
    if (const auto at = tables_.find(key); at != tables_.end()) return Loaded{*head, at->second};
  }
  const auto text =
      session.one("select rules from appraisal where tenant = :tenant and id = :id",
                  {{"tenant", tenant}, {"id", appraisal}}, [](const sql::Row& r) { return r.text(0); });
  auto table = std::make_shared<const Table>(TRY(parse_table(text.value_or(""))));
  const std::lock_guard lock(mutex_);
  if (tables_.size() >= kCachedTables) tables_.clear();
  tables_[key] = table;
  return Loaded{*head, std::move(table)};
}

base::Result<Loaded> AppraisalStore::load(Id tenant, Id appraisal) {
  return db_.read([&](sql::Session& s) { return load(s, tenant, appraisal); });
}

base::Result<Loaded> AppraisalStore::of_year(Id tenant, int year) {
  return db_.read([&](sql::Session& s) -> base::Result<Loaded> {
    const Id id = s.integer("select id from appraisal where tenant = :tenant and year = :year",
                            {{"tenant", tenant}, {"year", year}});
    if (id == 0)
      return refuse(Code::not_found, "appraisal.not_found", fmt::format("没有 {} 年度的考核。", year));
    return load(s, tenant, id);
  });
}

std::vector<UnitSheet> AppraisalStore::sheets(Id tenant, Id appraisal) {
  return db_.read([&](sql::Session& s) {
    return s.rows("select " + std::string(rows::kSheetColumns) +
                      " from appraisal_entry where tenant = :tenant and appraisal = :appraisal order by "
                      "position, unit",
                  {{"tenant", tenant}, {"appraisal", appraisal}}, rows::sheet_of);
  });
}

std::vector<UnitSheet> AppraisalStore::unsubmitted(Id tenant, Id appraisal) {
  auto all = sheets(tenant, appraisal);
  std::erase_if(all, [](const UnitSheet& s) { return s.submitted_at != 0; });
  return all;
}

base::Result<UnitSheet> AppraisalStore::sheet(Id tenant, Id appraisal, Id unit) {
  const auto found = db_.read([&](sql::Session& s) {
    return s.one(
        "select " + std::string(rows::kSheetColumns) +
            " from appraisal_entry where tenant = :tenant and appraisal = :appraisal and unit = :unit",
        {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}}, rows::sheet_of);
  });
  if (found) return *found;
  return refuse(Code::not_found, "appraisal.not_appraised", "这个单位不在这一年的考核对象里。");
}

base::Result<Inputs> AppraisalStore::inputs(Id tenant, Id appraisal, Id unit, bool brief) {
  return db_.read([&](sql::Session& s) -> base::Result<Inputs> {
    return inputs(s, tenant, TRY(load(s, tenant, appraisal)), unit, brief);
  });
}

Inputs AppraisalStore::inputs(sql::Session& session, Id tenant, const Loaded& loaded, Id unit, bool brief) {
  Inputs in;
  in.table = *loaded.table;
  in.units = rows::entries(session, tenant, loaded.head.id, unit);
  in.figures = rows::figures(session, tenant, loaded.head.id, unit);
  in.marks = rows::marks(session, tenant, loaded.head.id, unit, brief);
  return in;
}

std::vector<Id> AppraisalStore::units_marked_by(Id tenant, Id appraisal, Id person) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select distinct unit from appraisal_mark where tenant = :tenant and appraisal = :appraisal and "
        "person "
        "= :person and kind = 'assessor'",
        {{"tenant", tenant}, {"appraisal", appraisal}, {"person", person}},
        [](const sql::Row& r) { return r.integer(0); });
  });
}

// ---------------------------------------------------------------- shared by all writes

void AppraisalStore::log(sql::Session& session, const By& by, std::string_view right, std::string_view action,
                         Id appraisal, Id unit, const std::string& summary, const std::string& detail) const {
  audit::Entry entry;
  entry.at = clock_.now();
  entry.person = by.actor.person;
  entry.person_name = by.actor.name;
  entry.on_behalf_of = by.actor.on_behalf_of(right, unit);
  entry.unit_name = by.actor.unit_name;
  entry.action = std::string(action);
  entry.subject = subject_of(appraisal, unit);
  entry.summary = summary;
  entry.detail = detail;
  entry.remote = by.remote;
  audit::append(session, by.actor.tenant, std::move(entry));
}

void AppraisalStore::tell(sql::Session& session, Id tenant, const std::vector<Id>& people,
                          const std::string& key, const std::string& title, const std::string& text,
                          const std::string& url) {
  for (const Id person : people)
    notify::post(session, tenant, {person, key, title, text, url}, clock_.now(), ids_);
}

// Takes the row for this transaction, so that no step can be made while marks are written, and the other way
// round.
base::Result<Loaded> AppraisalStore::locked(sql::Session& session, Id tenant, Id appraisal, Action action) {
  session.run("update appraisal set state = state where tenant = :tenant and id = :id",
              {{"tenant", tenant}, {"id", appraisal}});
  auto loaded = TRY(load(session, tenant, appraisal));
  TRY(require_transition(loaded.head.state, action));
  return loaded;
}

base::Done AppraisalStore::set_state(sql::Session& session, const By& by, const Head& head, State to) {
  session.run(
      "update appraisal set state = :state, revision = revision + 1, edited_at = :at, edited_by = :by where "
      "tenant = :tenant and id = :id",
      {{"state", to_text(to)},
       {"at", clock_.now()},
       {"by", by.actor.name},
       {"tenant", by.actor.tenant},
       {"id", head.id}});
  return {};
}

base::Done AppraisalStore::not_own(const auth::Actor& actor, Id unit) const {
  if (const auto why = own_unit_bar(actor, *directory_.units(actor.tenant), unit))
    return refuse(Code::forbidden, "appraisal.own_unit", *why);
  return {};
}

// ---------------------------------------------------------------- the table

base::Done AppraisalStore::check_table(const Table& table) const {
  std::set<std::string> codes;
  for (const auto& item : table.items) {
    if (!codes.insert(item.code).second)
      return refuse(Code::invalid, "appraisal.code_twice", "编号 " + item.code + " 已经用过，请换一个。",
                    "code");
    if (auto errors = criteria_.refusals(item); !errors.empty()) return tl::unexpected(errors.front());
  }
  return {};
}

base::Result<Id> AppraisalStore::create(const By& by, const Table& table) {
  TRY(by.actor.require("appraisal.edit"));
  TRY(check_table(table));
  if (table.year < 2000 || table.year > 2100)
    return refuse(Code::invalid, "appraisal.year", "请写考核年度，例如 2026。", "year");
  const Id tenant = by.actor.tenant, id = ids_.next();
  return db_.write([&](sql::Session& s) -> base::Result<Id> {
    const auto made = s.run(
        "insert into appraisal (tenant, id, year, title, state, rules, revision, self_due, assess_due, "
        "notice_from, notice_until, edited_at, edited_by, published_at, frozen_at, finished_at, inputs_hash, "
        "scores_hash) values (:tenant, :id, :year, :title, 'draft', :rules, 1, '', '', '', '', :at, :by, 0, "
        "0, "
        "0, '', '') on conflict do nothing",
        {{"tenant", tenant},
         {"id", id},
         {"year", table.year},
         {"title", table.title},
         {"rules", canonical(table)},
         {"at", clock_.now()},
         {"by", by.actor.name}});
    if (made == 0)
      return refuse(Code::conflict, "appraisal.year_taken",
                    fmt::format("{} 年度的考核已经建过，请直接修改它。", table.year), "year");
    log(s, by, "appraisal.edit", "appraisal.create", id, 0,
        fmt::format("建立 {} 年度考核“{}”", table.year, table.title));
    return id;
  });
}

base::Done AppraisalStore::edit(const By& by, Id appraisal, std::int64_t revision, const Table& table,
                                const std::string& what) {
  TRY(by.actor.require("appraisal.edit"));
  TRY(check_table(table));
  const Id tenant = by.actor.tenant;
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::edit));
    TRY(rows::check_revision(loaded.head, revision));
    const Id other =
        s.integer("select id from appraisal where tenant = :tenant and year = :year and id <> :id",
                  {{"tenant", tenant}, {"year", table.year}, {"id", appraisal}});
    if (other != 0)
      return refuse(Code::conflict, "appraisal.year_taken", fmt::format("{} 年度已有考核。", table.year),
                    "year");
    s.run(
        "update appraisal set year = :year, title = :title, rules = :rules where tenant = :tenant and id = "
        ":id",
        {{"year", table.year},
         {"title", table.title},
         {"rules", canonical(table)},
         {"tenant", tenant},
         {"id", appraisal}});
    TRY(set_state(s, by, loaded.head, State::draft));
    log(s, by, "appraisal.edit", "appraisal.edit", appraisal, 0, what);
    return {};
  });
}

base::Done AppraisalStore::publish(const By& by, Id appraisal, std::int64_t revision, const Table& table) {
  TRY(by.actor.require("appraisal.manage"));
  TRY(check_table(table));
  if (auto problems = problems_of(table); !problems.empty()) return tl::unexpected(problems.front());
  const Id tenant = by.actor.tenant;
  const auto entries = TRY(entries_of(table, *directory_.units(tenant)));
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::publish));
    TRY(rows::check_revision(loaded.head, revision));
    s.run("delete from appraisal_entry where tenant = :tenant and appraisal = :appraisal",
          {{"tenant", tenant}, {"appraisal", appraisal}});
    for (const auto& e : entries) rows::insert_entry(s, tenant, appraisal, e);
    s.run("update appraisal set rules = :rules, published_at = :at where tenant = :tenant and id = :id",
          {{"rules", canonical(table)}, {"at", clock_.now()}, {"tenant", tenant}, {"id", appraisal}});
    TRY(set_state(s, by, loaded.head, State::published));
    log(s, by, "appraisal.manage", "appraisal.publish", appraisal, 0,
        fmt::format("发布考核指标表：{} 项，{} 个单位", table.items.size(), entries.size()));
    return {};
  });
}

}  // namespace kepu::appraisal
