#include "core/site/attachment.h"

#include "core/html/components.h"

namespace kepu::site {

void write_attachments(html::Out& h, const std::vector<file::Attachment>& files, const std::string& base) {
  if (files.empty()) return;
  h("<ul class=\"photos\">{}</ul>", [&](html::Out& o) {
    for (const auto& f : files) {
      const std::string url = base + "/" + f.sha256;
      if (f.is_picture()) {
        o("<li><a href=\"{}\"><img src=\"{}\" alt=\"{}\" loading=\"lazy\"></a></li>", html::Url{url},
          html::Url{url}, f.name);
      } else {
        o("<li><a href=\"{}\">{} {}</a></li>", html::Url{url}, html::icon("file-text"), f.name);
      }
    }
  });
}

Answer attachment_answer(Context& context, const file::Attachment& file) {
  const auto path = context.app.files.path_of(file.sha256);
  if (!path)
    return base::refuse(base::Code::not_found, "photo.missing", "这份文件找不到了，请联系管理员从备份恢复。");
  if (!file.is_picture()) return http::attachment(*path, file.name, file.type);
  http::Response response;
  response.file = *path;
  response.set("Content-Type", file.type);
  response.set("Cache-Control", "private, max-age=86400");
  return response;
}

}  // namespace kepu::site
