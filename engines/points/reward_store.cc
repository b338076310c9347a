#include "engines/points/reward_store.h"

#include <fmt/format.h>

#include "core/base/secret.h"
#include "core/base/text.h"

namespace kepu::points {

using base::Code;
using base::Done;
using base::refuse;
using base::Result;

namespace {

constexpr std::string_view kRewardColumns =
    "id, title, what, place, points, stock, most_each, active, revision";
constexpr std::string_view kClaimColumns =
    "id, reward, person, name, title, place, points, code, state, made_at, until_day, ended_at, by_name, "
    "reason";

Reward reward_from(const sql::Row& r) {
  Reward out;
  out.id = r.integer(0);
  out.title = r.text(1);
  out.what = r.text(2);
  out.place = r.text(3);
  out.points = static_cast<int>(r.integer(4));
  out.stock = static_cast<int>(r.integer(5));
  out.most_each = static_cast<int>(r.integer(6));
  out.active = r.flag(7);
  out.revision = r.integer(8);
  return out;
}

Claim claim_from(const sql::Row& r) {
  Claim c;
  c.id = r.integer(0);
  c.reward = r.integer(1);
  c.person = r.integer(2);
  c.name = r.text(3);
  c.title = r.text(4);
  c.place = r.text(5);
  c.points = static_cast<int>(r.integer(6));
  c.code = r.text(7);
  c.state = parse_claim_state(r.view(8)).value_or(ClaimState::reserved);
  c.made_at = r.integer(9);
  c.until = base::parse_date(r.view(10)).value_or(Date{});
  c.ended_at = r.integer(11);
  c.by = r.text(12);
  c.reason = r.text(13);
  return c;
}

// Eight of an alphabet without look-alikes; a clash hits the unique key and the person presses again.
std::string new_code() {
  constexpr std::string_view kLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
  const std::string random = base::sha256_hex(base::random_token(24));
  std::string out;
  for (std::size_t i = 0; i < 8; ++i) {
    const auto byte = std::stoul(random.substr(i * 4, 4), nullptr, 16);
    out += kLetters[byte % kLetters.size()];
  }
  return out;
}

base::Errors check(const Reward& r) {
  base::Errors errors;
  const auto wrong = [&](const char* field, const char* words) {
    errors.push_back({Code::invalid, std::string("points.") + field, field, words});
  };
  if (base::trim(r.title).empty() || base::length(r.title) > 40)
    wrong("title", "请填物品名称，不超过 40 字。");
  if (base::trim(r.place).empty() || base::length(r.place) > 60)
    wrong("place", "请填领取地点，不超过 60 字。");
  if (r.points < 1 || r.points > 100'000) wrong("points", "所需积分在 1 到 100000 之间。");
  if (r.most_each < 0) wrong("most_each", "每人限兑不能小于 0，0 为不限。");
  return errors;
}

}  // namespace

std::vector<Reward> RewardStore::rewards(Id tenant, bool inactive_too) {
  return ledger_.db().read([&](sql::Session& s) {
    return s.rows(
        fmt::format("select {} from points_reward where tenant = :tenant{} order by points, title, id",
                    kRewardColumns, inactive_too ? "" : " and active <> 0"),
        {{"tenant", tenant}}, reward_from);
  });
}

Result<Reward> RewardStore::reward(Id tenant, Id id) {
  auto found = ledger_.db().read([&](sql::Session& s) {
    return s.one(
        fmt::format("select {} from points_reward where tenant = :tenant and id = :id", kRewardColumns),
        {{"tenant", tenant}, {"id", id}}, reward_from);
  });
  if (!found) return refuse(Code::not_found, "points.not_found", "没有这件物品。");
  return *found;
}

Result<Id> RewardStore::save(const By& by, const Reward& r, int restock) {
  const Id tenant = by.actor.tenant;
  TRY(by.actor.require(kManage));
  if (const auto errors = check(r); !errors.empty()) return tl::unexpected(errors.front());
  const Id id = r.id != 0 ? r.id : ledger_.ids().next();
  return ledger_.db().write([&](sql::Session& s) -> Result<Id> {
    if (r.id == 0)
      s.run(
          "insert into points_reward (tenant, id, title, what, place, points, stock, most_each, active, "
          "revision) "
          "values (:tenant, :id, '', '', '', 1, 0, 0, 1, 0)",
          {{"tenant", tenant}, {"id", id}});
    const auto changed = s.run(
        "update points_reward set title = :title, what = :what, place = :place, points = :points, most_each "
        "= "
        ":most_each, active = :active, revision = revision + 1 where tenant = :tenant and id = :id and "
        "revision = "
        ":revision",
        {{"title", r.title},
         {"what", r.what},
         {"place", r.place},
         {"points", r.points},
         {"most_each", r.most_each},
         {"active", r.active},
         {"tenant", tenant},
         {"id", id},
         {"revision", r.id == 0 ? 0 : r.revision}});
    if (changed == 0)
      return refuse(Code::conflict, "points.changed_meanwhile",
                    "刚有人改过这件物品。请核对后再存，您填的还在下面。", "title");
    if (restock != 0 && s.run("update points_reward set stock = stock + :more where tenant = :tenant and id "
                              "= :id and stock + :least >= 0",
                              {{"more", restock}, {"tenant", tenant}, {"id", id}, {"least", restock}}) == 0)
      return refuse(Code::invalid, "points.restock", "减得比库存还多。请看现在的库存。", "restock");
    ledger_.log(s, by, "points.reward", fmt::format("points.reward:{}", id),
                fmt::format("兑换物品“{}”：{} 分，库存 {:+}{}", r.title, r.points, restock,
                            r.active ? "" : "，停兑"));
    return id;
  });
}

Result<Claim> RewardStore::reserve(const By& by, Id person, const std::string& name, Id reward,
                                   const std::string& request) {
  const Id tenant = by.actor.tenant;
  if (request.size() < 8 || request.size() > 64)
    return refuse(Code::invalid, "points.request", "这次提交缺少编号，请刷新页面再试。");
  const Date until = base::from_days(base::to_days(ledger_.today()) + ledger_.rules(tenant).pickup_days);
  const std::string until_day = base::to_iso(until), code = new_code();
  const Id id = ledger_.ids().next();
  return ledger_.db().write([&](sql::Session& s) -> Result<Claim> {
    ledger_.lock(s, tenant);
    const auto again = [&] {
      return s.one(
          fmt::format("select {} from points_claim where tenant = :tenant and person = :person and request = "
                      ":request",
                      kClaimColumns),
          {{"tenant", tenant}, {"person", person}, {"request", request}}, claim_from);
    };
    if (const auto known = again()) return *known;
    const auto r =
        s.one(fmt::format("select {} from points_reward where tenant = :tenant and id = :id", kRewardColumns),
              {{"tenant", tenant}, {"id", reward}}, reward_from);
    if (!r || !r->active) return refuse(Code::not_found, "points.not_found", "这件物品已停止兑换。");
    if (s.run("update points_reward set stock = stock - 1 where tenant = :tenant and id = :id and stock > 0",
              {{"tenant", tenant}, {"id", reward}}) == 0)
      return refuse(Code::conflict, "points.sold_out", "“" + r->title + "”已经兑完。");
    if (r->most_each > 0) {
      const auto had = s.integer(
          "select count(*) from points_claim where tenant = :tenant and person = :person and reward = "
          ":reward and state "
          "in ('reserved', 'handed_out')",
          {{"tenant", tenant}, {"person", person}, {"reward", reward}});
      if (had >= r->most_each)
        return refuse(Code::conflict, "points.most_each",
                      fmt::format("“{}”每人限兑 {} 件，您已经兑过。", r->title, r->most_each));
    }
    Booking b;
    b.entry = Entry::redemption;
    b.person = person;
    b.name = name;
    b.points = -r->points;
    b.day = ledger_.today();
    b.source = fmt::format("claim:{}", id);
    b.words = "兑换“" + r->title + "”";
    b.by = by.actor.name;
    b = TRY(ledger_.spend(s, tenant, std::move(b)));
    const auto made = s.run(
        "insert into points_claim (tenant, id, reward, person, name, title, place, points, code, state, "
        "request, made_at, "
        "until_day, ended_at, by_name, reason, booking) values (:tenant, :id, :reward, :person, :name, "
        ":title, :place, "
        ":points, :code, 'reserved', :request, :at, :until_day, 0, '', '', :booking) on conflict do nothing",
        {{"tenant", tenant},
         {"id", id},
         {"reward", reward},
         {"person", person},
         {"name", name},
         {"title", r->title},
         {"place", r->place},
         {"points", r->points},
         {"code", code},
         {"request", request},
         {"at", ledger_.now()},
         {"until_day", until_day},
         {"booking", b.number}});
    if (made == 0) return refuse(Code::conflict, "points.again", "没有兑换成，请再试一次。");
    ledger_.log(s, by, "points.reserve", fmt::format("points.person:{}", person),
                fmt::format("{}兑换“{}”，{} 分", name, r->title, r->points));
    return again().value();
  });
}

Done RewardStore::end(sql::Session& s, const By& by, Id id, Id person, ClaimState state,
                      const std::string& reason) {
  const Id tenant = by.actor.tenant;
  struct Row {
    Claim claim;
    std::int64_t booking = 0;
  };
  ledger_.lock(s, tenant);
  const auto ended = s.run(
      "update points_claim set state = :state, ended_at = :at, by_name = :by, reason = :reason where tenant "
      "= :tenant and "
      "id = :id and state = 'reserved'",
      {{"state", points::to_text(state)},
       {"at", ledger_.now()},
       {"by", by.actor.name},
       {"reason", reason},
       {"tenant", tenant},
       {"id", id}});
  const auto row = s.one(
      fmt::format("select {}, booking from points_claim where tenant = :tenant and id = :id", kClaimColumns),
      {{"tenant", tenant}, {"id", id}}, [](const sql::Row& r) {
        return Row{claim_from(r), r.integer(14)};
      });
  if (!row || (person != 0 && row->claim.person != person))
    return refuse(Code::not_found, "points.not_found", "没有这次兑换。");
  if (ended == 0) return refuse(Code::conflict, "points.not_in_state", "这次兑换已经办理过。");
  if (state == ClaimState::handed_out) return {};
  Booking b;
  b.entry = Entry::give_back;
  b.person = row->claim.person;
  b.name = row->claim.name;
  b.day = ledger_.today();
  b.source = fmt::format("claim:{}:back", id);
  b.words = fmt::format("{}：“{}”", title_of(state), row->claim.title);
  b.by = by.actor.name;
  TRY(ledger_.give_back(s, tenant, row->booking, std::move(b)));
  s.run("update points_reward set stock = stock + 1 where tenant = :tenant and id = :id",
        {{"tenant", tenant}, {"id", row->claim.reward}});
  return {};
}

Done RewardStore::cancel(const By& by, Id id, Id person, const std::string& reason) {
  if (person == 0) TRY(by.actor.require(kHandOut));
  return ledger_.db().write([&](sql::Session& s) -> Done {
    TRY(end(s, by, id, person, ClaimState::cancelled, base::shorten(base::trim(reason), 200)));
    ledger_.log(s, by, "points.cancel", fmt::format("points.claim:{}", id), "取消兑换，积分退回");
    return {};
  });
}

Result<Claim> RewardStore::hand_out(const By& by, const std::string& typed) {
  TRY(by.actor.require(kHandOut));
  std::string code;
  for (const char c : base::to_narrow(base::trim(typed)))
    if (c != ' ' && c != '-') code += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return ledger_.db().write([&](sql::Session& s) -> Result<Claim> {
    auto claim = s.one(
        fmt::format("select {} from points_claim where tenant = :tenant and code = :code", kClaimColumns),
        {{"tenant", by.actor.tenant}, {"code", code}}, claim_from);
    if (!claim)
      return refuse(Code::not_found, "points.code", "没有这个领取码。请核对 8 位字母和数字。", "code");
    if (claim->state != ClaimState::reserved)
      return refuse(Code::conflict, "points.not_in_state",
                    fmt::format("这个领取码{}。", title_of(claim->state)), "code");
    TRY(end(s, by, claim->id, 0, ClaimState::handed_out, ""));
    ledger_.log(s, by, "points.hand_out", fmt::format("points.claim:{}", claim->id),
                fmt::format("发放“{}”给{}", claim->title, claim->name));
    claim->state = ClaimState::handed_out;
    return *claim;
  });
}

PageOf<Claim> RewardStore::claims(Id tenant, const ClaimQuery& q) {
  std::string where = "tenant = :tenant";
  std::string like = "%";
  for (const char c : base::trim(q.text)) {
    if (c == '%' || c == '_' || c == '\\') like += '\\';
    like += c;
  }
  like += "%";
  const std::string state(q.state ? points::to_text(*q.state) : std::string_view());
  sql::Args args = {{"tenant", tenant}};
  if (q.person != 0) where += " and person = :person", args.emplace_back("person", q.person);
  if (q.state) where += " and state = :state", args.emplace_back("state", state);
  if (!base::trim(q.text).empty()) {
    where += " and (name like :text escape '\\' or title like :text escape '\\')";
    args.emplace_back("text", like);
  }
  return ledger_.db().read([&](sql::Session& s) {
    PageOf<Claim> out;
    out.total = s.integer("select count(*) from points_claim where " + where, args);
    args.emplace_back("limit", q.limit);
    args.emplace_back("offset", q.offset);
    out.rows =
        s.rows(fmt::format("select {} from points_claim where {} order by {} limit :limit offset :offset",
                           kClaimColumns, where, q.order_by.empty() ? "made_at desc, id desc" : q.order_by),
               args, claim_from);
    return out;
  });
}

std::int64_t RewardStore::waiting(Id tenant) {
  return ledger_.db().read([&](sql::Session& s) {
    return s.integer("select count(*) from points_claim where tenant = :tenant and state = 'reserved'",
                     {{"tenant", tenant}});
  });
}

std::string RewardStore::lapse(Millis at) {
  const std::string today = base::to_iso(base::date_of(at));
  struct Over {
    Id tenant = 0, claim = 0;
  };
  const auto over = ledger_.db().read([&](sql::Session& s) {
    return s.rows(
        "select tenant, id from points_claim where state = 'reserved' and until_day < :today order by "
        "tenant, id "
        "limit 5000",
        {{"today", today}}, [](const sql::Row& r) {
          return Over{r.integer(0), r.integer(1)};
        });
  });
  int count = 0;
  for (const auto& o : over) {
    auth::Actor program;
    program.tenant = o.tenant;
    program.name = "平台";
    const By by{program, ""};
    const Done done = ledger_.db().write(
        [&](sql::Session& s) { return end(s, by, o.claim, 0, ClaimState::lapsed, "超过领取期限"); });
    if (done) ++count;
  }
  return fmt::format("{} 件逾期未领，积分退回", count);
}

}  // namespace kepu::points
