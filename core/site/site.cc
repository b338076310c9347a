#include "core/site/site.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

#include "core/auth/directory.h"
#include "core/auth/sign_in.h"
#include "core/base/secret.h"
#include "core/base/text.h"
#include "core/http/compress.h"
#include "core/site/site_state.h"
#include "core/sql/sql.h"
#include "web/assets.h"

namespace kepu::site {

using base::Code;
using base::Error;
using base::refuse;

namespace {

constexpr std::string_view kFormCookie = "kp_form";
constexpr std::string_view kSayCookie = "kp_say";
constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

bool is_reading(http::Method method) { return method == http::Method::get || method == http::Method::head; }

void add_security_headers(http::Response& response, const Services& services) {
  response.set("Content-Security-Policy", std::string(kContentPolicy));
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "same-origin");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Permissions-Policy", "camera=(), microphone=(), geolocation=()");
  if (services.secure_cookies) response.set("Strict-Transport-Security", "max-age=31536000");
}

http::Response asset_response(const http::Request& request) {
  const auto* asset = web::find_asset(request.path);
  if (asset == nullptr) return http::text("没有这个文件。", 404);
  http::Response response;
  response.set("Content-Type", std::string(asset->type));
  response.set("Cache-Control", "public, max-age=31536000, immutable");
  response.set("ETag", std::string(asset->etag));
  response.set("Vary", "Accept-Encoding");
  response.set("X-Content-Type-Options", "nosniff");
  const auto accepted = request.header("accept-encoding");
  if (!asset->br.empty() && base::contains(accepted, "br")) {
    response.set("Content-Encoding", "br");
    response.body = asset->br;
  } else if (!asset->gz.empty() && base::contains(accepted, "gzip")) {
    response.set("Content-Encoding", "gzip");
    response.body = asset->gz;
  } else {
    response.body = asset->plain;
  }
  return response;
}

// A form of another site must not act here: browsers say where a request comes from.
bool comes_from_here(const http::Request& request) {
  const auto site = request.header("sec-fetch-site");
  if (!site.empty()) return site == "same-origin" || site == "none";
  const auto origin = request.header("origin");
  if (origin.empty()) return true;  // an old browser or a program: the form's token decides
  const auto at = origin.find("://");
  return at != std::string_view::npos && origin.substr(at + 3) == request.header("host");
}

}  // namespace

bool wants_json(const http::Request& request) {
  if (request.param("as") == "json" || base::starts_with(request.path, "/api/")) return true;
  const auto accept = request.header("accept");
  return base::contains(accept, "application/json") && !base::contains(accept, "text/html");
}

bool is_local_path(std::string_view path) {
  if (path.empty() || path[0] != '/' || (path.size() > 1 && path[1] == '/')) return false;
  // Browsers drop tabs and line ends and take "\\" for "/": "/\t/other" would lead to another site.
  return std::none_of(path.begin(), path.end(),
                      [](unsigned char c) { return c <= 0x20 || c == 0x7F || c == '\\'; });
}

std::string pack_messages(const std::vector<std::pair<html::Tone, std::string>>& messages) {
  std::string text;
  for (const auto& [tone, message] : messages) {
    text += static_cast<char>('0' + static_cast<int>(tone)) + base::shorten(message, 200) + '\n';
  }
  return base::base64url(text);
}

std::vector<std::pair<html::Tone, std::string>> unpack_messages(std::string_view packed) {
  std::vector<std::pair<html::Tone, std::string>> out;
  const auto text = base::from_base64url(packed);
  if (!text || !base::is_valid_utf8(*text)) return out;
  for (const auto& line : base::split(*text, "\n")) {
    if (line.size() < 2 || line[0] < '0' || line[0] > '4' || out.size() == 4) continue;
    out.emplace_back(static_cast<html::Tone>(line[0] - '0'), line.substr(1));
  }
  return out;
}

Site::Site(Services services, SiteOptions options)
    : state_(std::make_unique<State>(std::move(services), std::move(options))) {
  html::set_sprite_url(std::string(web::asset_url("icons.svg")));
  state_->add_own_routes(*this);
}
Site::~Site() = default;

