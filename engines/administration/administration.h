// 系统管理: signing in and one's own account; organisations, people, roles, stand-ins; Excel import; the
// audit log. Pages over core/auth and core/audit; no tables of its own.
#pragma once

#include "core/site/site.h"

namespace kepu::administration {

class Administration {
 public:
  explicit Administration(site::Services services) : services_(std::move(services)) {}
  // Routes and menu.
  void add_to(site::Site& site);

 private:
  site::Services services_;
};

}  // namespace kepu::administration
