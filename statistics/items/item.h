// One item of a test as item response theory sees it: which answers are how likely at which ability θ.
//
//   2PL, 1PL   P(X=1) = σ(aθ + d), difficulty b = -d/a           (Birnbaum 1968; 1PL: one slope for all such
//   items) 3PL        P(X=1) = c + (1-c) σ(aθ + d), c = σ(logit_c)       (Birnbaum 1968) graded     P(X≥k) =
//   σ(aθ + d_k), d_1 ≥ d_2 ≥ …                (Samejima 1969) partial credit  P(X=k) ∝ exp(k aθ +
//   d_k), d_0 = 0             (Muraki 1992, in intercepts)
//
// with σ(z) = 1/(1+e^-z). Pure functions of their arguments; any number of threads.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "statistics/outcome.h"

namespace kepu::statistics::items {

enum class Model { one_pl, two_pl, three_pl, graded, partial_credit };

// "1PL" "2PL" "3PL" "GRM" "GPCM"; refuses (irt.model) any other word.
Outcome<Model> model_of(std::string_view word);
std::string_view word_of(Model model);

// What is known of an item before its parameters are: the model and the number of answers 0 … categories-1.
struct ItemKind {
  Model model = Model::two_pl;
  int categories = 2;
};

// Codes 0 … categories()-1. An intercept may be infinite: a category that nobody has chosen has probability 0
// (graded: d_k = d_{k+1}, +∞ below the first and -∞ above the last one used; partial credit: d_k = -∞).
struct Item {
  Model model = Model::two_pl;
  double a = 1;           // slope, finite; negative where the item is keyed the wrong way round
  std::vector<double> d;  // intercepts d_1 … d_{K-1}; one for 1PL, 2PL, 3PL
  double logit_c = 0;     // 3PL only: logit of the guessing parameter

  int categories() const { return static_cast<int>(d.size()) + 1; }
  double c() const;  // 0 but for 3PL
};

// Refuses (irt.item) parameters no item can have: slopes that are not finite, no intercept, more than one for
// a binary model, more than 20, NaN, graded intercepts that rise.
Outcome<void> check_item(const Item& item);

// P(X=k) and its first and second derivative to θ, k = 0 … K-1. `out` is resized.
struct CategoryCurve {
  double p = 0, dp = 0, d2p = 0;
};
void category_curves(const Item& item, double theta, std::vector<CategoryCurve>& out);

// Σ k P(X=k), from 0 to K-1.
double expected_score(const Item& item, double theta);
// Fisher information Σ P'²/P.
double item_information(const Item& item, double theta);

// Where the item divides: 1PL, 2PL, 3PL -d/a; graded -d_k/a; partial credit the steps -(d_k - d_{k-1})/a,
// where neighbouring curves cross. ±∞ or NaN where intercepts are infinite or a = 0.
std::vector<double> difficulties(const Item& item);

// The same item on another scale: θ' = A θ + B, A > 0.
Item rescaled(const Item& item, double A, double B);

}  // namespace kepu::statistics::items
