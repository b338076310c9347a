// Pages of people: proofs with their files, certificates, telephones, duplicates.
#include "engines/registers/pages/registers_pages_testing.h"

namespace kepu::registers {
namespace {

class PeoplePages : public RegisterPages {};
KEPU_STORE_TEST_SUITE(PeoplePages);

TEST_P(PeoplePages, FilesThatProveSomethingAreShownToWhoDecidesAndToNobodyElse) {
  auto office = signed_in(lan, "office", lan.root, ScopeKind::tenant);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  auto neighbour = signed_in(lan, "town", egret, ScopeKind::subtree);
  auto foreign = signed_in(yun, "office", yun.root, ScopeKind::tenant);
  const std::string url = published(town, "柳溪信息员");
  const Id person =
      must(engine.store().entry(lan.tenant, base::parse_id(url.substr(url.rfind('/') + 1)).value_or(0)))
          .person;
  const std::string record = fmt::format("/registers/people/{}", person);
  const http::Pairs talk = {
      {"kind", "talk"}, {"title", "防汛讲座"}, {"on", "2026-03-01"}, {"host", std::to_string(willow)}};
  office.get(record + "?form=proof");
  EXPECT_EQ(office.post(record + "/proofs", talk, {added("file1", "a.jpg", "<!doctype html><p>x")}).status,
            422);
  EXPECT_TRUE(office.shows("只收照片"));
  EXPECT_TRUE(office.shows("防汛讲座")) << "what was typed stays";
  EXPECT_TRUE(engine.store().proofs(lan.tenant, person).empty());
  EXPECT_EQ(office
                .post(record + "/proofs", talk,
                      {added("file1", "签到表.txt", "三十七人"), added("file2", "再来.txt", "")})
                .status,
            303)
      << office.last().body;
  const Proof proof = engine.store().proofs(lan.tenant, person).at(0);
  ASSERT_EQ(proof.files.size(), 1u) << "an empty field is no file";
  const std::string page = fmt::format("{}/proofs/{}", record, proof.id),
                    file = page + "/files/" + proof.files[0].sha256;
  EXPECT_EQ(town.get(page).status, 200);
  EXPECT_TRUE(town.shows(file));
  EXPECT_TRUE(town.shows("签到表.txt"));
  EXPECT_EQ(town.get(file).status, 200);
  ASSERT_NE(town.last().get("Content-Disposition"), nullptr);
  EXPECT_EQ(office.get(file).status, 200);
  EXPECT_EQ(neighbour.get(file).status, 404);
  EXPECT_EQ(foreign.get(file).status, 404);
  EXPECT_EQ(town.get(page + "/files/" + std::string(64, '0')).status, 404);
  office.get(record);
  EXPECT_TRUE(office.shows(file));
  EXPECT_EQ(office.post(page + "/withdraw", {{"revision", "1"}}).status, 303);
  EXPECT_EQ(office.get(file).status, 404);
  EXPECT_EQ(town.get(file).status, 404);
}

TEST_P(PeoplePages, ACertificateIsVerifiedByAnybodyUntilRevoked) {
  auto office = signed_in(lan, "office", lan.root, ScopeKind::tenant);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  const std::string url = published(town, "柳溪信息员");
  const Id entry = base::parse_id(url.substr(url.rfind('/') + 1)).value_or(0);
  const Id person = must(engine.store().entry(lan.tenant, entry)).person;
  const std::string record = fmt::format("/registers/people/{}", person);
  office.get(record + "?form=proof");
  EXPECT_EQ(
      office
          .post(record + "/proofs",
                {{"kind", "talk"}, {"title", ""}, {"on", "2026-03-01"}, {"host", std::to_string(willow)}})
          .status,
      422);
  EXPECT_EQ(office
                .post(record + "/proofs", {{"kind", "talk"},
                                           {"title", "防汛讲座"},
                                           {"on", "2026-03-01"},
                                           {"hours", "2.5"},
                                           {"audience", "60"},
                                           {"host", std::to_string(willow)}})
                .status,
            303)
      << office.last().body;
  const auto proofs = engine.store().proofs(lan.tenant, person);
  ASSERT_EQ(proofs.size(), 1u);
  const std::string proof = fmt::format("{}/proofs/{}", record, proofs[0].id);
  EXPECT_EQ(office.get(proof).status, 403);  // told by himself
  EXPECT_EQ(town.get(proof).status, 200);
  EXPECT_EQ(town.post(proof, {{"verdict", "no"}, {"text", ""}, {"revision", "1"}}).status, 422);
  EXPECT_EQ(town.post(proof, {{"verdict", "yes"}, {"text", ""}, {"revision", "1"}}).status, 303);
  EXPECT_EQ(town.get(proof).status, 303) << "an old notice leads on, it is no error";
  office.get(record + "?form=certificate");
  EXPECT_EQ(office.post(record + "/certificates", {{"from", "2026-01-01"}, {"to", "2026-03-02"}}).status, 303)
      << office.last().body;
  const std::string page = office.location();
  EXPECT_EQ(office.get(page).status, 200);
  EXPECT_TRUE(office.shows("<svg"));
  EXPECT_EQ(office.get(page + "/docx").status, 200);
  EXPECT_EQ(office.get(page + "/file").status, 200);
  const std::string file = office.last().body;
  const std::string code = page.substr(page.rfind('/') + 1);
  Browser visitor(site);
  EXPECT_EQ(visitor.get("/p/lan/certificates/" + code).status, 200);
  EXPECT_TRUE(visitor.shows("证明有效"));
  EXPECT_TRUE(visitor.shows("防汛讲座"));
  EXPECT_EQ(visitor.get("/p/yun/certificates/" + code).status, 404);
  EXPECT_EQ(visitor.get("/p/lan/certificates/nothing").status, 404);
  visitor.get("/p/lan/certificates");
  EXPECT_EQ(visitor.post("/p/lan/certificates", {{"file", file}}).status, 200) << visitor.last().body;
  EXPECT_TRUE(visitor.shows("证明有效"));
  std::string changed = file;
  changed.replace(changed.find("2.5"), 3, "9.5");
  visitor.get("/p/lan/certificates");
  visitor.post("/p/lan/certificates", {{"file", changed}});
  EXPECT_TRUE(visitor.shows("签名不符"));
  visitor.get("/p/lan/certificates");
  EXPECT_EQ(visitor.post("/p/lan/certificates", {{"file", "随便写的"}}).status, 422);
  // Changed in the database: the page says so.
  world.db.write([&](sql::Session& s) {
    s.run("update register_certificate set payload = replace(payload, '防汛', '防旱')");
  });
  visitor.get("/p/lan/certificates/" + code);
  EXPECT_TRUE(visitor.shows("签名不符"));
  world.db.write([&](sql::Session& s) {
    s.run("update register_certificate set payload = replace(payload, '防旱', '防汛')");
  });
  EXPECT_EQ(town.get(page).status, 404);
  office.get(page);
  EXPECT_EQ(office.post(page + "/revoke", {{"text", ""}}).status, 422);
  EXPECT_EQ(office.post(page + "/revoke", {{"text", "登记有误"}}).status, 303);
  visitor.get("/p/lan/certificates/" + code);
  EXPECT_TRUE(visitor.shows("证明已撤销"));
  EXPECT_FALSE(visitor.shows("防汛讲座"));
}

TEST_P(PeoplePages, TelephonesAreMaskedAndALookIsWrittenDown) {
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  auto neighbour = signed_in(lan, "town", egret, ScopeKind::subtree);
  const std::string url = published(town, "柳溪信息员");
  const Id entry = base::parse_id(url.substr(url.rfind('/') + 1)).value_or(0);
  const std::string record =
      fmt::format("/registers/people/{}", must(engine.store().entry(lan.tenant, entry)).person);
  const auto looks = [&] {
    return world.db.read([&](sql::Session& s) {
      audit::Query q;
      q.action_prefix = "register.read_phone";
      return audit::find(s, lan.tenant, q).total;
    });
  };
  town.get(record);
  EXPECT_TRUE(town.shows("138****0001"));
  EXPECT_FALSE(town.shows("13800000001"));
  EXPECT_EQ(looks(), 0);
  town.get(record + "?form=phone");
  EXPECT_TRUE(town.shows("13800000001"));
  EXPECT_EQ(looks(), 1);
  EXPECT_EQ(neighbour.get(record + "?form=phone").status, 404);
  EXPECT_EQ(looks(), 1);
}

TEST_P(PeoplePages, DuplicatesAreMergedAndTakenApart) {
  auto office = signed_in(lan, "office", lan.root, ScopeKind::tenant);
  auto town = signed_in(lan, "town", willow, ScopeKind::subtree);
  published(town, "柳溪信息员");
  office.get("/registers/lecturer/new");
  EXPECT_EQ(office
                .post("/registers/lecturer/new", {{"name", "柳溪讲师"},
                                                  {"phone", "13800000001"},
                                                  {"unit", std::to_string(willow)},
                                                  {"skills", "健康生活"},
                                                  {"employer", "柳溪镇"},
                                                  {"consent", "1"}})
                .status,
            303)
      << office.last().body;
  office.get("/registers/duplicates");
  EXPECT_TRUE(office.shows("手机号相同"));
  const std::string one = office.hidden("one"), other = office.hidden("other");
  EXPECT_EQ(
      office
          .post("/registers/duplicates/merge", {{"one", one}, {"other", other}, {"keep", one}, {"text", ""}})
          .status,
      422);
  EXPECT_EQ(office
                .post("/registers/duplicates/merge",
                      {{"one", one}, {"other", other}, {"keep", one}, {"text", "本人确认"}})
                .status,
            303);
  office.get("/registers/people/" + one);
  EXPECT_TRUE(office.shows("科普讲师"));
  const auto merges = engine.store().merges(lan.tenant, 0);
  ASSERT_EQ(merges.size(), 1u);
  EXPECT_EQ(town.post(fmt::format("/registers/duplicates/{}/undo", merges[0].id), {}).status, 403);
  office.get("/registers/duplicates");
  EXPECT_EQ(office.post(fmt::format("/registers/duplicates/{}/undo", merges[0].id), {}).status, 303);
  office.get("/registers/people/" + one);
  EXPECT_FALSE(office.shows("科普讲师</a>"));
}

}  // namespace
}  // namespace kepu::registers
