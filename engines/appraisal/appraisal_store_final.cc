// Appeals, the end of a year, and its proof.
#include <fmt/format.h>

#include <algorithm>

#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "engines/appraisal/appraisal_rows.h"

namespace kepu::appraisal {

using base::Code;
using base::refuse;

namespace {

constexpr std::string_view kFinalAction = "appraisal.final";
constexpr std::size_t kLongestText = 2000;

std::string hashes_json(const std::string& inputs, const std::string& scores) {
  base::Json j;
  j.object().field("inputs_sha256", inputs).field("scores_sha256", scores).end();
  return std::move(j).text();
}

}  // namespace

std::vector<Appeal> AppraisalStore::appeals(Id tenant, Id appraisal, Id unit) {
  return db_.read([&](sql::Session& s) {
    return rows::appeals(s, "tenant = :tenant and appraisal = :appraisal and (:unit = 0 or unit = :unit)",
                         {{"tenant", tenant}, {"appraisal", appraisal}, {"unit", unit}});
  });
}

std::vector<Appeal> AppraisalStore::open_appeals(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return rows::appeals(s, "tenant = :tenant and state = 'open'", {{"tenant", tenant}});
  });
}

base::Result<Id> AppraisalStore::appeal(const By& by, Id appraisal, Id unit, const std::string& item,
                                        const std::string& text, const std::string& link) {
  TRY(by.actor.require("appraisal.self", unit));
  if (base::trim(text).empty())
    return refuse(Code::invalid, "appraisal.appeal_text", "请写明申诉的理由和依据。", "text");
  if (base::length(text) > kLongestText)
    return refuse(Code::invalid, "appraisal.too_long", "申诉理由不超过 2000 字，请精简。", "text");
  if (!is_link(link))
    return refuse(Code::invalid, "appraisal.link", "佐证链接应当以 https:// 或 / 开头，不含空格。", "link");
  const Id tenant = by.actor.tenant, id = ids_.next();
  const auto people = directory_.holders(tenant, "appraisal.review", unit);
  return db_.write([&](sql::Session& s) -> base::Result<Id> {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::appeal));
    if (clock_.today() > loaded.head.notice_until.value_or(base::Date{}))
      return refuse(Code::conflict, "appraisal.appeal_term",
                    fmt::format("公示和申诉已于 {} 截止。", base::to_chinese(*loaded.head.notice_until)));
    const auto entries = rows::entries(s, tenant, appraisal, unit);
    const auto* wanted = loaded.table->item(item);
    if (entries.empty() || wanted == nullptr || !loaded.table->applies(*wanted, entries.front().group))
      return refuse(Code::invalid, "appraisal.no_such_item", "请选择要申诉的考核项。", "item");
    const auto made = s.run(
        "insert into appraisal_appeal (tenant, id, appraisal, unit, item, state, text, link, at, filed_by, "
        "decided_at, decided_by, decision) values (:tenant, :id, :appraisal, :unit, :item, 'open', :text, "
        ":link, "
        ":at, :by, 0, '', '') on conflict do nothing",
        {{"tenant", tenant},
         {"id", id},
         {"appraisal", appraisal},
         {"unit", unit},
         {"item", item},
         {"text", base::trim(text)},
         {"link", link},
         {"at", clock_.now()},
         {"by", by.actor.name}});
    if (made == 0)
      return refuse(Code::conflict, "appraisal.appealed_already", "这一项已经申诉过，一项只能申诉一次。",
                    "item");
    tell(s, tenant, people, fmt::format("appraisal.appeal:{}", id),
         entries.front().name + "对考核得分提出申诉", "考核项 " + item + "：" + base::shorten(text, 100),
         fmt::format("/appraisals/{}/appeals/{}", appraisal, id));
    log(s, by, "appraisal.self", "appraisal.appeal", appraisal, unit,
        fmt::format("{}对考核项 {} 提出申诉：{}", entries.front().name, item, base::trim(text)));
    return id;
  });
}

