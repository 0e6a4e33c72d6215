// Text for chunks: some hundred bytes of plausible prose, the same for the same row on every machine.
#ifndef USHER_BENCH_USHER_BENCH_PROSE_H_
#define USHER_BENCH_USHER_BENCH_PROSE_H_

#include <cstdint>
#include <string>

namespace usher::bench {

std::string Prose(uint32_t row);

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_PROSE_H_
