// Rules and corrections.
#include <fmt/format.h>

#include "core/base/text.h"
#include "core/base/words.h"
#include "engines/points/ledger_rows.h"
#include "engines/points/ledger_store.h"

namespace kepu::points {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr int kMostCorrection = 10'000;
constexpr base::Word<CorrectionState> kStates[] = {{CorrectionState::asked, "asked", "待批准"},
                                                   {CorrectionState::approved, "approved", "已批准"},
                                                   {CorrectionState::refused, "refused", "未批准"}};
constexpr std::string_view kCorrectionColumns =
    "id, person, name, points, reason, state, asked_by, asked_person, asked_at, decided_by, decided_why, "
    "decided_at";

Correction correction_from(const sql::Row& r) {
  Correction c;
  c.id = r.integer(0);
  c.person = r.integer(1);
  c.name = r.text(2);
  c.points = static_cast<int>(r.integer(3));
  c.reason = r.text(4);
  c.state = base::parse_word(kStates, r.view(5)).value_or(CorrectionState::asked);
  c.asked_by = r.text(6);
  c.asked_person = r.integer(7);
  c.asked_at = r.integer(8);
  c.decided_by = r.text(9);
  c.decided_why = r.text(10);
  c.decided_at = r.integer(11);
  return c;
}

Rules rules_from(const sql::Row& r) {
  Rules out;
  out.version = static_cast<int>(r.integer(0));
  out.from = base::parse_date(r.view(1)).value_or(Date{});
  read_into(out, r.view(2));
  out.by = r.text(3);
  return out;
}

}  // namespace

std::string_view title_of(CorrectionState state) { return base::word_of(kStates, state).title; }

Rules LedgerStore::rules_in(sql::Session& s, Id tenant) {
  return s
      .one(
          "select version, first_day, rules, by_name from points_rules where tenant = :tenant order by "
          "version desc "
          "limit 1",
          {{"tenant", tenant}}, rules_from)
      .value_or(shipped_);
}

Rules LedgerStore::rules(Id tenant) {
  return db_.read([&](sql::Session& s) { return rules_in(s, tenant); });
}

std::vector<Rules> LedgerStore::all_rules(Id tenant) {
  auto out = db_.read([&](sql::Session& s) {
    return s.rows(
        "select version, first_day, rules, by_name from points_rules where tenant = :tenant order by version "
        "desc limit 100",
        {{"tenant", tenant}}, rules_from);
  });
  out.push_back(shipped_);
  return out;
}

base::Errors LedgerStore::save_rules(const By& by, const Rules& wanted) {
  base::Errors errors;
  const auto wrong = [&](const char* field, const char* words) {
    errors.push_back({Code::invalid, std::string("points.") + field, field, words});
  };
  if (const auto allowed = by.actor.require(kManage); !allowed) return {allowed.error()};
  if (wanted.day_cap < 0) wrong("day_cap", "每天上限不能小于 0，0 为不限。");
  if (wanted.month_cap < 0) wrong("month_cap", "每月上限不能小于 0，0 为不限。");
  if (wanted.filled_percent < 0 || wanted.filled_percent > 100) wrong("filled", "补录折算在 0 到 100 之间。");
  if (wanted.years < 0 || wanted.years > 10) wrong("years", "有效年数在 0 到 10 之间，0 为长期有效。");
  if (wanted.pickup_days < 1 || wanted.pickup_days > 365) wrong("pickup", "领取期限在 1 到 365 天之间。");
  if (!errors.empty()) return errors;
  const Date day = today();
  const Done done = db_.write([&](sql::Session& s) -> Done {
    lock(s, by.actor.tenant);
    const Rules before = rules_in(s, by.actor.tenant);
    if (before.version != wanted.version)
      return refuse(Code::conflict, "points.changed_meanwhile",
                    "规则刚被" + before.by + "改过。请核对新的规则后再改，您填的还在下面。", "rules");
    const std::string first = base::to_iso(day), text = points::to_text(wanted);
    s.run(
        "insert into points_rules (tenant, version, first_day, rules, by_name) values (:tenant, :version, "
        ":first_day, "
        ":rules, :by_name)",
        {{"tenant", by.actor.tenant},
         {"version", before.version + 1},
         {"first_day", first},
         {"rules", text},
         {"by_name", by.actor.name}});
    log(s, by, "points.rules", "points.rules", fmt::format("积分规则改为第 {} 版", before.version + 1));
    return {};
  });
  return done ? base::Errors{} : base::Errors{done.error()};
}

