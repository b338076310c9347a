// 定时工作: what the program does by itself, such as clearing sessions that ran out and reminding people.
// Each job runs when its interval has passed since its last run, on one program of an installation at a time
// (a lease in the database), and what came of it can be read afterwards.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/base/time.h"
#include "core/sql/sql.h"

namespace kepu::job {

struct Job {
  std::string name;   // "sessions.sweep": unique, stable
  std::string title;  // 清理过期会话
  base::Millis every = 24LL * 3600 * 1000;
  // Returns what it did in plain Chinese (“清理 12 个会话”). An exception is recorded, and the job tries
  // again after its interval. It must bear being cut off: a program may end in the middle of it.
  std::function<std::string(base::Millis now)> work;
};

struct Run {  // the last one of a job; begun 0: never
  std::string name, title;
  base::Millis every = 0, begun = 0, ended = 0;
  bool failed = false;
  std::string outcome;
};

// add() while the program is composed; everything else is thread-safe.
class Jobs {
 public:
  Jobs(sql::Database& db, const base::Clock& clock) : db_(db), clock_(clock) {}
  ~Jobs() { stop(); }
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

  void add(Job job);  // std::logic_error on a name that is taken
  // Runs on this thread whatever is due and not being run by another program; how many ran.
  int run_due();
  // A thread that looks every `tick`, first at once.
  void start(std::chrono::milliseconds tick = std::chrono::seconds(30));
  void stop();  // waits for the job that is running
  std::vector<Run> runs();

 private:
  bool claim(const Job& job, base::Millis now);
  void run(const Job& job, base::Millis now);

  sql::Database& db_;
  const base::Clock& clock_;
  std::vector<Job> jobs_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

// The node of base::IdMaker for this run of the program: another one than that of the runs before it, which
// may still go on beside it (a command beside the server, several servers on one database). Goes round over
// [0, kSharedNodes); the nodes above are for makers that know of each other.
inline constexpr int kSharedNodes = 100;
int next_node(sql::Database& db);

const std::vector<sql::Migration>& migrations();

}  // namespace kepu::job
