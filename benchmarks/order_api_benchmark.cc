// Orders placed a second through the open interface, over real sockets, against `kepu serve`:
//   order_api_benchmark PROGRAM [SECONDS=10] [CONNECTIONS=64] [WORKERS=16] [BEFORE=20000] [RATE=0]
// As many as go, or RATE a second.
// Makes a county with BEFORE orders on a SQLite file that is thrown away, starts PROGRAM on it, and places
// orders over CONNECTIONS kept-alive connections, each with a key of its own, while one person looks at the
// list page and one system at its first page. At the end the server is killed (SIGKILL), and every order
// that was answered 201 must be in the database: what is counted is durable. The baseline is /healthz over
// the same connections. Goals: 1,000 orders/s; p99 of the lists 100 ms.
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "app/program.h"
#include "core/auth/api_keys.h"
#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/http/test_client.h"
#include "core/sql/sql.h"
#include "engines/orders/orders_engine.h"

namespace {

using namespace kepu;  // NOLINT: a program
using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

template <class T>
T must(base::Result<T> result) {
  if (!result) {
    fmt::print(stderr, "{}: {}\n", result.error().rule, result.error().message);
    std::exit(1);
  }
  return std::move(*result);
}

struct County {
  base::Id tenant = 0;
  std::string key, cookie, day;
  std::vector<std::string> areas;
};

base::Id add_unit(app::Program& program, const auth::Actor& by, std::string name, base::Id parent,
                  auth::UnitKind kind) {
  auth::Unit u;
  u.name = std::move(name);
  u.parent = parent;
  u.kind = kind;
  return must(program.directory().add_unit(by, u));
}

std::string signed_in_clerk(app::Program& program, const auth::Actor& by, base::Id tenant) {
  auth::Person person;
  person.name = "经办";
  person.unit = program.directory().units(tenant)->root();
  const base::Id id = must(program.directory().add_person(by, person));
  auth::Credentials given;
  given.tenant = tenant;
  given.login = "clerk";
  given.password = must(program.directory().issue_password(by, id, "clerk"));
  if (!program.directory().give(by, {0, id, "office_clerk", auth::ScopeKind::tenant, {}, ""})) std::exit(1);
  const auto first = must(program.sign_in().sign_in(given));
  return must(program.sign_in().change_password(first.token, given.password, "Lan-Jiang-7419-ke-pu", ""))
      .token;
}

void place_before(app::Program& program, const County& county, const std::vector<base::Id>& villages,
                  int count) {
  auth::Actor nobody;
  nobody.tenant = county.tenant;
  std::atomic<int> next{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&] {
      for (int i = next++; i < count; i = next++) {
        orders::Request r;
        r.title = "请医生来讲高血压";
        r.days = {*base::parse_date(county.day)};
        r.area = villages[static_cast<std::size_t>(i) % villages.size()];
        r.name = "村民小组长";
        r.phone = fmt::format("139{:08}", i);
        r.consent = true;
        must(program.orders().store().place({nobody, ""}, r));
      }
    });
  }
  for (auto& t : threads) t.join();
}

