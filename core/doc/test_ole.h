// For tests: makes small OLE compound files, and Word binary files in them.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace kepu::doc::testing {

inline void put(std::string& bytes, std::size_t at, std::uint64_t value, int size) {
  if (bytes.size() < at + static_cast<std::size_t>(size))
    bytes.resize(at + static_cast<std::size_t>(size), '\0');
  for (int i = 0; i < size; ++i)
    bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(value >> (8 * i));
}

// All streams lie in whole sectors: the header says that none is small.
inline std::string make_ole(const std::vector<std::pair<std::string, std::string>>& streams) {
  std::string fat, directory, data;
  std::uint32_t next = 2;  // sector 0: allocation table, 1: directory
  const auto entry = [&](const std::string& name, int type, std::uint32_t start, std::size_t size) {
    std::string e(128, '\0');
    for (std::size_t i = 0; i < name.size(); ++i) e[2 * i] = name[i];
    put(e, 64, 2 * (name.size() + 1), 2);
    e[66] = static_cast<char>(type);
    put(e, 116, start, 4);
    put(e, 120, size, 4);
    directory += e;
  };
  put(fat, 0, 0xFFFFFFFD, 4);
  put(fat, 4, 0xFFFFFFFE, 4);
  entry("Root Entry", 5, 0xFFFFFFFE, 0);
  for (const auto& [name, content] : streams) {
    const auto sectors = static_cast<std::uint32_t>((content.size() + 511) / 512);
    entry(name, 2, sectors == 0 ? 0xFFFFFFFE : next, content.size());
    for (std::uint32_t i = 0; i < sectors; ++i, ++next)
      put(fat, next * 4, i + 1 < sectors ? next + 1 : 0xFFFFFFFE, 4);
    data += content;
    data.resize((data.size() + 511) / 512 * 512, '\0');
  }
  fat.resize(512, '\xFF');
  directory.resize(512, '\0');
  std::string header("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
  header.resize(512, '\0');
  put(header, 30, 9, 2);
  put(header, 32, 6, 2);
  put(header, 44, 1, 4);
  put(header, 48, 1, 4);
  put(header, 56, 0, 4);
  put(header, 60, 0xFFFFFFFE, 4);
  put(header, 68, 0xFFFFFFFE, 4);
  for (std::size_t i = 0; i < 109; ++i) put(header, 76 + 4 * i, i == 0 ? 0 : 0xFFFFFFFF, 4);
  return header + fat + directory + data;
}

// Property runs for make_doc: a page of formatted runs, [from, to) in characters.
struct DocRun {
  std::size_t from = 0, to = 0;
  std::string changes;  // property changes as bytes
};

// A Word binary file whose text is one piece of UTF-16.
inline std::string make_doc(const std::u16string& text, const std::vector<DocRun>& paragraphs = {},
                            const std::vector<DocRun>& characters = {}, unsigned flags = 0x0200) {
  constexpr std::size_t kTextAt = 2048;
  std::string document, table;
  put(document, 0, 0xA5EC, 2);
  put(document, 2, 0xC1, 2);
  put(document, 10, flags, 2);
  put(document, 0x4C, text.size(), 4);
  for (std::size_t i = 0; i < text.size(); ++i) put(document, kTextAt + 2 * i, text[i], 2);
  // Pages of property runs at 1024 (paragraphs) and 1536 (characters).
  const auto page = [&](const std::vector<DocRun>& runs, std::size_t at, bool with_style) {
    std::string out(512, '\0');
    std::size_t free = 510;
    const std::size_t entry = with_style ? 13 : 1;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      put(out, i * 4, kTextAt + 2 * runs[i].from, 4);
      put(out, (i + 1) * 4, kTextAt + 2 * runs[i].to, 4);
      std::string body = with_style ? std::string(2, '\0') + runs[i].changes : runs[i].changes;
      if (with_style && body.size() % 2 == 0) body += '\0';
      const std::string all = static_cast<char>(with_style ? (body.size() + 1) / 2 : body.size()) + body;
      free = (free - all.size()) / 2 * 2;
      out.replace(free, all.size(), all);
      out[(runs.size() + 1) * 4 + i * entry] = static_cast<char>(free / 2);
    }
    out[511] = static_cast<char>(runs.size());
    document.replace(at, 512, out);
  };
  page(paragraphs, 1024, true);
  page(characters, 1536, false);
  const auto bin_table = [&](std::size_t fib, unsigned number) {
    put(document, fib, table.size(), 4);
    put(document, fib + 4, 12, 4);
    put(table, table.size(), 0, 4);
    put(table, table.size(), 0x7FFFFFFF, 4);
    put(table, table.size(), number, 4);
  };
  bin_table(0xFA, 3);
  bin_table(0x102, 2);
  put(document, 0x1A2, table.size(), 4);
  put(document, 0x1A6, 21, 4);
  put(table, table.size(), 2, 1);
  put(table, table.size(), 16, 4);
  put(table, table.size(), 0, 4);
  put(table, table.size(), text.size(), 4);
  put(table, table.size(), 0, 2);
  put(table, table.size(), kTextAt, 4);
  put(table, table.size(), 0, 2);
  return make_ole({{"WordDocument", document}, {flags & 0x0200 ? "1Table" : "0Table", table}});
}

}  // namespace kepu::doc::testing
