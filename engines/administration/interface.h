// 开放接口: keys for other systems, events sent to them, and the page that documents both for everybody.
#pragma once

#include "core/api/gate.h"
#include "core/api/webhooks.h"
#include "core/auth/api_keys.h"
#include "core/site/site.h"

namespace kepu::administration {

struct Interface {  // outlives the site
  auth::ApiKeys& keys;
  api::Webhooks& hooks;
  const api::Gate& gate;
};
// /settings/api, /settings/events, /api; menu and to-dos of who holds api.manage.
void add_interface(site::Site& site, Interface parts);

// Internal: its three parts.
void add_api_key_pages(site::Site& site, Interface parts);
void add_event_pages(site::Site& site, Interface parts);
void add_interface_page(site::Site& site, Interface parts);

}  // namespace kepu::administration
