// Links, calls and returns in the database: the only place of the program that reads across tenants, and only
// like this (ADR 0021):
//   - a superior reads the returns that were handed in to it (rollup_return where superior = :tenant) and the
//     links that name it; drafts lie in a table that no such statement touches;
//   - a county reads the calls that were issued to it (rollup_recipient where county = :tenant, never drafts)
//     and what was given back to it;
//   - tell() looks for what is new and writes each tenant's notices as that tenant.
// Nobody writes a row of another tenant: a superior that ends a link or gives a return back says so in a row
// of its own. Every change checks the right again, over the whole tenant, and writes its audit entry in the
// same transaction. Reading functions check no rights. Thread-safe; no function may be called from inside
// Database::read() or write().
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/auth/directory.h"
#include "core/sql/sql.h"
#include "engines/rollup/rollup.h"

namespace kepu::rollup {

const std::vector<sql::Migration>& migrations();
const std::vector<auth::Right>& rights();

struct By {
  const auth::Actor& actor;
  std::string remote;
};

struct Draft {  // of a return
  std::vector<Choice> choices;
  std::int64_t revision = 0;  // 0: nothing saved yet
  std::string edited_by;
  base::Millis edited_at = 0;
};

// A call as a county has it before it.
struct Incoming {
  Call call;
  bool linked = true;            // to the superior, still
  std::vector<Return> returns;   // its own, newest first
  std::optional<GiveBack> back;  // of the newest
  Draft draft;
  Standing standing = Standing::waiting;
  // Something is to be handed in.
  bool waits() const {
    return linked && call.state == CallState::issued && (returns.empty() || back.has_value());
  }
};

class RollupStore {
 public:
  struct Parts {
    sql::Database& db;
    const base::Clock& clock;
    base::IdMaker& ids;
    auth::Directory& directory;
    const metric::Catalog& metrics;
  };
  explicit RollupStore(Parts parts) : parts_(parts) {}

  // ---- links
  std::vector<Link> links(Id tenant);  // of either side, standing ones first, then newest
  std::optional<Link> superior_of(Id county);
  std::vector<Link> counties_of(Id superior);  // standing, by area code and name
  // By the county. Refuses rollup.superior (no such tenant), rollup.linked (it has one already),
  // rollup.circle.
  base::Result<Id> link(const By& by, const std::string& superior_code);
  // By either side. Refuses rollup.link (none of this tenant's), rollup.link_ended, rollup.reason.
  base::Done end_link(const By& by, Id link, const std::string& reason);

  // ---- calls, by the superior. `revision`: conflict (rollup.changed_meanwhile) where it is not the current
  // one. Everything but issue, close and add_counties is refused once issued (rollup.not_in_state).
  std::vector<Call> calls(Id superior);  // newest first
  base::Result<Call> call(Id superior, Id call);
  base::Result<Id> add_call(const By& by, const Call& head);
  base::Done change_call(const By& by, const Call& head);  // title, note, period, due
  // `was`: the code of the item that is changed; empty: a further one.
  base::Done put_item(const By& by, Id call, std::int64_t revision, const Item& item, const std::string& was);
  base::Done drop_item(const By& by, Id call, std::int64_t revision, const std::string& code);
  base::Done discard(const By& by, Id call, std::int64_t revision);
  // To every linked county; closes the call that it replaces.
  base::Done issue(const By& by, Id call, std::int64_t revision);
  base::Done close(const By& by, Id call, std::int64_t revision, const std::string& reason);
  // A draft that will replace an issued or closed call. Refuses rollup.replaced.
  base::Result<Id> correct(const By& by, Id call);
  // Counties that were linked after it was issued. Their number.
  base::Result<int> add_counties(const By& by, Id call);

  base::Result<Board> board(Id superior, Id call);
  // How many counties were asked, and whose newest return was not given back; by call.
  struct Count {
    int asked = 0, reported = 0;
  };
  std::map<Id, Count> counts(Id superior);
  // Everything that a county handed in to this superior, newest first.
  std::vector<Return> of_county(Id superior, Id county);
  // Of the newest return of its county in an issued call. Refuses rollup.return, rollup.newer (the county has
  // handed in another), rollup.given_back (somebody was quicker), rollup.reason, rollup.not_in_state.
  base::Done give_back(const By& by, Id returned, const std::string& reason);

  // ---- returns, by the county
  std::vector<Incoming> incoming(Id county);  // newest first
  base::Result<Incoming> incoming(Id county, Id call);
  // How many of them wait (Incoming::waits), in one look-up: for the menu.
  std::int64_t waiting(Id county);
  base::Done save_draft(const By& by, Id call, std::int64_t revision, const std::vector<Choice>& choices);
  // Freezes what was composed as the county's next return. Refuses what Composed::problems holds, a draft
  // that changed since (rollup.changed_meanwhile), a further return without a reason (rollup.again), a closed
  // call, an ended link.
  base::Result<Return> submit(const By& by, Id call, std::int64_t draft_revision, const std::string& reason,
                              const Composed& composed);

  // ---- of both sides: a return of this tenant, or one that was handed in to it; with what was given back.
  struct Shown {
    Return returned;
    std::optional<GiveBack> back;
    bool newest = true;
    bool intact = true;  // the bytes still have the digest that was stored beside them
  };
  base::Result<Shown> find_return(Id tenant, Id returned);

  // Notices about what is new since `since`, to whom it concerns; each once. How many events were told.
  int tell(base::Millis since);

 private:
  // Takes the row of a call, checks right, revision and state, lets `work` change it, saves and logs the
  // summary that it returns.
  base::Done modify(const By& by, Id call, std::int64_t revision, std::vector<CallState> states,
                    const std::function<base::Result<std::string>(sql::Session&, Call&)>& work);
  Incoming fill(sql::Session& session, Id county, Incoming in);
  Place place(Id tenant);

  Parts parts_;
};

}  // namespace kepu::rollup
