#include "statistics/items/linking.h"

#include <gtest/gtest.h>

#include "statistics/items/lsat6_testing.h"

namespace kepu::statistics::items {
namespace {

constexpr LinkingMethod kMethods[] = {LinkingMethod::mean_mean, LinkingMethod::mean_sigma,
                                      LinkingMethod::haebara, LinkingMethod::stocking_lord};

TEST(Linking, ItemsOnAnotherScale_AreBroughtBackByEveryMethod) {
  const auto base = mixed_items();
  const Linking away{.A = 0.8, .B = -0.6};
  const auto fresh = linked(base, away);  // θ_new = 0.8 θ_base - 0.6
  for (const auto method : kMethods) {
    const auto back = link(base, fresh, method).value();
    EXPECT_NEAR(back.A, 1 / 0.8, 1e-9);
    EXPECT_NEAR(back.B, 0.6 / 0.8, 1e-9);
    EXPECT_NEAR(back.criterion, 0, 1e-18);
  }
}

TEST(Linking, CurveMethods_AreAtALeastValue) {
  auto fresh = linked(mixed_items(), {.A = 1.2, .B = 0.3});
  for (std::size_t j = 0; j < fresh.size(); ++j) fresh[j].a *= 1 + 0.05 * static_cast<double>(j % 3);
  for (const auto method : {LinkingMethod::haebara, LinkingMethod::stocking_lord}) {
    const auto best = link(mixed_items(), fresh, method).value();
    EXPECT_GT(best.criterion, 0);
    EXPECT_NEAR(best.A, 1 / 1.2, 0.1);
  }
}

TEST(Linking, AnchorsThatCannotLink_AreRefused) {
  const auto base = mixed_items();
  const std::vector<Item> one(base.begin(), base.begin() + 1);
  auto other = base;
  other[0].model = Model::three_pl;
  auto flat = base;
  flat[2].a = 0;
  for (const auto method : kMethods) {
    EXPECT_EQ(link(one, one, method).error().rule, "irt.anchors");
    EXPECT_EQ(link(base, one, method).error().rule, "irt.anchors");
    EXPECT_EQ(link(base, other, method).error().rule, "irt.anchors");
    EXPECT_EQ(link(base, flat, method).error().rule, "irt.anchors");
  }
}

TEST(Drift, TheItemThatMoved_IsFound) {
  std::vector<Item> base;
  for (int j = 0; j < 12; ++j) base.push_back({Model::two_pl, 1 + 0.05 * j, {0.2 * j - 1}});
  auto fresh = base;
  for (std::size_t j = 0; j < fresh.size(); ++j) fresh[j].d[0] += 0.02 * static_cast<double>(j % 5) - 0.04;
  fresh[7].d[0] -= 0.8;  // has become harder
  const auto drift = anchor_drift(base, fresh, {}).value();
  for (std::size_t j = 0; j < drift.size(); ++j) EXPECT_EQ(drift[j].drifted, j == 7) << j;
  EXPECT_GT(drift[7].difference, 0.5);
}

}  // namespace
}  // namespace kepu::statistics::items
