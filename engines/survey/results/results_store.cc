#include "engines/survey/results/results_store.h"

#include <fmt/format.h>

#include "core/audit/audit.h"

namespace kepu::survey::results {

using analysis::result_from_json;
using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kColumns =
    "round, number, state, body, hash, words, paper, made_by, made_by_name, made_at, final_by_name, final_at";

StoredResult stored_of(const sql::Row& row) {
  StoredResult out;
  out.round = row.integer(0);
  out.number = static_cast<int>(row.integer(1));
  out.final = row.view(2) == "final";
  auto result = result_from_json(row.view(3));
  if (!result) throw std::runtime_error("a stored result cannot be read: " + result.error().message);
  out.result = std::move(*result);
  out.hash = row.text(4);
  out.words = row.text(5);
  out.paper = row.text(6);
  out.made_by = row.integer(7);
  out.made_by_name = row.text(8);
  out.made_at = row.integer(9);
  out.final_by_name = row.text(10);
  out.final_at = row.integer(11);
  return out;
}

// Number, state, hash and maker of the newest: enough to decide.
struct Head {
  int number = 0;
  bool final = false;
  std::string hash;
  Id made_by = 0;
};

std::optional<Head> head_of(sql::Session& s, Id tenant, Id round) {
  return s.one(
      "select number, state, hash, made_by from survey_result where tenant = :tenant and round = :round "
      "order by number desc limit 1",
      {{"tenant", tenant}, {"round", round}}, [](const sql::Row& row) {
        return Head{static_cast<int>(row.integer(0)), row.view(1) == "final", row.text(2), row.integer(3)};
      });
}

tl::unexpected<base::Error> already_final() {
  return refuse(Code::conflict, "survey.result.final", "这一轮的结果已经定稿，不再变动。");
}

void note(sql::Session& s, const ResultBy& by, base::Millis now, std::string_view right, Id round,
          std::string action, std::string summary, const std::string& hash) {
  audit::Entry e;
  e.at = now;
  e.person = by.actor.person;
  e.person_name = by.actor.name;
  e.unit_name = by.actor.unit_name;
  e.on_behalf_of = by.actor.on_behalf_of(right, 0);
  e.action = std::move(action);
  e.subject = fmt::format("survey_round:{}", round);
  e.summary = std::move(summary);
  e.detail = "{\"hash\":\"" + hash + "\"}";
  e.remote = by.remote;
  audit::append(s, by.actor.tenant, std::move(e));
}

}  // namespace

std::optional<StoredResult> ResultsStore::newest(Id tenant, Id round) {
  return db_.read([&](sql::Session& s) {
    return s.one(fmt::format("select {} from survey_result where tenant = :tenant and round = :round "
                             "order by number desc limit 1",
                             kColumns),
                 {{"tenant", tenant}, {"round", round}}, stored_of);
  });
}

std::vector<StoredResult> ResultsStore::finals(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(fmt::format("select {} from survey_result where tenant = :tenant and state = 'final' "
                              "order by first_day, round",
                              kColumns),
                  {{"tenant", tenant}}, stored_of);
  });
}

std::vector<WaitingResult> ResultsStore::waiting(Id tenant) {
  return db_.read([&](sql::Session& s) {
    return s.rows(
        "select round, title, made_by, made_by_name from survey_result d where tenant = :tenant and state = "
        "'draft' "
        "and not exists (select 1 from survey_result n where n.tenant = d.tenant and n.round = d.round and "
        "n.number > d.number) order by round",
        {{"tenant", tenant}}, [](const sql::Row& row) {
          return WaitingResult{row.integer(0), row.text(1), row.integer(2), row.text(3)};
        });
  });
}

Result<int> ResultsStore::keep(const ResultBy& by, Id round, const RoundResult& result) {
  TRY(by.actor.require(kResultManage));
  const std::string body = to_json(result), hash = hash_of(result), first_day = base::to_iso(result.from);
  const auto now = clock_.now();
  return db_.write([&](sql::Session& s) -> Result<int> {
    const auto head = head_of(s, by.actor.tenant, round);
    if (head && head->final) return already_final();
    if (head && head->hash == hash) return head->number;
    const int number = head ? head->number + 1 : 1;
    const auto rows = s.run(
        "insert into survey_result (tenant, round, number, state, title, body, hash, first_day, words, "
        "paper, "
        "made_at, "
        "made_by, made_by_name, final_at, final_by, final_by_name) values (:tenant, :round, :number, "
        "'draft', :title, :body, "
        ":hash, :first_day, '', '', :at, :person, :name, 0, 0, '') on conflict do nothing",
        {{"tenant", by.actor.tenant},
         {"round", round},
         {"number", number},
         {"title", result.round},
         {"body", body},
         {"hash", hash},
         {"first_day", first_day},
         {"at", now},
         {"person", by.actor.person},
         {"name", by.actor.name}});
    if (rows == 0)
      return refuse(Code::conflict, "survey.result.changed", "刚有别人计算了这一轮的结果，请刷新页面。");
    note(s, by, now, kResultManage, round, "survey.result.compute",
         fmt::format("计算《{}》的结果（第 {} 稿）", result.round, number), hash);
    return number;
  });
}

Done ResultsStore::finalise(const ResultBy& by, Id round, const std::string& hash, const std::string& words,
                            const std::string& paper) {
  TRY(by.actor.require(kResultApprove));
  const auto now = clock_.now();
  return db_.write([&](sql::Session& s) -> Done {
    const auto head = head_of(s, by.actor.tenant, round);
    if (!head) return refuse(Code::not_found, "survey.result.none", "这一轮还没有计算结果。");
    if (head->final) return already_final();
    if (head->hash != hash) {
      return refuse(Code::conflict, "survey.result.changed",
                    "结果刚被重新计算过，与您看到的不同。请看过新的结果再定稿。");
    }
    if (head->made_by != 0 && head->made_by == by.actor.person) {
      return refuse(Code::forbidden, "survey.result.second_person",
                    "结果要由另一个人复核定稿，不能由计算的人自己定。");
    }
    const auto rows = s.run(
        "update survey_result set state = 'final', words = :words, paper = :paper, final_at = :at, final_by "
        "= :person, "
        "final_by_name = :name where tenant = :tenant and round = :round and number = :number and state = "
        "'draft'",
        {{"words", words},
         {"paper", paper},
         {"at", now},
         {"person", by.actor.person},
         {"name", by.actor.name},
         {"tenant", by.actor.tenant},
         {"round", round},
         {"number", head->number}});
    if (rows == 0) return already_final();
    note(s, by, now, kResultApprove, round, "survey.result.final",
         fmt::format("定稿第 {} 稿调查结果", head->number), hash);
    return {};
  });
}

}  // namespace kepu::survey::results
