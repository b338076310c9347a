#include "engines/reports/evidence_store.h"

#include <gtest/gtest.h>

#include "engines/reports/testing.h"

namespace kepu::reports {
namespace {

using testing::Ground;
using testing::must;

class EvidenceStoreTest : public sql::testing::EngineTest {
 protected:
  void prepare(sql::Database& db) override {
    world = std::make_unique<auth::testing::World>(db, testing::kRoles);
    g = std::make_unique<Ground>(*world);
    g->begin_reporting();
  }
  std::vector<std::string> found(const std::string& text, Id tenant = 0) {
    EvidenceStore::Filter filter;
    filter.text = text;
    std::vector<std::string> out;
    for (const auto& e :
         g->evidence->search(tenant == 0 ? g->lan.tenant : tenant, filter, {2026, 10, 9}, "e.title", 0, 50)
             .rows)
      out.push_back(e.title);
    return out;
  }
  EvidenceStore::New link(const std::string& url) {
    EvidenceStore::New fresh;
    fresh.unit = g->farming;
    fresh.kind = EvidenceKind::link;
    fresh.title = "报道";
    fresh.content.url = url;
    return fresh;
  }
  std::unique_ptr<auth::testing::World> world;
  std::unique_ptr<Ground> g;
};
KEPU_STORE_TEST_SUITE(EvidenceStoreTest);

TEST_P(EvidenceStoreTest, TheSameContent_IsThereOnce) {
  const Id first = g->file(g->farmer, g->farming, "培训签到表", std::string(64, 'a'));
  EvidenceStore::New again;
  again.unit = g->farming;
  again.title = "另一个名字";
  again.content.sha256 = std::string(64, 'a');
  const auto added = must(g->evidence->add(Ground::by(g->farmer), again));
  EXPECT_TRUE(added.was_there);
  EXPECT_EQ(added.evidence, first);
  EXPECT_EQ(added.title, "培训签到表");
  // Another unit has a record of its own; what it proves there is its own business.
  EXPECT_NE(g->file(g->teacher, g->education, "签到", std::string(64, 'a')), first);
  const Id page = must(g->evidence->add(Ground::by(g->farmer), link("https://example.org/a"))).evidence;
  EXPECT_EQ(must(g->evidence->add(Ground::by(g->farmer), link("https://example.org/a"))).evidence, page);
}

TEST_P(EvidenceStoreTest, FullText_FindsEveryPart_AndNothingElse) {
  g->file(g->farmer, g->farming, "科普大篷车进校园照片", std::string(64, '1'));
  g->file(g->farmer, g->farming, "校园科普讲座签到表", std::string(64, '2'));
  g->file(g->farmer, g->farming, "农民培训合影", std::string(64, '3'));
  EXPECT_EQ(found("校园").size(), 2u);
  EXPECT_EQ(found("进校园"), std::vector<std::string>{"科普大篷车进校园照片"});
  EXPECT_EQ(found("讲座 签到"), std::vector<std::string>{"校园科普讲座签到表"});
  EXPECT_EQ(found("影"), std::vector<std::string>{"农民培训合影"});
  EXPECT_EQ(found("ＰＤＦ").size(), 3u);
  EXPECT_TRUE(found("园校").empty());
  EXPECT_TRUE(found("科普园").empty());
  EXPECT_TRUE(found("，").empty());
  EXPECT_TRUE(found("%").empty());
  EXPECT_TRUE(found("校园", g->yun.tenant).empty());
  EXPECT_EQ(found("").size(), 3u);
}

TEST_P(EvidenceStoreTest, OneProof_ServesManySubjects_AndAWithdrawnOneCountsNoMore) {
  const Id proof = g->file(g->farmer, g->farming, "签到表", std::string(64, 'a'));
  const auto draft = g->write(g->farmer, g->farming, 0, 0, Ground::doing(0.4), false).reports.at(0);
  must(g->evidence->attach(Ground::by(g->farmer), draft, proof));
  must(g->evidence->attach(Ground::by(g->farmer), draft, proof));
  g->world.db.write([&](sql::Session& s) {
    return link_evidence(s, g->lan.tenant, proof, {"score", 7}, 1, "测试");
  });
  EXPECT_EQ(g->evidence->find(g->lan.tenant, proof)->uses, 2);
  EXPECT_EQ(g->evidence->counts(g->lan.tenant, "score", {7, 8}), (std::map<Id, int>{{7, 1}}));
  EXPECT_EQ(g->evidence->withdraw(Ground::by(g->farmer), proof, 1, "").error().rule, "evidence.reason");
  must(g->evidence->withdraw(Ground::by(g->farmer), proof, 1, "传错了"));
  EXPECT_TRUE(g->evidence->counts(g->lan.tenant, "score", {7}).empty());
  EXPECT_EQ(g->evidence->of(g->lan.tenant, {"report", draft}).size(), 1u);  // still seen
  EXPECT_FALSE(g->world.db.write([&](sql::Session& s) {
    return link_evidence(s, g->lan.tenant, proof, {"score", 8}, 1, "测试");
  }));
  // The same file may be registered anew.
  EXPECT_NE(g->file(g->farmer, g->farming, "签到表", std::string(64, 'a')), proof);
}

TEST_P(EvidenceStoreTest, Versions_StayAndTheNewestCounts) {
  const Id proof = g->file(g->farmer, g->farming, "方案", std::string(64, 'a'));
  EvidenceVersion next;
  next.sha256 = std::string(64, 'b');
  next.file_name = "方案（修订）.pdf";
  must(g->evidence->add_version(Ground::by(g->farmer), proof, 1, next));
  EXPECT_EQ(g->evidence->add_version(Ground::by(g->farmer), proof, 1, next).error().rule,
            "evidence.changed_meanwhile");
  EXPECT_EQ(g->evidence->add_version(Ground::by(g->farmer), proof, 2, next).error().rule, "evidence.same");
  EXPECT_EQ(g->evidence->find(g->lan.tenant, proof)->current.number, 2);
  EXPECT_EQ(g->evidence->versions(g->lan.tenant, proof).size(), 2u);
  EXPECT_EQ(found("修订").size(), 1u);
}

TEST_P(EvidenceStoreTest, BadInput_AndOtherPeoplesThings_AreRefused) {
  for (const char* url : {"javascript:alert(1)", "ftp://x", "https://a b", "/tasks/1", ""})
    EXPECT_EQ(g->evidence->add(Ground::by(g->farmer), link(url)).error().rule, "evidence.url") << url;
  auto record = link("/tasks/1");
  record.kind = EvidenceKind::record;
  EXPECT_TRUE(g->evidence->add(Ground::by(g->farmer), record));
  for (const char* url : {"//evil.example", "/\\evil", "https://x"}) {
    record.content.url = url;
    EXPECT_FALSE(g->evidence->add(Ground::by(g->farmer), record)) << url;
  }
  auto dated = link("https://example.org/b");
  dated.valid_from = Date{2026, 5, 1};
  dated.valid_until = Date{2026, 4, 1};
  EXPECT_EQ(g->evidence->add(Ground::by(g->farmer), dated).error().field, "valid_until");
  EXPECT_FALSE(g->evidence->add(Ground::by(g->teacher), link("https://example.org/c")));
  const Id proof = g->file(g->farmer, g->farming, "签到表", std::string(64, 'a'));
  EXPECT_FALSE(g->evidence->withdraw(Ground::by(g->teacher), proof, 1, "不是我的"));
  EXPECT_EQ(g->evidence->withdraw(Ground::by(g->stranger), proof, 1, "他县").error().rule,
            "evidence.not_found");
  const auto draft = g->write(g->teacher, g->education, 2, 0, Ground::doing(0.4), false).reports.at(0);
  EXPECT_FALSE(g->evidence->attach(Ground::by(g->teacher), draft, proof));  // may not read it
  EXPECT_FALSE(g->evidence->attach(Ground::by(g->farmer), draft, proof));   // not its report
  const auto sent = g->submitted(g->farmer, g->farming, 0, 0.4);
  EXPECT_EQ(g->evidence->attach(Ground::by(g->farmer), sent.id, proof).error().rule, "report.not_in_state");
}

}  // namespace
}  // namespace kepu::reports
