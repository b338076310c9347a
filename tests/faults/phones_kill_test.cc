// `kepu serve` is killed (kill -9) again and again while phones hand in interviews over sockets; some phones
// also hang up before they hear the answer. Each tries again with the same keys until it is told that its
// interviews are there. In the end each must be there exactly once, whole.
//   phones_kill_test KEPU [kills] [seed]
#include <fmt/format.h>

#include <filesystem>
#include <random>
#include <thread>

#include "benchmarks/field_phones.h"

namespace {

using namespace kepu::phones;  // NOLINT: a program

constexpr int kInterviews = 1500, kPhones = 60, kSurveyors = 3;

// Kills when a further part of the interviews is acknowledged, at a moment of chance after that, and starts
// the program anew on the same folder and port. Returns how often.
int kill_now_and_then(Server& server, const std::atomic<std::size_t>& progress, const std::atomic<bool>& over,
                      std::size_t all, int kills, std::mt19937& random) {
  int killed = 0;
  while (killed < kills && !over) {
    const auto wanted = all * static_cast<std::size_t>(killed + 1) / static_cast<std::size_t>(kills + 2);
    if (progress < wanted) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      continue;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 20'000));
    if (over) break;
    server.kill();
    ++killed;
    if (!server.start()) {
      fmt::print("the server did not start again\n");
      return -1;
    }
  }
  return killed;
}

int run(const std::string& program, const std::string& folder, int kills, unsigned seed) {
  const auto field = prepare(folder, kInterviews, kPhones, kSurveyors);
  Server server(program, folder);
  if (!server.start()) {
    fmt::print("the server did not start\n");
    return 1;
  }
  std::mt19937 random(seed);
  std::atomic<std::size_t> progress{0};
  std::atomic<bool> over{false};
  Outcome outcome;
  std::thread phones([&] {
    outcome = sync(field, server.port(), {.flaky = true}, progress);
    over = true;
  });
  const int killed = kill_now_and_then(server, progress, over, field.interviews, kills, random);
  phones.join();
  server.stop();
  auto faults = faults_of(field, folder);
  if (killed != kills) faults.push_back(fmt::format("killed {} times instead of {}", killed, kills));
  if (outcome.acknowledged != field.interviews || outcome.refused != 0)
    faults.push_back(fmt::format("{} interviews were acknowledged and {} refused of {}", outcome.acknowledged,
                                 outcome.refused, field.interviews));
  if (outcome.replayed == 0) faults.emplace_back("no answer was lost: the test shows nothing");
  for (std::size_t i = 0; i < faults.size() && i < 10; ++i) fmt::print("WRONG: {}\n", faults[i]);
  fmt::print(
      "{} interviews, {} phones, killed {} times, {} calls sent again, {} interviews handed in twice (seed "
      "{}): {}\n",
      field.interviews, field.phones.size(), killed, outcome.lost_calls, outcome.replayed, seed,
      faults.empty() ? "none lost, none doubled" : "FAILED");
  return faults.empty() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "phones_kill_test KEPU [kills] [seed]\n");
    return 2;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "kepu-phones-kill-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 1;
  const unsigned seed = count > 3 ? static_cast<unsigned>(std::atoll(arguments[3])) : std::random_device{}();
  const int result = run(arguments[1], folder + "/data", count > 2 ? std::atoi(arguments[2]) : 3, seed);
  std::filesystem::remove_all(folder);
  return result;
}
