// What the steps of a search cost on this machine.
//
// Thread-safety: a plain value; MeasureSearchCosts is a free function.
#ifndef USHER_INDEX_SEARCH_COSTS_H_
#define USHER_INDEX_SEARCH_COSTS_H_

namespace usher::index {

// In nanoseconds. The defaults are of a server of 2024 with AVX-512; only their ratios decide between paths.
struct SearchCosts {
  double code_byte = 0.05;     // to score a row by bytes, for each byte of its code
  double sign_byte = 0.05;     // to estimate a row by signs, for each byte
  double float_byte = 0.06;    // to score a row in full, for each byte
  double far_code_byte = 0.1;  // as code_byte, of single rows anywhere in memory
};

// Measures them in about a tenth of a second, on memory that is larger than the caches near a core.
SearchCosts MeasureSearchCosts();

}  // namespace usher::index

#endif  // USHER_INDEX_SEARCH_COSTS_H_
