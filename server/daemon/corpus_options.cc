#include "server/daemon/corpus_options.h"

#include <cstdint>

namespace usher::daemon {

corpus::CorpusOptions CorpusOptionsFrom(const config::Config& config) {
  corpus::CorpusOptions options;
  options.index.seal_rows = static_cast<uint32_t>(config.index_seal_rows);
  options.index.graph_segment_rows = static_cast<uint32_t>(config.index_graph_segment_rows);
  options.index.row_format =
      config.index_row_format == config::RowFormat::kFloat16 ? index::RowFormat::kFloat16 : index::RowFormat::kFloat32;
  options.index.costs = index::MeasureSearchCosts();
  return options;
}

}  // namespace usher::daemon
