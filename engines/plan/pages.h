// How pages show a light of the plan, here and in other engines.
#pragma once

#include "core/html/components.h"
#include "engines/plan/extensions.h"

namespace kepu::plan {

inline html::Light mark_of(Light light) {
  switch (light) {
    case Light::done:
      return html::Light::done;
    case Light::ok:
      return html::Light::ok;
    case Light::watch:
      return html::Light::watch;
    case Light::late:
      return html::Light::late;
    case Light::idle:
      return html::Light::idle;
  }
  return html::Light::idle;
}

}  // namespace kepu::plan
