// Kills the program at random moments while many threads write, opens its database again and checks that
// nothing is lost that was acknowledged, nothing is half there, and nothing is there that was rolled back.
//   kill_test [rounds] [seed]
// This shows that an answer is given only after the commit, and that what was committed is found again. That
// the disk keeps it when the power fails rests on synchronous=FULL, which core/sql's own tests look at.
#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "core/audit/audit.h"
#include "core/sql/sql.h"

namespace {

using namespace kepu;
using Ids = std::set<std::int64_t>;

constexpr int kThreads = 8;
constexpr base::Id kTenant = 1;

const std::vector<sql::Migration> kSteps = {
    {"fault", 1, "两张表",
     "create table one (id bigint primary key); create table two (id bigint primary key, text text)"}};

bool is_rolled_back(std::int64_t id) { return id % 7 == 3; }

// ---------------------------------------------------------------- the program that dies

void write_once(sql::Database& db, std::int64_t id) {
  db.write([&](sql::Session& s) {
    s.run("insert into one (id) values (:id)", {{"id", id}});
    audit::append(s, kTenant, {.at = id, .action = "fault.write", .subject = std::to_string(id)});
    s.run("insert into two (id, text) values (:id, :text)",
          {{"id", id}, {"text", std::string(static_cast<std::size_t>(id % 3000), 'x')}});
    if (is_rolled_back(id)) throw std::runtime_error("rolled back");
  });
}

void write_until_killed(const std::string& url, int acknowledge, std::int64_t first) {
  const auto db = sql::Database::open(url);
  sql::migrate(*db, kSteps);
  sql::migrate(*db, audit::migrations());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back([&, t] {
      for (std::int64_t id = first + t;; id += kThreads) {
        try {
          write_once(*db, id);
        } catch (const std::runtime_error&) {
          continue;
        }
        // Eight bytes go into a pipe whole or not at all.
        if (write(acknowledge, &id, sizeof id) != sizeof id) return;
      }
    });
  for (std::thread& thread : threads) thread.join();
}

// ---------------------------------------------------------------- the one that kills

pid_t start(const std::string& url, std::int64_t first, int pipe_ends[2]) {
  if (pipe(pipe_ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    const std::string descriptor = std::to_string(pipe_ends[1]), begin = std::to_string(first);
    execl("/proc/self/exe", "kill_test", "--write", url.c_str(), descriptor.c_str(), begin.c_str(), nullptr);
    _exit(127);
  }
  close(pipe_ends[1]);
  return child;
}

// Collects acknowledgements, kills `delay` after the first, and takes what is still in the pipe.
Ids collect_and_kill(pid_t child, int from, std::chrono::microseconds delay) {
  Ids acknowledged;
  std::int64_t id = 0;
  std::thread killer;
  while (read(from, &id, sizeof id) == sizeof id) {
    acknowledged.insert(id);
    if (!killer.joinable())
      killer = std::thread([=] {
        std::this_thread::sleep_for(delay);
        kill(child, SIGKILL);
      });
  }
  if (killer.joinable()) killer.join();
  close(from);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
    fmt::print("the writing program ended by itself: {}\n", status);
    std::exit(1);
  }
  return acknowledged;
}

Ids ids_of(sql::Session& session, const char* table) {
  Ids ids;
  session.each(fmt::format("select id from {}", table), {},
               [&](const sql::Row& row) { ids.insert(row.integer(0)); });
  return ids;
}

int check(const std::string& url, const Ids& acknowledged) {
  const auto db = sql::Database::open(url);
  int wrong = 0;
  const auto expect = [&](bool holds, const std::string& what) {
    if (!holds) fmt::print("WRONG: {}\n", what);
    wrong += holds ? 0 : 1;
  };
  db->read([&](sql::Session& s) {
    const Ids one = ids_of(s, "one"), two = ids_of(s, "two");
    for (const std::int64_t id : acknowledged) expect(one.count(id) == 1, fmt::format("{} is lost", id));
    for (const std::int64_t id : one) expect(!is_rolled_back(id), fmt::format("{} was rolled back", id));
    expect(one == two, "a transaction is half there");
    expect(static_cast<std::size_t>(s.integer("select count(*) from audit_entry")) == one.size(),
           "changes and their audit entries differ in number");
    expect(s.one("pragma integrity_check", {}, [](const sql::Row& row) { return row.text(0); }) == "ok",
           "the file is damaged");
  });
  const audit::Verdict verdict = audit::verify(*db, kTenant);
  expect(!verdict.broken_at, "the audit chain is broken: " + verdict.message);
  return wrong;
}

int kill_rounds(int rounds, unsigned seed) {
  std::string folder = (std::filesystem::temp_directory_path() / "kepu-kill-XXXXXX").string();
  if (!mkdtemp(folder.data())) return 1;
  const std::string url = "sqlite:" + folder + "/kepu.db";
  std::mt19937 random(seed);
  Ids acknowledged;
  int wrong = 0;
  for (int round = 1; round <= rounds && wrong == 0; ++round) {
    int ends[2];
    const pid_t child = start(url, round * std::int64_t{1'000'000'000}, ends);
    const std::chrono::microseconds delay(random() % 250'000);
    const Ids now = collect_and_kill(child, ends[0], delay);
    acknowledged.insert(now.begin(), now.end());
    wrong = check(url, acknowledged);
    fmt::print("round {}: killed after {} ms, {} acknowledged, {} wrong\n", round, delay.count() / 1000,
               now.size(), wrong);
    if (now.empty()) wrong = 1;
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} acknowledged writes in {} rounds (seed {}): {}\n", acknowledged.size(), rounds, seed,
             wrong ? "FAILED" : "all found again");
  return wrong ? 1 : 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 5 && std::strcmp(arguments[1], "--write") == 0) {
    write_until_killed(arguments[2], std::atoi(arguments[3]), std::atoll(arguments[4]));
    return 0;
  }
  const int rounds = count > 1 ? std::atoi(arguments[1]) : 6;
  const unsigned seed = count > 2 ? static_cast<unsigned>(std::atoll(arguments[2])) : std::random_device{}();
  return kill_rounds(rounds, seed);
}
