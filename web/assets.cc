#include "web/assets.h"

#include <stdexcept>
#include <string>

#include "symbols.inc"

namespace kepu::web {

namespace {

struct Named {
  std::string_view name;
  Asset asset;
};

std::string_view view(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

// Filled once at the first use: the addresses of the symbols are known only to the linker.
const auto& table() {
  static const Named rows[] = {
#include "table.inc"
  };
  return rows;
}

}  // namespace

const Asset* find_asset(std::string_view path) {
  for (const Named& row : table()) {
    if (row.asset.path == path) return &row.asset;
  }
  return nullptr;
}

std::string_view asset_url(std::string_view name) {
  for (const Named& row : table()) {
    if (row.name == name) return row.asset.path;
  }
  throw std::out_of_range("no web asset " + std::string(name));
}

}  // namespace kepu::web
