// The weights of this release, part of the program: neither a server nor a command line can be without them.
//
// Guarantees: the bytes of weights.bin as they were when the program was built.
// Non-guarantees: nobody has checked them yet; LinearModel::Parse does.
// Thread-safety: a constant.
#ifndef USHER_SERVER_SANITIZE_INJECTION_SHIPPED_WEIGHTS_H_
#define USHER_SERVER_SANITIZE_INJECTION_SHIPPED_WEIGHTS_H_

#include <string_view>

namespace usher::sanitize::injection {

std::string_view ShippedWeights();

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_SHIPPED_WEIGHTS_H_
