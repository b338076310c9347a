#include "core/doc/readers.h"
#include "core/doc/refusals.h"
namespace kepu::doc {
base::Result<Text> read_doc(std::string_view, const Limits&) {
  return unsupported("请另存为 .docx 后上传。");
}
}  // namespace kepu::doc
