#include "benchmarks/field_phones.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <thread>

#include "app/program.h"
#include "core/audit/audit.h"
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/base/json.h"
#include "core/sql/sql.h"
#include "engines/survey/survey_engine.h"
#include "engines/survey/testing.h"

namespace kepu::phones {

using base::Id;
using survey::testing::must;
using Clock = std::chrono::steady_clock;

namespace {

survey::Questionnaire long_questionnaire() {
  auto q = survey::testing::small_questionnaire();
  auto& questions = q.blocks[1].questions;
  while (q.size() < kQuestions) {
    auto more = questions.back();
    more.name = "x" + std::to_string(questions.size());
    more.item.clear();
    questions.push_back(more);
  }
  return q;
}

struct Surveyor {
  Id person = 0;
  std::string name, session, csrf;
};

Surveyor surveyor(app::Program& program, const auth::Actor& actor, int n) {
  Surveyor out;
  auth::Person person;
  person.name = fmt::format("调查员{:02}", n + 1);
  person.unit = program.directory().units(actor.tenant)->root();
  const auto login = fmt::format("diaocha{:02}", n + 1);
  out.name = person.name;
  out.person = must(program.directory().add_person(actor, person));
  const auto once = must(program.directory().issue_password(actor, out.person, login));
  must(program.directory().give(actor, {0, out.person, "surveyor", auth::ScopeKind::tenant, {}, ""}));
  const auto first = must(program.sign_in().sign_in({actor.tenant, login, once}));
  const auto session = must(program.sign_in().change_password(first.token, once, "Lan-Jiang-7419-ke-pu", ""));
  out.session = session.token;
  out.csrf = session.csrf;
  return out;
}

// Villages that are large enough for some thousand drawn dwellings.
std::vector<survey::Area> large_frame() {
  auto frame = survey::testing::small_frame();
  for (auto& a : frame) {
    a.people *= 40;
    a.households *= 40;
  }
  return frame;
}

survey::Round round_of(int interviews) {
  constexpr double kPlanned = 0.15 * 0.85 * 1.96 * 1.96 * 1.5 / 0.75;
  auto out = survey::testing::small_round();
  out.plan.margin = std::sqrt(kPlanned / interviews);
  out.plan.take = std::clamp(interviews / 20, 10, 500);
  return out;
}

Id round_in_field(app::Program& program, const auth::Actor& actor, int interviews,
                  const std::vector<Surveyor>& surveyors, const survey::Questionnaire& questions) {
  auto& store = program.survey().store();
  const survey::By office{actor, "field"};
  auto head = actor;  // signs what another drew
  head.person = actor.person + 1;
  const survey::By leader{head, "field"};
  const Id round = must(store.add_round(office, round_of(interviews)));
  const auto revision = [&] { return must(store.round(actor.tenant, round)).round.revision; };
  must(store.set_frame(office, round, revision(), large_frame()));
  must(store.draw(office, round, revision(), "号码"));
  must(store.approve(leader, round, revision()));
  const Id questionnaire = must(store.add_questionnaire(office, questions));
  must(store.release(office, questionnaire, 1));
  must(store.set_questionnaire(office, round, revision(), questionnaire));
  std::size_t next = 0;
  for (const auto& a : must(store.round(actor.tenant, round)).drawn()) {
    const auto& who = surveyors[next++ % surveyors.size()];
    must(store.assign(office, round, revision(), a.position, who.person, who.name));
    must(store.set_listing(office, round, revision(), a.position, {}, 2000));
  }
  must(store.start(office, round, revision()));
  return round;
}

}  // namespace

Field prepare(const std::string& folder, int interviews, int phones, int surveyors) {
  app::Config config;
  config.data = folder;
  app::Program program(config);
  auth::Tenant tenant;
  tenant.code = "lan";
  tenant.name = "岚江县";
  Field out;
  out.tenant = must(program.directory().create_tenant(program.command_actor(0), tenant)).id;
  const auto actor = program.command_actor(out.tenant);
  std::vector<Surveyor> people;
  for (int i = 0; i < surveyors; ++i) people.push_back(surveyor(program, actor, i));
  const auto questions = long_questionnaire();
  for (const auto& block : questions.blocks) {
    for (const auto& q : block.questions) out.answers.push_back(q.name);
  }
  out.round = round_in_field(program, actor, interviews, people, questions);
  for (int p = 0; p < phones; ++p) {
    const auto& who = people[static_cast<std::size_t>(p % surveyors)];
    out.phones.push_back({who.session, who.csrf, {}});
  }
  // A surveyor's dwellings go round his phones.
  for (int i = 0; i < surveyors && i < phones; ++i) {
    int phone = i;
    for (const auto& c : program.survey().store().cases(
             out.tenant, {.round = out.round, .surveyor = people[static_cast<std::size_t>(i)].person})) {
      out.phones[static_cast<std::size_t>(phone)].cases.push_back(
          {c.id, fmt::format("interview-of-a-phone-{}", ++out.interviews)});
      phone = phone + surveyors < phones ? phone + surveyors : i;
    }
  }
  return out;
}

// ---------------------------------------------------------------- the server

bool Server::start() {
  int ends[2];
  if (pipe(ends) != 0) return false;
  const auto port = std::to_string(port_);
  pid_ = fork();
  if (pid_ == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(program_.c_str(), program_.c_str(), "serve", "--port", port.c_str(), "--data", folder_.c_str(),
          nullptr);
    _exit(127);
  }
  close(ends[1]);
  std::string said;
  char buffer[256];
  const std::string mark = "127.0.0.1:";
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(n));
    const auto at = said.find(mark);
    if (at == std::string::npos || said.find('/', at) == std::string::npos) continue;
    port_ = static_cast<std::uint16_t>(std::atoi(said.c_str() + at + mark.size()));
    break;
  }
  said_ = ends[0];
  if (port_ == 0) stop();
  return port_ != 0;
}

