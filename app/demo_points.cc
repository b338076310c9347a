#include "app/demo_points.h"

#include "app/demo_people.h"
#include "core/auth/directory.h"
#include "engines/orders/orders_engine.h"
#include "engines/points/points_engine.h"

namespace kepu::app::demo {

namespace {

constexpr const char* kRemote = "示范数据";

base::Result<base::Id> reward(points::RewardStore& store, const points::By& by, const char* title,
                              const char* what, int points, int stock, int most_each) {
  points::Reward r;
  r.title = title;
  r.what = what;
  r.place = "县科技馆服务台";
  r.points = points;
  r.most_each = most_each;
  return store.save(by, r, stock);
}

}  // namespace

base::Done make_points(Program& program, const auth::Actor& clerk) {
  auto& ledger = program.points().ledger();
  auto& rewards = program.points().rewards();
  const points::By by{clerk, kRemote};
  const auto cup = TRY(reward(rewards, by, "保温杯", "印有志愿服务标志", 30, 40, 1));
  const auto book = TRY(reward(rewards, by, "科普图书一册", "书目在服务台任选", 20, 120, 0));
  TRY(reward(rewards, by, "科技馆球幕影院票", "两人同行，当年有效", 15, 200, 4));
  const auto volunteer = TRY(actor_of(program, clerk.tenant, "农技服务队志愿者01号"));
  auto& registers = program.orders().registers();
  const auto person = registers.person_of_account(clerk.tenant, volunteer.person);
  if (!person || !ledger.account(clerk.tenant, *person)) return {};
  const points::By own{volunteer, kRemote};
  const auto had = rewards.reserve(own, *person, volunteer.name, book, "demo-claim-1");
  if (had) TRY(rewards.hand_out(by, had->code));
  (void)rewards.reserve(own, *person, volunteer.name, cup, "demo-claim-2");  // where points are left
  TRY(ledger.ask(by, *person, 6, "赶场日服务延长半小时，村委会有签字证明"));
  return {};
}

}  // namespace kepu::app::demo
