// The pages as people use them, without a script: the office, who signs, who reads, another county.
#include <gtest/gtest.h>

#include <filesystem>

#include "core/base/secret.h"
#include "core/site/testing.h"
#include "engines/survey/analysis/analysis.h"
#include "engines/survey/analysis/dataset_json.h"
#include "engines/survey/analysis/wording.h"
#include "engines/survey/results/pages/results_engine.h"
#include "engines/survey/simulation/county.h"

namespace kepu::survey::results {
namespace {

using analysis::analyse;
using analysis::AnalysisOptions;
using analysis::dataset_from_json;
using auth::ScopeKind;
using auth::testing::must;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "调查经办"
purpose = "组织"
scope = "tenant"
rights = ["survey.read", "survey.manage"]
[[role]]
id = "head"
title = "签批"
purpose = "定稿"
scope = "tenant"
rights = ["survey.read", "survey.approve"]
[[role]]
id = "reader"
title = "查看"
purpose = "查看"
scope = "tenant"
rights = ["survey.read"]
[[role]]
id = "stranger"
title = "无关"
purpose = "无"
scope = "unit"
rights = ["plan.read"]
)";

constexpr Id kFrozen = 77, kOpen = 78;

class TwoRounds final : public Rounds {
 public:
  base::Result<RoundHead> round(Id tenant, Id round) override {
    if (tenant != of || (round != kFrozen && round != kOpen))
      return base::refuse(base::Code::not_found, "survey.round", "没有这一轮调查。");
    return RoundHead{round, "2026年岚江县公民科学素质调查", "/survey/rounds/" + std::to_string(round),
                     round == kFrozen};
  }
  base::Result<Dataset> dataset(Id tenant, Id round) override {
    const auto head = TRY(this->round(tenant, round));
    if (!head.frozen) return base::refuse(base::Code::conflict, "survey.not_frozen", "这一轮还没有冻结。");
    return simulation::demonstration_round();
  }
  Id of = 0;
};

class ResultPages : public site::testing::PageTest {
 protected:
  ResultPages() : PageTest(kRoles, {result_migrations()}, {2026, 11, 2}) {
    engine = std::make_unique<ResultsEngine>(services, rounds, "kepu test");
    engine->add_metrics(metrics);
    engine->add_to(site);
    tenant = rounds.of = make_county("lan", "岚江县");
    office = session("office", "office");
    head = session("head", "head");
    reader = session("reader", "reader");
    stranger = session("stranger", "stranger");
    elsewhere = session("other", "office", 0, ScopeKind::tenant, make_county("qing", "青江县"));
  }
  std::string hash() { return engine->store().newest(tenant, kFrozen)->hash; }
  metric::Question asked(base::Date to) { return {tenant, "survey.literacy", {}, {2026, 1, 1}, to}; }

