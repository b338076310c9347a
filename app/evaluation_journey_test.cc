// An evaluation from its first sheet to the next plan, by the pages, on the demonstration county: what the
// platform knows is there, what was frozen stays, and the outline imports as a draft.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "app/demo.h"
#include "app/demo_testing.h"
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/base/text.h"
#include "core/site/site.h"
#include "engines/evaluation/evaluation_engine.h"
#include "engines/evaluation/snapshot.h"
#include "engines/plan/plan_engine.h"

namespace kepu::app::demo {
namespace {

using base::contains;
using base::Id;
using evaluation::Completion;
using evaluation::SheetState;

class EvaluationJourney : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string name = (std::filesystem::temp_directory_path() / "kepu-evaluation-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = new std::string(name);
    Config config;
    config.data = name;
    program_ = new Program(config);
    tenant_ = must(make_county(*program_, 1, [](int, int, std::string_view) {})).tenant;
  }
  static void TearDownTestSuite() {
    delete program_;
    std::filesystem::remove_all(*folder_);
    delete folder_;
  }

  struct Session {
    std::string token, csrf;
  };
  static Session sign_in(const std::string& login) {
    auth::Credentials given;
    given.tenant = tenant_;
    given.login = login;
    given.password = "Lanjiang-" + login;
    const auto session = must(program_->sign_in().sign_in(given));
    return {session.token, session.csrf};
  }
  static http::Response send(const Session& who, http::Method method, const std::string& target,
                             http::Pairs form = {}) {
    http::Request request;
    request.method = method;
    request.target = target;
    const auto mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = http::parse_query(target.substr(mark + 1));
    request.cookies = {{std::string(site::kSessionCookie), who.token}};
    if (!who.csrf.empty()) form.emplace_back("csrf", who.csrf);
    request.form = std::move(form);
    return program_->site().answer(std::move(request));
  }
  static http::Response get(const Session& who, const std::string& target) {
    return send(who, http::Method::get, target);
  }
  static http::Response post(const Session& who, const std::string& target, http::Pairs form = {}) {
    return send(who, http::Method::post, target, std::move(form));
  }
  static evaluation::EvaluationStore& store() { return program_->evaluation().store(); }
  static Id unit(const char* name) { return program_->directory().units(tenant_)->find_by_name(name)->id; }
  static std::string revision(Id round) {
    return std::to_string(must(store().round(tenant_, round)).revision);
  }
  static std::string at(Id round, const std::string& page = {}) {
    return "/evaluations/" + std::to_string(round) + (page.empty() ? "" : "/" + page);
  }
  static std::string sheet(Id round, Id of) { return at(round, "units/" + std::to_string(of)); }

  // A round that the units are asked in.
  static Id open_round(const Session& office, const std::string& kind) {
    const auto made = post(office, "/evaluations/new",
                           {{"title", "终期评估"},
                            {"kind", kind},
                            {"from", "2026-01-01"},
                            {"until", "2030-12-31"},
                            {"due", "2099-12-31"}});
    EXPECT_EQ(made.status, 303) << made.body;
    const auto* to = made.get("Location");
    const Id id = to == nullptr ? 0 : base::parse_id(to->substr(to->rfind('/') + 1)).value_or(0);
    EXPECT_EQ(post(office, at(id, "open"), {{"revision", revision(id)}}).status, 303);
    return id;
  }
  static http::Pairs filled(Id round, Id of, const std::string& words) {
    http::Pairs form = {{"revision", std::to_string(must(store().sheet(tenant_, round, of)).revision)},
                        {"do", "submit"}};
    for (const auto& a : store().answers(tenant_, round, of)) {
      form.emplace_back("said-" + std::to_string(a.task), "partly");
      form.emplace_back("words-" + std::to_string(a.task), words);
      form.emplace_back("evidence-" + std::to_string(a.task), "/evidence/1 名册");
    }
    return form;
  }

