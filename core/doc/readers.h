// One reader for each kind of document. All take the whole file and give lines in the shape of extract.h;
// limits and refusals are as there.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/doc/extract.h"

namespace kepu::doc {

base::Result<Text> read_docx(std::string_view bytes, const Limits& limits);
base::Result<Text> read_doc(std::string_view bytes, const Limits& limits);
base::Result<Text> read_pdf(std::string_view bytes, const Limits& limits);
base::Result<Text> read_html(std::string_view bytes, const Limits& limits);
base::Result<Text> read_plain(std::string_view bytes, const Limits& limits);

}  // namespace kepu::doc