base::Done AppraisalStore::decide(const By& by, Id appeal, const Decision& decision) {
  const Id tenant = by.actor.tenant;
  const auto found = db_.read([&](sql::Session& s) {
    return rows::appeals(s, "tenant = :tenant and id = :id", {{"tenant", tenant}, {"id", appeal}});
  });
  if (found.empty()) return refuse(Code::not_found, "appraisal.appeal_not_found", "没有这件申诉。");
  const Id unit = found.front().unit, appraisal = found.front().appraisal;
  TRY(by.actor.require("appraisal.review", unit));
  TRY(not_own(by.actor, unit));
  if (decision.state == AppealState::open)
    return refuse(Code::invalid, "appraisal.decision", "请选择支持申诉，还是维持原分。", "state");
  if (base::trim(decision.reason).empty())
    return refuse(Code::invalid, "appraisal.decision_reason", "请写明裁定的理由，单位会看到。", "reason");
  const auto people = directory_.holders(tenant, "appraisal.self", unit);
  return db_.write([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(locked(s, tenant, appraisal, Action::decide_appeal));
    const auto done = s.run(
        "update appraisal_appeal set state = :state, decided_at = :at, decided_by = :by, decision = "
        ":decision "
        "where tenant = :tenant and id = :id and state = 'open'",
        {{"state", to_text(decision.state)},
         {"at", clock_.now()},
         {"by", by.actor.name},
         {"decision", base::trim(decision.reason)},
         {"tenant", tenant},
         {"id", appeal}});
    const Appeal now =
        rows::appeals(s, "tenant = :tenant and id = :id", {{"tenant", tenant}, {"id", appeal}}).front();
    if (done == 0)
      return refuse(Code::conflict, "appraisal.changed_meanwhile",
                    fmt::format("这件申诉已由{}于 {} 裁定为“{}”，您的裁定没有保存。", now.decided_by,
                                base::to_local(now.decided_at), title_of(now.state)));
    const auto sheet = TRY(raise_sheet(s, by, appraisal, unit, std::nullopt));
    const Item& item = *loaded.table->item(now.item);
    std::string outcome = std::string(title_of(decision.state));
    if (decision.state == AppealState::upheld) {
      if (decision.points && (*decision.points < 0 || *decision.points > item.points))
        return refuse(Code::invalid, "appraisal.out_of_bounds",
                      fmt::format("裁定分应当在 0 和 {} 之间。", points_text(item.points)), "points");
      Mark mark;
      mark.kind = Mark::Kind::appeal;
      mark.item = now.item;
      mark.unit = unit;
      mark.person_name = by.actor.name;
      mark.points = decision.points;
      mark.reason = base::trim(decision.reason);
      mark.at = clock_.now();
      rows::insert_mark(s, tenant, appraisal, mark);
      outcome += decision.points ? "，改为 " + points_text(*decision.points) + " 分" : "，改为不适用";
    }
    tell(s, tenant, people, fmt::format("appraisal.decided:{}", appeal),
         fmt::format("考核申诉已裁定：{}", outcome), decision.reason,
         fmt::format("/appraisals/{}/appeals/{}", appraisal, appeal));
    log(s, by, "appraisal.review", "appraisal.decide_appeal", appraisal, unit,
        fmt::format("裁定{}对考核项 {} 的申诉：{}。理由：{}", sheet.entry.name, now.item, outcome,
                    base::trim(decision.reason)));
    return {};
  });
}

// ---------------------------------------------------------------- the end of a year

base::Done AppraisalStore::finish(sql::Session& session, const By& by, const Loaded& loaded) {
  const Id tenant = by.actor.tenant, id = loaded.head.id;
  const base::Date today = clock_.today();
  if (loaded.head.notice_until && today <= *loaded.head.notice_until)
    return refuse(
        Code::conflict, "appraisal.notice_runs",
        fmt::format("公示到 {} 为止，期满后才能定稿。", base::to_chinese(*loaded.head.notice_until)));
  const auto open = session.integer(
      "select count(*) from appraisal_appeal where tenant = :tenant and appraisal = :appraisal and state = "
      "'open'",
      {{"tenant", tenant}, {"appraisal", id}});
  if (open > 0)
    return refuse(Code::conflict, "appraisal.appeals_open",
                  fmt::format("还有 {} 件申诉没有裁定，裁定后才能定稿。", open));
  const Inputs in = inputs(session, tenant, loaded, 0, false);
  const Scores scores = score(in);
  const std::string in_text = canonical(in), out_text = canonical(scores);
  const std::string in_hash = base::sha256_hex(in_text), out_hash = base::sha256_hex(out_text);
  session.run(
      "insert into appraisal_frozen (tenant, appraisal, inputs, scores) values (:tenant, :appraisal, "
      ":inputs, "
      ":scores)",
      {{"tenant", tenant}, {"appraisal", id}, {"inputs", in_text}, {"scores", out_text}});
  int position = 0;
  for (const auto& u : scores.units) rows::insert_score(session, tenant, loaded.head, u, ++position, today);
  session.run(
      "update appraisal set finished_at = :at, inputs_hash = :inputs, scores_hash = :scores where tenant = "
      ":tenant and id = :id",
      {{"at", clock_.now()}, {"inputs", in_hash}, {"scores", out_hash}, {"tenant", tenant}, {"id", id}});
  log(session, by, "appraisal.manage", kFinalAction, id, 0,
      fmt::format("{} 年度考核定稿：{} 个单位；输入 SHA-256 {}，得分 SHA-256 {}", loaded.head.year,
                  scores.units.size(), in_hash, out_hash),
      hashes_json(in_hash, out_hash));
  return {};
}

