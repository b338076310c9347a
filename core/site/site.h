// What an engine registers with, and the one way a request takes: route → session → tenant → right → CSRF →
// handler → page or problem. Rights are required here by route and decided by auth::Actor; a handler only
// adds the unit.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/audit.h"
#include "core/auth/auth.h"
#include "core/base/result.h"
#include "core/html/components.h"
#include "core/http/http.h"
#include "core/http/server.h"

namespace kepu::sql {
class Database;
}
namespace kepu::file {
class Store;
}
namespace kepu::auth {
class Directory;
class SignIn;
}  // namespace kepu::auth

namespace kepu::site {

using base::Id;

// Long-lived parts that handlers use; they outlive the site.
struct Services {
  sql::Database& db;
  const base::Clock& clock;
  base::IdMaker& ids;
  auth::Directory& directory;
  auth::SignIn& sign_in;
  file::Store& files;
  std::string work_folder;  // for temporary exports
  bool secure_cookies = false;
};

// One request as a handler sees it.
class Context {
 public:
  const http::Request& request;
  const Services& app;
  const auth::Tenant& tenant;
  const auth::Actor& actor;
  const http::Pairs& variables;  // of the route's pattern
  std::string csrf;              // of this session; empty when nobody is signed in
  bool elder = false, loose = false;
  std::string token;        // of the session cookie; empty when nobody is signed in
  http::Pairs set_cookies;  // name → the rest of Set-Cookie, added to the answer

  // The id in a path variable or in a query/form field; not_found / invalid where it is none.
  base::Result<Id> id(std::string_view variable) const;
  base::Result<Id> field_id(std::string_view field) const;
  std::string_view variable(std::string_view name) const;
  std::string_view param(std::string_view name) const { return request.param(name); }
  std::string_view field(std::string_view name) const { return request.field(name); }
  // Requires more than the route did (a right over this unit).
  base::Done require(std::string_view right, Id unit = 0, Id owner = 0) const;
  // Shown at the top of the next page of this session (after a redirect).
  void say(html::Tone tone, std::string text);
  // The audit entry of a read or export, written before the answer goes out. Changes write theirs in their
  // store.
  void log(std::string action, std::string subject, std::string summary) const;
  base::Millis now() const { return app.clock.now(); }
  base::Date today() const { return app.clock.today(); }
  // "?as=json|xlsx|csv": which form of a list is asked for; empty: the page.
  std::string_view as() const { return request.param("as"); }

  // For sql::Kept; none where the request may change something.
  std::optional<std::uint64_t> stamp;
  const void* frame = nullptr;                                    // of the site; for page()
  std::vector<std::pair<html::Tone, std::string>> messages_now;   // from the last page
  std::vector<std::pair<html::Tone, std::string>> messages_next;  // for the next
};

// Set-Cookie values with the attributes that all our cookies have; an empty value deletes.
std::string cookie_value(const Services& app, std::string_view value, std::int64_t max_age_seconds,
                         bool strict = false);
inline constexpr std::string_view kSessionCookie = "kp_session";

using Answer = base::Result<http::Response>;
using Handler = std::function<Answer(Context&)>;

enum class Access { open, signed_in, right };

struct Route {
  http::Method method = http::Method::get;
  std::string pattern;
  Access access = Access::signed_in;
  std::string right;  // for Access::right: needed over some scope at least
  Handler handler;
  std::uint64_t max_body = 1u << 20;
  bool uploads = false;  // multipart files are taken to disk
};

// An entry of the side menu, shown to who may use it.
struct MenuItem {
  std::string group;  // "计划"
  std::string title;
  std::string url;
  std::string right;     // empty: everybody who is signed in
  int order = 0;         // of the group × 100 + within it
  std::string tab_icon;  // not empty: also among the tabs of a phone (five at most)
  std::function<std::int64_t(const Context&)> count;  // number in the pill; may be empty
  bool alarm = false;                                 // red pill
};

// What stands around a handler's own part.
struct Page {
  std::string title;
  std::vector<html::Link> path;  // after the tenant's own name; the last is the page itself
  html::Content note;            // below the title
  html::Content actions;         // at its right
  html::Content body;
  bool plain_head = false;  // the body brings its own <h1>
  bool landscape = false;   // on paper: for wide tables
  bool narrow = false;      // forms and messages: a narrow column
};

struct SearchHit {
  std::string title, url, kind, note;
};

// Something that waits for this person: one line of 我的工作. The same thing has one key, however many people
// it waits for.
struct Todo {
  std::string key;    // "report:4711": stable, unique within the tenant
  std::string kind;   // 填报, 整改, 评分 …
  std::string title;  // what is to be done, on what
  std::string url;    // where it is done
  std::string note;   // from whom, why: "退回：缺少佐证"
  std::optional<base::Date> due;
  Id unit = 0;          // for which unit; 0: for oneself
  Id on_behalf_of = 0;  // the principal for whom one stands in; 0: for oneself
};

struct SiteOptions {
  std::string product = "科普行动平台";
  std::string default_tenant;  // code; empty: the first
};

class Site final : public http::Application {
 public:
  Site(Services services, SiteOptions options);
  ~Site() override;

  void add(Route route);
  void add(MenuItem item);
  // Found by the search box; called for signed-in people.
  void add_search(std::function<std::vector<SearchHit>(const Context&, std::string_view words)> search);
  // What waits for the person of the context; called for signed-in people, looks everything up at once.
  void add_todos(std::function<std::vector<Todo>(const Context&)> todos);
  // Everything that waits for this person, the most urgent first: by due date, those without one last.
  std::vector<Todo> todos(const Context& context) const;
  // Lines for /metrics in the Prometheus text format.
  void add_metrics(std::function<void(std::string& out)> metrics);
  const std::vector<Route>& routes() const;

  http::BodyPolicy body_policy(const http::Head& head) override;
  void handle(http::Request request, std::function<void(http::Response)> reply) override;
  http::Response failure(int status, std::string_view id) override;
  // handle() without a server, for tests and for making pages offline.
  http::Response answer(http::Request request);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

// The frame around a page: menus, breadcrumb, messages, foot.
http::Response page(Context& context, Page page, int status = 200);
// A page for residents: no side menu, open to everybody.
http::Response public_page(Context& context, Page page, int status = 200);
// The form again, 422, nothing typed lost: use page() with the form's errors. For a refusal without a form:
http::Response refusal(Context& context, const base::Error& error);
http::Response redirect(std::string location);

}  // namespace kepu::site
