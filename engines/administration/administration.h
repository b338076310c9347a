// 系统管理: signing in and one's own account; organisations, people, roles, stand-ins; Excel import; the
// audit log. Pages over core/auth and core/audit; no tables of its own.
#pragma once

#include "core/site/site.h"

namespace kepu::administration {

// Routes, menu and search; handlers take what they need from the context.
void add_to(site::Site& site);

}  // namespace kepu::administration
