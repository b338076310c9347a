#include "core/doc/refusals.h"

namespace kepu::doc {

using base::Code;
using base::refuse;

Refusal empty_document() {
  return refuse(Code::invalid, "doc.empty", "文件是空的，没有任何文字。请确认选对了文件后重新上传。");
}

Refusal broken() {
  return refuse(Code::invalid, "doc.broken",
                "文件已损坏或不完整，无法读取。请用 Word 或 WPS 打开检查，另存一份后重新上传。");
}

Refusal encrypted() {
  return refuse(Code::invalid, "doc.encrypted", "文件设有打开密码，无法读取。请取消密码、另存后重新上传。");
}

Refusal too_large(const std::string& what) {
  return refuse(Code::too_large, "doc.too_large", what + "。请删去其中的图片、附件或拆分后重新上传。");
}

Refusal unsupported(const std::string& what_it_is_and_what_to_do) {
  return refuse(Code::unsupported, "doc.unsupported", what_it_is_and_what_to_do);
}

}  // namespace kepu::doc