void Site::add(Route route) {
  if (route.access == Access::right && route.right.empty()) {
    throw std::logic_error("route " + route.pattern + " needs a right");
  }
  state_->router.add(route.method, route.pattern);
  state_->routes.push_back(std::move(route));
}
void Site::add(MenuItem item) {
  auto& menu = state_->menu;
  menu.insert(std::upper_bound(menu.begin(), menu.end(), item,
                               [](const MenuItem& a, const MenuItem& b) { return a.order < b.order; }),
              std::move(item));
}
void Site::add_search(std::function<std::vector<SearchHit>(const Context&, std::string_view)> search) {
  state_->searches.push_back(std::move(search));
}
void Site::add_todos(std::function<std::vector<Todo>(const Context&)> todos) {
  state_->todos.push_back(std::move(todos));
}
std::vector<Todo> Site::todos(const Context& context) const {
  std::vector<Todo> all;
  for (const auto& source : state_->todos) {
    auto some = source(context);
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const Todo& a, const Todo& b) {
    if (a.due.has_value() != b.due.has_value()) return a.due.has_value();
    return a.due < b.due;
  });
  return all;
}
void Site::add_metrics(std::function<void(std::string&)> metrics) {
  state_->metrics.push_back(std::move(metrics));
}
const std::vector<Route>& Site::routes() const { return state_->routes; }

http::BodyPolicy Site::body_policy(const http::Head& head) {
  const auto match = state_->router.find(head.method, head.path);
  if (match.route < 0) return {64u << 10, false};
  const Route& route = state_->routes[static_cast<std::size_t>(match.route)];
  return {route.max_body, route.uploads};
}

void Site::handle(http::Request request, std::function<void(http::Response)> reply) {
  http::Response response = state_->serve(request);
  http::compress(request, response);
  reply(std::move(response));
}

http::Response Site::answer(http::Request request) { return state_->serve(request); }

http::Response Site::State::serve(const http::Request& request) {
  if (base::starts_with(request.path, "/assets/")) return asset_response(request);
  const auto match = router.find(request.method, request.path);
  http::Response response;
  if (match.route >= 0) {
    response = run(request, routes[static_cast<std::size_t>(match.route)], match.variables);
  } else {
    static const Route kMissing{http::Method::get, "", Access::open, "", [](Context&) -> Answer {
                                  return refuse(Code::not_found, "site.no_such_page",
                                                "没有这个页面。地址可能抄错了，请从菜单重新进入。");
                                }};
    response = run(request, kMissing, {});
    if (match.other_method) {
      response.status = 405;
      response.set("Allow", match.allow);
    }
  }
  add_security_headers(response, services);
  response.set("X-Request-Id", request.id);
  return response;
}

namespace {

Caller caller_of(const http::Request& request, const http::Pairs& variables, const Services& app,
                 const SiteOptions& options) {
  Caller caller;
  caller.token = std::string(request.cookie(kSessionCookie));
  if (!caller.token.empty()) {
    if (auto visit = app.sign_in.visit(caller.token, request.remote)) {
      caller.actor = std::move(visit->actor);
      caller.actor.remote = request.remote;
      caller.csrf = std::move(visit->csrf);
      caller.must_change_password = visit->session.must_change_password;
      caller.good_until = visit->good_until;
      caller.tenant = app.directory.tenant(visit->session.tenant).value_or(auth::Tenant{});
      if (const auto* code = http::find(variables, "tenant");
          code != nullptr && *code != caller.tenant.code) {
        // A public page of another county: seen as anybody sees it.
        caller.tenant = app.directory.tenant_by_code(*code).value_or(auth::Tenant{});
        caller.actor = {};
      }
      return caller;
    }
    caller.token.clear();
  }
  if (const auto* code = http::find(variables, "tenant")) {
    caller.tenant = app.directory.tenant_by_code(*code).value_or(auth::Tenant{});
  } else if (!options.default_tenant.empty()) {
    caller.tenant = app.directory.tenant_by_code(options.default_tenant).value_or(auth::Tenant{});
  }
  if (caller.tenant.id == 0 && http::find(variables, "tenant") == nullptr) {
    const auto all = app.directory.tenants();
    const auto oldest =
        std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    if (oldest != all.end()) caller.tenant = *oldest;
  }
  caller.good_until = std::numeric_limits<base::Millis>::max();
  return caller;
}

// Everything of the request that caller_of looks at.
std::string caller_key(const http::Request& request, const http::Pairs& variables) {
  const auto* code = http::find(variables, "tenant");
  const std::string tenant = code != nullptr ? *code : std::string();
  const auto token = request.cookie(kSessionCookie);
  return token.empty() ? "\n" + tenant : fmt::format("{}\n{}\n{}", token, request.remote, tenant);
}

// The token of the forms of somebody who is not signed in lies in a cookie of its own.
Caller with_form_token(Caller caller, const http::Request& request) {
  caller.csrf = std::string(request.cookie(kFormCookie));
  if (caller.csrf.size() < 20 || caller.csrf.size() > 64) {
    caller.csrf = base::random_token(24);
    caller.new_form_token = true;
  }
  return caller;
}

base::Done check_form(const Context& context, const auth::Actor& actor) {
  const auto& request = context.request;
  if (is_reading(request.method)) return {};
  auto given = request.field("csrf");
  if (given.empty()) given = request.header("x-csrf-token");
  const bool fits = actor.signed_in()
                        ? context.app.sign_in.csrf_fits(context.token, given)
                        : base::equal_in_constant_time(given, request.cookie(kFormCookie)) && !given.empty();
  if (fits && comes_from_here(request)) return {};
  return refuse(Code::forbidden, "site.csrf",
                "这个表单已失效（可能登录已过期，或页面打开太久）。请返回上一页、刷新后重新提交；已填的内容可"
                "先复制保存。");
}

base::Done check_access(const Context& context, const Route& route) {
  if (route.pattern.empty() || route.access == Access::open) return {};
  if (!context.actor.signed_in()) {
    return refuse(Code::unauthenticated, "site.sign_in", "请先登录。");
  }
  if (route.access == Access::right) return context.actor.require(route.right);
  return {};
}

bool is_password_route(const Route& route) {
  return route.access == Access::open || route.pattern == "/account/password" ||
         route.pattern == "/sign-out" || route.pattern == "/display";
}

}  // namespace

