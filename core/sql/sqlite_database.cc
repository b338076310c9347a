#include "core/sql/sqlite_database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>

#include "core/sql/nesting.h"

namespace kepu::sql {
namespace fs = std::filesystem;

class SqliteDatabase::TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "kepu-memory-XXXXXX").string();
    if (!mkdtemp(name.data())) throw Failure("建不了临时文件夹：请检查临时目录的空间和权限");
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

namespace {

// Made readable by its owner alone: it holds personal data. SQLite gives its other files the same rights.
void make_file(const fs::path& path) {
  std::error_code error;
  if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    throw Failure(fmt::format("打不开数据库文件 {}：{}。请检查路径、磁盘空间和读写权限", path.string(),
                              std::strerror(errno)));
  close(file);
}

}  // namespace

SqliteDatabase::SqliteDatabase(Target target, const Options& options)
    : url_(std::move(target.shown)), options_(options) {
  if (target.in_memory) {
    folder_ = std::make_unique<TemporaryFolder>();
    target.path = (folder_->path() / "memory.db").string();
  }
  make_file(target.path);
  // Absolute, so that readers made later find it wherever the program has gone meanwhile.
  settings_.path = fs::absolute(target.path).string();
  settings_.patience = std::chrono::seconds(options.busy_seconds);
  settings_.durable = !target.in_memory;
  settings_.role = SqliteConnection::Role::writer;
  writer_ = std::make_unique<SqliteConnection>(settings_);
  settings_.role = SqliteConnection::Role::reader;
  readers_ = std::make_unique<Pool<SqliteConnection>>(
      options.readers, settings_.patience, [this] { return std::make_unique<SqliteConnection>(settings_); });
  watcher_ = std::make_unique<SqliteConnection>(settings_);
  thread_ = std::thread([this] { write_forever(); });
}

SqliteDatabase::~SqliteDatabase() {
  queue_.close();
  thread_.join();
  // Statistics for the query planner, kept current cheaply; not worth waiting for another program.
  sqlite3_busy_timeout(writer_->raw(), 0);
  sqlite3_exec(writer_->raw(), "pragma analysis_limit = 400; pragma optimize", nullptr, nullptr, nullptr);
}

void SqliteDatabase::read_with(const std::function<void(Session&)>& work) {
  if (Session* outer = Nesting::reading(*this)) return work(*outer);
  auto connection = readers_->take();
  reads_.fetch_add(1, std::memory_order_relaxed);
  try {
    connection->control("begin");
    {
      SqliteSession session(*connection);
      const Nesting nesting(*this, Nesting::Doing::reading, &session);
      work(session);
    }
    connection->control("commit");
  } catch (...) {
    failures_.fetch_add(1, std::memory_order_relaxed);
    connection->roll_back();
    if (connection->in_transaction()) connection.drop();
    throw;
  }
}

void SqliteDatabase::write_with(const std::function<bool(Session&)>& work) {
  Nesting::check_write(*this);
  Answer answer;
  queue_.push({std::cref(work), [&](std::exception_ptr failure) { answer.give(std::move(failure)); }});
  answer.wait();
}

void SqliteDatabase::submit(std::function<bool(Session&)> work,
                            std::function<void(std::exception_ptr)> done) {
  Nesting::check_submit(*this);
  queue_.push({std::move(work), std::move(done)});
}

void SqliteDatabase::write_forever() {
  for (;;) {
    std::vector<WriteRequest> batch = queue_.take(options_.batch);
    if (batch.empty()) return;
    run_batch(batch);
    const Nesting nesting(*this, Nesting::Doing::answering, nullptr);
    for (WriteRequest& request : batch) {
      (request.failure ? failures_ : writes_).fetch_add(1, std::memory_order_relaxed);
      try {
        request.done(std::move(request.failure));
      } catch (...) {
        // `done` may not throw; the writer goes on for the others all the same.
        failures_.fetch_add(1, std::memory_order_relaxed);
      }
    }
  }
}