Result<Id> LedgerStore::ask(const By& by, Id person, int points, const std::string& typed) {
  TRY(by.actor.require(kManage));
  const std::string reason = base::trim(typed);
  if (points == 0 || points > kMostCorrection || points < -kMostCorrection)
    return refuse(Code::invalid, "points.points", "更正的分数是 -10000 到 10000 之间、不为 0 的整数。",
                  "points");
  if (reason.empty() || base::length(reason) > 200)
    return refuse(Code::invalid, "points.reason", "请写明更正的原因和依据，不超过 200 字。", "reason");
  const Account account = TRY(this->account(by.actor.tenant, person));
  const Id id = ids_.next();
  return db_.write([&](sql::Session& s) -> Result<Id> {
    s.run(
        "insert into points_correction (tenant, id, person, name, points, reason, state, asked_by, "
        "asked_person, "
        "asked_at, decided_by, decided_why, decided_at) values (:tenant, :id, :person, :name, :points, "
        ":reason, 'asked', "
        ":by, :by_person, :at, '', '', 0)",
        {{"tenant", by.actor.tenant},
         {"id", id},
         {"person", person},
         {"name", account.name},
         {"points", points},
         {"reason", reason},
         {"by", by.actor.name},
         {"by_person", by.actor.person},
         {"at", now()}});
    log(s, by, "points.correction_asked", fmt::format("points.person:{}", person),
        fmt::format("提出更正{}的积分 {:+}：{}", account.name, points, reason));
    return id;
  });
}

Done LedgerStore::decide(const By& by, Id id, bool approved, const std::string& typed) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kApprove));
  const std::string why = base::trim(typed);
  if (!approved && why.empty())
    return refuse(Code::invalid, "points.reason", "请写明不批准的原因。", "reason");
  if (base::length(why) > 200) return refuse(Code::invalid, "points.reason", "原因不超过 200 字。", "reason");
  return db_.write([&](sql::Session& s) -> Done {
    lock(s, tenant);
    const auto c = s.one(fmt::format("select {} from points_correction where tenant = :tenant and id = :id",
                                     kCorrectionColumns),
                         {{"tenant", tenant}, {"id", id}}, correction_from);
    if (!c) return refuse(Code::not_found, "points.not_found", "没有这条更正。");
    if (c->state != CorrectionState::asked)
      return refuse(Code::conflict, "points.changed_meanwhile", "这条更正" + c->decided_by + "已经办理过。");
    if (c->asked_person == by.actor.person && by.actor.person != 0)
      return refuse(Code::forbidden, "points.self", "更正要由提出的人以外的另一个人批准。");
    s.run(
        "update points_correction set state = :state, decided_by = :by, decided_why = :why, decided_at = :at "
        "where "
        "tenant = :tenant and id = :id",
        {{"state", approved ? "approved" : "refused"},
         {"by", by.actor.name},
         {"why", why},
         {"at", now()},
         {"tenant", tenant},
         {"id", id}});
    log(s, by, "points.correction_decided", fmt::format("points.person:{}", c->person),
        fmt::format("{}更正{}的积分 {:+}", approved ? "批准" : "不批准", c->name, c->points));
    if (!approved) return {};
    Booking b;
    b.entry = Entry::correction;
    b.person = c->person;
    b.name = c->name;
    b.points = c->points;
    b.day = today();
    b.source = fmt::format("correction:{}", id);
    b.words = c->reason;
    b.by = c->asked_by + "提出，" + by.actor.name + "批准";
    const Rules rules = rules_in(s, tenant);
    b.rules = rules.version;
    if (b.points < 0) {
      TRY(spend(s, tenant, std::move(b)));
    } else {
      b = book(s, tenant, std::move(b));
      add_lot(s, tenant, b, last_day_of(rules, b.day));
    }
    return {};
  });
}

std::vector<Correction> LedgerStore::corrections(Id tenant, bool open_only) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        fmt::format(
            "select {} from points_correction where tenant = :tenant{} order by asked_at desc, id desc "
            "limit 200",
            kCorrectionColumns, open_only ? " and state = 'asked'" : ""),
        {{"tenant", tenant}}, correction_from);
  });
}

}  // namespace kepu::points
