// The refusals that all readers of documents share, each with its words for the person.
#pragma once

#include <string>

#include "core/base/result.h"

namespace kepu::doc {

using Refusal = tl::unexpected<base::Error>;

Refusal empty_document();
Refusal broken();
Refusal encrypted();
Refusal too_large(const std::string& what);
Refusal unsupported(const std::string& what_it_is_and_what_to_do);

}  // namespace kepu::doc