std::vector<ResultRow> AppraisalStore::results(Id tenant, Id appraisal) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select " + std::string(rows::kResultColumns) +
            " from appraisal_score where tenant = :tenant and appraisal = :appraisal order by position",
        {{"tenant", tenant}, {"appraisal", appraisal}}, rows::result_of);
  });
}

std::vector<ResultRow> AppraisalStore::results_of_unit(Id tenant, Id unit) {
  return db_.read([&](sql::Session& s) {
    return s.rows("select " + std::string(rows::kResultColumns) +
                      " from appraisal_score where tenant = :tenant and unit = :unit order by year desc",
                  {{"tenant", tenant}, {"unit", unit}}, rows::result_of);
  });
}

std::map<Id, ResultRow> AppraisalStore::latest_results(Id tenant, base::Date until,
                                                       const std::vector<Id>& units) {
  std::map<Id, ResultRow> out;
  db_.read([&](sql::Session& s) {
    s.each("select " + std::string(rows::kResultColumns) +
               " from appraisal_score where tenant = :tenant and finished_on <= :until order by year",
           {{"tenant", tenant}, {"until", base::to_iso(until)}}, [&](const sql::Row& r) {
             ResultRow row = rows::result_of(r);
             if (units.empty() || std::find(units.begin(), units.end(), row.unit) != units.end())
               out[row.unit] = std::move(row);
           });
  });
  return out;
}

// ---------------------------------------------------------------- proof

base::Result<Proof> AppraisalStore::verify(Id tenant, Id appraisal) {
  struct Kept {
    std::string inputs, scores;
  };
  Proof proof;
  proof.sound = true;
  const auto check = [&](bool good, const std::string& what, const std::string& broken) {
    proof.sound = proof.sound && good;
    proof.lines.push_back((good ? "相符　" : "不符　") + what + (good ? "" : "：" + broken));
  };
  const auto done = db_.read([&](sql::Session& s) -> base::Done {
    const Loaded loaded = TRY(load(s, tenant, appraisal));
    proof.head = loaded.head;
    if (loaded.head.state != State::final)
      return refuse(Code::conflict, "appraisal.not_final", "这项考核还没有定稿，定稿后才能核验。");
    const auto kept =
        s.one("select inputs, scores from appraisal_frozen where tenant = :tenant and appraisal = :appraisal",
              {{"tenant", tenant}, {"appraisal", appraisal}}, [](const sql::Row& r) {
                return Kept{r.text(0), r.text(1)};
              });
    check(kept.has_value(), "定稿时冻结的数据还在", "没有找到");
    if (!kept) return {};
    proof.inputs_hash = base::sha256_hex(kept->inputs);
    const auto frozen = parse_inputs(kept->inputs);
    check(frozen.has_value(), "冻结的规则、指标值和各方评分能够读出", frozen ? "" : frozen.error().message);
    const std::string again = frozen ? canonical(score(*frozen)) : std::string();
    proof.scores_hash = base::sha256_hex(again);
    check(again == kept->scores, "按当年的规则重新计分，与定稿逐字节相同", "重算结果不同");
    check(proof.inputs_hash == loaded.head.inputs_hash && proof.scores_hash == loaded.head.scores_hash,
          "与考核记录中的散列值", "散列值不同");
    audit::Query query;
    query.action_prefix = std::string(kFinalAction);
    query.subject = subject_of(appraisal);
    const auto entries = audit::find(s, tenant, query).entries;
    const bool one = entries.size() == 1;
    check(one && entries.front().detail == hashes_json(proof.inputs_hash, proof.scores_hash),
          "与审计日志中定稿时写下的散列值", one ? "散列值不同" : "审计日志里没有唯一的定稿记录");
    if (one) proof.audit_entry = entries.front().number;
    check(canonical(inputs(s, tenant, loaded, 0, false)) == kept->inputs,
          "数据库里的评分、指标值和指标表与冻结的数据", "定稿以后有人绕过平台改过");
    if (frozen) {
      const Scores scores = score(*frozen);
      const auto listed =
          s.rows("select " + std::string(rows::kResultColumns) +
                     " from appraisal_score where tenant = :tenant and appraisal = :appraisal "
                     "order by position",
                 {{"tenant", tenant}, {"appraisal", appraisal}}, rows::result_of);
      bool same = listed.size() == scores.units.size();
      for (std::size_t i = 0; same && i < listed.size(); ++i) {
        const auto& u = scores.units[i];
        same = listed[i].unit == u.unit && listed[i].total == u.final.total && listed[i].grade == u.grade &&
               listed[i].self == u.self.total && listed[i].assessed == u.assessed.total;
      }
      check(same, "结果清单中的总分和等次", "与重算结果不同");
    }
    return {};
  });
  TRY(done);
  const auto verdict = audit::verify(db_, tenant);
  check(!verdict.broken_at, fmt::format("审计日志的散列链（{} 条）完整", verdict.entries), verdict.message);
  return proof;
}

}  // namespace kepu::appraisal
