// 500 phones hand in interviews of 250 answers at once, each over its own connection, to `kepu serve`:
//   field_phones_benchmark KEPU FOLDER [INTERVIEWS PHONES SURVEYORS]
// Goal: 1,000 interviews a second, durable, none lost or doubled. The phones have their share of the same
// machine. Baseline of the run: the same interviews sent again, which the server reads, looks up and answers
// but does not write. field_phones_benchmark.sh makes the folder and finds the program.
#include <fmt/format.h>

#include "benchmarks/field_phones.h"

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "field_phones_benchmark KEPU FOLDER [INTERVIEWS PHONES SURVEYORS]\n");
    return 2;
  }
  using namespace kepu::phones;  // NOLINT: a program
  constexpr double kGoal = 1000;
  const auto number = [&](int at, int usual) { return count > at ? std::atoi(arguments[at]) : usual; };
  const std::string folder = arguments[2];
  const auto field = prepare(folder, number(3, 10'000), number(4, 500), number(5, 20));
  Server server(arguments[1], folder);
  if (!server.start()) {
    fmt::print(stderr, "the server did not start\n");
    return 1;
  }
  std::atomic<std::size_t> progress{0};
  const auto first = sync(field, server.port(), {}, progress);
  const auto again = sync(field, server.port(), {}, progress);
  server.stop();
  const auto say = [&](const char* what, const Outcome& o) {
    const double rate = static_cast<double>(o.acknowledged) / o.seconds;
    const auto wait = [&](double share) {
      return o.waits.empty() ? 0 : o.waits[static_cast<std::size_t>(share * double(o.waits.size() - 1))];
    };
    fmt::print(
        "{}: {:.0f} interviews/s, {:.1f} × the goal of {:.0f}; wait for an answer median {:.2f} s, 99 % "
        "{:.2f} s; {} calls sent again\n",
        what, rate, rate / kGoal, kGoal, wait(0.5), wait(0.99), o.lost_calls);
  };
  fmt::print("{} interviews of {} answers, {} phones, {} a request\n", field.interviews, kQuestions,
             field.phones.size(), kBatch);
  say("handed in  ", first);
  say("once more  ", again);
  const auto faults = faults_of(field, folder);
  for (std::size_t i = 0; i < faults.size() && i < 10; ++i) fmt::print("WRONG: {}\n", faults[i]);
  const bool whole = faults.empty() && first.acknowledged == field.interviews && first.refused == 0 &&
                     again.replayed == field.interviews;
  fmt::print("{}\n", whole ? "each interview is there exactly once" : "FAILED");
  return whole ? 0 : 1;
}
