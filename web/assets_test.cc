#include "web/assets.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace kepu::web {
namespace {

TEST(Assets, EveryNameLeadsToItsFileInThreeForms) {
  for (const auto* name : {"kp.css", "kp.js", "icons.svg", "favicon.svg", "site.webmanifest"}) {
    const std::string_view url = asset_url(name);
    EXPECT_EQ(url.substr(0, 8), "/assets/");
    const Asset* asset = find_asset(url);
    ASSERT_NE(asset, nullptr) << name;
    EXPECT_FALSE(asset->type.empty());
    EXPECT_EQ(asset->etag.front(), '"');
    EXPECT_NE(url.find(asset->etag.substr(1, 10)), url.npos) << "the hash is part of the name";
    EXPECT_EQ(asset->gz.substr(0, 2), "\x1f\x8b");
    EXPECT_LT(asset->br.size(), asset->plain.size());
  }
}

TEST(Assets, UnknownNamesAreRefused) {
  EXPECT_EQ(find_asset("/assets/kp.css"), nullptr) << "without a hash it could not be kept for ever";
  EXPECT_EQ(find_asset(""), nullptr);
  EXPECT_THROW(asset_url("nothing.css"), std::out_of_range);
}

// The oldest browsers we promise are Chrome 64 and Safari 12: what they cannot read must not be in the build.
TEST(Assets, StyleAndScriptKeepTheBrowserFloor) {
  const std::string css(find_asset(asset_url("kp.css"))->plain);
  for (const auto* later : {":has(", "@container", "aspect-ratio", "inset:", "clamp(", "@layer", "&:"}) {
    EXPECT_EQ(css.find(later), css.npos) << later;
  }
  EXPECT_EQ(css.find("@font-face"), css.npos) << "fonts are never downloaded";
  EXPECT_EQ(css.find("http://"), css.find("http://www.w3.org")) << "nothing is loaded from elsewhere";
  const std::string js(find_asset(asset_url("kp.js"))->plain);
  EXPECT_EQ(js.find("?."), js.npos);
  EXPECT_EQ(js.find("??"), js.npos);
  EXPECT_EQ(js.find("eval("), js.npos);
}

TEST(Assets, SpriteHoldsTheIconsThatComponentsUse) {
  const std::string_view sprite = find_asset(asset_url("icons.svg"))->plain;
  for (const auto* name :
       {"search", "download", "inbox", "circle-check", "alert-triangle", "circle-x", "file-text"}) {
    EXPECT_NE(sprite.find("id=\"" + std::string(name) + "\""), sprite.npos) << name;
  }
}

}  // namespace
}  // namespace kepu::web
