// Interviews that come in from many phones at once, durably: whole requests (session, token, JSON of 250
// answers, the questionnaire's own checks, answer after the commit) through the site on an SQLite file; only
// the socket is left out (http_benchmark shows it). Goal: 1,000 interviews a second. Baseline of the run: the
// same bytes as rows that are committed in groups without being looked at.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <thread>

#include "core/base/json.h"
#include "core/file/file.h"
#include "engines/survey/survey_engine.h"
#include "engines/survey/testing.h"

namespace {

using namespace kepu;                   // NOLINT: a program
using namespace kepu::survey;           // NOLINT
using namespace kepu::survey::testing;  // NOLINT

constexpr int kQuestions = 250, kConnections = 64, kBatch = 10;
constexpr double kGoal = 1000;

class NoPlan final : public plan::RunningPlans {
 public:
  base::Result<std::shared_ptr<const plan::Running>> running(Id) override {
    return base::refuse(base::Code::not_found, "plan.none_adopted", "还没有采纳方案。");
  }
  base::Result<std::shared_ptr<const plan::Running>> running_version(Id tenant, Id) override {
    return running(tenant);
  }
};

Questionnaire long_questionnaire() {
  auto q = small_questionnaire();
  auto& questions = q.blocks[1].questions;
  while (q.size() < kQuestions) {
    auto more = questions.back();
    more.name = "x" + std::to_string(questions.size());
    more.item.clear();
    questions.push_back(more);
  }
  return q;
}

std::string body_of(const std::vector<FieldCase>& cases, std::size_t from, const Questionnaire& q) {
  base::Json j;
  j.object().key("records").array();
  for (std::size_t i = from; i < from + kBatch && i < cases.size(); ++i) {
    j.object()
        .field("kind", "interview")
        .key("case")
        .id(cases[i].id)
        .field("key", key(static_cast<int>(i)))
        .key("fields")
        .array();
    const auto add = [&](const std::string& name, const std::string& value) {
      j.array().value(name).value(value).end();
    };
    add("persons", "2");
    for (const auto& b : q.blocks) {
      for (const auto& x : b.questions) add("q-" + x.name, x.kind == QuestionKind::number ? "40" : "2");
    }
    j.end().end();
  }
  j.end().end();
  return std::move(j).text();
}

template <class F>
double seconds(F&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The parts are dealt out to the connections as they become free.
template <class F>
double in_parallel(std::size_t parts, F&& part) {
  return seconds([&] {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kConnections; ++t) {
      threads.emplace_back([&] {
        for (std::size_t i = next++; i < parts; i = next++) part(i);
      });
    }
    for (auto& t : threads) t.join();
  });
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "kepu-field-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const auto db = sql::Database::open("sqlite:" + folder + "/kepu.db");
  auth::testing::World world(*db);
  auto steps = notify::migrations();
  steps.insert(steps.end(), migrations().begin(), migrations().end());
  sql::migrate(*db, steps);
  auth::testing::County county(world, "lan", "岚江县");
  const Id unit = county.unit("县科协");
  const auto office = with_rights(county.actor("clerk", unit, auth::ScopeKind::tenant), {kRead, kManage});
  const auto leader = with_rights(county.actor("head", unit, auth::ScopeKind::tenant), {kRead, kApprove});
  file::Store files(folder + "/files");
  site::Services services{*db, world.clock, world.ids, world.directory, world.sign_in, files, folder};
  NoPlan plans;
  SurveyEngine engine(services, plans, world.cipher);
  auto& store = engine.store();
  site::Site site(services, {"科普行动平台", ""});
  engine.add_to(site);
  // The surveyor signs in; the rights of the test roles know no survey, so he is the county's administrator
  // here.
  const Id person = county.person("调查员", unit);
  const auto once = county.account(person, "diaocha");
  county.grant(person, "administrator", auth::ScopeKind::tenant);
  const auto one = must(world.sign_in.sign_in({county.tenant, "diaocha", once}));
  const auto session = must(world.sign_in.change_password(one.token, once, "Lan-Jiang-7419-ke-pu", ""));

  const By by{office, ""};
  const auto revision = [&](Id round) { return must(store.round(county.tenant, round)).round.revision; };
  auto wanted = small_round();
  wanted.plan.take = 400;
  wanted.plan.margin = 0.012;
  const Id round = must(store.add_round(by, wanted));
  auto frame = small_frame();
  for (auto& a : frame) {
    a.people *= 20;
    a.households *= 20;
  }
  must(store.set_frame(by, round, revision(round), frame));
  must(store.draw(by, round, revision(round), "号码"));
  must(store.approve({leader, ""}, round, revision(round)));
  const auto questions = long_questionnaire();
  const Id questionnaire = must(store.add_questionnaire(by, questions));
  must(store.release(by, questionnaire, 1));
  must(store.set_questionnaire(by, round, revision(round), questionnaire));
  for (const auto& a : must(store.round(county.tenant, round)).drawn()) {
    must(store.assign(by, round, revision(round), a.position, person, "调查员"));
    must(store.set_listing(by, round, revision(round), a.position, {}, 2000));
  }
  must(store.start(by, round, revision(round)));
  const auto cases = store.cases(county.tenant, {.round = round});

  std::vector<http::Request> requests;
  for (std::size_t from = 0; from < cases.size(); from += kBatch) {
    http::Request r;
    r.method = http::Method::post;
    r.target = r.path = "/survey/records";
    r.cookies = {{"kp_session", session.token}};
    r.headers = {{"x-csrf-token", session.csrf}, {"content-type", "application/json"}};
    r.body = body_of(cases, from, questions);
    requests.push_back(std::move(r));
  }
  std::atomic<int> refused{0};
  const double whole = in_parallel(requests.size(), [&](std::size_t i) {
    const auto answer = site.answer(requests[i]);
    if (answer.status != 200 || answer.body.find("\"refused\"") != std::string::npos) ++refused;
  });
  db->write(
      [](sql::Session& s) { s.script("create table plain (id bigint primary key, body text not null)"); });
  const double plain = in_parallel(requests.size(), [&](std::size_t i) {
    db->write([&](sql::Session& s) {
      s.run("insert into plain (id, body) values (:id, :body)", {{"id", i}, {"body", requests[i].body}});
    });
  });
  const auto count = static_cast<double>(cases.size());
  const auto there = store.interviews(county.tenant, round).size();
  fmt::print("{} interviews of {} answers, {} connections, {} a request\n", cases.size(), questions.size(),
             kConnections, kBatch);
  fmt::print("whole requests: {:.0f} interviews/s, {:.1f} × the goal of {:.0f}\n", count / whole,
             count / whole / kGoal, kGoal);
  fmt::print("rows alone:     {:.0f} interviews/s; a whole request takes {:.1f} × as long\n", count / plain,
             whole / plain);
  fmt::print("{} stored, {} requests refused\n", there, refused.load());
  std::filesystem::remove_all(folder);
  return there == cases.size() && refused == 0 ? 0 : 1;
}
