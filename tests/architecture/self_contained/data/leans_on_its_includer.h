#ifndef LEANS_ON_ITS_INCLUDER_H_
#define LEANS_ON_ITS_INCLUDER_H_

inline std::string Name() { return "name"; }

#endif  // LEANS_ON_ITS_INCLUDER_H_