void Server::end(int signal) {
  if (pid_ <= 0) return;
  ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = 0;
  close(said_);
}
void Server::kill() { end(SIGKILL); }
void Server::stop() { end(SIGTERM); }

// ---------------------------------------------------------------- a phone

namespace {

class Connection {
 public:
  explicit Connection(std::uint16_t port) : port_(port) {}
  ~Connection() { hang_up(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool send(const std::string& bytes) {
    if (socket_ < 0 && !connect()) return false;
    for (std::size_t sent = 0; sent < bytes.size();) {
      const auto n = ::send(socket_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return hang_up();
      sent += static_cast<std::size_t>(n);
    }
    return true;
  }
  // The body of an answer with Content-Length and status 200; nothing where the connection broke or the
  // server says otherwise.
  std::optional<std::string> answer() {
    std::string in;
    std::size_t body = std::string::npos, length = 0;
    char buffer[16384];
    while (body == std::string::npos || in.size() < body + length) {
      const auto n = recv(socket_, buffer, sizeof buffer, 0);
      if (n <= 0) return hang_up(), std::nullopt;
      in.append(buffer, static_cast<std::size_t>(n));
      if (body != std::string::npos) continue;
      body = in.find("\r\n\r\n");
      if (body == std::string::npos) continue;
      body += 4;
      std::string head = in.substr(0, body);
      std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
      const auto at = head.find("content-length:");
      if (!head.starts_with("http/1.1 200") || at == std::string::npos) return hang_up(), std::nullopt;
      length = static_cast<std::size_t>(std::atoll(head.c_str() + at + 15));
    }
    return in.substr(body, length);
  }
  bool hang_up() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
    return false;
  }

 private:
  bool connect() {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const timeval patience{30, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port_);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 || hang_up();
  }
  std::uint16_t port_;
  int socket_ = -1;
};

std::string request_of(const Field& field, const Phone& phone, std::size_t from, std::size_t until) {
  base::Json j;
  j.object().key("records").array();
  for (std::size_t i = from; i < until; ++i) {
    j.object()
        .field("kind", "interview")
        .key("case")
        .id(phone.cases[i].id)
        .field("key", phone.cases[i].key)
        .key("fields")
        .array();
    const auto add = [&](const std::string& name, const std::string& value) {
      j.array().value(name).value(value).end();
    };
    add("persons", "2");
    for (const auto& name : field.answers) add("q-" + name, name == "age" ? "40" : "2");
    j.end().end();
  }
  j.end().end();
  const auto body = std::move(j).text();
  return fmt::format(
      "POST /survey/records HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: kp_session={}\r\nX-CSRF-Token: {}\r\n"
      "Accept: application/json\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
      phone.session, phone.csrf, body.size(), body);
}

std::size_t count_of(const std::string& text, std::string_view word) {
  std::size_t n = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++n;
  return n;
}

struct Call {  // one request until it is answered
  const std::string& bytes;
  std::size_t interviews;
  bool drop_first;
};

void make(const Call& call, Connection& line, Clock::time_point end, Outcome& out,
          std::atomic<std::size_t>& progress) {
  bool drop = call.drop_first;
  while (Clock::now() < end) {
    const auto start = Clock::now();
    std::optional<std::string> answer;
    if (line.send(call.bytes)) {
      if (drop) {
        drop = false;
        line.hang_up();
      } else {
        answer = line.answer();
      }
    }
    if (!answer) {
      ++out.lost_calls;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      continue;
    }
    const auto fresh = count_of(*answer, "\"outcome\":\"accepted\"");
    const auto again = count_of(*answer, "\"outcome\":\"replayed\"");
    out.replayed += again;
    out.acknowledged += fresh + again;
    out.refused += call.interviews - fresh - again;
    progress += fresh + again;
    out.waits.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    return;
  }
}

}  // namespace

Outcome sync(const Field& field, std::uint16_t port, const Sync& how, std::atomic<std::size_t>& progress) {
  // What the phones have ready before they find the network.
  std::vector<std::vector<std::pair<std::string, std::size_t>>> ready(field.phones.size());
  for (std::size_t p = 0; p < field.phones.size(); ++p) {
    const auto& phone = field.phones[p];
    for (std::size_t from = 0; from < phone.cases.size(); from += kBatch) {
      const auto until = std::min(from + kBatch, phone.cases.size());
      ready[p].emplace_back(request_of(field, phone, from, until), until - from);
    }
  }
  std::vector<Outcome> parts(field.phones.size());
  std::vector<std::thread> threads;
  const auto start = Clock::now(), end = start + how.patience;
  for (std::size_t p = 0; p < field.phones.size(); ++p) {
    threads.emplace_back([&, p] {
      Connection line(port);
      for (std::size_t i = 0; i < ready[p].size(); ++i)
        make({ready[p][i].first, ready[p][i].second, how.flaky && (p + i) % 4 == 0}, line, end, parts[p],
             progress);
    });
  }
  for (auto& t : threads) t.join();
  Outcome out;
  out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  for (const auto& part : parts) {
    out.acknowledged += part.acknowledged;
    out.replayed += part.replayed;
    out.refused += part.refused;
    out.lost_calls += part.lost_calls;
    out.waits.insert(out.waits.end(), part.waits.begin(), part.waits.end());
  }
  std::sort(out.waits.begin(), out.waits.end());
  return out;
}

// ---------------------------------------------------------------- what is there afterwards

std::vector<std::string> faults_of(const Field& field, const std::string& folder) {
  app::Config config;
  config.data = folder;
  app::Program program(config);
  std::vector<std::string> faults;
  std::map<Id, std::vector<std::string>> there;  // case → keys of its interviews
  std::int64_t half = 0;
  program.db().read([&](sql::Session& s) {
    const sql::Args key = {{"tenant", field.tenant}, {"round", field.round}};
    s.each("select case_id, key from survey_interview where tenant = :tenant and round = :round", key,
           [&](const sql::Row& r) { there[r.integer(0)].push_back(r.text(1)); });
    half = s.integer(
        "select count(*) from survey_case where tenant = :tenant and round = :round and not (visits = 1 and "
        "waiting = 0 and interview > 0 and code = '1.1')",
        key);
  });
  for (const auto& phone : field.phones) {
    for (const auto& c : phone.cases) {
      const auto at = there.find(c.id);
      if (at == there.end())
        faults.push_back(fmt::format("interview {} is lost", c.key));
      else if (at->second != std::vector{c.key})
        faults.push_back(fmt::format("interview {} is there {} times", c.key, at->second.size()));
    }
  }
  if (half > 0) faults.push_back(fmt::format("{} dwellings do not stand as their interviews say", half));
  for (const auto& [id, interview] : program.survey().store().interviews(field.tenant, field.round)) {
    if (interview.answers.size() != field.answers.size())
      faults.push_back(fmt::format("the interview of case {} has {} answers of {}", id,
                                   interview.answers.size(), field.answers.size()));
  }
  if (audit::verify(program.db(), field.tenant).broken_at) faults.emplace_back("the audit chain is broken");
  return faults;
}

}  // namespace kepu::phones