County make_county(const std::string& folder, int before) {
  app::Config config;
  config.data = folder;
  app::Program program(config);
  auth::Tenant wanted;
  wanted.code = "lan";
  wanted.name = "岚江县";
  County out;
  out.tenant = must(program.directory().create_tenant(program.command_actor(0), wanted)).id;
  const auto by = program.command_actor(out.tenant);
  const base::Id root = program.directory().units(out.tenant)->root();
  std::vector<base::Id> villages;
  for (int t = 0; t < 12; ++t) {
    const base::Id town = add_unit(program, by, fmt::format("{}号镇", t + 1), root, auth::UnitKind::township);
    for (int v = 0; v < 8; ++v) {
      villages.push_back(
          add_unit(program, by, fmt::format("{}号镇{}村", t + 1, v + 1), town, auth::UnitKind::village));
      out.areas.push_back(std::to_string(villages.back()));
    }
  }
  out.day = base::to_iso(base::from_days(base::to_days(program.clock().today()) + 7));
  auth::ApiKey key;
  key.holder = "压力测试";
  key.rights = {"order.read", "order.place"};
  key.everything = true;
  key.quota = {600'000, 10'000'000};
  key.until = out.day;
  out.key = must(program.keys().make(by, key)).secret;
  out.cookie = signed_in_clerk(program, by, out.tenant);
  place_before(program, out, villages, before);
  return out;
}

// ---------------------------------------------------------------- the server as a child

struct Server {
  pid_t pid = 0;
  std::uint16_t port = 0;
};

Server start(const std::string& program, const std::string& folder, int workers) {
  int out[2];
  if (::pipe(out) != 0) std::exit(1);
  Server server;
  const std::string count = std::to_string(workers);
  server.pid = ::fork();
  if (server.pid == 0) {
    ::dup2(out[1], 1);
    ::close(out[0]);
    ::execl(program.c_str(), program.c_str(), "--data", folder.c_str(), "serve", "--port", "0", "--workers",
            count.c_str(), "--access-log", "off", static_cast<char*>(nullptr));
    std::_Exit(127);
  }
  ::close(out[1]);
  std::string said;
  char bytes[256];
  for (int i = 0; i < 100; ++i) {
    const ssize_t got = ::read(out[0], bytes, sizeof bytes);
    if (got <= 0) break;
    said.append(bytes, static_cast<std::size_t>(got));
    const auto at = said.find("127.0.0.1:");
    if (at == said.npos || said.find('/', at) == said.npos) continue;
    server.port = static_cast<std::uint16_t>(std::atoi(said.c_str() + at + 10));
    return server;
  }
  fmt::print(stderr, "{} does not start\n", program);
  std::exit(1);
}

void kill_hard(const Server& server) {
  ::kill(server.pid, SIGKILL);
  int status = 0;
  ::waitpid(server.pid, &status, 0);
}

std::string order_request(const County& county, int client, int i) {
  const std::string body = fmt::format(
      "{{\"title\":\"请医生来讲高血压\",\"address_id\":\"{}\",\"wished_dates\":[\"{}\"],\"people\":30,"
      "\"first_name\":\"村民小组长\",\"phone\":\"138{:08}\",\"description\":\"老人多，请讲本地话\","
      "\"consent\":true}}",
      county.areas[static_cast<std::size_t>(client * 131 + i) % county.areas.size()], county.day,
      (client * 1'000'003 + i) % 100'000'000);
  return fmt::format(
      "POST /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\nContent-Type: "
      "application/json\r\nIdempotency-Key: bench-{}-{}\r\nContent-Length: {}\r\n\r\n{}",
      county.key, client, i, body.size(), body);
}

struct Load {
  std::vector<std::string> acknowledged;  // numbers of orders answered 201
  std::vector<double> seconds;
  int other = 0;  // any other answer
};

// `rate` 0: as fast as answers come; else so many a second by all together, evenly.
template <class Request, class Seen>
void run_clients(std::uint16_t port, int connections, double seconds, double rate, Request&& request,
                 Seen&& seen) {
  std::vector<std::thread> threads;
  const auto begin = Clock::now();
  for (int c = 0; c < connections; ++c) {
    threads.emplace_back([&, c] {
      http::TestClient client(port);
      for (int i = 0; since(begin) < seconds; ++i) {
        if (rate > 0) {
          const double at = (static_cast<double>(i) * connections + c) / rate;
          std::this_thread::sleep_until(
              begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(at)));
        }
        const auto asked = Clock::now();
        const auto answer = client.ask(request(c, i));
        seen(c, answer, since(asked));
        if (answer.status == 0) return;
      }
    });
  }
  for (auto& t : threads) t.join();
}

std::string number_in(const std::string& body) {
  constexpr std::string_view kMark = "\"service_request_id\":\"";
  const auto at = body.find(kMark);
  return at == body.npos
             ? std::string()
             : body.substr(at + kMark.size(), body.find('"', at + kMark.size()) - at - kMark.size());
}

void print_times(std::string_view what, std::vector<double> times, double limit) {
  if (times.empty()) return fmt::print("{}: no answer\n", what);
  std::sort(times.begin(), times.end());
  const auto at = [&](double q) {
    return 1000 * times[static_cast<std::size_t>(q * static_cast<double>(times.size() - 1))];
  };
  fmt::print("{:34} p50 {:6.1f}  p99 {:6.1f}  slowest {:6.1f} ms{}\n", what, at(0.5), at(0.99), at(1),
             limit > 0 ? fmt::format("  (goal p99 <= {})", limit) : "");
}

