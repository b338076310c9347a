#include "app/demo_interface.h"

#include <fmt/format.h>

#include "core/api/webhooks.h"
#include "core/auth/api_keys.h"

namespace kepu::app::demo {

base::Done make_interface(Program& program, const auth::Actor& head) {
  const auto units = program.directory().units(head.tenant);
  const auto day = [&](int ahead) {
    return base::to_iso(base::from_days(base::to_days(program.clock().today()) + ahead));
  };
  auth::ApiKey portal;
  portal.holder = "县政务服务平台";
  portal.rights = {"order.read", "order.place"};
  portal.everything = true;
  portal.quota = {120, 20'000};
  portal.until = day(300);
  TRY(program.keys().make(head, portal));
  auth::ApiKey hotline = portal;
  hotline.holder = "12345 热线平台";
  hotline.rights.push_back("order.contact");
  hotline.quota = {60, 5'000};
  hotline.until = day(10);
  TRY(program.keys().make(head, hotline));
  const auto townships = units->of_kind(auth::UnitKind::township);
  if (!townships.empty()) {
    auth::ApiKey grid = portal;
    grid.holder = townships.front()->name + "网格平台";
    grid.everything = false;
    grid.units = {townships.front()->id};
    const auto made = TRY(program.keys().make(head, grid));
    TRY(program.keys().revoke(head, made.id, "对方系统并入县政务服务平台"));
  }
  api::Webhook media;
  media.title = "县融媒体中心";
  media.url = "https://media.lanjiang.example/kepu/events";
  media.events = {"order.placed", "order.state_changed"};
  const auto made = TRY(program.hooks().make(head, media));
  return program.hooks().set_active(head, made.id, false);
}

}  // namespace kepu::app::demo