http::Response Site::State::run(const http::Request& request, const Route& route,
                                const http::Pairs& variables) {
  // One snapshot for session, rights and tenant.
  const auto look_up = [&] {
    return std::make_shared<const Caller>(
        services.db.read([&](sql::Session&) { return caller_of(request, variables, services, options); }));
  };
  // Only for a reading request: one that changes something must see what it changed.
  const auto stamp = is_reading(request.method) ? services.db.stamp() : std::nullopt;
  const auto seen = callers.get(stamp, caller_key(request, variables), look_up,
                                [&](const Caller& kept) { return services.clock.now() < kept.good_until; });
  std::optional<Caller> nobody;
  if (seen->token.empty()) nobody = with_form_token(*seen, request);
  const Caller& caller = nobody ? *nobody : *seen;
  Context context{request, services, caller.tenant, caller.actor, variables, caller.csrf};
  context.stamp = stamp;
  context.token = caller.token;
  context.frame = this;
  context.elder = request.cookie("kp_mode") == "elder";
  context.loose = request.cookie("kp_density") == "loose";
  if (const auto said = request.cookie(kSayCookie); !said.empty()) {
    context.messages_now = unpack_messages(said);
    context.set_cookies.emplace_back(kSayCookie, cookie_value(services, "", 0));
  }
  if (caller.new_form_token) {
    context.set_cookies.emplace_back(kFormCookie, cookie_value(services, caller.csrf, 86400, true));
  }
  http::Response response;
  auto refused = check_access(context, route);
  if (refused) refused = check_form(context, caller.actor);
  if (!refused) {
    response = refusal(context, refused.error());
  } else if (caller.must_change_password && !is_password_route(route)) {
    response = redirect("/account/password");
  } else {
    auto answer = route.handler(context);
    response = answer ? std::move(*answer) : refusal(context, answer.error());
  }
  if (!context.messages_next.empty()) {
    std::erase_if(context.set_cookies, [](const auto& c) { return c.first == kSayCookie; });
    context.set_cookies.emplace_back(kSayCookie,
                                     cookie_value(services, pack_messages(context.messages_next), 120));
  }
  for (const auto& [name, value] : context.set_cookies) response.add("Set-Cookie", name + "=" + value);
  if (http::find(response.headers, "Cache-Control") == nullptr) {
    response.set("Cache-Control", caller.actor.signed_in() ? "private, no-store" : "private, no-cache");
  }
  return response;
}

const Site::State& site_of(const Context& context) { return *static_cast<const Site::State*>(context.frame); }

}  // namespace kepu::site
