// The panels of a result.
#pragma once

#include "core/html/charts.h"
#include "core/html/components.h"
#include "core/site/site.h"
#include "engines/survey/analysis/result.h"
#include "engines/survey/results/pages/results_engine.h"

namespace kepu::survey::results {

void write_headline(html::Out& h, const RoundResult& result);
void write_groups(html::Out& h, const RoundResult& result);
void write_townships(html::Out& h, const RoundResult& result);
void write_comparisons(html::Out& h, const RoundResult& result);
void write_scores(html::Out& h, const RoundResult& result);
void write_fieldwork(html::Out& h, const RoundResult& result);
// Items by number and dimension: their texts stay secret.
void write_items(html::Out& h, const RoundResult& result);
void write_weights(html::Out& h, const RoundResult& result);
void write_method(html::Out& h, const RoundResult& result, const std::string& hash);

void add_result_pages(site::Site& site, ResultsEngine& engine);

}  // namespace kepu::survey::results
