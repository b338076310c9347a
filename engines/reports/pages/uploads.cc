#include "engines/reports/pages/uploads.h"

#include <algorithm>
#include <fstream>

#include "core/base/text.h"
#include "core/file/file.h"

namespace kepu::reports {

using base::Code;
using base::refuse;
using html::Out;

namespace {

bool is_accepted(std::string_view type) {
  if (base::starts_with(type, "image/") && type != "image/svg+xml") return true;
  if (base::starts_with(type, "video/mp4") || base::starts_with(type, "text/plain")) return true;
  if (type == "application/pdf" || base::contains(type, "ofd")) return true;
  // Office documents, but none that carry macros.
  const bool office =
      base::starts_with(type, "application/vnd.openxmlformats") ||
      base::starts_with(type, "application/msword") || base::starts_with(type, "application/vnd.ms-") ||
      base::starts_with(type, "application/x-ole") || base::starts_with(type, "application/vnd.oasis");
  return office && !base::contains(type, "macro");
}

std::string type_of_file(const http::Upload& upload) {
  constexpr std::size_t kPart = 64u << 10;
  std::ifstream in(upload.path, std::ios::binary);
  std::string first(static_cast<std::size_t>(std::min<std::uint64_t>(upload.size, kPart)), '\0');
  in.read(first.data(), static_cast<std::streamsize>(first.size()));
  std::string last;
  if (upload.size > kPart) {
    last.resize(kPart);
    in.seekg(-static_cast<std::streamoff>(kPart), std::ios::end);
    in.read(last.data(), static_cast<std::streamsize>(last.size()));
  }
  return file::type_of(first, last);
}

std::string error_of(const base::Errors& errors, const std::string& field) {
  for (const auto& e : errors) {
    if (e.field == field) return e.message;
  }
  return {};
}

}  // namespace

base::Result<EvidenceVersion> take_upload(site::Context& context, const http::Upload& upload) {
  if (upload.size == 0)
    return refuse(Code::invalid, "evidence.empty", "这个文件是空的，请重新选择。", "file");
  // Looked at before it is kept, so that nothing stays of what is refused.
  if (!is_accepted(type_of_file(upload))) {
    return refuse(Code::unsupported, "evidence.type",
                  "佐证只收 PDF、OFD、Word、Excel、PPT（不带宏）、图片、MP4 视频和纯文本，请换一种格式。",
                  "file");
  }
  const auto stored = TRY(context.app.files.take(upload.path));
  EvidenceVersion version;
  version.sha256 = stored.sha256;
  version.file_name = base::shorten(upload.name, 150);
  version.type = stored.type;
  version.size = stored.size;
  return version;
}

void write_evidence_fields(Out& h, const std::vector<Evidence>& recent, const std::vector<Evidence>& attached,
                           const base::Errors& errors, const std::string& prefix) {
  const auto notes = [&](const char* field) {
    return [&errors, name = prefix + "-" + field](Out& o) {
      const std::string error = error_of(errors, name);
      if (!error.empty()) o("<p class=\"err\"><span class=\"sr\">错误：</span>{}</p>", error);
    };
  };
  h("<div class=\"pairs\"><div class=\"field\"><label for=\"f-{}-file\">上传文件<span "
    "class=\"voluntary\">（选填）</span></label><p "
    "class=\"hint\">PDF、OFD、Office 文档、图片、MP4、文本，最大 50 MB</p>{}<input class=\"in\" "
    "id=\"f-{}-file\" name=\"file\" "
    "type=\"file\"></div><div class=\"field half\"><label for=\"f-{}-title\">名称<span "
    "class=\"voluntary\">（选填）</span></label><p "
    "class=\"hint\">不填则用文件名</p><input class=\"in\" id=\"f-{}-title\" name=\"evidence_title\" "
    "type=\"text\"></div><div class=\"field "
    "half\"><label for=\"f-{}-url\">或者网址<span class=\"voluntary\">（选填）</span></label><p "
    "class=\"hint\">公开报道等，以 https:// "
    "开头</p>{}<input class=\"in\" id=\"f-{}-url\" name=\"url\" type=\"url\"></div><div "
    "class=\"field\"><label "
    "for=\"f-{}-evidence\">或者选用佐证库里已有的<span class=\"voluntary\">（选填）</span></label>{}<select "
    "class=\"in\" id=\"f-{}-evidence\" "
    "name=\"choice\"><option value=\"\">不选</option>{}</select></div></div>",
    prefix, notes("file"), prefix, prefix, prefix, prefix, notes("url"), prefix, prefix, notes("evidence"),
    prefix, [&](Out& o) {
      for (const auto& e : recent) {
        const bool there =
            std::any_of(attached.begin(), attached.end(), [&](const Evidence& a) { return a.id == e.id; });
        if (!there) o("<option value=\"{}\">{}</option>", e.id, e.title);
      }
    });
}

std::vector<Id> read_evidence_fields(site::Context& context, ReportsEngine& engine, Id unit,
                                     base::Errors& errors) {
  std::vector<Id> out;
  const auto keep = [&](const base::Result<EvidenceStore::Added>& added) {
    if (!added) return errors.push_back(added.error());
    out.push_back(added->evidence);
    if (added->was_there)
      context.say(html::Tone::blue, "内容与佐证库里的“" + added->title + "”相同，没有重复存放，已直接引用。");
  };
  const std::string title = base::trim(context.field("evidence_title"));
  const auto* upload = context.request.upload("file");
  if (upload != nullptr && !upload->name.empty()) {
    const auto version = take_upload(context, *upload);
    if (!version) {
      errors.push_back(version.error());
    } else {
      EvidenceStore::New fresh;
      fresh.unit = unit;
      fresh.content = *version;
      fresh.title = title.empty() ? version->file_name : title;
      keep(engine.evidence().add(by(context), fresh));
    }
  }
  const std::string url = base::trim(context.field("url"));
  if (!url.empty()) {
    EvidenceStore::New fresh;
    fresh.unit = unit;
    fresh.kind = EvidenceKind::link;
    fresh.content.url = url;
    fresh.title = title.empty() ? base::shorten(url, 100) : title;
    keep(engine.evidence().add(by(context), fresh));
  }
  if (const auto chosen = base::parse_id(context.field("choice"))) out.push_back(*chosen);
  return out;
}

}  // namespace kepu::reports
