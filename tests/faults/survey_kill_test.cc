// Kills the program while phones hand in interviews and visits, opens its database again and lets the phones
// try again, as they do: nothing that was acknowledged may be lost, nothing may be there twice or half.
//   survey_kill_test [rounds] [seed]
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

#include "engines/survey/testing.h"

namespace {

using namespace kepu;                   // NOLINT: a program
using namespace kepu::survey;           // NOLINT
using namespace kepu::survey::testing;  // NOLINT

constexpr int kThreads = 6, kBatch = 3;

struct Setting {
  std::string url;
  Id tenant = 0;
  auth::Actor surveyor;
  std::vector<Id> cases;
};

// Record n of the phones: first an interview of each case, then visits without end.
Record record_of(const Setting& setting, std::int64_t n) {
  const auto count = static_cast<std::int64_t>(setting.cases.size());
  Record r;
  r.attempt = n >= count;
  r.field_case = setting.cases[static_cast<std::size_t>(n % count)];
  r.key = fmt::format("record-of-a-phone-{}", n);
  r.fields = r.attempt ? Pairs{{"code", "2.24"}, {"on", "2026-03-02"}, {"hour", "9"}} : answers();
  return r;
}

struct Program {
  explicit Program(const std::string& url) : db(sql::Database::open(url)), world(*db) {
    auto steps = notify::migrations();
    steps.insert(steps.end(), migrations().begin(), migrations().end());
    sql::migrate(*db, steps);
    store = std::make_unique<SurveyStore>(*db, world.clock, world.ids, world.directory, world.cipher);
  }
  std::unique_ptr<sql::Database> db;
  auth::testing::World world;
  std::unique_ptr<SurveyStore> store;
};

Setting prepare(const std::string& url) {
  Program p(url);
  auth::testing::County county(p.world, "lan", "岚江县");
  const Id unit = county.unit("县科协");
  const auto office = with_rights(county.actor("clerk", unit, auth::ScopeKind::tenant), {kRead, kManage});
  const auto leader = with_rights(county.actor("head", unit, auth::ScopeKind::tenant), {kRead, kApprove});
  Setting out{url,
              county.tenant,
              with_rights(county.actor("reader", unit, auth::ScopeKind::tenant), {kInterview}),
              {}};
  Office desk{*p.store, county.tenant, {office, ""}, {leader, ""}};
  const Id round = desk.in_field(out.surveyor.person, out.surveyor.person);
  for (const auto& c : p.store->cases(county.tenant, {.round = round})) out.cases.push_back(c.id);
  return out;
}

[[noreturn]] void write_until_killed(const Setting& setting, int acknowledge, std::int64_t first) {
  Program p(setting.url);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (std::int64_t n = first + t * kBatch;; n += kThreads * kBatch) {
        std::vector<Record> batch;
        for (int i = 0; i < kBatch; ++i) batch.push_back(record_of(setting, n + i));
        const auto taken = p.store->receive({setting.surveyor, ""}, batch);
        for (int i = 0; i < kBatch; ++i) {
          const std::int64_t done = n + i;
          // Eight bytes go into a pipe whole or not at all.
          if (taken[static_cast<std::size_t>(i)].kind != Taken::Kind::refused &&
              write(acknowledge, &done, sizeof done) != sizeof done)
            return;
        }
      }
    });
  }
  for (auto& t : threads) t.join();
  _exit(0);
}

std::set<std::int64_t> run_and_kill(const Setting& setting, std::int64_t first,
                                    std::chrono::microseconds delay) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    write_until_killed(setting, ends[1], first);
  }
  close(ends[1]);
  std::set<std::int64_t> acknowledged;
  std::int64_t n = 0;
  std::thread killer;
  while (read(ends[0], &n, sizeof n) == sizeof n) {
    acknowledged.insert(n);
    if (!killer.joinable()) {
      killer = std::thread([=] {
        std::this_thread::sleep_for(delay);
        kill(child, SIGKILL);
      });
    }
  }
  if (killer.joinable()) killer.join();
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status)) {
    fmt::print("the writing program ended by itself: {}\n", status);
    std::exit(1);
  }
  return acknowledged;
}

int check(const Setting& setting, const std::set<std::int64_t>& acknowledged, std::int64_t last) {
  Program p(setting.url);
  int wrong = 0;
  const auto expect = [&](bool holds, const std::string& what) {
    if (!holds) fmt::print("WRONG: {}\n", what);
    wrong += holds ? 0 : 1;
  };
  const By by{setting.surveyor, ""};
  for (const auto n : acknowledged)
    expect(p.store->receive(by, {record_of(setting, n)})[0].kind == Taken::Kind::replayed,
           fmt::format("record {} is lost", n));
  // The phones try again whatever they have no answer for.
  for (std::int64_t n = 0; n <= last; ++n) {
    p.store->receive(by, {record_of(setting, n)});
    expect(p.store->receive(by, {record_of(setting, n)})[0].kind == Taken::Kind::replayed,
           fmt::format("record {} came twice", n));
  }
  const auto count = static_cast<std::int64_t>(setting.cases.size());
  p.db->read([&](sql::Session& s) {
    expect(s.integer("select count(*) from survey_interview") == std::min(count, last + 1),
           "interviews are doubled or missing");
    expect(s.integer("select count(*) from survey_attempt") == std::max<std::int64_t>(0, last + 1 - count),
           "visits are doubled or missing");
    expect(s.integer("select count(*) from survey_case c where c.visits <> (select count(*) from "
                     "survey_attempt a where a.tenant = "
                     "c.tenant and a.case_id = c.id) + (select count(*) from survey_interview i where "
                     "i.tenant = c.tenant and "
                     "i.case_id = c.id and i.state = 'counts')") == 0,
           "a record is half there");
  });
  expect(!audit::verify(*p.db, setting.tenant).broken_at, "the audit chain is broken");
  return wrong;
}

int kill_rounds(int rounds, unsigned seed) {
  std::string folder = (std::filesystem::temp_directory_path() / "kepu-survey-kill-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  std::mt19937 random(seed);
  int wrong = 0;
  std::size_t all = 0;
  for (int round = 1; round <= rounds && wrong == 0; ++round) {
    const auto setting = prepare("sqlite:" + folder + "/kepu-" + std::to_string(round) + ".db");
    const std::chrono::microseconds delay(random() % 120'000);
    const auto acknowledged = run_and_kill(setting, 0, delay);
    // Each thread may have one batch more on the disk than it could say.
    constexpr int kInFlight = (kThreads + 1) * kBatch;
    wrong = acknowledged.empty() ? 1 : check(setting, acknowledged, *acknowledged.rbegin() + kInFlight);
    all += acknowledged.size();
    fmt::print("round {}: killed after {} ms, {} acknowledged, {} wrong\n", round, delay.count() / 1000,
               acknowledged.size(), wrong);
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} acknowledged records in {} rounds (seed {}): {}\n", all, rounds, seed,
             wrong ? "FAILED" : "none lost, none doubled");
  return wrong ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 3;
  const unsigned seed = count > 2 ? static_cast<unsigned>(std::atoll(arguments[2])) : std::random_device{}();
  return kill_rounds(rounds, seed);
}
