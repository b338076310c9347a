// 通知方式 of a person, and the webhook of a county. Internal.
#pragma once

#include "engines/desk/desk.h"

namespace kepu::desk {

void add_outward_pages(site::Site& site, Outward outward);  // /notices/ways, /settings/webhook

}  // namespace kepu::desk
