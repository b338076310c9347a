#include "core/sql/postgres_database.h"

#include <algorithm>
#include <chrono>
#include <random>

#include "core/sql/nesting.h"

namespace kepu::sql {
namespace {

constexpr int kAttempts = 8;

bool is_transient(const std::exception_ptr& failure) {
  if (!failure) return false;
  try {
    std::rethrow_exception(failure);
  } catch (const Transient&) {
    return true;
  } catch (...) {
    return false;
  }
}

// Requests that collided should not meet again: 1–2, 2–4, 4–8 … ms.
void pause_before(int attempt) {
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = 1000 << std::min(attempt, 6);
  std::this_thread::sleep_for(
      std::chrono::microseconds(std::uniform_int_distribution<int>(most / 2, most)(random)));
}

}  // namespace

PostgresDatabase::PostgresDatabase(const std::string& url, Target target, const Options& options)
    : url_(target.shown),
      options_(options),
      pool_(options.readers, std::chrono::seconds(options.busy_seconds), [=] {
        return std::make_unique<PostgresConnection>(
            PostgresConnection::Settings{url, target.shown, std::chrono::seconds(options.busy_seconds)});
      }) {
  pool_.take()->check_database();
}

PostgresDatabase::~PostgresDatabase() {
  queue_.close();
  for (std::thread& worker : workers_) worker.join();
}

void PostgresDatabase::read_with(const std::function<void(Session&)>& work) {
  if (Session* outer = Nesting::reading(*this)) return work(*outer);
  auto connection = pool_.take();
  reads_.fetch_add(1, std::memory_order_relaxed);
  try {
    connection->begin(PostgresConnection::Mode::read);
    PostgresSession session(*connection);
    const Nesting nesting(*this, Nesting::Doing::reading, &session);
    work(session);
  } catch (...) {
    failures_.fetch_add(1, std::memory_order_relaxed);
    connection->leave();
    throw;
  }
  connection->leave();
}

void PostgresDatabase::write_with(const std::function<bool(Session&)>& work) {
  Nesting::check_write(*this);
  write_now(work);
}

void PostgresDatabase::write_now(const std::function<bool(Session&)>& work) {
  for (int number = 1;; ++number) {
    const Attempt made = attempt(work);
    if (made.again && number < kAttempts) {
      pause_before(number);
      continue;
    }
    (made.failure ? failures_ : writes_).fetch_add(1, std::memory_order_relaxed);
    if (made.failure) std::rethrow_exception(made.failure);
    return;
  }
}

PostgresDatabase::Attempt PostgresDatabase::attempt(const std::function<bool(Session&)>& work) {
  Attempt made;
  auto connection = pool_.take();
  PostgresSession session(*connection);
  try {
    connection->begin(PostgresConnection::Mode::write);
    bool keep = false;
    {
      const Nesting nesting(*this, Nesting::Doing::writing, &session);
      keep = work(session);
    }
    if (keep) {
      session.guard().rethrow();
      connection->commit();
      commits_.fetch_add(1, std::memory_order_relaxed);
    }
  } catch (...) {
    made.failure = std::current_exception();
  }
  connection->leave();
  // A collision counts as one whatever the caller's function made of it.
  made.again = is_transient(made.failure) || is_transient(session.guard().failure());
  return made;
}

void PostgresDatabase::submit(std::function<bool(Session&)> work,
                              std::function<void(std::exception_ptr)> done) {
  Nesting::check_submit(*this);
  std::call_once(workers_started_, [this] { start_workers(); });
  queue_.push({std::move(work), std::move(done)});
}

// Half of the connections stay free for those who wait for an answer.
void PostgresDatabase::start_workers() {
  for (int i = 0; i < std::max(1, options_.readers / 2); ++i)
    workers_.emplace_back([this] { work_forever(); });
}

void PostgresDatabase::work_forever() {
  for (;;) {
    std::vector<WriteRequest> taken = queue_.take(1);
    if (taken.empty()) return;
    WriteRequest& request = taken.front();
    try {
      write_now(request.work);
    } catch (...) {
      request.failure = std::current_exception();
    }
    const Nesting nesting(*this, Nesting::Doing::answering, nullptr);
    try {
      request.done(std::move(request.failure));
    } catch (...) {
      // `done` may not throw; the others are served all the same.
      failures_.fetch_add(1, std::memory_order_relaxed);
    }
  }
}

Database::Counters PostgresDatabase::counters() const { return {reads_, writes_, commits_, failures_}; }

void PostgresDatabase::backup_to(const std::string&) {
  throw Failure("PostgreSQL 数据库请用 pg_dump 备份，用 pg_restore 恢复");
}

}  // namespace kepu::sql