// Times of one GET, asked again after a pause, until told to stop.
std::vector<double> watch(std::uint16_t port, const std::string& request, const std::atomic<bool>& stop) {
  std::vector<double> out;
  http::TestClient client(port);
  while (!stop) {
    const auto asked = Clock::now();
    const auto answer = client.ask(request);
    if (answer.status != 200) {
      fmt::print(stderr, "a list answered {}\n", answer.status);
      break;
    }
    out.push_back(since(asked));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return out;
}

std::int64_t lost(const std::string& folder, const std::vector<Load>& loads) {
  const auto db = sql::Database::open("sqlite:" + folder + "/kepu.db");
  std::set<std::string> there;
  db->read([&](sql::Session& s) {
    s.each("select number from orders_order", {}, [&](const sql::Row& r) { there.insert(r.text(0)); });
    return 0;
  });
  std::int64_t out = 0;
  for (const auto& load : loads) {
    for (const auto& number : load.acknowledged) out += there.count(number) == 0 ? 1 : 0;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "order_api_benchmark PROGRAM [SECONDS] [CONNECTIONS] [WORKERS] [BEFORE] [RATE]\n");
    return 2;
  }
  const auto number = [&](int at, int usual) { return argc > at ? std::atoi(argv[at]) : usual; };
  const int seconds = number(2, 10), connections = number(3, 64), workers = number(4, 16),
            before = number(5, 20'000);
  const auto folder =
      (std::filesystem::temp_directory_path() / fmt::format("kepu-order-api-{}", getpid())).string();
  const County county = make_county(folder, before);
  const Server server = start(argv[1], folder, workers);

  std::atomic<std::int64_t> bare{0};
  const std::string healthz = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  run_clients(
      server.port, connections, 2, 0, [&](int, int) -> const std::string& { return healthz; },
      [&](int, const http::Answer& a, double) { bare += a.status == 200 ? 1 : 0; });

  const std::string list_page =
      fmt::format("GET /orders HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: kp_session={}\r\n\r\n", county.cookie);
  const std::string first_page = fmt::format(
      "GET /api/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {}\r\n\r\n", county.key);
  std::vector<double> alone;
  run_clients(
      server.port, 1, 2, 0, [&](int, int) -> const std::string& { return list_page; },
      [&](int, const http::Answer&, double took) { alone.push_back(took); });
  std::atomic<bool> stop{false};
  std::vector<double> page, api_list;
  std::thread person([&] { page = watch(server.port, list_page, stop); });
  std::thread other_system([&] { api_list = watch(server.port, first_page, stop); });
  std::vector<Load> loads(static_cast<std::size_t>(connections));
  const auto begin = Clock::now();
  run_clients(
      server.port, connections, seconds, number(6, 0),
      [&](int c, int i) { return order_request(county, c, i); },
      [&](int c, const http::Answer& a, double took) {
        Load& load = loads[static_cast<std::size_t>(c)];
        if (a.status != 201) {
          ++load.other;
          return;
        }
        load.acknowledged.push_back(number_in(a.body));
        load.seconds.push_back(took);
      });
  const double took = since(begin);
  stop = true;
  person.join();
  other_system.join();
  kill_hard(server);

  std::int64_t placed = 0, other = 0;
  std::vector<double> times;
  for (const auto& load : loads) {
    placed += static_cast<std::int64_t>(load.acknowledged.size());
    other += load.other;
    times.insert(times.end(), load.seconds.begin(), load.seconds.end());
  }
  const double rate = static_cast<double>(placed) / took;
  fmt::print("{} connections, {} workers, {} orders before, {:.0f} s\n", connections, workers, before, took);
  fmt::print(
      "placed {} orders: {:.0f}/s durable (goal 1,000), {} other answers; /healthz {}/s, ratio {:.3f}\n",
      placed, rate, other, bare / 2, rate / (static_cast<double>(bare) / 2));
  print_times("placing an order", std::move(times), 0);
  print_times("the list page before, alone", std::move(alone), 0);
  print_times("the list page meanwhile", std::move(page), 100);
  print_times("a system's list meanwhile", std::move(api_list), 100);
  const std::int64_t missing = lost(folder, loads);
  fmt::print("after kill -9: {} of {} acknowledged orders are missing\n", missing, placed);
  std::filesystem::remove_all(folder);
  return missing == 0 && placed != 0 ? 0 : 1;
}
