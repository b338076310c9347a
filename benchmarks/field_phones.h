// A survey in the field with many phones, against the real program: fills a folder with a round of 250
// questions, starts `kepu serve` on it as a process of its own, and lets every phone hand in its interviews
// over a connection of its own, in the batches and with the retries that web/ts/survey_drafts.ts has. Shared
// by benchmarks/field_phones_benchmark.cc and tests/faults/phones_kill_test.cc.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/id.h"

namespace kepu::phones {

inline constexpr int kQuestions = 250;
inline constexpr int kBatch = 10;  // interviews in a request

struct Case {
  base::Id id = 0;
  std::string key;  // of its interview, made by the phone once
};
struct Phone {
  std::string session, csrf;  // of the surveyor who holds it
  std::vector<Case> cases;
};
struct Field {
  base::Id tenant = 0, round = 0;
  std::vector<std::string> answers;  // names of the questions
  std::vector<Phone> phones;
  std::size_t interviews = 0;
};
// Makes the county, the round and its surveyors in `folder`, by the stores of the program. About `interviews`
// drawn dwellings, dealt out to `phones` phones of `surveyors` people. Ends the process with a message where
// a step is refused.
Field prepare(const std::string& folder, int interviews, int phones, int surveyors);

// `kepu serve` on 127.0.0.1. The first start chooses a free port, later ones take it again.
class Server {
 public:
  Server(std::string program, std::string folder)
      : program_(std::move(program)), folder_(std::move(folder)) {}
  ~Server() { stop(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  bool start();  // false: it did not say its address
  void kill();   // kill -9; waits for the end
  void stop();   // as an administrator stops it; waits for the end
  std::uint16_t port() const { return port_; }

 private:
  void end(int signal);
  std::string program_, folder_;
  pid_t pid_ = 0;
  int said_ = -1;  // what it prints; kept open, or it could not
  std::uint16_t port_ = 0;
};

struct Sync {
  bool flaky = false;  // every fourth request: hang up before the answer, then send the same again
  std::chrono::seconds patience{120};  // phones give up then
};
struct Outcome {
  std::size_t acknowledged = 0;  // interviews that were answered "accepted" or "replayed"
  std::size_t replayed = 0;      // of them: known already, since an answer had been lost
  std::size_t refused = 0;       // any other answer
  std::size_t lost_calls = 0;    // requests without an answer, sent again
  double seconds = 0;            // from the start of all phones to the last answer
  std::vector<double> waits;     // seconds of each answered request, ascending
};
// All phones at once, each until all its interviews are acknowledged. `progress` counts acknowledged
// interviews while it runs.
Outcome sync(const Field& field, std::uint16_t port, const Sync& how, std::atomic<std::size_t>& progress);

// Opens the folder (its server must have ended) and says what is wrong there, in plain lines: an interview
// that was acknowledged and is missing, one that is there twice or half, a broken audit chain.
std::vector<std::string> faults_of(const Field& field, const std::string& folder);

}  // namespace kepu::phones