  TwoRounds rounds;
  std::unique_ptr<ResultsEngine> engine;
  metric::Catalog metrics;
  site::testing::Session office, head, reader, stranger, elsewhere;
};

const std::string kUrl = "/survey/rounds/77/result";

TEST_F(ResultPages, FromNothing_ToADraft_ToTheFinalReport) {
  EXPECT_NE(get(reader, kUrl).body.find("还没有公布结果"), std::string::npos);
  EXPECT_NE(get(office, kUrl).body.find("计算结果"), std::string::npos);
  ASSERT_EQ(post(office, kUrl + "/compute").status, 303);
  const auto draft = get(office, kUrl);
  EXPECT_EQ(draft.status, 200);
  EXPECT_NE(draft.body.find(headline(engine->store().newest(tenant, kFrozen)->result)), std::string::npos);
  EXPECT_NE(draft.body.find("竞赛、答题活动的成绩不进入本结果"), std::string::npos);
  // A draft is nobody else's.
  EXPECT_NE(get(reader, kUrl).body.find("还没有公布结果"), std::string::npos);
  EXPECT_EQ(get(reader, kUrl + "?as=docx").status, 404);
  EXPECT_FALSE(must(metrics.answer(asked({2026, 12, 31}))).value);
  ASSERT_EQ(post(head, kUrl + "/final", {{"hash", hash()}, {"words", "一要补短板。"}}).status, 303);
  const auto page = get(reader, kUrl);
  EXPECT_NE(page.body.find("一要补短板。"), std::string::npos);
  EXPECT_EQ(page.body.find("重新计算"), std::string::npos);
  const auto paper = get(reader, kUrl + "?as=docx");
  EXPECT_EQ(paper.body.substr(0, 2), "PK");
  EXPECT_TRUE(get(office, kUrl + "?as=docx").body == paper.body);
  EXPECT_EQ(get(reader, kUrl + "?as=json").body, to_json(engine->store().newest(tenant, kFrozen)->result));
  EXPECT_EQ(base::sha256_hex(get(reader, kUrl + "?as=json").body), hash());
  // Whoever has the frozen data computes the same.
  const auto dataset = get(office, kUrl + "/dataset?as=json");
  AnalysisOptions same;
  same.program = "kepu test";
  EXPECT_EQ(hash_of(analyse(dataset_from_json(dataset.body).value(), same).value()), hash());
  EXPECT_EQ(post(office, kUrl + "/compute").status, 409);
  const auto value = must(metrics.answer(asked({2026, 12, 31})));
  ASSERT_TRUE(value.value);
  EXPECT_NEAR(*value.value, engine->store().newest(tenant, kFrozen)->result.county_row().percent, 1e-9);
  EXPECT_FALSE(must(metrics.answer(asked({2026, 9, 1}))).value);  // before the fieldwork was over
  EXPECT_EQ(must(metrics.records(asked({2026, 12, 31}), 0, 10)).size(), 1u);
}

TEST_F(ResultPages, ARefusedFinalForm_KeepsWhatWasTyped) {
  ASSERT_EQ(post(office, kUrl + "/compute").status, 303);
  const auto back = post(head, kUrl + "/final", {{"hash", "another"}, {"words", "写了半天的话"}});
  EXPECT_EQ(back.status, 422);
  EXPECT_NE(back.body.find("写了半天的话"), std::string::npos);
  EXPECT_NE(back.body.find("请看过新的结果再定稿"), std::string::npos);
}

TEST_F(ResultPages, WithoutRight_Token_OrFromAnotherCounty_AreRefused) {
  EXPECT_EQ(get(stranger, kUrl).status, 403);
  EXPECT_EQ(post(reader, kUrl + "/compute").status, 403);
  EXPECT_EQ(post(office, kUrl + "/final", {{"hash", "x"}}).status, 403);
  EXPECT_EQ(get(reader, kUrl + "/microdata").status, 403);
  EXPECT_EQ(get(head, kUrl + "/dataset").status, 403);
  EXPECT_EQ(get(elsewhere, kUrl).status, 404);
  EXPECT_EQ(post(elsewhere, kUrl + "/compute").status, 404);
  EXPECT_EQ(send(office, http::Method::post, kUrl + "/compute", {}, {}, {.token = false}).status, 403);
  EXPECT_EQ(get(site::testing::Session{}, kUrl).status, 303);  // to sign in
  EXPECT_EQ(get(office, "/survey/rounds/1/result").status, 404);
}

TEST_F(ResultPages, OfARoundThatIsNotFrozen_NothingIsComputed) {
  EXPECT_NE(get(office, "/survey/rounds/78/result").body.find("还没有冻结"), std::string::npos);
  EXPECT_EQ(post(office, "/survey/rounds/78/result/compute").status, 409);
  EXPECT_EQ(get(office, "/survey/rounds/78/result/microdata").status, 409);
}

TEST_F(ResultPages, Microdata_AreOffered_AndEveryExportIsLogged) {
  const auto page = get(office, kUrl + "/microdata");
  EXPECT_EQ(page.status, 200);
  EXPECT_NE(page.body.find("data.sav"), std::string::npos);
  const auto csv = get(office, kUrl + "/microdata/files/data.csv");
  EXPECT_EQ(csv.status, 200);
  EXPECT_EQ(csv.body.find("village"), std::string::npos);
  EXPECT_NE(get(office, kUrl + "/microdata/files/data.csv?design=1").body.find("village"), std::string::npos);
  EXPECT_EQ(get(office, kUrl + "/microdata/files/passwd").status, 404);
  EXPECT_EQ(get(office, kUrl + "/microdata/files/说明.txt").status, 200);
  EXPECT_EQ(get(office, kUrl + "/dataset").status, 200);
  const auto logged = database->db().read(
      [&](sql::Session& s) { return audit::find(s, tenant, {.action_prefix = "export.survey"}).total; });
  EXPECT_EQ(logged, 4);
}

TEST_F(ResultPages, HideTheTextsOfItems_AndWhatIsSuppressed) {
  ASSERT_EQ(post(office, kUrl + "/compute").status, 303);
  const auto body = get(office, kUrl).body;
  const auto dataset = simulation::demonstration_round();
  for (const auto& item : dataset.items) EXPECT_EQ(body.find(item.text), std::string::npos) << item.text;
  EXPECT_EQ(body.find("nan"), std::string::npos);
}

}  // namespace
}  // namespace kepu::survey::results
