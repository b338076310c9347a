#include "core/doc/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>

#include "core/base/text.h"

namespace kepu::doc {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMaxErrors = 4096;

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { close(); }
  int get() const { return fd_; }
  void reset(int fd) {
    close();
    fd_ = fd;
  }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : "";
  const char* path = std::getenv("PATH");
  for (const auto& folder : base::split(path ? path : "/usr/local/bin:/usr/bin:/bin", ":")) {
    const std::string full = folder + "/" + name;
    if (!folder.empty() && access(full.c_str(), X_OK) == 0) return full;
  }
  return "";
}

bool fill(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return ::lseek(fd, 0, SEEK_SET) == 0;
}

// Between fork and exec only calls that are safe in a signal handler are allowed: other threads may hold
// locks.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment, int in,
                         int out, int err, const ChildLimits& limits) {
  setpgid(0, 0);
  const auto limit = [](auto what, std::uint64_t value) {
    const rlimit both = {value, value};
    setrlimit(what, &both);
  };
  limit(RLIMIT_CPU, static_cast<std::uint64_t>(limits.seconds) + 1);
  limit(RLIMIT_AS, limits.memory_bytes);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
  close_range(3, ~0u, 0);
  execve(program, arguments, environment);
  _exit(127);
}

// Reads both pipes until they end. Gives how it ended; `exited` where both were closed in time.
ChildResult::End collect(Fd& out, Fd& err, const ChildLimits& limits, ChildResult& result) {
  const auto deadline = Clock::now() + std::chrono::seconds(limits.seconds);
  char buffer[65536];
  while (out.get() >= 0 || err.get() >= 0) {
    pollfd wait[2] = {{out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return ChildResult::End::timed_out;
    const int ready = poll(wait, 2, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return ChildResult::End::timed_out;
    for (int i = 0; i < 2; ++i) {
      if (wait[i].revents == 0) continue;
      Fd& fd = i == 0 ? out : err;
      const ssize_t n = read(fd.get(), buffer, sizeof buffer);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) {
        fd.close();
        continue;
      }
      const auto size = static_cast<std::size_t>(n);
      if (i == 0) {
        result.output.append(buffer, size);
        if (result.output.size() > limits.output_bytes) return ChildResult::End::output_too_large;
      } else if (result.errors.size() < kMaxErrors) {
        result.errors.append(buffer, std::min(size, kMaxErrors - result.errors.size()));
      }
    }
  }
  return ChildResult::End::exited;
}

}  // namespace

ChildResult run_child(const std::string& program, const std::vector<std::string>& arguments,
                      std::string_view input, const ChildLimits& limits) {
  ChildResult result;
  const std::string path = find_program(program);
  if (path.empty()) {
    result.end = ChildResult::End::missing;
    return result;
  }
  Fd in(memfd_create("input", MFD_CLOEXEC));
  int out_pipe[2], err_pipe[2];
  if (in.get() < 0 || !fill(in.get(), input) || pipe2(out_pipe, O_CLOEXEC) != 0) return result;
  Fd out(out_pipe[0]), out_end(out_pipe[1]);
  if (pipe2(err_pipe, O_CLOEXEC) != 0) return result;
  Fd err(err_pipe[0]), err_end(err_pipe[1]);

  std::vector<char*> argv = {const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::string locale = "LC_ALL=C.UTF-8", search = "PATH=/usr/local/bin:/usr/bin:/bin";
  char* const environment[] = {locale.data(), search.data(), nullptr};

  const pid_t child = fork();
  if (child < 0) return result;
  if (child == 0)
    become(path.c_str(), argv.data(), environment, in.get(), out_end.get(), err_end.get(), limits);
  setpgid(child, child);  // whichever of the two comes first
  out_end.close();
  err_end.close();
  result.end = collect(out, err, limits, result);
  // Whatever it has started goes with it, also when it has closed its output and stayed.
  if (result.end != ChildResult::End::exited) kill(-child, SIGKILL);
  int status = 0;
  const auto patience = Clock::now() + std::chrono::seconds(2);
  pid_t ended = 0;
  while ((ended = waitpid(child, &status, WNOHANG)) == 0 || (ended < 0 && errno == EINTR)) {
    if (Clock::now() > patience) kill(-child, SIGKILL);
    usleep(500);
  }
  if (result.end != ChildResult::End::exited) return result;
  if (WIFEXITED(status)) {
    result.status = WEXITSTATUS(status);
  } else {
    result.end = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU ? ChildResult::End::timed_out
                                                                    : ChildResult::End::killed;
  }
  return result;
}

}  // namespace kepu::doc
