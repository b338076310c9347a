// The pages as people use them, without a script: the office, the leader, two surveyors, another county.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "core/base/json.h"
#include "core/site/testing.h"
#include "engines/plan/testing.h"
#include "engines/survey/pages/replay_script.h"
#include "engines/survey/survey_engine.h"
#include "engines/survey/testing.h"
#include "engines/survey/xlsform.h"

namespace kepu::survey {
namespace {

using namespace survey::testing;
using auth::ScopeKind;
using auth::UnitKind;

constexpr std::string_view kRoles = R"(
[[role]]
id = "administrator"
title = "系统管理员"
purpose = "全部"
scope = "tenant"
rights = ["*"]
[[role]]
id = "office"
title = "组织"
purpose = "组织"
scope = "tenant"
rights = ["person.read", "survey.read", "survey.manage"]
[[role]]
id = "leader"
title = "负责人"
purpose = "签发"
scope = "tenant"
rights = ["survey.read", "survey.approve"]
[[role]]
id = "surveyor"
title = "调查员"
purpose = "访问"
scope = "tenant"
rights = ["survey.interview"]
)";

class SurveyPages : public site::testing::PageTest {
 protected:
  SurveyPages() : PageTest(kRoles, {notify::migrations(), migrations()}) {
    engine = std::make_unique<SurveyEngine>(services, plans, cipher);
    engine->add_to(site);
    tenant = make_county("lan", "岚江县");
    office = session("office", "office");
    leader = session("leader", "leader");
    first = session("first", "surveyor");
    second = session("second", "surveyor");
  }
  http::Upload upload(const std::string& path) {
    http::Upload u;
    u.field = "file";
    u.name = "a.xlsx";
    u.path = path;
    u.size = std::filesystem::file_size(path);
    return u;
  }
  std::string revision(Id round) {
    return std::to_string(must(engine->store().round(tenant, round)).round.revision);
  }
  static bool has(const http::Response& r, const std::string& text) {
    return r.body.find(text) != std::string::npos;
  }
  static http::Pairs plan_fields() {
    return {{"title", "2026年调查"}, {"year", "2026"},     {"from", "2026-03-02"}, {"until", "2026-03-31"},
            {"target", "15"},        {"proportion", "15"}, {"margin", "8"},        {"deff", "1.5"},
            {"response", "75"},      {"take", "10"},       {"strata", "place"},    {"back", "100"}};
  }
  std::string frame_file(const std::vector<Area>& areas, const std::string& people_title = "18–69 岁人数") {
    const auto path = (folder / "frame.xlsx").string();
    doc::WorkbookWriter out(path);
    out.sheet("村", {{"编码", 12, "", {}},
                     {"村（社区）", 12, "", {}},
                     {"乡镇（街道）", 12, "", {}},
                     {"城乡", 12, "", {}},
                     {"户数", 12, "", {}},
                     {people_title, 12, "", {}}});
    for (const auto& a : areas)
      out.row({a.code, a.name, a.township, std::string(place_title(a.place)), std::int64_t{a.households},
               std::int64_t{a.people}});
    out.close();
    return path;
  }
  // Through the pages, from the empty list to the first interview.
  Id in_field() {
    const Id id = id_of(post(office, "/survey/rounds/new", plan_fields()));
    const auto url = "/survey/rounds/" + std::to_string(id);
    EXPECT_EQ(post(office, url + "/frame", {{"revision", revision(id)}}, {upload(frame_file(small_frame()))})
                  .status,
              303);
    EXPECT_EQ(post(office, url + "/draw", {{"seed", "07 12 25"}, {"revision", revision(id)}}).status, 303);
    EXPECT_EQ(post(leader, url + "/approve", {{"revision", revision(id)}}).status, 303);
    const auto sheet = (folder / "form.xlsx").string();
    write_xlsform(small_questionnaire(), sheet);
    const Id q = id_of(post(office, "/survey/questionnaires/new", {}, {upload(sheet)}));
    EXPECT_EQ(
        post(office, "/survey/questionnaires/" + std::to_string(q) + "/release", {{"revision", "1"}}).status,
        303);
    EXPECT_EQ(post(office, url + "/questionnaire",
                   {{"questionnaire", std::to_string(q)}, {"revision", revision(id)}})
                  .status,
              303);
    for (const auto& a : must(engine->store().round(tenant, id)).drawn()) {
      const auto area = url + "/areas/" + std::to_string(a.position + 1);
      const bool mine = village == 0 || village == a.position + 1;
      if (village == 0) village = a.position + 1;
      EXPECT_EQ(
          post(office, area + "/assign",
               {{"person", std::to_string(mine ? first.person : second.person)}, {"revision", revision(id)}})
              .status,
          303);
      std::string addresses;
      for (int i = 0; i < 20; ++i) addresses += "东街" + std::to_string(i) + "号\r\n";
      EXPECT_EQ(post(office, area + "/list", {{"addresses", addresses}, {"revision", revision(id)}}).status,
                303);
    }
    EXPECT_EQ(post(office, url + "/start", {{"revision", revision(id)}}).status, 303);
    return id;
  }
  std::string case_url(const FieldCase& c) { return "/survey/cases/" + std::to_string(c.id); }
  std::vector<FieldCase> mine(const site::testing::Session& who) {
    return engine->store().cases(tenant, {.surveyor = who.person});
  }
  static http::Pairs with_key(Pairs fields, int number) {
    fields.emplace_back("key", key(number));
    return fields;
  }

