// The version that every program of the project reports.
#ifndef USHER_SERVER_VERSION_H_
#define USHER_SERVER_VERSION_H_

namespace usher {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace usher

#endif  // USHER_SERVER_VERSION_H_