  inline static std::string* folder_ = nullptr;
  inline static Program* program_ = nullptr;
  inline static Id tenant_ = 0;
};

TEST_F(EvaluationJourney, TheSheetShowsWhatThePlatformKnowsAndKeepsWhatWasTyped) {
  const auto office = sign_in("kexie"), teacher = sign_in("jiaoyu"), leader = sign_in("lingdao");
  const Id round = open_round(office, "mid"), education = unit("县教育局");
  const auto page = get(teacher, sheet(round, education));
  ASSERT_EQ(page.status, 200);
  EXPECT_TRUE(contains(page.body, "最近填报"));
  EXPECT_TRUE(contains(page.body, "平台状态"));
  EXPECT_TRUE(contains(page.body, "value=\"partly\" selected"));  // from the last report
  EXPECT_TRUE(contains(page.body, "href=\"/reports/"));
  EXPECT_EQ(get(teacher, sheet(round, unit("县卫健局"))).status, 404);
  EXPECT_EQ(get(leader, sheet(round, education)).status, 200);
  EXPECT_EQ(get(teacher, at(round, "tasks")).status, 404);  // results are published frozen
  auto form = filled(round, education, "已开展三期");
  form[3].second = "";  // one without its reason
  const auto wrong = post(teacher, sheet(round, education), form);
  EXPECT_EQ(wrong.status, 422);
  EXPECT_TRUE(contains(wrong.body, "已开展三期"));
  EXPECT_TRUE(contains(wrong.body, "请写明做到什么程度"));
  EXPECT_EQ(post(leader, sheet(round, education), form).status, 403);
  auto forged = teacher;
  forged.csrf.clear();
  EXPECT_EQ(post(forged, sheet(round, education), filled(round, education, "好")).status, 403);
  EXPECT_EQ(post(teacher, sheet(round, education), filled(round, education, "好")).status, 303);
  EXPECT_EQ(post(teacher, sheet(round, education) + "/decide", {{"do", "accept"}, {"revision", "2"}}).status,
            403);
  const auto without =
      post(office, sheet(round, education) + "/decide", {{"do", "return"}, {"revision", "2"}, {"note", ""}});
  EXPECT_EQ(without.status, 422);
  EXPECT_EQ(post(office, sheet(round, education) + "/decide", {{"do", "accept"}, {"revision", "2"}}).status,
            303);
  EXPECT_EQ(post(office, at(round, "cancel"), {{"revision", revision(round)}}).status, 303);
}

TEST_F(EvaluationJourney, AFrozenRoundGivesTheSameReportForEverAndTheNextPlanImports) {
  const auto office = sign_in("kexie"), teacher = sign_in("jiaoyu");
  const Id round = open_round(office, "final"), education = unit("县教育局");
  ASSERT_EQ(post(teacher, sheet(round, education), filled(round, education, "已开展三期")).status, 303);
  // A judgement that differs from the self-check wants its reason.
  Id task = 0;
  for (const auto& a : store().answers(tenant_, round, education)) {
    if (a.lead) task = a.task;
  }
  const std::string of_task = at(round, "tasks/" + std::to_string(task));
  EXPECT_EQ(post(office, of_task, {{"completion", "not_done"}, {"reason", ""}, {"revision", "0"}}).status,
            422);
  EXPECT_EQ(
      post(office, of_task, {{"completion", "not_done"}, {"reason", "名册不实"}, {"revision", "0"}}).status,
      303);
  EXPECT_TRUE(contains(get(office, at(round, "missing")).body, "没有提交自查"));
  ASSERT_EQ(post(office, at(round, "close"), {{"revision", revision(round)}}).status, 303);
  EXPECT_EQ(get(office, at(round, "next")).status, 404);
  const auto asked = post(office, at(round, "freeze"), {{"revision", revision(round)}});
  EXPECT_EQ(asked.status, 200);  // asks once more
  EXPECT_TRUE(contains(asked.body, "我已核对"));
  ASSERT_EQ(post(office, at(round, "freeze"), {{"revision", revision(round)}, {"confirmed", "1"}}).status,
            303);
  const auto paper = get(office, at(round, "report?as=docx"));
  ASSERT_EQ(paper.status, 200);
  // Whatever happens afterwards, and for whomever.
  auto change = must(program_->plan().store().current(tenant_));
  ASSERT_TRUE(program_->plan().store().set_dates({program_->command_actor(tenant_), "127.0.0.1"},
                                                 change->version.id, task, "2026-02-01", "2029-12-31",
                                                 "改期"));
  EXPECT_TRUE(get(teacher, at(round, "report?as=docx")).body == paper.body);
  EXPECT_TRUE(contains(get(teacher, of_task).body, "名册不实"));

  // ---- what goes on
  const auto snapshot = must(evaluation::snapshot_from(must(store().round(tenant_, round)).snapshot));
  std::size_t kept = 0;
  for (const auto& item : evaluation::carry_items(snapshot)) {
    http::Pairs form = {{"item", item.item}, {"revision", "0"}, {"carry", "keep"}};
    if (item.target) {
      const bool headline =
          !snapshot.targets.empty() && item.code.empty() && contains(item.title, "科学素质");
      if (!headline) continue;  // left to the proposals
      form.emplace_back("goal", "22%");
    } else if (++kept % 4 == 0) {
      form[2].second = "drop";
      form.emplace_back("reason", "并入别的任务");
    } else {
      form.emplace_back("title", item.title);
      form.emplace_back("text", item.text);
    }
    ASSERT_EQ(post(office, at(round, "next/decide"), form).status, 303) << item.item;
  }
  EXPECT_EQ(post(office, at(round, "next/decide"), {{"item", "task:没有"}, {"carry", "keep"}}).status, 404);
  ASSERT_EQ(post(office, at(round, "next/proposals")).status, 303);
  EXPECT_TRUE(contains(get(office, at(round, "next")).body, "0 项还没有决定"));
  EXPECT_EQ(store().carries(tenant_, round).at("task:" + snapshot.tasks[3].code).reason, "并入别的任务");
  EXPECT_EQ(get(teacher, at(round, "next")).status, 403);
  EXPECT_EQ(get(office, at(round, "next?as=docx")).status, 200);
  const auto text = get(office, at(round, "next?as=txt"));
  ASSERT_EQ(text.status, 200);
  const Id version = must(program_->plan().import_document(
      {program_->command_actor(tenant_), "127.0.0.1"}, text.body, "下一规划期提纲.txt", plan::PlanKind::own));
  const auto draft = must(program_->plan().store().load(tenant_, version));
  EXPECT_EQ(draft->version.state, plan::VersionState::review);
  EXPECT_EQ(draft->version.metadata.from, 2031);
  EXPECT_EQ(draft->version.metadata.to, 2035);
  EXPECT_EQ(draft->version.metadata.status, "征求意见稿");
  EXPECT_EQ(draft->living_tasks().size(), kept - kept / 4);
  const auto* first = draft->living_tasks().front();
  EXPECT_EQ(first->title, snapshot.tasks.front().title);
  EXPECT_FALSE(plan::parties_of(*draft->initiative_of(*first), *first, plan::Role::lead).empty());
  ASSERT_NE(draft->headline(), nullptr);
  EXPECT_EQ(draft->headline()->value, 22.0);
}

}  // namespace
}  // namespace kepu::app::demo
