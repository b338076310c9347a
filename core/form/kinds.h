// What a typed text becomes by the kind of its field, or why it is refused. Used by form.cc alone.
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/form/field.h"

namespace kepu::form {

// The kept form of one value, which is not empty. Refusals carry the field's name.
base::Result<std::string> keep(const Field& field, const std::string& typed);

// Whether nothing was typed, in the wide sense.
bool is_blank(const std::string& typed);

}  // namespace kepu::form
