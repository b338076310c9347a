// The parts of an official paper that are the same for every paper.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace kepu::doc {

// All but word/document.xml and the charts, of which there are `charts`: word/charts/chartN.xml, from 1.
std::vector<std::pair<std::string, std::string>> word_fixed_parts(std::size_t charts);
// The relation of chart `number` (from 1).
std::string chart_relation(std::size_t number);

// Page geometry in twips (1/20 point), by GB/T 9704-2012.
inline constexpr int kPageWidth = 11906, kPageHeight = 16838;                   // A4
inline constexpr int kTop = 2098, kBottom = 1984, kLeft = 1588, kRight = 1474;  // 37, 35, 28, 26 mm
inline constexpr int kFooter = 1307;    // the number 7 mm below the text block
inline constexpr int kLinePitch = 579;  // 28.95 pt: 22 lines
// Characters of 16 pt stand 0.25 pt closer, so that 28 of them fill the 156 mm. (A grid of characters would
// do the same in one office suite and spread them apart in another.)
inline constexpr int kTracking = -5;

}  // namespace kepu::doc