  plan::testing::NoPlan plans;
  std::unique_ptr<SurveyEngine> engine;
  site::testing::Session office, leader, first, second;
  int village = 0;
};

TEST_F(SurveyPages, ARoundGoesFromTheListToTheFreezing) {
  const Id id = in_field();
  const auto url = "/survey/rounds/" + std::to_string(id);
  for (const char* part : {"", "/frame", "/draw", "/field", "/cases", "/checks", "/reference"}) {
    const auto page = get(office, url + part);
    EXPECT_EQ(page.status, 200) << part;
  }
  EXPECT_TRUE(has(get(office, url + "/draw"), "重抽结果一致"));
  int number = 0;
  for (const auto* who : {&first, &second}) {
    for (const auto& c : mine(*who))
      EXPECT_EQ(post(*who, case_url(c) + "/interview", with_key(answers(), ++number)).status, 303);
  }
  EXPECT_EQ(post(office, url + "/close", {{"revision", revision(id)}}).status, 303);
  EXPECT_EQ(post(office, url + "/freeze", {{"revision", revision(id)}}).status, 403);
  EXPECT_EQ(post(leader, url + "/freeze", {{"revision", revision(id)}}).status, 303);
  EXPECT_TRUE(engine->dataset(tenant, id));
  EXPECT_TRUE(has(get(leader, url), must(engine->store().round(tenant, id)).round.hash));
}

TEST_F(SurveyPages, BadInputKeepsWhatWasTyped) {
  auto fields = plan_fields();
  fields[0].second = "我的标题";
  fields[3].second = "2026-02-01";
  const auto page = post(office, "/survey/rounds/new", fields);
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(has(page, "我的标题"));
  EXPECT_TRUE(has(page, "结束日期早于开始日期"));
  const Id id = id_of(post(office, "/survey/rounds/new", plan_fields()));
  const auto url = "/survey/rounds/" + std::to_string(id);
  auto frame = small_frame();
  frame[4].code = frame[3].code;
  const auto refused =
      post(office, url + "/frame", {{"revision", revision(id)}}, {upload(frame_file(frame))});
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(has(refused, "第 6 行"));
  EXPECT_EQ(must(engine->store().round(tenant, id)).areas.size(), 0u);
  EXPECT_TRUE(has(
      post(office, url + "/frame", {{"revision", revision(id)}}, {upload(frame_file(small_frame(), "人数"))}),
      "18–69 岁人数"));
  EXPECT_EQ(post(office, url + "/frame/area",
                 {{"revision", revision(id)},
                  {"code", "1"},
                  {"name", "一村"},
                  {"township", "镇"},
                  {"place", "rural"},
                  {"households", "10"},
                  {"people", "x"}})
                .status,
            422);
  EXPECT_EQ(post(office, url + "/draw", {{"seed", ""}, {"revision", revision(id)}}).status, 422);
}

TEST_F(SurveyPages, DatesMoveWithAReasonAndTheOldOnesStay) {
  const Id id = in_field();
  const auto url = "/survey/rounds/" + std::to_string(id);
  EXPECT_TRUE(has(get(office, url), "href=\"" + url + "/dates\""));
  EXPECT_TRUE(has(get(office, url + "/dates"), "只能改结束日期"));
  const auto bad = post(office, url + "/dates",
                        {{"until", "2026-01-15"}, {"reason", "汛期道路"}, {"revision", revision(id)}});
  EXPECT_EQ(bad.status, 422);
  EXPECT_TRUE(has(bad, "结束日期早于开始日期"));
  EXPECT_TRUE(has(bad, "汛期道路") && has(bad, "2026-01-15"));
  const http::Pairs fields = {
      {"until", "2027-04-20"}, {"reason", "汛期道路不通"}, {"revision", revision(id)}};
  EXPECT_EQ(post({office.token, "wrong", office.person}, url + "/dates", fields).status, 403);
  EXPECT_EQ(post(leader, url + "/dates", fields).status, 403);
  EXPECT_EQ(post(first, url + "/dates", fields).status, 403);
  EXPECT_EQ(post(office, url + "/dates", fields).status, 303);
  EXPECT_EQ(post(office, url + "/dates", {{"until", "2027-05-20"}, {"reason", "又"}, fields[2]}).status, 422);
  const auto page = get(leader, url);
  EXPECT_TRUE(has(page, "2027-04-20（原定 2026-03-02 至 2026-03-31）"));
  EXPECT_TRUE(has(page, "改期记录") && has(page, "汛期道路不通"));
  EXPECT_FALSE(has(page, "href=\"" + url + "/dates\""));
  tenant = make_county("wan", "万岭县");
  EXPECT_EQ(get(session("fremd", "office"), url + "/dates").status, 404);
}

TEST_F(SurveyPages, AGroupOfQuestionsIsChangedAndMovedAsAWhole) {
  const auto sheet = (folder / "form.xlsx").string();
  write_xlsform(small_questionnaire(), sheet);
  const Id id = id_of(post(office, "/survey/questionnaires/new", {}, {upload(sheet)}));
  const auto url = "/survey/questionnaires/" + std::to_string(id);
  const auto body = [&] { return *must(engine->store().questionnaire(tenant, id)).body; };
  const auto rev = [&] { return std::to_string(must(engine->store().questionnaire(tenant, id)).revision); };
  EXPECT_TRUE(has(get(office, url), "href=\"" + url + "/blocks/2\""));
  EXPECT_TRUE(has(get(office, url + "/blocks/2"), "第 2 组，共 2 组，8 题"));
  const auto bad = post(office, url + "/blocks/2",
                        {{"title", "老年人的题"}, {"relevant", "${age} >="}, {"revision", rev()}});
  EXPECT_EQ(bad.status, 422);
  EXPECT_TRUE(has(bad, "老年人的题"));
  EXPECT_EQ(post(office, url + "/blocks/2",
                 {{"title", "老年人的题"}, {"relevant", "${age} >= 60"}, {"revision", rev()}})
                .status,
            303);
  EXPECT_EQ(body().blocks[1].relevant, "${age} >= 60");
  EXPECT_FALSE(body().blocks[1].shuffle);
  EXPECT_EQ(body().blocks[1].questions, small_questionnaire().blocks[1].questions);
  EXPECT_EQ(post(office, url + "/blocks/2",
                 {{"title", "题"}, {"relevant", ""}, {"shuffle", "1"}, {"revision", "1"}})
                .status,
            422)
      << "somebody else changed it";
  const auto walked = walk(body());
  EXPECT_TRUE(walked.faults.empty()) << walked.faults.front().message;
  EXPECT_EQ(post(office, url + "/blocks/2/move", {{"do", "up"}, {"revision", rev()}}).status, 303);
  EXPECT_EQ(body().blocks[0].title, "老年人的题");
  EXPECT_FALSE(walk(body()).faults.empty()) << "the age is asked after it";
  EXPECT_EQ(get(office, url + "/blocks/3").status, 404);
  EXPECT_EQ(get(office, url + "/blocks/0").status, 404);
  EXPECT_EQ(get(leader, url + "/blocks/1").status, 403);
}

TEST_F(SurveyPages, EverybodySeesHisOwnAndNoMore) {
  const Id id = in_field();
  const auto url = "/survey/rounds/" + std::to_string(id);
  const auto one = mine(first).at(0), other = mine(second).at(0);
  const auto page = get(first, case_url(one));
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(has(page, "东街" + std::to_string(one.dwelling) + "号"));
  EXPECT_TRUE(has(page, "data-survey=\"interview\""));
  EXPECT_FALSE(has(page, "right")) << "the key does not go to the phone";
  EXPECT_EQ(get(first, case_url(other)).status, 404);
  EXPECT_EQ(post(first, case_url(other) + "/interview", with_key(answers(), 1)).status, 404);
  EXPECT_EQ(get(first, case_url(other) + "/key").status, 403);
  for (const char* part : {"", "/frame", "/draw", "/field", "/cases"})
    EXPECT_EQ(get(first, url + part).status, 403) << part;
  EXPECT_EQ(get(first, "/survey/items").status, 403);
  EXPECT_EQ(get(leader, url + "/cases").status, 403);
  EXPECT_EQ(post(leader, url + "/draw", {{"seed", "1"}, {"revision", revision(id)}}).status, 403);
  EXPECT_FALSE(has(get(leader, case_url(one)), "东街")) << "the approver decides without the address";
  const auto list = get(first, "/survey/cases");
  EXPECT_TRUE(has(list, one.number()));
  EXPECT_FALSE(has(list, "东街")) << "addresses stand on the case's page alone";
  EXPECT_FALSE(has(get(office, url + "/cases?as=csv"), "东街"));
  // Another county's office finds nothing.
  tenant = make_county("wan", "万岭县");
  const auto stranger = session("fremd", "office");
  for (const char* part : {"", "/frame", "/draw", "/field"})
    EXPECT_EQ(get(stranger, url + part).status, 404) << part;
  EXPECT_EQ(get(stranger, case_url(one)).status, 404);
  // Without the token of the session nothing changes.
  EXPECT_EQ(post({office.token, "wrong", office.person}, url + "/close", {{"revision", "1"}}).status, 403);
}

TEST_F(SurveyPages, AnInterviewThatLacksSomethingComesBackWhole) {
  in_field();
  const auto one = mine(first).at(0);
  auto fields = answers(17);
  fields[4].first = "q-none";
  std::erase_if(fields, [](const auto& f) { return f.first == "q-k3"; });
  const auto page = post(first, case_url(one) + "/interview", with_key(fields, 1));
  EXPECT_EQ(page.status, 422);
  EXPECT_TRUE(has(page, "还没有回答"));
  EXPECT_TRUE(has(page, "value=\"17\""));
  EXPECT_TRUE(has(page, "name=\"key\" value=\"" + key(1)));
  EXPECT_EQ(engine->store().cases(tenant, {.surveyor = first.person})[0].interview, 0);
  EXPECT_EQ(post(first, case_url(one) + "/attempt",
                 {{"key", key(2)}, {"code", ""}, {"on", "2026-03-01"}, {"hour", "9"}})
                .status,
            422);
  EXPECT_EQ(post(first, case_url(one) + "/attempt",
                 {{"key", key(2)}, {"code", "2.24"}, {"on", "2026-03-01"}, {"hour", "9"}})
                .status,
            303);
  EXPECT_EQ(post(first, case_url(one) + "/replace", {{"why", "没人"}}).status, 422);
}

TEST_F(SurveyPages, APhoneSendsInBatchesAndTheFileDoesTheSame) {
  in_field();
  const auto cases = mine(first);
  base::Json j;
  j.object().field("file", "kepu-survey").key("records").array();
  for (int i = 0; i < 3; ++i) {
    j.object()
        .field("kind", "interview")
        .key("case")
        .id(cases.at(static_cast<std::size_t>(i)).id)
        .field("key", key(i))
        .key("fields")
        .array();
    for (const auto& [name, value] : answers(i == 2 ? 17 : 30)) j.array().value(name).value(value).end();
    j.end().end();
  }
  j.end().end();
  const auto body = std::move(j).text();
  const auto said = send(first, http::Method::post, "/survey/records", {}, {}, {.body = body});
  EXPECT_EQ(said.status, 200);
  EXPECT_TRUE(has(said, "\"accepted\""));
  EXPECT_TRUE(has(said, "\"q-age\""));
  const auto again = send(first, http::Method::post, "/survey/records", {}, {}, {.body = body});
  EXPECT_FALSE(has(again, "\"accepted\""));
  EXPECT_TRUE(has(again, "\"replayed\""));
  EXPECT_EQ(send(first, http::Method::post, "/survey/records", {}, {}, {.body = "{}"}).status, 422);
  EXPECT_TRUE(
      has(send(second, http::Method::post, "/survey/records", {}, {}, {.body = body}), "\"refused\""));
  const auto path = (folder / "rescue.json").string();
  std::ofstream(path) << body;
  const auto rescued = post(office, "/survey/rescue", {}, {upload(path)});
  EXPECT_EQ(rescued.status, 200);
  EXPECT_TRUE(has(rescued, "没有重复"));
  EXPECT_EQ(get(leader, "/survey/rescue").status, 403);
}

TEST_F(SurveyPages, QuestionsAreWrittenWalkedAndReleased) {
  const Id id = id_of(post(office, "/survey/questionnaires/new", {{"title", "新问卷"}}));
  const auto url = "/survey/questionnaires/" + std::to_string(id);
  const auto rev = [&] { return std::to_string(must(engine->store().questionnaire(tenant, id)).revision); };
  EXPECT_TRUE(has(get(office, url), "没有一道计分题"));
  const http::Pairs item = {{"name", "k1"},
                            {"kind", "single"},
                            {"text", "地球绕着什么转？"},
                            {"options", "太阳\n月亮\n98 | 不知道"},
                            {"dimension", "knowledge"},
                            {"right", "1"},
                            {"required", "1"}};
  auto bank = item;
  bank.emplace_back("active", "1");
  bank.emplace_back("revision", "0");
  EXPECT_EQ(post(office, "/survey/items/new", bank).status, 303);
  EXPECT_EQ(post(office, url + "/bank", {{"items", "k1"}, {"revision", rev()}}).status, 303);
  auto odd = item;
  odd[0].second = "k2";
  odd.insert(odd.end(), {{"block", "1"}, {"relevant", "${k9} = 1"}, {"revision", rev()}});
  EXPECT_EQ(post(office, url + "/questions/new", odd).status, 303);
  EXPECT_TRUE(has(get(office, url), "k9"));
  EXPECT_NE(post(office, url + "/release", {{"revision", rev()}}).status, 303);
  odd[odd.size() - 2].second = "${age} >";
  odd.back().second = rev();
  EXPECT_EQ(post(office, url + "/questions/k2", odd).status, 422);
  EXPECT_EQ(post(office, url + "/questions/k2/move", {{"do", "remove"}, {"revision", rev()}}).status, 303);
  EXPECT_EQ(post(office, url + "/release", {{"revision", rev()}}).status, 303);
  EXPECT_EQ(get(office, url + "/questions/k1").status, 409);
  const auto file = get(office, url + "/form.xlsx");
  EXPECT_EQ(file.status, 200);
  std::ifstream in(file.file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const auto back = read_xlsform(must(doc::read_workbook(bytes)));
  EXPECT_TRUE(back.errors.empty());
  EXPECT_EQ(back.questionnaire, *must(engine->store().questionnaire(tenant, id)).body);
}

// The program that the page hands out, run on the record that the page hands out.
TEST_F(SurveyPages, AStrangerRepeatsTheDrawWithPython) {
  if (std::system("python3 -c 'import hashlib' > /dev/null 2>&1") != 0) GTEST_SKIP() << "no python3";
  const Id id = in_field();
  const auto record = get(office, "/survey/rounds/" + std::to_string(id) + "/draw?as=txt");
  const auto script = folder / "replay.py", text = folder / "record.txt";
  std::ofstream(script) << field::replay_script();
  std::ofstream(text) << record.body;
  const auto run = [&] {
    return std::system(("python3 " + script.string() + " " + text.string() + " > /dev/null 2>&1").c_str());
  };
  EXPECT_EQ(run(), 0);
  std::string changed = record.body;
  const auto at = changed.find("\tdrawn\t");
  ASSERT_NE(at, std::string::npos);
  changed.replace(at, 6, "\t-");
  std::ofstream(text) << changed;
  EXPECT_NE(run(), 0);
}

}  // namespace
}  // namespace kepu::survey
