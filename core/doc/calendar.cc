#include "core/doc/calendar.h"

#include <fmt/format.h>

#include "core/base/text.h"

namespace kepu::doc {

namespace {

constexpr std::size_t kOctets = 75;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : base::valid_utf8(text)) {
    if (c == '\r') continue;
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '\\' || c == ';' || c == ',') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\t') out += c;
  }
  return out;
}

// 20261126T093000Z, of "2026-11-26T09:30:00.000Z".
std::string utc(base::Millis at) {
  std::string out;
  for (const char c : base::to_rfc3339(at)) {
    if (c == '.') break;
    if (c != '-' && c != ':') out += c;
  }
  if (!out.empty() && out.back() != 'Z') out += 'Z';
  return out;
}

class Writer {
 public:
  void line(std::string_view name, std::string_view value) {
    std::string all = fmt::format("{}:{}", name, value);
    std::size_t begin = 0, room = kOctets;
    while (all.size() - begin > room) {
      std::size_t end = begin + room;
      while (end > begin && (static_cast<unsigned char>(all[end]) & 0xC0) == 0x80)
        --end;  // not inside a character
      out_.append(all, begin, end - begin);
      out_ += "\r\n ";
      begin = end;
      room = kOctets - 1;  // the blank counts
    }
    out_.append(all, begin);
    out_ += "\r\n";
  }
  std::string text() && { return std::move(out_); }

 private:
  std::string out_;
};

}  // namespace

std::string calendar_text(const std::string& name, const std::vector<CalendarEvent>& events) {
  Writer w;
  w.line("BEGIN", "VCALENDAR");
  w.line("VERSION", "2.0");
  w.line("PRODID", "-//Kepu//Kepu//ZH");
  w.line("CALSCALE", "GREGORIAN");
  w.line("METHOD", "PUBLISH");
  w.line("X-WR-CALNAME", escaped(name));
  for (const auto& e : events) {
    w.line("BEGIN", "VEVENT");
    w.line("UID", escaped(e.uid));
    w.line("DTSTAMP", utc(e.changed_at));
    w.line("DTSTART", utc(e.start));
    w.line("DTEND", utc(e.end));
    w.line("SEQUENCE", std::to_string(e.sequence));
    w.line("STATUS", e.cancelled ? "CANCELLED" : "CONFIRMED");
    w.line("SUMMARY", escaped(e.summary));
    if (!e.location.empty()) w.line("LOCATION", escaped(e.location));
    if (!e.description.empty()) w.line("DESCRIPTION", escaped(e.description));
    if (!e.url.empty()) w.line("URL", e.url);
    w.line("END", "VEVENT");
  }
  w.line("END", "VCALENDAR");
  return std::move(w).text();
}

}  // namespace kepu::doc
