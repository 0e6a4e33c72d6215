#ifndef STANDS_ALONE_H_
#define STANDS_ALONE_H_

#include <string>

inline std::string Name() { return "name"; }

#endif  // STANDS_ALONE_H_
