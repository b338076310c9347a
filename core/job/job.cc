#include "core/job/job.h"

#include <stdexcept>

#include "core/base/text.h"
#include "core/job/job_store.h"

namespace kepu::job {

void Jobs::add(Job job) {
  for (const Job& other : jobs_) {
    if (other.name == job.name) throw std::logic_error("two jobs of the same name: " + job.name);
  }
  jobs_.push_back(std::move(job));
}

bool Jobs::claim(const Job& job, base::Millis now) {
  return db_.write([&](sql::Session& session) { return claim_run(session, job.name, job.every, now); });
}

void Jobs::run(const Job& job, base::Millis now) {
  bool failed = false;
  std::string outcome;
  try {
    outcome = job.work(now);
  } catch (const std::exception& failure) {
    failed = true;
    outcome = base::shorten(base::valid_utf8(failure.what()), 500);
  }
  db_.write([&](sql::Session& session) { end_run(session, job.name, clock_.now(), failed, outcome); });
}

int Jobs::run_due() {
  int ran = 0;
  for (const Job& job : jobs_) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return ran;
    }
    const base::Millis now = clock_.now();
    if (!claim(job, now)) continue;
    run(job, now);
    ++ran;
  }
  return ran;
}

void Jobs::start(std::chrono::milliseconds tick) {
  thread_ = std::thread([this, tick] {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      try {
        run_due();
      } catch (const sql::Failure&) {
        // The database is away: the next tick tries again, and what waits on pages says so louder.
      }
      lock.lock();
      wake_.wait_for(lock, tick, [this] { return stopping_; });
    }
  });
}

void Jobs::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

std::vector<Run> Jobs::runs() {
  return db_.read([&](sql::Session& session) {
    std::vector<Run> out;
    for (const Job& job : jobs_) {
      out.push_back({job.name, job.title, job.every});
      load_run(session, out.back());
    }
    return out;
  });
}

}  // namespace kepu::job
