// What the configuration says of the corpus.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_DAEMON_CORPUS_OPTIONS_H_
#define USHER_SERVER_DAEMON_CORPUS_OPTIONS_H_

#include "index/corpus/corpus.h"
#include "server/config/config.h"

namespace usher::daemon {

// Measures what searches cost on this machine, which takes about a tenth of a second. `log` is left to the caller.
corpus::CorpusOptions CorpusOptionsFrom(const config::Config& config);

}  // namespace usher::daemon

#endif  // USHER_SERVER_DAEMON_CORPUS_OPTIONS_H_
