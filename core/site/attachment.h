// Files that people added, on pages: the list of them and the answer with one of them. The caller has looked
// whether the person may see them.
#pragma once

#include <string>
#include <vector>

#include "core/file/attachment.h"
#include "core/html/html.h"
#include "core/site/site.h"

namespace kepu::site {

// Small pictures that open large, other files by name; nothing where there are none. `base`: the address of
// their folder; each lies at its hash.
void write_attachments(html::Out& h, const std::vector<file::Attachment>& files, const std::string& base);
// A picture to look at, all else to keep. Refuses photo.missing.
Answer attachment_answer(Context& context, const file::Attachment& file);

}  // namespace kepu::site