void SqliteDatabase::run_batch(std::vector<WriteRequest>& batch) {
  if (batch.size() > 1 && run_together(batch)) return;
  // Alone, a request that spoils a commit (a deferred key, a full disk) spoils only its own.
  for (WriteRequest& request : batch) run_alone(request);
}

// False: everything was rolled back, and each request may be tried alone.
bool SqliteDatabase::run_together(std::vector<WriteRequest>& batch) {
  try {
    writer_->control("begin immediate");
  } catch (...) {  // another program kept the lock all the time: no use in waiting so long for each
    for (WriteRequest& request : batch) request.failure = std::current_exception();
    return true;
  }
  try {
    for (WriteRequest& request : batch) run_in_savepoint(request);
    writer_->control("commit");
    commits_.fetch_add(1, std::memory_order_acq_rel);
    return true;
  } catch (...) {
    writer_->roll_back();
    return false;
  }
}

// Throws only when the whole transaction is lost.
void SqliteDatabase::run_in_savepoint(WriteRequest& request) {
  writer_->control("savepoint request");
  bool keep = false;
  request.failure = nullptr;
  try {
    keep = call(request);
  } catch (...) {
    request.failure = std::current_exception();
  }
  if (!writer_->in_transaction()) throw Failure("SQLite 回滚了整批写入");
  if (!keep) writer_->control("rollback to request");
  writer_->control("release request");
}

void SqliteDatabase::run_alone(WriteRequest& request) {
  request.failure = nullptr;
  try {
    writer_->control("begin immediate");
    if (call(request)) {
      writer_->control("commit");
      commits_.fetch_add(1, std::memory_order_acq_rel);
    }
  } catch (...) {
    request.failure = std::current_exception();
  }
  writer_->roll_back();
}

bool SqliteDatabase::call(const WriteRequest& request) {
  SqliteSession session(*writer_);
  const Nesting nesting(*this, Nesting::Doing::writing, &session);
  const bool keep = request.work(session);
  if (keep) session.guard().rethrow();
  return keep;
}

Database::Counters SqliteDatabase::counters() const { return {reads_, writes_, commits_, failures_}; }

std::optional<std::uint64_t> SqliteDatabase::stamp() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const std::int64_t tick = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  if (watched_.load(std::memory_order_acquire) != tick) {
    const std::lock_guard lock(watch_mutex_);
    // Not through a session: this is one step for every page of that millisecond.
    sqlite3_stmt* statement = watcher_->prepare("pragma data_version").statement.get();
    const bool told = sqlite3_step(statement) == SQLITE_ROW;
    if (told) version_.store(static_cast<std::uint32_t>(sqlite3_column_int64(statement, 0)));
    sqlite3_reset(statement);
    if (!told) return std::nullopt;
    watched_.store(tick, std::memory_order_release);
  }
  const auto commits = static_cast<std::uint32_t>(commits_.load(std::memory_order_acquire));
  return static_cast<std::uint64_t>(version_.load()) << 32 | commits;
}

void SqliteDatabase::backup_to(const std::string& path) {
  if (fs::exists(path)) throw Failure(fmt::format("备份文件 {} 已经存在：请换一个名字", path));
  const fs::path unfinished = path + ".part";
  std::error_code ignored;
  fs::remove(unfinished, ignored);
  make_file(unfinished);
  try {
    SqliteConnection::Settings settings = settings_;
    settings.path = unfinished.string();
    settings.role = SqliteConnection::Role::writer;
    settings.durable = true;
    SqliteConnection copy(settings);
    auto source = readers_->take();
    sqlite3_backup* backup = sqlite3_backup_init(copy.raw(), "main", source->raw(), "main");
    if (!backup) copy.fail("backup");
    // All pages in one step: one snapshot, however much is written meanwhile; in WAL nobody waits for it.
    const int code = sqlite3_backup_step(backup, -1);
    sqlite3_backup_finish(backup);
    if (code != SQLITE_DONE) throw Failure(fmt::format("备份没有完成：{}", sqlite3_errstr(code)));
  } catch (...) {
    fs::remove(unfinished, ignored);
    throw;
  }
  fs::rename(unfinished, path);
}

}  // namespace kepu::sql
